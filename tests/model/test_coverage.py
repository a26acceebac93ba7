"""docs/coverage.md is true: every demand is there, every pointer resolves, and removing its target changes the blueprint."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

import pytest

from infra.blueprint.canonical import digest
from infra.blueprint.compile import compile_blueprint
from infra.blueprint.load import load
from infra.model.base import Model
from infra.model.enums import SiteState
from infra.model.estate import Estate, SiteEstate
from infra.reading import read_estate
from policies.evaluate import collect
from tests.cases import HERE

ITEMS = {"A": 31, "B": 11, "S": 14, "O": 7, "W": 29, "G": 13}
"""How many demands of each sort the documents make."""

BY_PEOPLE = {"A5", "O4", "O6", "G9", "G10", "G12"}
"""What only people can do: classified parts, contracts, training, evaluation."""

SITES = ("province", "suqian", "dr")
"""Enough of the province to see every pointer matter; a compile of it takes a tenth of a second."""

_OTHER = "  - {id: other, number: 20, system: 别的, title: 别的业务, department: caizheng, basis: 别的, mlps_level: 3, opened: []}"

M = TypeVar("M", bound=Model)


@cache
def table() -> dict[str, tuple[str, ...]]:
    """Item → its pointers (`人工` or `待规则 P…` as they stand)."""
    text = (HERE.parent / "docs" / "coverage.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ([ABSOWG][0-9]+) \| ([^|]+) \| ([^|]+) \|$", text, re.MULTILINE)
    return {item: tuple(re.findall(r"`([^`]+)`", cell)) or (cell.strip(),) for item, _, cell in rows}


@cache
def estate() -> Estate:
    """Part of the committed estate, all connected, all VPN instances open."""
    found = load(HERE.parent / "estate").estate
    assert found is not None
    sites = {name: _open(site) for name, site in found.sites.items() if name in SITES}
    entries = tuple(row for row in found.province.sites if row.id in SITES)
    return replace(found, sites=sites, province=found.province.model_copy(update={"sites": entries}))


def _open(site: SiteEstate) -> SiteEstate:
    return replace(site, entry=site.entry.model_copy(update={"state": SiteState.OPEN}))


def hashed(changed: Estate) -> str:
    return digest(compile_blueprint(changed)[0])


@cache
def unchanged() -> str:
    return hashed(estate())


def test_every_demand_has_a_row() -> None:
    """None is left out, none is made up; what only people can do is exactly that list."""
    assert sorted(table()) == sorted(
        f"{sort}{number}" for sort, count in ITEMS.items() for number in range(1, count + 1)
    )
    assert {item for item, cell in table().items() if cell == ("人工",)} == BY_PEOPLE
    waiting = {item for item, cell in table().items() if cell[0].startswith("待规则")}
    assert all(rule.id not in cell for item in waiting for cell in table()[item] for rule in collect())


POINTERS = sorted({pointer for cell in table().values() for pointer in cell if ":" in pointer})


def test_there_are_pointers() -> None:
    assert len(POINTERS) > 90


@pytest.mark.parametrize("pointer", POINTERS)
def test_a_pointer_resolves_and_its_target_matters(pointer: str) -> None:
    """A rule exists; a declaration is found, and without it the blueprint is another one."""
    sort, _, rest = pointer.partition(":")
    if sort == "rule":
        assert rest in {rule.id for rule in collect()}
        return
    reference, _, field = pointer.partition("#")
    assert estate().where(reference).line > 0
    assert sort == "vpn" or hashed(_without(estate(), sort, reference, field)) != unchanged()


VPNS = sorted(pointer.partition(":")[2] for pointer in POINTERS if pointer.startswith("vpn:"))


def test_without_an_instance_its_system_has_no_place(tmp_path: Path) -> None:
    """An instance that is opened nowhere has a number and addresses, and nothing derived; the platform that lives in it misses it."""
    root = shutil.copytree(HERE.parent / "estate", tmp_path / "estate")
    file = root / "vpns.yaml"
    rest = [row for row in file.read_text(encoding="utf-8").splitlines() if "- {id:" not in row]
    file.write_text("\n".join([*rest, _OTHER]) + "\n", encoding="utf-8")
    missed = {row.wrong for row in read_estate(root).findings if row.message == "没有这个VPN 实例"}
    assert set(VPNS) == missed
    assert len(VPNS) == 9


@pytest.mark.parametrize("identity", VPNS)
def test_an_instance_that_is_opened_is_derived(identity: str) -> None:
    """Its targets, its routing domain, its machines."""
    vpns = tuple(row.model_copy(update={"opened": SITES[:2]}) if row.id == identity else row for row in estate().vpns)
    assert hashed(replace(estate(), vpns=vpns)) != unchanged()


def _without(whole: Estate, sort: str, reference: str, field: str) -> Estate:
    """The estate without what a pointer points at."""
    identity = reference.partition(":")[2].partition("#")[0]
    if field:
        return _without_field(whole, sort, identity, field)
    if sort == "province":
        return replace(whole, sites={})
    if sort == "plan":
        return replace(whole, plans={name: plan for name, plan in whole.plans.items() if name != identity})
    if sort == "site":
        return replace(whole, sites={name: site for name, site in whole.sites.items() if name != identity})
    if sort in ("flow", "service"):
        rest: dict[str, Any] = {f"{sort}s": _drop(getattr(whole, f"{sort}s"), identity)}
        return replace(whole, **rest)
    if sort in ("offer", "playbook"):
        rest = {f"{sort}s": _drop(getattr(whole, f"{sort}s"), identity)}
        return replace(whole, **rest)
    if sort == "duty":
        assert whole.duty is not None
        rosters = tuple(row for row in whole.duty.rosters if row.site != identity)
        return replace(whole, duty=whole.duty.model_copy(update={"rosters": rosters}))
    if sort == "item":
        found = {
            name: row.model_copy(update={"items": _drop(row.items, identity)}) for name, row in whole.catalogues.items()
        }
        return replace(whole, catalogues=found)
    if sort in ("node", "trunk", "ring"):
        assert whole.backbone is not None
        rows = _drop(getattr(whole.backbone, f"{sort}s"), identity)
        return replace(whole, backbone=whole.backbone.model_copy(update={f"{sort}s": rows}))
    return replace(whole, sites={name: _site_without(site, sort, identity) for name, site in whole.sites.items()})


def _site_without(site: SiteEstate, sort: str, identity: str) -> SiteEstate:
    if sort == "standard":
        return replace(site, zones=_drop(site.zones, identity), tenants=())
    if sort == "unit":
        owner, _, department = identity.partition("/")
        rows = tuple(row for row in site.units if row.department != department)
        return replace(site, units=rows) if owner == site.id else site
    name = {"tenant": "tenants", "legacy": "legacy", "county": "counties"}[sort]
    rest: dict[str, Any] = {name: _drop(getattr(site, name), identity)}
    return replace(site, **rest)


def _without_field(whole: Estate, sort: str, identity: str, field: str) -> Estate:
    """Another value of one field: nothing where it may be nothing, else another word."""
    sites: dict[str, SiteEstate] = dict(whole.sites)
    for name, site in whole.sites.items():
        if sort == "site" and name == identity:
            empty: Any = "别的单位" if field in ("owner", "operator") else None
            sites[name] = replace(site, site=site.site.model_copy(update={field: empty}))
        elif sort == "county":
            rows = [
                row.model_copy(update={field: type(row.towns)()}) if row.id == identity else row
                for row in site.counties
            ]
            sites[name] = replace(site, counties=tuple(rows))
        elif sort == "tenant":
            tenants = [
                row.model_copy(update={field: "别的岗位"}) if row.id == identity else row for row in site.tenants
            ]
            sites[name] = replace(site, tenants=tuple(tenants))
    return replace(whole, sites=sites)


def _drop(rows: Iterable[M], identity: str) -> tuple[M, ...]:
    return tuple(row for row in rows if getattr(row, "id", None) != identity)
