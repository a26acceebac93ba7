"""By the real engine: every rule's violation reaches the pack and is told, and every guarded type is looked at."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from infra import names
from infra.engine import Engine
from infra.names import LAYERS
from policies.conformance import conformance
from policies.evaluate import RULES, blocking, collect, evaluate
from policies.expected import Key, Password, Reference, Value
from policies.resource_types import Guarded, resource_types
from tests.attacks.harness import offline_workspace
from tests.canaries.canary import executable, pack_for, previewed
from tests.policies.rule_cases import CASES, RuleCase
from tests.real import blueprint

NOTHING = "import pulumi\n"
SITES = ("suqian", "province")
"""Those that have stack files; findings of shared files stop both."""
CANARIES = {case.rule: case for case in reversed([RuleCase.read(path) for path in CASES]) if case.fails}
"""Of each rule the first violating case."""


REGISTERS = """\
import json, pulumi
for token, props in json.loads({0!r}).items():
    pulumi.CustomResource(token, "canary", props)
"""

EASY = """\
import os
from pulumi_policy import EnforcementLevel, PolicyPack, StackValidationPolicy
PolicyPack("easy", [StackValidationPolicy("easy", "nothing is wrong", lambda args, report: {}, EnforcementLevel.MANDATORY)])
"""
"""A pack that finds nothing in any stack, and does something when it is asked."""


def test_every_rule_has_a_canary() -> None:
    assert set(CANARIES) == set(RULES)


@pytest.fixture(scope="module")
def told(built: Engine, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What the engine said of each site, asked once about all canaries."""
    folder = tmp_path_factory.mktemp("canaries")
    pack = pack_for(CANARIES.values(), folder / "pack")
    return {
        site: previewed(offline_workspace(folder / site), names.stack(site, "tenants"), NOTHING, pack).said
        for site in SITES
    }


@pytest.mark.parametrize("case", CANARIES.values(), ids=lambda case: f"{case.rule}_{case.path.stem}")
def test_a_rules_violation_is_told_by_the_engine(case: RuleCase, tmp_path: Path, told: Mapping[str, str]) -> None:
    """As a mandatory violation of every site that it blocks on that day; one that blocks none, in the pack's own words."""
    [rule] = [rule for rule in collect() if rule.id == case.rule]
    context = case.context(tmp_path)
    found = evaluate(context, [rule]).findings
    stopped = [site for site in SITES if blocking(found, site, context.today)]
    for site in stopped:
        violation = rf"\[mandatory\]  {case.rule}  .*\n.*\n.*\[{case.rule} "
        assert re.search(violation, told[site]), told[site]
    if not stopped:
        assert re.search(rf"不阻断：.*\[{case.rule} ", told[SITES[0]]), told[SITES[0]]


def plain(value: Value) -> object:
    """What the blueprint expects, with some text for every id that a cloud would issue."""
    if isinstance(value, Reference | Password):
        return "offline:canary"
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [plain(one) for one in value]
    return value


def test_one_resource_of_every_guarded_type_is_looked_at(tmp_path: Path, built: Engine) -> None:
    """Each like one of the blueprint's but for its name: the pack finds them all, so the engine showed it them all."""
    guarded = {token for token, treated in resource_types().items() if isinstance(treated, Guarded)}
    wanted = [
        row
        for site in SITES
        for layer in LAYERS
        for row in conformance(blueprint(), site, layer, "offline").expected.items()
    ]
    examples = {key.type: {name: plain(value) for name, value in row.inputs.items()} for key, row in wanted}
    assert set(examples) == guarded
    workspace = offline_workspace(tmp_path)
    program = REGISTERS.format(json.dumps(examples))
    told = previewed(workspace, names.stack(SITES[0], "tenants"), program, workspace.pack).said
    assert [token for token in guarded if f"{Key(token, 'canary')} 不在蓝图中" not in told] == [], told


def test_a_pack_that_dies_under_the_engine_lets_nothing_pass(tmp_path: Path, built: Engine) -> None:
    """While it is asked about the stack. The same pack alive lets the same program pass."""
    workspace = offline_workspace(tmp_path)
    stack = names.stack(SITES[0], "tenants")
    alive = previewed(workspace, stack, NOTHING, executable(tmp_path / "pack", EASY.format("None")))
    assert alive.code == 0, alive.said
    dead = previewed(workspace, stack, NOTHING, executable(tmp_path / "pack", EASY.format("os._exit(0)")))
    assert dead.code != 0, dead.said
