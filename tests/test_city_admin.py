"""docs/city-admin.md, followed to the letter in a copy of the estate: each command is typed as written and says what is written there."""

from __future__ import annotations

import re
import shlex
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli.app import app
from infra.engine import ROOT

GUIDE = ROOT / "docs" / "city-admin.md"
ELSEWHERE = ("make", "source", "git")
"""Commands of the guide that are not govnet's: they prepare a machine or a branch."""
DAY = "2026-12-01"
"""The day on which the guide's verdicts are given."""
TENANT = "sites/suqian/tenants/jiaoyu.yaml"


@dataclass(frozen=True)
class Told:
    """A command of the guide and what it is to say, line by line; `……` stands for any number of lines."""

    command: str
    says: tuple[str, ...]


def sections() -> dict[str, str]:
    """The guide's headed parts."""
    parts = re.split(r"^#{2,3} (.*)$", GUIDE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def blocks(text: str, language: str) -> list[list[str]]:
    """The lines of each block of a language, without the indentation of the list they stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    return [[line.removeprefix(indent) for line in body.splitlines()] for indent, body in found]


def told(text: str) -> Iterator[Told]:
    for lines in blocks(text, "console"):
        starts = [number for number, line in enumerate(lines) if line.startswith("$ ")]
        assert starts[0] == 0, lines
        for here, after in zip(starts, [*starts[1:], len(lines)], strict=True):
            command = lines[here][2:].partition("  #")[0].strip()
            if not command.startswith(ELSEWHERE):
                yield Told(command, tuple(lines[here + 1 : after]))


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    return shutil.copytree(ROOT / "estate", tmp_path / "estate")


def follow(row: Told, estate: Path) -> None:
    """Type it; the printed lines are those of the guide, in their order."""
    program, *words = shlex.split(row.command)
    assert program == "govnet"
    options = ["--estate", str(estate), *(["--today", DAY] if words == ["check"] else [])]
    done = CliRunner().invoke(app, [*words, *options])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    found = [line for line in done.stdout.replace(str(estate), "estate").splitlines() if line]
    if row.says[-1:] == ("……",):
        found = [*found[: len(row.says) - 1], "……"]
    assert tuple(found) == row.says, row.command


def edit(file: Path, before: str, after: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert text.count(before) == 1, before
    file.write_text(text.replace(before, after), encoding="utf-8")


def approve(estate: Path, lines: list[str], item: list[str]) -> None:
    """Change what the file says of these fields, add the others, and register the tenant's information."""
    file = estate / TENANT
    fields = [line.partition(":")[0] for line in lines if not line.startswith(" ")]
    kept = [line for line in file.read_text(encoding="utf-8").splitlines() if line.partition(":")[0] not in fields]
    file.write_text("\n".join([*kept, *lines]) + "\n", encoding="utf-8")
    with (estate / "catalogue" / "suqian.yaml").open("a", encoding="utf-8") as catalogue:
        catalogue.writelines(f"  {line}\n" for line in item)


def test_a_department_is_brought_in_as_the_guide_says(estate: Path) -> None:
    text = sections()["接入一个租户"]
    asked, allocated, applied, *later = told(text)
    for row in (asked, allocated, applied):
        follow(row, estate)
    approve(estate, *blocks(text, "yaml"))
    assert {row.command.split()[1] for row in later} == {"check", "reach", "explain"}
    for row in later:
        follow(row, estate)


def test_mistakes_are_told_as_the_guide_says(estate: Path) -> None:
    for row in [*told(sections()["接入一个租户"])][:2]:
        follow(row, estate)
    edit(estate / TENANT, "\nhosts: ", "\nhost: ")
    edit(estate / TENANT, "level: 2", "level: 5")
    (row,) = told(sections()["写错了"])
    follow(row, estate)
