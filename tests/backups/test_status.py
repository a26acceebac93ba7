"""How copies stand, judged from journals alone."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from infra.backups import journal
from infra.backups.journal import Journal
from infra.backups.sent import Sent, sent, unsent
from infra.backups.status import Standing, standings
from infra.cli.backup_status import size, table, verdict_of
from infra.errors import Exit
from infra.findings import Verdict
from infra.inventory.access import made
from infra.report.verification import worst
from tests.real import blueprint

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)

COPIES = tuple(sent(made(blueprint())))
LOCAL = next(row for row in COPIES if row.local)
AWAY = next(row for row in COPIES if row.copy.offsite and row.source == LOCAL.source)


def line(of: Sent, **changed: Any) -> str:
    """A record of an hour ago, as a machine writes it."""
    begun = NOW - timedelta(hours=1)
    said = {
        "kind": "copy",
        "job": of.job.id,
        "source": of.source.name,
        "place": of.copy.site,
        "snapshot": "a" * 64,
        "moment": begun.isoformat(),
        "manifest": "",
        "begun": begun.isoformat(),
        "ended": (begun + timedelta(minutes=2)).isoformat(),
        "files": 12,
        "bytes": 3_500_000,
        "result": "ok",
        "why": "",
    }
    return json.dumps({**said, **changed})


def standing(of: Sent, *lines: str, keeper: tuple[str, ...] = ()) -> Standing:
    """Of a copy by what its sender and its keeper wrote."""
    wrote, held = journal.read("\n".join(lines)), journal.read("\n".join(keeper))
    [found] = standings([of], {of.keeper.name: held, of.sender.name: wrote}, NOW)
    return found


DATABASE = next(row for row in COPIES if row.local and row.job.takes == "database")
AT_HOME = {"kind": "base", "snapshot": "20261124-110000F", "ended": (NOW - timedelta(hours=1)).isoformat()}


@pytest.mark.parametrize(
    ("base", "verdict", "said"),
    [
        ({}, Verdict.OK, ""),
        ({"result": "failed", "why": "磁盘已满"}, Verdict.VIOLATED, "本机的数据库备份失败：磁盘已满"),
        ({"ended": (NOW - timedelta(days=3)).isoformat()}, Verdict.VIOLATED, "本机的数据库备份超过两天没有做"),
    ],
)
def test_a_database_needs_base_backups_too(base: dict[str, Any], verdict: Verdict, said: str) -> None:
    """However fresh the copy is that its log has; of the copy at another site the other site's row speaks."""
    found = standing(DATABASE, line(DATABASE, **{**AT_HOME, **base}), line(DATABASE))
    assert (found.verdict, found.reason) == (verdict, said)
    assert standing(DATABASE, line(DATABASE)).verdict is Verdict.OK


def ago(**length: float) -> str:
    return (NOW - timedelta(**length)).isoformat()


def test_a_source_sends_to_its_own_site_which_carries_on() -> None:
    """The local copy is the source's run, the other one its backup machine's; the keeper of that has no key of either."""
    assert (LOCAL.sender, LOCAL.copy.site) == (LOCAL.source, LOCAL.site.id)
    assert (AWAY.sender, AWAY.site) == (LOCAL.keeper, LOCAL.site)
    assert AWAY.keeper.site == AWAY.copy.site != LOCAL.site.id
    assert AWAY.repository == f"{LOCAL.keeper.name}/{LOCAL.source.name}"
    assert AWAY.port == AWAY.copy.port


def test_what_is_not_sent_is_counted() -> None:
    """Planned copies of machines that are not made are no copies."""
    planned = sum(len(job.copies) for job in LOCAL.site.backups)
    assert unsent(LOCAL.site, COPIES) == planned - 4  # logs and metrics, here and at another site
    assert unsent(LOCAL.site, []) == planned


@pytest.mark.parametrize("of", [LOCAL, AWAY], ids=["local", "away"])
def test_a_fresh_copy_is_good(of: Sent) -> None:
    """Its age is that of the data, not of the run."""
    found = standing(of, line(of))
    assert (found.verdict, found.age_minutes, found.reason) == (Verdict.OK, 60, "")


def test_a_copy_older_than_its_rpo_is_not() -> None:
    """To the minute."""
    limit = LOCAL.job.rpo_minutes
    assert standing(LOCAL, line(LOCAL, moment=ago(minutes=limit))).verdict is Verdict.OK
    late = standing(LOCAL, line(LOCAL, moment=ago(minutes=limit + 1)))
    assert (late.verdict, late.reason) == (Verdict.VIOLATED, "超过 RPO")


def test_a_run_that_failed_leaves_the_copy_before_it() -> None:
    """Fresh enough it is still good, and the failure is shown; too old, the failure is why."""
    failed = line(LOCAL, result="failed", why="没有空间", moment="", snapshot="")
    found = standing(LOCAL, line(LOCAL), failed)
    assert (found.verdict, found.reason) == (Verdict.OK, "最近一次失败：没有空间")
    found = standing(LOCAL, line(LOCAL, moment=ago(days=30)), failed)
    assert (found.verdict, found.reason) == (Verdict.VIOLATED, "最近一次失败：没有空间")


def test_a_copy_that_was_never_taken_is_a_breach() -> None:
    """Also when only others were: of another source, or to another place."""
    assert standing(LOCAL).reason == "从未成功过"
    assert standing(LOCAL, line(LOCAL, source="another"), line(LOCAL, place="dr")).verdict is Verdict.VIOLATED


def test_a_broken_repository_is_a_breach_until_a_check_passes_again() -> None:
    """Whoever found it: the keeper by its own check, the source by the one with the key."""
    seals = {"kind": "check", "job": "", "source": AWAY.repository}
    bad = line(AWAY, **seals, result="failed", why="1 个文件坏了")
    found = standing(AWAY, line(AWAY), keeper=(bad,))
    assert (found.verdict, found.reason) == (Verdict.VIOLATED, "检查发现损坏：1 个文件坏了")
    assert standing(AWAY, line(AWAY), keeper=(bad, line(AWAY, **seals))).verdict is Verdict.OK
    own = line(LOCAL, kind="check", result="failed", why="restic check 失败")
    assert standing(LOCAL, line(LOCAL), own).verdict is Verdict.VIOLATED
    assert standing(LOCAL, line(LOCAL), own, keeper=(line(LOCAL, **{**seals, "source": LOCAL.repository}),)).reason


def test_what_could_not_be_asked_is_neither_good_nor_broken() -> None:
    """A machine that does not answer, a journal that nobody understands, a clock that is wrong."""
    dark = {LOCAL.source.name: Journal(problem="登录不上")}
    [found] = standings([LOCAL], dark, NOW)
    assert (found.verdict, found.reason) == (Verdict.UNCHECKED, f"{LOCAL.source.name}：登录不上")
    [found] = standings([LOCAL], {LOCAL.source.name: journal.read(line(LOCAL))}, NOW)
    assert (found.verdict, found.reason) == (Verdict.UNCHECKED, f"{LOCAL.keeper.name}：没有读到备份记录")
    assert standing(LOCAL, line(LOCAL, moment=ago(hours=-2))).verdict is Verdict.UNCHECKED


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        "{}",
        line(LOCAL, kind="other"),
        line(LOCAL, result="perhaps"),
        line(LOCAL, begun="noon"),
        line(LOCAL, more=1),
    ],
)
def test_a_line_that_nobody_understands_is_told(text: str) -> None:
    """And nothing of the rest is believed."""
    found = journal.read(f"{line(LOCAL)}\n{text}")
    assert found == Journal(problem="备份记录第 2 行读不懂")


def test_the_gravest_decides_and_nothing_is_not_good() -> None:
    """As exit code."""
    good = standing(LOCAL, line(LOCAL))
    unknown, bad = replace(good, verdict=Verdict.UNCHECKED), replace(good, verdict=Verdict.VIOLATED)
    assert [
        verdict_of(worst(row.verdict for row in rows)) for rows in ([good], [good, unknown], [unknown, bad, good], [])
    ] == [
        Exit.OK,
        Exit.UNCHECKED,
        Exit.VIOLATIONS,
        Exit.UNCHECKED,
    ]


def test_on_a_terminal_of_eighty_columns_nothing_of_the_table_is_cut_off() -> None:
    """Every copy with its reason."""
    console = Console(width=80, record=True)
    console.print(table([standing(LOCAL, line(LOCAL)), standing(AWAY)]))
    shown = console.export_text()
    assert "…" not in shown
    assert all(word in shown for word in ("3.3 MiB", "1 小时", "从未成功过", f"异地 {AWAY.copy.site}"))


@pytest.mark.parametrize(("count", "words"), [(0, "0 B"), (1023, "1023 B"), (1536, "1.5 KiB"), (5 << 30, "5.0 GiB")])
def test_a_size_is_told_in_its_largest_unit(count: int, words: str) -> None:
    assert size(count) == words
