"""`govnet addresses allocate`: what it writes, what it leaves alone, and what it says of it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from infra.cli.app import app
from infra.errors import Exit
from tests.cases import SMALL

LEDGER = "sites/suqian/ledger.yaml"


@pytest.fixture
def estate(tmp_path: Path) -> Path:
    return shutil.copytree(SMALL, tmp_path / "estate")


def allocate(estate: Path) -> Result:
    return CliRunner().invoke(app, ["addresses", "allocate", "--estate", str(estate)])


def edit(estate: Path, file: str, before: str, after: str) -> None:
    text = (estate / file).read_text(encoding="utf-8")
    assert text.count(before) == 1
    (estate / file).write_text(text.replace(before, after), encoding="utf-8")


def test_a_second_time_changes_nothing(estate: Path) -> None:
    done = allocate(estate)
    assert (done.exit_code, done.stdout) == (0, "没有变化：dr、province、suqian\n")


def test_a_new_tenant_gets_a_block_and_the_others_keep_theirs(estate: Path) -> None:
    before = (estate / LEDGER).read_text(encoding="utf-8")
    tenant = (estate / "sites/suqian/tenants/renshe.yaml").read_text(encoding="utf-8")
    other = tenant.replace("id: suqian_renshe", "id: suqian_jiaoyu")
    (estate / "sites/suqian/tenants/jiaoyu.yaml").write_text(other, encoding="utf-8")
    done = allocate(estate)
    assert done.exit_code == 0, done.output
    assert f"suqian：新分配 1 块，收回 0 块，已写 {estate / LEDGER}\n" in done.stdout
    assert "没有变化：dr、province\n" in done.stdout
    after = (estate / LEDGER).read_text(encoding="utf-8").splitlines()
    assert {line for line in before.splitlines() if "seal:" not in line} < set(after)


@pytest.mark.parametrize("file", ["tenants/renshe.yaml", "counties.yaml", "site.yaml", "ledger.yaml"])
def test_what_cannot_be_read_is_not_taken_for_gone(file: str, estate: Path) -> None:
    """Its addresses would be given back and rest for half a year, for a slip of the pen."""
    (estate / "sites/suqian" / file).write_text("{{{\n", encoding="utf-8")
    before = (estate / LEDGER).read_text(encoding="utf-8")
    done = allocate(estate)
    assert (estate / LEDGER).read_text(encoding="utf-8") == before
    assert done.exit_code == Exit.VIOLATIONS
    assert "文件有误，台账不动：suqian\n" in done.stderr
    assert f"sites/suqian/{file}:" in done.stdout
    assert "没有变化：dr、province\n" in done.stdout


def test_a_closed_tenant_gives_its_block_back(estate: Path) -> None:
    edit(estate, "sites/suqian/tenants/shuju.yaml", "state: active", "state: closed")
    done = allocate(estate)
    assert "suqian：新分配 0 块，收回 1 块" in done.stdout
    assert "since: " in (estate / LEDGER).read_text(encoding="utf-8")
