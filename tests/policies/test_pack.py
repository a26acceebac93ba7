"""The pack as the engine asks it: resource by resource, then the stack. Whatever it cannot judge is a violation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pulumi_policy import (
    PolicyResource,
    PolicyResourceOptions,
    ReportViolation,
    ResourceValidationArgs,
    StackValidationArgs,
)
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from infra.errors import CloudError
from policies.conformance import STACK, Conformance, conformance
from policies.expectations.tokens import PROJECT
from policies.expected import UNKNOWN, Ext, Key, Ref, Role, references
from policies.pack import Pack, plain
from policies.state import Row, State
from tests.cases import SMALL
from tests.policies.test_conformance import faithful

STACK_NAME = "suqian.identity"


def options(*ignored: str) -> PolicyResourceOptions:
    """Options of a resource as the engine gives them; the SDK's types do not know that timeouts may be absent."""
    return PolicyResourceOptions(False, list(ignored), None, [], None, [], None)  # type: ignore[arg-type]  # see above


def pack(
    estate: Path = SMALL, role: str = "role of member", deployed: Callable[[str], State | None] | None = None
) -> Pack:
    return Pack(
        estate,
        date(2026, 11, 23),
        lambda site, layer: f"{site}-{layer}",
        lambda cloud, name: role,
        deployed or exported,
    )


def exported(stack: str, **wrong: str) -> State | None:
    """The layer below, with what it exports, honest but for what is `wrong`; no other stack is there."""
    made = {name: f"id of {name}" for name in ("domain", "extranet", "suqian_renshe", "suqian_shuju")}
    rows = (
        Row(Key(STACK, f"govnet-{stack}"), "", {}, made | wrong, protect=False, pending=False, read=False),
        *(Row(Key(PROJECT, name), id_, {}, {}, protect=True, pending=False, read=False) for name, id_ in made.items()),
    )
    return State(stack, rows, 0) if stack == "suqian.cloud" else None


def into(lines: list[str]) -> ReportViolation:
    """Collects what is reported."""

    def report(message: str, _: str | None = None) -> None:
        lines.append(message)

    return report


def urn(key: Key) -> str:
    return f"urn:pulumi:{STACK_NAME}::govnet::{key.type}::{key.name}"


def given(ref: Ref | Ext | Role) -> str:
    """Ids as they stand in the honest stack below."""
    match ref:
        case Ref(key):
            return f"id of {key.name}"
        case Ext(_, name):
            return f"id of {name}"
        case Role(name):
            return f"role of {name}"


class Stack:
    """An honest stack suqian.identity, to be made less honest."""

    def __init__(self, judge: Pack) -> None:
        assert judge.loaded.blueprint is not None
        self.judge = judge
        self.wanted = conformance(judge.loaded.blueprint, "suqian", "identity", "suqian-identity")
        self.inputs: dict[Key, dict[str, Any]] = {
            key: faithful(self.wanted, key, given) for key in self.wanted.expected
        }
        self.sources: dict[Key, dict[str, list[Key]]] = {
            key: {
                name: [self.wanted.source(ref) for ref in references(value) if isinstance(ref, Ref)]
                for name, value in expected.inputs.items()
            }
            for key, expected in self.wanted.expected.items()
        }
        self.unjudged: dict[Key, Mapping[str, Any]] = {
            Key(STACK, f"govnet-{STACK_NAME}"): {},
        }
        self.options = options()

    def said(self) -> list[str]:
        """Everything that is refused, in the order it is said."""
        lines: list[str] = []
        for key, inputs in self.inputs.items():
            props = unknown_checking_proxy(inputs)
            args = ResourceValidationArgs(key.type, props, urn(key), key.name, self.options, None)
            self.judge.resource(args, into(lines))
        rows = {key: self._row(key, {**inputs, "id": f"id of {key.name}"}) for key, inputs in self.inputs.items()}
        rows |= {key: self._row(key, props) for key, props in self.unjudged.items()}
        for key, sources in self.sources.items():
            if key in rows:
                rows[key].property_dependencies = {
                    name: [rows[source] for source in found] for name, found in sources.items() if found
                }
        self.judge.stack(StackValidationArgs(list(rows.values())), into(lines))
        return lines

    def _row(self, key: Key, props: Mapping[str, Any]) -> PolicyResource:
        return PolicyResource(
            key.type, unknown_checking_proxy(dict(props)), urn(key), key.name, self.options, None, None, [], {}
        )


def find(stack: Stack, name: str) -> Key:
    return next(key for key in stack.inputs if key.name == name)


def test_an_honest_stack_passes_and_says_what_was_judged(capfd: pytest.CaptureFixture[str]) -> None:
    """Counts of rules and resources are printed to stderr; stdout belongs to the engine."""
    stack = Stack(pack())
    assert stack.said() == []
    out, err = capfd.readouterr()
    assert out == ""
    assert f"蓝图要求 {len(stack.inputs)} 项，逐项检查 {len(stack.inputs)} 项" in err
    assert "规则×对象：P01×" in err


def test_fewer_resources_than_the_blueprint_has() -> None:
    """A pack that judged fewer is a failure, never green."""
    stack = Stack(pack())
    lost = find(stack, "suqian_renshe-members-role")
    del stack.inputs[lost]
    assert stack.said() == [f"蓝图要求 {lost}，程序没有登记"]


def test_nothing_at_all() -> None:
    """No resources, no verdict."""
    lines: list[str] = []
    pack().stack(StackValidationArgs([]), into(lines))
    assert lines == ["引擎没有给出任何资源，无从检查"]


def test_what_must_be_protected_is_asked_for_each_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    """As the engine says of its options, and what is missing is told."""
    asked: list[tuple[Key, bool]] = []

    def missing(_: Conformance, key: Key, *, protect: bool) -> list[str]:
        asked.append((key, protect))
        return [f"{key} 没有保护"]

    monkeypatch.setattr(Conformance, "protection", missing)
    stack = Stack(pack())
    assert stack.said() == [f"{key} 没有保护" for key in stack.inputs]
    assert asked == [(key, False) for key in stack.inputs]


def test_an_unknown_where_a_value_must_be() -> None:
    """The SDK would call this advice."""
    stack = Stack(pack())
    group = find(stack, "suqian_renshe-members")
    stack.inputs[group]["name"] = UNKNOWN_STRING_VALUE
    assert any("name：蓝图为 “suqian_renshe-members”，程序给出 （创建后才知道）" in line for line in stack.said())


def test_an_id_of_the_same_stack_that_is_another_ones() -> None:
    """The property seems to come from the right user, but its value is another's: an `apply` that swaps."""
    stack = Stack(pack())
    role = find(stack, "operator-role")
    stack.inputs[role]["userId"] = "id of somebody"
    assert len(stack.said()) == 1


def test_an_id_that_the_other_stack_does_not_export() -> None:
    """Known, from the right stack reference, and still not what that stack says."""
    stack = Stack(pack())
    role = find(stack, "suqian_renshe-members-role")
    stack.inputs[role]["projectId"] = "id of suqian_shuju"
    assert len(stack.said()) == 1


def test_an_id_that_the_other_stack_exports_under_a_wrong_name() -> None:
    """The layer below tells another project's id: whoever believes it is refused, however well both agree."""
    stack = Stack(pack(deployed=partial(exported, suqian_renshe="id of suqian_shuju")))
    role = find(stack, "suqian_renshe-members-role")
    stack.inputs[role]["projectId"] = "id of suqian_shuju"
    assert stack.said() == [f"{role} 的 projectId：蓝图为 层 cloud 的输出 suqian_renshe，程序给出 “id of suqian_shuju”"]


def test_a_project_without_an_id_is_not_issued_yet() -> None:
    """What has none cannot be named by another, however well both agree."""

    def without(stack: str) -> State | None:
        state = exported(stack, suqian_renshe="")
        nameless = Key(PROJECT, "suqian_renshe")
        rows = () if state is None else (replace(row, id="") if row.key == nameless else row for row in state.rows)
        return state and replace(state, rows=tuple(rows))

    stack = Stack(pack(deployed=without))
    role = find(stack, "suqian_renshe-members-role")
    stack.inputs[role]["projectId"] = ""
    assert [line.split("：")[0] for line in stack.said()] == [f"{role} 的 projectId"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("operator", "id of operator", None),
        (
            "operator",
            "id of suqian_renshe-members",
            "蓝图为 User “operator” 的 id，程序给出 “id of suqian_renshe-members”",
        ),
        ("operator", UNKNOWN_STRING_VALUE, "蓝图为 User “operator” 的 id，程序给出 （创建后才知道）"),
        ("password", "secret", "蓝图里没有叫这个名字的资源"),
    ],
)
def test_what_the_stack_itself_exports(name: str, value: str, said: str | None) -> None:
    """Under the name of a resource its own id, and nothing else."""
    stack = Stack(pack())
    stack.unjudged[Key(STACK, f"govnet-{STACK_NAME}")] = {name: value}
    assert stack.said() == ([f"栈的输出 “{name}”：{said}"] if said else [])


def test_another_role() -> None:
    """Keystone is asked which id the role has."""
    assert len(Stack(pack(role="role of admin")).said()) == 3


def test_a_role_that_nobody_could_be_asked_about() -> None:
    """Could not check is a violation."""

    def unreachable(cloud: str, name: str) -> str:
        raise CloudError("问不到云", "检查网络")

    judge = pack()
    judge.role_id = unreachable
    assert Stack(judge).said() == ["没能核对，不放行：问不到云。检查网络"]


def test_a_resource_that_was_read_and_not_registered() -> None:
    """The engine never asks about a read resource's inputs; in the stack it stands there all the same."""
    stack = Stack(pack())
    stack.unjudged[Key("openstack:networking/network:Network", "internet")] = {"name": "internet"}
    assert stack.said() == ["Network “internet” 没有逐项检查过：它是从别处读来的，不是本程序登记的"]


def test_options_that_turn_checks_off() -> None:
    """With ignore_changes the engine keeps an old value whatever the blueprint says."""
    stack = Stack(pack())
    stack.options = options("description")
    assert len(stack.said()) == len(stack.inputs)


def test_a_wrong_estate(tmp_path: Path) -> None:
    """An empty folder, or one with other sites: nothing can be expected, so nothing passes."""
    honest = Stack(pack())
    honest.judge = pack(tmp_path)
    said = honest.said()
    assert any("推导不出蓝图" in line for line in said)
    assert any("缺少文件" in line for line in said)


def test_unknowns_deep_inside_are_seen() -> None:
    """In lists and in maps; an unknown never looks like an absent value."""
    props = unknown_checking_proxy(
        {"a": [{"b": UNKNOWN_STRING_VALUE}, UNKNOWN_STRING_VALUE], "c": UNKNOWN_STRING_VALUE}
    )
    assert plain(props) == {"a": [{"b": UNKNOWN}, UNKNOWN], "c": UNKNOWN}
