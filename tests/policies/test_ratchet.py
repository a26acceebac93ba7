"""The ratchet: the inventory of department networks only shrinks against the version a change starts from (cases in tests/ratchet)."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from infra.blueprint.load import load
from policies.evaluate import collect, evaluate
from policies.ratchet import _has_act
from policies.rule import Base, Context
from policies.tally import seal_changes
from tests.cases import HERE, SMALL, lines_of
from tests.policies.rule_cases import DAY, RuleCase

CASES = [RuleCase.read(path) for path in sorted((HERE / "ratchet").glob("*.yaml"))]
BUILT = "P09"
"""The rule that judges the inventory without looking back; what it says is part of the picture."""


def base() -> Base:
    loaded = load(SMALL)
    assert loaded.estate is not None
    assert loaded.blueprint is not None
    return Base(loaded.estate, loaded.blueprint)


def context_of(version: Base) -> Context:
    return Context(version.estate, version.blueprint, DAY, version)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.stem)
def test_exactly_the_expected_findings(case: RuleCase, tmp_path: Path) -> None:
    """Against the small sound estate; what was compared is counted."""
    context = replace(case.context(tmp_path), base=base())
    found = evaluate(context, [rule for rule in collect() if rule.id == BUILT])
    lines = lines_of(found.findings)
    if os.environ.get("GOVNET_WRITE_EXPECTED"):
        case.rewrite(lines)
    else:
        assert lines == case.expected
    assert bool(lines) == case.fails
    assert found.compared is not None
    assert found.compared.networks
    assert found.compared.seals


def test_a_new_sealed_act_is_named_first(tmp_path: Path) -> None:
    """With the old and the new seal and the number of the act."""
    case = next(case for case in CASES if case.path.stem == "pass_new_sealed_act")
    found = evaluate(replace(case.context(tmp_path), base=base()))
    assert list(seal_changes(found)) == ["封存清单变了：suqian a77a4bc43fa1 → 64c7e93c5e3e，依据 示例〔2026〕30号"]


def test_an_inventory_that_is_gone_needs_no_act() -> None:
    """Nothing of it may stand there any more, which is what the rules of the inventory see to; a first seal needs an approval that is there."""
    before = base()
    (site,) = before.estate.lock.sites
    lock = before.estate.lock
    gone = replace(before.estate, lock=lock.model_copy(update={"sites": {}}))
    now = replace(context_of(before), estate=gone)
    assert _has_act(now, before, site)
    assert _has_act(context_of(before), replace(before, estate=gone), site)
    unknown = lock.sites[site].model_copy(update={"approval": "nowhere"})
    told = replace(before.estate, lock=lock.model_copy(update={"sites": {site: unknown}}))
    assert not _has_act(replace(now, estate=told), replace(before, estate=gone), site)


def test_a_network_that_moves_to_another_file_is_the_same_network(tmp_path: Path) -> None:
    """And so is one that grows on the way: what a file is called means nothing."""
    root = tmp_path / "estate"
    shutil.copytree(SMALL, root)
    legacy = root / "sites" / "suqian" / "legacy"
    text = (legacy / "shuili.yaml").read_text(encoding="utf-8")
    (legacy / "shuili.yaml").unlink()
    (legacy / "a_new_name.yaml").write_text(text, encoding="utf-8")
    loaded = load(root)
    assert loaded.estate is not None
    assert loaded.blueprint is not None
    found = evaluate(Context(loaded.estate, loaded.blueprint, DAY, base()))
    assert found.findings == ()
    (legacy / "a_new_name.yaml").write_text(text.replace("date: 2027", "date: 2037"), encoding="utf-8")
    grown = load(root)
    assert grown.estate is not None
    assert grown.blueprint is not None
    (finding,) = evaluate(Context(grown.estate, grown.blueprint, DAY, base())).findings
    assert (finding.code, finding.where.file, finding.where.field) == (
        "P10",
        "sites/suqian/legacy/a_new_name.yaml",
        "sunset.date",
    )
