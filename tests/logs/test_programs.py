"""Logs that are kept: sealed in a signed chain, compressed, deleted when their time is over and not a day before; every breach is found."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests.logs.keeper import Keeper, keeper, needs_faketime

TODAY = datetime.now(UTC).date()
FIRST = date(2026, 1, 1)


@pytest.fixture
def kept(tmp_path: Path) -> Keeper:
    """Two runs have sealed what two machines sent today and yesterday; all is whole."""
    made = keeper(tmp_path)
    made.write(TODAY - timedelta(days=1), "old 1", "old 2")
    made.write(TODAY, "new 1", "new 2")
    made.write(TODAY, "other 1", machine="two")
    assert made.seal().returncode == 0
    made.write(TODAY, "new 3")
    assert made.seal().returncode == 0
    return made


def test_what_arrived_is_counted_and_whole(kept: Keeper) -> None:
    """Lines that have arrived since are not counted yet, and no breach; who checked last is told."""
    kept.write(TODAY, "not sealed yet")
    found = kept.verify()
    assert (found["problems"], found["links"], found["files"], found["lines"]) == ([], 2, 3, 6)
    assert (found["since"], found["machines"]) == (str(TODAY - timedelta(days=1)), ["one", "two"])
    assert (found["before"], kept.verify()["before"]) == (None, found["checked"])


def edit(file: Path, change: Callable[[bytes], bytes]) -> None:
    file.write_bytes(change(file.read_bytes()))


@pytest.mark.parametrize(
    ("breach", "found"),
    [
        pytest.param(
            lambda it: edit(it.log(TODAY), lambda text: text.replace(b"new 1", b"new 9")),
            f"one/{TODAY}.log 内容改过：第 0 到 12 字节之间",
            id="a_byte_altered",
        ),
        pytest.param(
            lambda it: edit(it.log(TODAY), lambda text: text[:-6]),
            f"one/{TODAY}.log 少了内容：封存到 18 字节，只有 12 字节",
            id="a_line_cut_off",
        ),
        pytest.param(
            lambda it: edit(it.log(TODAY), lambda text: text[6:]),
            f"one/{TODAY}.log 内容改过：第 0 到 12 字节之间",
            id="a_line_removed",
        ),
        pytest.param(lambda it: it.log(TODAY, "two").unlink(), f"two/{TODAY}.log 不见了", id="a_file_removed"),
        pytest.param(
            lambda it: it.write("2026-01-01", "forged"),
            "one/2026-01-01.log 没有封存过，是后来放进去的",
            id="a_file_inserted",
        ),
        pytest.param(
            lambda it: (it.root / "note").write_text("x"), "note 不是日志，不知从何而来", id="a_file_that_is_no_log"
        ),
        pytest.param(
            lambda it: it.log(TODAY).with_suffix(".log.gz").write_bytes(gzip.compress(it.log(TODAY).read_bytes())),
            f"one/{TODAY}.log 既有压缩的又有没压缩的",
            id="a_second_version",
        ),
        pytest.param(
            lambda it: edit(it.chain, lambda text: text.replace(b'"lines":2', b'"lines":3', 1)),
            "链不可信：链第 2 行接不上前一行：有行被改过、删去或插入",
            id="a_link_altered",
        ),
        pytest.param(
            lambda it: edit(it.chain, lambda text: text.split(b"\n", 1)[1]),
            "链不可信：链第 1 行接不上前一行：有行被改过、删去或插入",
            id="a_link_removed",
        ),
        pytest.param(
            lambda it: edit(it.chain, lambda text: text + text.split(b"\n")[0] + b"\n"),
            "链不可信：链第 3 行接不上前一行：有行被改过、删去或插入",
            id="a_link_inserted",
        ),
        pytest.param(
            lambda it: edit(it.chain, lambda text: text.replace(b'"end":18', b'"end":19')),
            "链最后一行的签名不是本机的",
            id="the_last_link_altered",
        ),
        pytest.param(
            lambda it: edit(it.chain, lambda text: b"no link\n" + text), "链不可信：链第 1 行读不懂", id="nonsense"
        ),
        pytest.param(lambda it: edit(it.chain, lambda _: b""), "链是空的，从未封存过", id="an_empty_chain"),
    ],
)
def test_a_breach_is_found_and_named(kept: Keeper, breach: Callable[[Keeper], object], found: str) -> None:
    """Each alone, by where it is and what it is."""
    assert kept.problems() == []
    breach(kept)
    assert found in kept.problems()


def test_a_link_of_another_key_is_none(kept: Keeper, tmp_path: Path) -> None:
    """Whoever has the folder but not the key cannot go on with the chain."""
    (tmp_path / "other").mkdir()
    other = keeper(tmp_path / "other")
    assert Keeper(kept.root, kept.state, other.key).seal().returncode == 0
    assert kept.problems() == ["链最后一行的签名不是本机的"]


def test_nothing_is_added_to_a_broken_chain(kept: Keeper) -> None:
    """So that no later link hides where it broke."""
    edit(kept.chain, lambda text: text.split(b"\n", 1)[1])
    before = kept.chain.read_bytes()
    done = kept.seal()
    assert done.returncode == 1
    assert "没有封存：链第 1 行接不上前一行" in done.stderr
    assert kept.chain.read_bytes() == before


def test_a_line_that_a_kill_cut_short_was_never_there(kept: Keeper) -> None:
    """The next run goes on before it."""
    edit(kept.chain, lambda text: text + b'{"blocks":[')
    assert kept.seal().returncode == 0
    found = kept.verify()
    assert (found["problems"], found["links"]) == ([], 3)


def test_half_a_line_waits_for_its_other_half(kept: Keeper) -> None:
    """What is sealed ends with a line."""
    with kept.log(TODAY).open("a") as out:
        out.write("half")
    kept.seal()
    with kept.log(TODAY).open("a") as out:
        out.write(" and half\n")
    kept.seal()
    found = kept.verify()
    assert (found["problems"], found["lines"]) == ([], 7)


@needs_faketime
def test_a_keeper_that_has_stopped_sealing_is_told(kept: Keeper) -> None:
    """A chain that is sound and old is no proof of today."""
    [problem] = kept.problems(f"{TODAY + timedelta(days=1)} 12:00:00")
    assert problem.startswith("最近一次封存是")


def through(made: Keeper, days: int) -> date:
    """A machine writes a line a day for so many days, each sealed on its day; the last day."""
    for count in range(days):
        day = FIRST + timedelta(days=count)
        made.write(day, f"line of {day}")
        assert made.seal(f"{day} 23:30:00").returncode == 0
    return FIRST + timedelta(days=days - 1)


def days_kept(made: Keeper) -> list[date]:
    return sorted(date.fromisoformat(path.name.partition(".")[0]) for path in made.root.rglob("*.log*"))


@needs_faketime
def test_logs_are_kept_for_180_days_and_no_longer(tmp_path: Path) -> None:
    """By the clock of the keeper, as `faketime` sets it: what is 179 and what is 180 days old stays; the 181st day takes the oldest."""
    made = keeper(tmp_path)
    made.write(FIRST, "the first line")
    made.seal(f"{FIRST} 12:00:00")
    for days in (179, 180):
        day = FIRST + timedelta(days=days)
        made.write(day, f"after {days} days")
        assert made.seal(f"{day} 12:00:00").returncode == 0
        assert FIRST in days_kept(made), days
    last = FIRST + timedelta(days=181)
    assert made.seal(f"{last} 00:30:00").returncode == 0
    assert days_kept(made) == [FIRST + timedelta(days=179), FIRST + timedelta(days=180)]
    found = made.verify(f"{last} 00:40:00")
    assert (found["problems"], found["files"], found["since"]) == ([], 2, str(FIRST + timedelta(days=179)))


@needs_faketime
def test_a_log_deleted_before_its_time_is_found(tmp_path: Path) -> None:
    """Even when the keeper itself was told to keep logs for less than promised, and signed that it deleted one."""
    made = keeper(tmp_path)
    last = through(made, 4)
    assert made.seal(f"{last} 23:40:00", keep_days=2).returncode == 0
    [problem] = made.problems(f"{last} 23:50:00")
    assert problem.startswith(f"one/{FIRST}.log 留存不到 180 天，就在 {last}")


@needs_faketime
def test_a_past_day_is_compressed_and_still_proven(tmp_path: Path) -> None:
    """Its name in the chain stays; a byte of the compressed one altered is found, and so is a line added to a day that is over."""
    made = keeper(tmp_path)
    last = through(made, 4)
    now = f"{last} 23:45:00"
    assert [path.name for path in sorted(made.root.rglob("*.gz"))] == ["2026-01-01.log.gz", "2026-01-02.log.gz"]
    assert made.problems(now) == []
    packed = made.log(FIRST).with_suffix(".log.gz")
    before = packed.read_bytes()
    packed.write_bytes(gzip.compress(b"line of 2026-01-09\n"))
    assert made.problems(now) == ["one/2026-01-01.log 内容改过：第 0 到 19 字节之间"]
    packed.write_bytes(before[:-4])
    assert "压缩文件损坏" in made.problems(now)[0]
    packed.write_bytes(gzip.compress(gzip.decompress(before) + b"added\n"))
    assert made.problems(now) == ["one/2026-01-01.log 封存之后又添了内容"]


@needs_faketime
def test_what_was_altered_is_not_compressed_away(tmp_path: Path) -> None:
    """It stays as it is found, and is found again."""
    made = keeper(tmp_path)
    last = through(made, 2)
    edit(made.log(FIRST), lambda text: text.replace(b"line", b"lime"))
    later = last + timedelta(days=2)
    assert made.seal(f"{later} 00:10:00").returncode == 0
    assert made.log(FIRST).exists()
    assert made.problems(f"{later} 00:20:00") == ["one/2026-01-01.log 内容改过：第 0 到 19 字节之间"]


def test_every_line_of_the_chain_says_what_the_next_one_needs(kept: Keeper) -> None:
    """Readable by people and by any program: no secret, one JSON object a line."""
    rows = [json.loads(line) for line in kept.chain.read_text().splitlines()]
    assert [row["number"] for row in rows] == [1, 2]
    assert rows[1]["blocks"] == [{**rows[1]["blocks"][0], "begin": 12, "end": 18, "file": f"one/{TODAY}.log"}]
