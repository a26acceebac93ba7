"""What a stack's state says there is, held against the blueprint, without any cloud.

A state is what `pulumi stack export` prints; after a refresh it says what the cloud has. Inputs are judged as those of a program are;
what the provider read back is judged too, because a refresh may show there what nobody declared.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from infra import names
from infra.blueprint.types import Blueprint
from policies.conformance import PROVIDER, STACK, STACK_REFERENCE, Conformance, Given, Ids, conformance, matches, render
from policies.expectations.tokens import ROUTER_ROUTES, SECURITY_GROUP_RULE
from policies.expected import UNKNOWN, Expected, Ext, Key, Ref, Reference, Role, Unknown, references
from policies.resource_types import Guarded, treatment

SECRET = "4dabf18193072939515e22adb298388d"
"""The engine's mark of a sealed value."""

SEALED = "（密）"
"""Stands for a sealed value: that there is one can be judged, which one cannot."""

CLOSED: Mapping[str, Sequence[Given]] = {
    "allowedAddressPairs": ([], None),
    "externalNetworkId": ("", None),
    "portSecurityEnabled": (True,),
    "remoteAddressGroupId": ("", None),
    "remoteGroupId": ("", None),
    "shared": (False, None),
}
"""Properties that open something up: where the blueprint does not mention them, what the cloud reports must be one of these."""


@dataclass(frozen=True, slots=True)
class Row:
    """A resource of a state. `pending`: a replaced one that is still to be deleted; `read`: somebody else made it."""

    key: Key
    id: str
    inputs: Mapping[str, Given]
    outputs: Mapping[str, Given]
    protect: bool
    pending: bool
    read: bool


@dataclass(frozen=True, slots=True)
class State:
    """A stack's resources. `unfinished`: how many operations a killed run left open."""

    stack: str
    rows: tuple[Row, ...]
    unfinished: int

    @property
    def exports(self) -> Mapping[str, Given]:
        """What the stack exports to the other layers of its site."""
        return next((row.outputs for row in self.rows if row.key.type == STACK), {})

    @property
    def issued(self) -> Mapping[str, Given]:
        """The ids that other layers may use, by the names of their resources: what is exported under another one's name is none."""
        own = {row.key.name: row.id for row in self.rows if not row.pending and row.key.type.startswith("openstack:")}
        return {name: given for name, given in self.exports.items() if own.get(name) == given}

    def imports(self, layer: str) -> Mapping[str, Given] | None:
        """What another layer exported when this state was written; `None` when it was not asked."""
        wanted = names.qualified_stack(self.stack.partition(".")[0], layer)
        rows = (row for row in self.rows if row.key == Key(STACK_REFERENCE, wanted))
        outputs = next((row.outputs.get("outputs") for row in rows), None)
        return outputs if isinstance(outputs, Mapping) else None


def read_state(deployment: Mapping[str, Any]) -> State:
    """A deployment as the engine exports it. Raises `ValueError` when it is none, or has nothing in it to tell whose it is."""
    try:
        rows = tuple(_row(resource) for resource in deployment.get("resources") or ())
        stacks = {
            resource["urn"].split("::", 1)[0].rsplit(":", 1)[-1] for resource in deployment.get("resources") or ()
        }
    except (KeyError, TypeError, AttributeError) as problem:
        raise ValueError(f"not a deployment: {problem!r}") from problem
    if len(stacks) != 1:
        raise ValueError(f"resources of {len(stacks)} stacks")
    return State(stacks.pop(), rows, len(deployment.get("pending_operations") or ()))


def deployed(deployment: Mapping[str, Any] | None) -> State | None:
    """What a stack has now; none when it was never brought up."""
    return read_state(deployment) if deployment and deployment.get("resources") else None


def suspends(blueprint: Blueprint | None, state: State | None, cloud: str) -> bool:
    """Whether a stack of a site that has blocking findings may be brought up all the same: it would only lose rules and routes.

    `cloud`: the clouds.yaml entry that the stack is deployed with.
    """
    if blueprint is None or state is None:
        return False
    site, _, layer = state.stack.partition(".")
    try:
        return only_removes(state, conformance(blueprint, site, layer, cloud))
    except KeyError:
        return False  # the blueprint has no such stack any more


def only_removes(state: State, wanted: Conformance) -> bool:
    """Whether bringing a stack from this state to the blueprint takes rules and routes away, and does nothing else.

    That is what an emergency suspension comes to: nothing is made, nothing is changed but a list of routes that gets shorter.
    """
    ids = _Ids(state, wanted, {})
    present = {row.key: row for row in state.rows if row.key.type.startswith("openstack:")}
    gone = present.keys() - wanted.expected.keys()
    if state.unfinished or any(row.pending for row in state.rows) or wanted.expected.keys() - present.keys():
        return False
    if any(key.type not in (SECURITY_GROUP_RULE, ROUTER_ROUTES) for key in gone):
        return False
    return not any(
        wanted.resource(key, _without_more_routes(present[key], expected, ids), ids)
        for key, expected in wanted.expected.items()
    )


def _without_more_routes(row: Row, expected: Expected, ids: Ids) -> Mapping[str, Given]:
    """A resource's inputs, less the routes that the blueprint no longer wants."""
    routes, kept = row.inputs.get("routes"), expected.inputs.get("routes")
    if row.key.type != ROUTER_ROUTES or not isinstance(routes, list) or not isinstance(kept, Sequence):
        return row.inputs
    return {**row.inputs, "routes": [route for route in routes if any(matches(wish, route, ids) for wish in kept)]}


def _row(resource: Mapping[str, Any]) -> Row:
    return Row(
        key=Key(resource["type"], resource["urn"].rpartition("::")[2]),
        id=str(resource.get("id", "")),
        inputs=_open(resource.get("inputs") or {}),
        outputs=_open(resource.get("outputs") or {}),
        protect=bool(resource.get("protect")),
        pending=bool(resource.get("delete")),
        read=bool(resource.get("external")),
    )


def _open(value: Any) -> Any:
    """Values without the engine's marks of secrecy."""
    if isinstance(value, Mapping):
        if SECRET in value:
            return SEALED
        return {name: _open(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_open(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class StateJudgement:
    """What was found of one state. `unchecked`: what could be neither confirmed nor refuted; it is never a pass."""

    stack: str
    expected: int
    judged: int
    violations: tuple[str, ...]
    unchecked: tuple[str, ...]


def judge_states(stacks: Sequence[tuple[State, Conformance]]) -> tuple[StateJudgement, ...]:
    """Judge states of one or several stacks; those of one site know each other's exports."""
    issued = {state.stack: state.issued for state, _ in stacks}
    found = tuple(_judge(state, wanted, issued) for state, wanted in stacks)
    confused = tuple(_roles(stacks))
    return (*found, StateJudgement("角色", 0, 0, confused, ())) if confused else found


def _judge(state: State, wanted: Conformance, issued: Mapping[str, Mapping[str, Given]]) -> StateJudgement:
    ids = _Ids(state, wanted, issued)
    violations, unchecked = wanted.stack(row.key for row in state.rows if not row.pending), []
    for name, given in sorted(state.exports.items()):
        violations += wanted.export(name, given, ids)
    judged = 0
    for row in state.rows:
        if row.pending:
            unchecked.append(f"{row.key} 已被替换，还没有删除")
        elif row.read and row.key.type != STACK_REFERENCE:
            violations.append(f"{row.key} 是从别处读来的，不是本程序登记的")
        else:
            violations += _resource(row, wanted, ids)
            judged += row.key in wanted.expected
    if state.unfinished:
        unchecked.append(f"有 {state.unfinished} 项操作没有做完：先执行 govnet up 认领，再导出")
    unchecked += [f"不知道层 {layer} 的输出：同时给出它的 --state" for layer in sorted(ids.unknown)]
    return StateJudgement(state.stack, len(wanted.expected), judged, tuple(violations), tuple(unchecked))


def _resource(row: Row, wanted: Conformance, ids: Ids) -> Iterator[str]:
    """One resource: what was asked for, what the cloud reports of it, and its protection."""
    said = wanted.resource(row.key, row.inputs, ids)
    yield from said
    expected = wanted.expected.get(row.key)
    if expected is None or said or row.key.type == PROVIDER:
        return
    for name in _drifted(expected, row, ids):
        yield f"{row.key} 的 {name}：蓝图为 {render(expected.inputs.get(name))}，云上是 {render(row.outputs.get(name))}"
    yield from wanted.protection(row.key, protect=row.protect)


def _drifted(expected: Expected, row: Row, ids: Ids) -> Iterator[str]:
    """Properties that the provider read back as something else than the blueprint says, or as open where it is silent."""
    treated = treatment(row.key.type)
    guarded = treated.properties if isinstance(treated, Guarded) else frozenset[str]()
    for name in sorted(row.outputs.keys() & guarded):
        given = row.outputs[name]
        if name in expected.inputs:
            if given not in (None, SEALED) and not matches(expected.inputs[name], given, ids):
                yield name
        elif name in CLOSED and given not in CLOSED[name]:
            yield name


class _Ids:
    """Issued ids as states say them. An issuing stack's own state wins over what another one remembers of it."""

    def __init__(self, state: State, wanted: Conformance, elsewhere: Mapping[str, Mapping[str, Given]]) -> None:
        self._site = wanted.site
        self._issued = {row.key: row.id for row in state.rows if not row.pending}
        self._state = state
        self._elsewhere = elsewhere
        self.unknown: set[str] = set()

    def __call__(self, reference: Reference) -> str | Unknown | None:
        match reference:
            case Ref(key):
                return self._issued.get(key) or UNKNOWN
            case Ext(layer, name):
                return self._exported(layer, name)
            case Role():
                return None  # Keystone alone knows; `_roles` sees to it that they are not confused

    def _exported(self, layer: str, name: str) -> str | Unknown | None:
        stack = names.stack(self._site, layer)
        outputs = self._elsewhere[stack] if stack in self._elsewhere else self._state.imports(layer)
        if outputs is None:
            self.unknown.add(layer)
            return None
        value = outputs.get(name)
        return value if isinstance(value, str) and value else UNKNOWN


def _roles(stacks: Sequence[tuple[State, Conformance]]) -> Iterator[str]:
    """Ids of roles within one cloud: the same role is one id, another role another. (Which id it is, `govnet verify` asks Keystone.)"""
    used: dict[tuple[str, str], set[str]] = defaultdict(set)
    for state, wanted in stacks:
        rows = {row.key: row for row in state.rows if not row.pending}
        for key, expected in wanted.expected.items():
            for name, value in expected.inputs.items():
                for reference in references(value):
                    if isinstance(reference, Role) and key in rows:
                        used[wanted.site, reference.name].add(str(rows[key].inputs.get(name)))
    for (site, role), ids in sorted(used.items()):
        if len(ids) > 1:
            yield f"{site} 的角色 {role} 在状态里有 {len(ids)} 个 id：{'、'.join(sorted(ids))}"
        for other in sorted(role_ for (site_, role_), theirs in used.items() if site_ == site and theirs & ids):
            if other > role:
                yield f"{site} 的角色 {role} 与 {other} 在状态里是同一个 id"
