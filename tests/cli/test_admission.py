"""Before any engine starts: which sites may be changed at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra.cli import admission
from infra.engine import ROOT
from infra.stacks import Stack

STACKS = [Stack("province", "cloud"), Stack("suqian", "cloud"), Stack("suqian", "network")]


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real estate, to be spoiled."""
    monkeypatch.setattr(admission, "ROOT", tmp_path)
    shutil.copytree(ROOT / "estate", tmp_path / "estate")
    return tmp_path / "estate"


def test_a_sound_estate_admits_every_stack(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says nothing but how much was judged."""
    assert admission.admit(STACKS) == tuple(STACKS)
    assert capsys.readouterr().out.startswith("\n规则×对象：P01×")


def test_a_bad_file_in_one_city_never_stops_another(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its finding is shown with the file; the province goes on."""
    tenant = sorted((estate / "sites" / "suqian" / "tenants").glob("*.yaml"))[0]
    tenant.write_text(tenant.read_text(encoding="utf-8") + "no_such_field: 1\n", encoding="utf-8")
    assert admission.admit(STACKS) == (Stack("province", "cloud"),)
    said = capsys.readouterr().out
    assert f"sites/suqian/tenants/{tenant.name}" in said
    assert "不变更的站点：suqian" in said
