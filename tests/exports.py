"""Exports of stacks as the engine writes them, made from what the blueprint wants: honest ones, for tests to spoil."""

from __future__ import annotations

from typing import Any

from infra import names
from policies.conformance import STACK, STACK_REFERENCE, Conformance, conformance
from policies.expected import Ext, Key, Password, Ref, Reference, Role, Value, references
from policies.state import SECRET
from tests.real import blueprint

Export = dict[str, Any]


def wanted(site: str, layer: str) -> Conformance:
    """What a stack of the committed estate must be; credentials as stacks/ names them."""
    credential = {"cloud": "admin", "identity": "manager"}.get(layer, "operator")
    return conformance(blueprint(), site, layer, f"{site}-{credential}")


def export(site: str, layer: str) -> Export:
    """An honest export: everything there, every id where it belongs, passwords sealed."""
    stack = wanted(site, layer)
    rows = [
        _row(
            site,
            layer,
            Key(STACK, f"govnet-{site}.{layer}"),
            {},
            {key.name: issued(Ref(key)) for key in stack.expected},
        )
    ]
    for other in sorted(_layers(stack)):
        name = names.qualified_stack(site, other)
        given = {key.name: issued(Ref(key)) for key in wanted(site, other).expected}
        reference = _row(site, layer, Key(STACK_REFERENCE, name), {"name": name}, {"name": name, "outputs": given})
        rows.append(reference | {"external": True})
    for key, expected in stack.expected.items():
        inputs = {name: _given(value) for name, value in expected.inputs.items()}
        rows.append(_row(site, layer, key, inputs, inputs) | {"id": issued(Ref(key)), "protect": expected.protect})
    return {"version": 3, "deployment": {"resources": rows}}


def resource(export: Export, name: str) -> dict[str, Any]:
    """The resource with a logical name, to be changed."""
    return next(row for row in export["deployment"]["resources"] if row["urn"].endswith(f"::{name}"))


def issued(reference: Reference) -> str:
    """The id that a cloud would have given."""
    match reference:
        case Ref(key):
            return f"id-of-{key.name}"
        case Ext(_, name):
            return f"id-of-{name}"
        case Role(name):
            return f"id-of-role-{name}"


def _layers(stack: Conformance) -> set[str]:
    found = (
        row for expected in stack.expected.values() for value in expected.inputs.values() for row in references(value)
    )
    return {row.layer for row in found if isinstance(row, Ext)}


def _row(site: str, layer: str, key: Key, inputs: Any, outputs: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:{site}.{layer}::govnet::{key.type}::{key.name}"
    return {"urn": urn, "type": key.type, "custom": key.type != STACK, "inputs": inputs, "outputs": outputs}


def _given(value: Value) -> Any:
    match value:
        case Ref() | Ext() | Role():
            return issued(value)
        case Password():
            return {SECRET: "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x"}
        case dict():
            return {name: _given(item) for name, item in value.items()}
        case list() | tuple():
            return [_given(item) for item in value]
    return value
