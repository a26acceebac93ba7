"""`govnet addresses show` and `govnet picture`: for a person's eyes, and a person's mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.cli.app import app
from infra.errors import UsageError
from tests.cases import SMALL

ESTATE = ["--estate", str(SMALL)]


def told(*words: str) -> str:
    done = CliRunner().invoke(app, [*words, *ESTATE])
    assert done.exit_code == 0, done.output
    return done.output


def test_a_site_shows_each_part_of_each_zone() -> None:
    shown = told("addresses", "show", "suqian")
    assert "public_shared／tenants  10.52.128.0/18  IPv6 2001:db8:d00:8000::/50" in shown
    assert "  共 16384，已用 128，预留 128，静置 0，占 1.56%" in shown


def test_a_pool_shows_each_site_in_its_slot() -> None:
    shown = told("addresses", "show", "data_exchange")
    assert shown.startswith("data_exchange 安全数据交换区  10.160.0.0/12、2001:db8:4000::/36，2 处\n")
    assert "13 号槽 宿迁市  10.173.0.0/16  IPv6 2001:db8:4d00::/40\n  ▒···" in shown


def test_the_links_are_a_pool_too() -> None:
    assert "互联线路" in told("addresses", "show", "links")


def test_a_picture_is_shown_or_written(tmp_path: Path) -> None:
    shown = told("picture", "zones", "suqian")
    assert shown.startswith("<svg ")
    told("picture", "zones", "suqian", "--out", str(tmp_path / "map.svg"))
    assert (tmp_path / "map.svg").read_text(encoding="utf-8") == shown


@pytest.mark.parametrize(
    ("words", "message", "remedy"),
    [
        (["addresses", "show", "publik_shared"], "没有站点或地址池", "public_shared"),
        (["picture", "zones", "suqiam"], "没有站点 'suqiam'", "suqian"),
        (["picture", "zones"], "没有写站点", "province"),
        (["picture", "addresses", "suqian"], "地址规划图画的是全省", "govnet addresses show"),
        (["picture", "addresses", "--out", "/proc/none/map.svg"], "写不了 /proc/none/map.svg", "--out"),
    ],
    ids=("pool", "site", "no_site", "too_much", "unwritable"),
)
def test_a_mistake_is_answered_with_what_would_be_right(words: list[str], message: str, remedy: str) -> None:
    problem = CliRunner().invoke(app, [*words, *ESTATE]).exception
    assert isinstance(problem, UsageError)
    assert message in problem.message
    assert remedy in problem.remedy
