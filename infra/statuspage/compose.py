"""From the blueprint and what was answered to the status. Pure; whoever gives no answer is not known, never good."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from infra.availability import Availability, available, month_of
from infra.backups.status import Standing
from infra.blueprint.operations import DutyPlan
from infra.blueprint.planned import HostPlan, RestorePlan
from infra.blueprint.types import Blueprint, SitePlan
from infra.clock import in_china
from infra.findings import Verdict
from infra.model.enums import Level, Weekday
from infra.statuspage.answers import Alarm, Answer
from infra.statuspage.status import (
    Available,
    Copy,
    Dataset,
    LogChain,
    Place,
    Sign,
    Source,
    Status,
    Trouble,
    worst,
)

PROMISED = 99.9
"""Per cent of the minutes of a month in which a service is to answer. A proposal: the document says only 7*24小时不间断."""

_VERDICTS = {Verdict.OK: Sign.GOOD, Verdict.VIOLATED: Sign.BROKEN, Verdict.UNCHECKED: Sign.UNKNOWN}
_GRAVE = {"warning": Sign.WARNING}
"""Severity → sign; an alarm of any other severity, or of none, is taken for a grave one."""


@dataclass(frozen=True, slots=True)
class Known:
    """What was asked. `machines`: the made ones of deployed sites; `answers`: site → its monitor's; `standings`: of the copies, with `backups`
    as the source's own word; `logs`, `act`: see `Status`."""

    machines: tuple[tuple[SitePlan, HostPlan], ...]
    answers: Mapping[str, Answer]
    standings: tuple[Standing, ...]
    backups: Source
    logs: tuple[LogChain, ...]
    act: str = ""


def compose(blueprint: Blueprint, digest: str, known: Known, now: datetime) -> Status:
    """The status of a moment."""
    sites = [site for site in blueprint.sites if site.connected]
    watched = [(site, known.answers.get(site.id, Answer(problem="没有部署监测"))) for site in sites]
    troubles = [row for site, answer in watched for row in _troubles(site, answer, now)]
    places = [_place(site, answer, known.machines, troubles, now) for site, answer in watched]
    later = [_planned(site) for site in blueprint.sites if not site.connected]
    return Status(
        province=next((site.title for site in blueprint.sites if site.level is Level.PROVINCE), ""),
        made=now,
        blueprint=digest,
        places=(*places, *later),
        troubles=tuple(sorted(troubles, key=lambda row: (row.sign is not Sign.BROKEN, row.since or now))),
        copies=tuple(_copy(row, blueprint) for row in known.standings),
        datasets=tuple(_datasets(blueprint, [answer for _, answer in watched], now)),
        available=tuple(_available(row, blueprint) for row in services(known.machines, known.answers, now)),
        logs=known.logs,
        sources=(
            *(Source(f"{site.title}的监测", answer.read, answer.problem) for site, answer in watched),
            known.backups,
        ),
        act=known.act,
    )


def services(
    machines: Iterable[tuple[SitePlan, HostPlan]], answers: Mapping[str, Answer], now: datetime
) -> Iterator[Availability]:
    """How much of the month every service of these machines answered, by the clocks of the province."""
    begin, _ = month_of(in_china(now))
    hosts: dict[tuple[str, str], list[str]] = {}
    for site, row in machines:
        hosts.setdefault((site.id, row.service), []).append(row.name)
    for (site_id, service), names in sorted(hosts.items()):
        minutes = answers.get(site_id, Answer()).minutes
        yield available(site_id, service, [minutes[name] for name in names if name in minutes], begin, now)


def watch(duty: DutyPlan, now: datetime) -> str:
    """The watch that is stood at a moment, and by which post; nothing for a week with a hole in it."""
    local = in_china(now)
    time, today = f"{local:%H:%M}", list(Weekday)[local.weekday()]
    before = list(Weekday)[(local.weekday() - 1) % len(Weekday)]
    for row in duty.shifts:
        over = row.end <= row.start  # goes on past midnight
        if (today in row.days and row.start <= time and (over or time < row.end)) or (
            before in row.days and over and time < row.end
        ):
            return f"{row.title} {row.post}"
    return ""


# --- sites and alarms -------------------------------------------------------------------------------------------------
def _planned(site: SitePlan) -> Place:
    return Place(site.id, site.title, Sign.PLANNED, 0, None, "", site.operator, "", "", "")


def _place(
    site: SitePlan,
    answer: Answer,
    machines: Iterable[tuple[SitePlan, HostPlan]],
    troubles: Iterable[Trouble],
    now: datetime,
) -> Place:
    names = [row.name for owner, row in machines if owner.id == site.id]
    answering = sum(answer.up.get(name, False) for name in names) if answer.read else None
    problem = answer.problem or ("" if names else "没有部署主机")
    if answer.read and not answer.rules:
        problem, answering = "监测没有告警规则", None
    signs = [row.sign for row in troubles if row.site == site.title]
    if answering is None or not names:
        signs.append(Sign.UNKNOWN)
    else:
        signs.append(Sign.GOOD if answering == len(names) else Sign.BROKEN)
    duty = site.duty
    return Place(
        id=site.id,
        title=site.title,
        sign=worst(signs),
        asked=len(names),
        answering=answering,
        problem=problem,
        operator=site.operator,
        desk=duty.desk if duty else "未登记",
        phone=duty.phone if duty else "",
        watch=watch(duty, now) if duty else "",
    )


def _troubles(site: SitePlan, answer: Answer, now: datetime) -> Iterator[Trouble]:
    for row in answer.alarms:
        labels, duty = row.labels, site.duty
        yield Trouble(
            sign=_GRAVE.get(labels.get("severity", ""), Sign.BROKEN),
            title=row.title,
            site=site.title,
            where=_where(site, row),
            since=row.since,
            summary=row.summary,
            owner=labels.get("owner", site.owner),
            operator=labels.get("operator", site.operator),
            desk=duty.desk if duty else "未登记",
            phone=duty.phone if duty else "",
            procedure=row.procedure,
        )


def _where(site: SitePlan, alarm: Alarm) -> str:
    return alarm.labels.get("host") or alarm.labels.get("instance") or site.title


# --- data -------------------------------------------------------------------------------------------------------------
def _copy(row: Standing, blueprint: Blueprint) -> Copy:
    kept_at = blueprint.site(row.sent.copy.site).title
    last = row.last.ended if row.last else None
    return Copy(
        sign=_VERDICTS[row.verdict],
        source=f"{row.sent.site.title} {row.sent.job.source}",
        site=row.sent.site.title,
        kept_at=kept_at,
        offsite=row.sent.copy.offsite,
        last=last,
        age_minutes=row.age_minutes,
        rpo_minutes=row.sent.job.rpo_minutes,
        drill=_drill(row.sent.job.restored),
        reason=row.reason,
    )


def _drill(last: RestorePlan | None) -> str:
    if last is None:
        return "没有做过"
    return f"{last.tested} {'一致' if last.equal else '不一致'}{'（示例）' if last.example else ''}"


def _datasets(blueprint: Blueprint, answers: Iterable[Answer], now: datetime) -> Iterator[Dataset]:
    updated: dict[str, datetime] = {}
    for answer in answers:
        updated |= answer.updated
    for row in blueprint.operations.freshness:
        moment = updated.get(row.id)
        sign = _fresh(moment, timedelta(hours=row.max_age_hours), now)
        yield Dataset(sign, row.title, moment, row.max_age_hours, "、".join(row.sources))


def _fresh(moment: datetime | None, limit: timedelta, now: datetime) -> Sign:
    """A clock that is ahead says nothing of what is old."""
    if moment is None or moment > now:
        return Sign.UNKNOWN
    return Sign.GOOD if now - moment <= limit else Sign.BROKEN


def _available(row: Availability, blueprint: Blueprint) -> Available:
    site = blueprint.site(row.site)
    title = next((found.title for found in site.services if found.id == row.service), row.service)
    sign = Sign.UNKNOWN if row.percent is None else Sign.GOOD if row.percent >= PROMISED else Sign.WARNING
    return Available(sign, site.title, title, row.seen_minutes, row.down_minutes, row.elapsed_minutes)
