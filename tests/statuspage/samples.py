"""Three days in the life of a province, as statuses: a calm one, a bad one, and one on which nothing could be asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from infra.statuspage.status import Available, Copy, Dataset, LogChain, Place, Sign, Source, Status, Trouble

MADE = datetime(2026, 11, 29, 2, 31, tzinfo=UTC)
PLANNED = [
    "南京市",
    "无锡市",
    "徐州市",
    "常州市",
    "苏州市",
    "南通市",
    "连云港市",
    "淮安市",
    "盐城市",
    "扬州市",
    "镇江市",
    "泰州市",
    "省容灾备份中心",
]
PROVINCE, CITY = "省政务外网运维中心", "宿迁市政务外网运维中心"


def ago(**span: float) -> datetime:
    return MADE - timedelta(**span)


def calm() -> Status:
    """Everything is known and as it should be."""
    return Status(
        province="江苏省",
        made=MADE,
        blueprint="9f2c" * 16,
        places=(
            _place("province", "江苏省", 4, PROVINCE, "早班 值班员"),
            _place("suqian", "宿迁市", 5, CITY, "白班 值班员"),
            *(
                Place(f"p{number}", name, Sign.PLANNED, 0, None, "", "", "", "", "")
                for number, name in enumerate(PLANNED)
            ),
        ),
        troubles=(),
        copies=(
            _copy("宿迁市 monitoring-1", "宿迁市", "宿迁市", offsite=False, age=212),
            _copy("宿迁市 monitoring-1", "宿迁市", "江苏省", offsite=True, age=388),
            _copy("江苏省 monitoring-1", "江苏省", "宿迁市", offsite=True, age=95),
        ),
        datasets=(
            Dataset(Sign.GOOD, "人口数据库信息", ago(hours=5), 24, "省公安厅"),
            Dataset(Sign.GOOD, "共享信息资源库信息", ago(days=2), 168, "省数据局"),
        ),
        available=(
            Available(Sign.GOOD, "江苏省", "monitoring", 40_000, 0, 40_471),
            Available(Sign.GOOD, "宿迁市", "shared_materials", 40_100, 12, 40_471),
        ),
        logs=(
            LogChain(Sign.GOOD, "江苏省", "province-accountability-logging-1", ago(minutes=24), "完整"),
            LogChain(Sign.GOOD, "宿迁市", "suqian-accountability-logging-1", ago(minutes=31), "完整"),
        ),
        sources=(
            Source("江苏省的监测", ago(minutes=1)),
            Source("宿迁市的监测", ago(minutes=1)),
            Source("备份记录", ago(minutes=1)),
        ),
        act="118 4be7a90c21",
    )


def bad() -> Status:
    """A machine is down, a copy is too old, a data set is late, a log chain was not gone through, and a trunk loses packets."""
    good = calm()
    province, city, *rest = good.places
    return replace(
        good,
        places=(
            replace(province, sign=Sign.WARNING),
            replace(city, sign=Sign.BROKEN, answering=4),
            *rest,
        ),
        troubles=(
            Trouble(
                Sign.BROKEN,
                "主机失联",
                "宿迁市",
                "suqian-shared_materials-database-1",
                ago(hours=2, minutes=11),
                "主机不应答运行指标的采集",
                "省数据局（省政务办）",
                CITY,
                f"{CITY}值班室",
                "",
                "docs/procedures/machine_down.md",
            ),
            Trouble(
                Sign.WARNING,
                "专线丢包",
                "江苏省",
                "江苏省到宿迁市的干线",
                ago(minutes=18),
                "五分钟内丢包 3%",
                "省数据局（省政务办）",
                PROVINCE,
                f"{PROVINCE}值班室",
                "",
                "docs/procedures/trunk_loss.md",
            ),
        ),
        copies=(
            replace(good.copies[0], sign=Sign.BROKEN, age_minutes=1_730, last=ago(minutes=1_730), reason="超过 RPO"),
            *good.copies[1:],
        ),
        datasets=(
            replace(good.datasets[0], sign=Sign.BROKEN, updated=ago(hours=31)),
            replace(good.datasets[1], sign=Sign.UNKNOWN, updated=None),
        ),
        available=(good.available[0], replace(good.available[1], sign=Sign.WARNING, down_minutes=131)),
        logs=(good.logs[0], replace(good.logs[1], sign=Sign.UNKNOWN, checked=None, said="没有读到核对记录")),
    )


def dark() -> Status:
    """No monitor answered, nothing was read: nothing may look good."""
    good = calm()
    problem = "登录不上"
    return replace(
        good,
        places=tuple(
            replace(row, sign=Sign.UNKNOWN, answering=None, problem=problem) if row.sign is Sign.GOOD else row
            for row in good.places
        ),
        copies=tuple(
            replace(row, sign=Sign.UNKNOWN, last=None, age_minutes=None, reason=problem) for row in good.copies
        ),
        datasets=tuple(replace(row, sign=Sign.UNKNOWN, updated=None) for row in good.datasets),
        available=tuple(replace(row, sign=Sign.UNKNOWN, seen_minutes=0, down_minutes=0) for row in good.available),
        logs=tuple(replace(row, sign=Sign.UNKNOWN, checked=None, said=problem) for row in good.logs),
        sources=tuple(replace(row, read=None, problem=problem) for row in good.sources),
        act="",
    )


def _place(identity: str, title: str, machines: int, operator: str, watch: str) -> Place:
    return Place(identity, title, Sign.GOOD, machines, machines, "", operator, f"{operator}值班室", "", watch)


def _copy(source: str, site: str, kept_at: str, *, offsite: bool, age: int) -> Copy:
    return Copy(Sign.GOOD, source, site, kept_at, offsite, ago(minutes=age), age, 1440, "2026-11-20", "")
