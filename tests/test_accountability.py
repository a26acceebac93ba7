"""Who did what: every change, removal or insertion of a line is found; what was killed is seen."""

from __future__ import annotations

from pathlib import Path

import pytest
import typer

from infra import accountability, keys
from infra.accountability import BEGUN, add, read, unfinished
from infra.cli import acts
from infra.errors import PlaybookError


@pytest.fixture
def key(tmp_path: Path) -> keys.Key:
    return keys.place(tmp_path / "keys")


@pytest.fixture
def log(tmp_path: Path, key: keys.Key) -> Path:
    """Two things that were done, and one that never ended."""
    path = tmp_path / "acts" / "acts.jsonl"
    for target in ("suqian", "province"):
        begun = add(path, key, "up", [target], BEGUN, blueprint="ab")
        add(path, key, "up", [target], "完成", of=begun.number, blueprint="ab")
    add(path, key, "configure", [], BEGUN)
    return path


def test_a_whole_chain_is_whole_and_shows_what_never_ended(log: Path, key: keys.Key) -> None:
    found = read(log.read_text(), key.public)
    assert (found.problems, len(found.acts)) == ((), 5)
    assert [act.command for act in unfinished(found.acts)] == ["configure"]
    assert found.head.startswith("5 ")
    assert log.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("harm", "said"),
    [
        (lambda rows: [rows[0].replace("suqian", "suqiam"), *rows[1:]], "第 1 行的签名不是本机的"),
        (lambda rows: [*rows[:2], *rows[3:]], "第 3 行接不上前一行"),
        (lambda rows: rows[1:], "第 1 行接不上前一行"),
        (lambda rows: [*rows[:2], rows[1], *rows[2:]], "第 3 行接不上前一行"),
        (lambda rows: [*rows[:4], "{}"], "第 5 行读不懂"),
        (lambda rows: [*rows[:4], rows[4][:-9]], "第 5 行读不懂"),
    ],
    ids=["changed", "removed", "first removed", "inserted", "nonsense", "cut off"],
)
def test_every_breach_is_found(log: Path, key: keys.Key, harm: object, said: str) -> None:
    rows = log.read_text().splitlines()
    broken = harm(rows)  # type: ignore[operator]  # a function of the table above
    [problem] = read("\n".join(broken) + "\n", key.public).problems
    assert problem.startswith(said)


def test_another_key_signs_nothing(log: Path, tmp_path: Path) -> None:
    stranger = keys.place(tmp_path / "stranger")
    assert read(log.read_text(), stranger.public).problems == ("第 1 行的签名不是本机的",)


def test_a_command_is_written_down_before_and_after(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However it ends: well, with an exit code, with a problem of the world, or killed by hand."""
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text("clouds: {}\n")
    monkeypatch.setattr(acts, "ROOT", tmp_path)
    monkeypatch.setattr("infra.cloudconfig.clouds_file", lambda _: clouds)

    def run(targets: list[str], check: bool) -> None:
        raise {"exit": typer.Exit(4), "dark": PlaybookError("不可达"), "stop": KeyboardInterrupt()}[targets[0]]

    noted = acts.recorded("configure", run)
    for word, expected in (("exit", typer.Exit), ("dark", PlaybookError), ("stop", KeyboardInterrupt)):
        with pytest.raises(expected):
            noted(targets=[word], check=True)
    acts.recorded("up", lambda targets: None)(targets=["suqian"])
    found = read(accountability.file(tmp_path).read_text(), keys.place(keys.folder(clouds)).public)
    told = [(act.command, act.target, act.result) for act in found.acts if act.result != BEGUN]
    assert told == [
        ("configure", "exit --check", "不符合"),
        ("configure", "dark --check", "没做成"),
        ("configure", "stop --check", "中断"),
        ("up", "suqian", "完成"),
    ]
    assert unfinished(found.acts) == ()
