"""Before any engine starts: which sites may be changed at all."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra.cli import admission
from infra.engine import ROOT
from infra.stacks import Stack
from policies.state import State, deployed
from tests.exports import export

STACKS = [Stack("province", "cloud"), Stack("suqian", "cloud"), Stack("suqian", "network")]


def nothing(_: Stack) -> None:
    """No stack was ever brought up."""


@pytest.fixture
def estate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real estate, to be spoiled."""
    monkeypatch.setattr(admission, "ROOT", tmp_path)
    shutil.copytree(ROOT / "estate", tmp_path / "estate")
    return tmp_path / "estate"


def test_a_sound_estate_admits_every_stack(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says nothing but how much was judged."""
    assert admission.admit(STACKS, nothing) == tuple(STACKS)
    assert capsys.readouterr().out.startswith("\n规则×对象：P01×")


def test_a_bad_file_in_one_city_never_stops_another(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Its finding is shown with the file; the province goes on."""
    tenant = sorted((estate / "sites" / "suqian" / "tenants").glob("*.yaml"))[0]
    tenant.write_text(tenant.read_text(encoding="utf-8") + "no_such_field: 1\n", encoding="utf-8")
    assert admission.admit(STACKS, nothing) == (Stack("province", "cloud"),)
    said = capsys.readouterr().out
    assert f"sites/suqian/tenants/{tenant.name}" in said
    assert "不变更的站点：suqian" in said


def test_an_emergency_suspension_always_passes(estate: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A city with an old finding may still take its flows away, and do nothing else: judged by what each of its stacks has now."""
    shutil.copytree(ROOT / "stacks", estate.parent / "stacks")
    overdue(estate)
    tenant = estate / "sites" / "suqian" / "tenants" / "renshe.yaml"
    text = tenant.read_text(encoding="utf-8")
    stacks = (Stack("suqian", "network"), Stack("suqian", "tenants"))
    tenant.write_text(text.replace("state: active", "state: frozen"), encoding="utf-8")
    assert admission.admit(stacks, as_committed) == stacks
    assert "只关闭流向的站点：suqian" in capsys.readouterr().out
    assert admission.admit(stacks, nothing) == ()
    tenant.write_text(text.replace("8080/tcp", "8082/tcp"), encoding="utf-8")
    assert admission.admit(stacks, as_committed) == ()


def overdue(estate: Path) -> None:
    """A finding that no closing of flows mends: an old network that should be gone by now."""
    legacy = sorted((estate / "sites" / "suqian" / "legacy").glob("*.yaml"))[0]
    legacy.write_text(legacy.read_text(encoding="utf-8").replace("date: 2027", "date: 2020"), encoding="utf-8")


def as_committed(stack: Stack) -> State | None:
    """What the committed estate brings about."""
    return deployed(export(stack.site, stack.layer)["deployment"])
