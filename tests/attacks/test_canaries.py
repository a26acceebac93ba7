"""By the real engine: every rule's violation reaches the pack and is told, and every guarded type is looked at."""

from __future__ import annotations

import json
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
from tests.attacks.canary import executable, pack_for, previewed
from tests.attacks.harness import offline_workspace
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


@pytest.mark.parametrize("case", CANARIES.values(), ids=lambda case: f"{case.rule}_{case.path.stem}")
def test_a_rules_violation_is_told_by_the_engine(case: RuleCase, tmp_path: Path, built: Engine) -> None:
    """As a mandatory violation when it blocks this site on that day, else in the pack's own words."""
    rule = next(rule for rule in collect() if rule.id == case.rule)
    (tmp_path / "expected").mkdir()
    context = case.context(tmp_path / "expected")
    found = evaluate(context, [rule]).findings
    stopped = [site for site in SITES if blocking(found, site, context.today)]
    stack = names.stack([*stopped, *SITES][0], "tenants")
    told = previewed(offline_workspace(tmp_path), stack, NOTHING, pack_for(case, tmp_path)).said
    lines = [line for line in told.splitlines() if f"[{case.rule} " in line]
    assert lines, told
    assert stopped or any("不阻断" in line for line in lines), told
    assert not stopped or "[mandatory]" in told, told


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
