"""Double entry: whether a stack's resources are what the blueprint says, stated without looking at how the layers make them.

An unknown value is accepted only where the blueprint says "id of resource X of this stack", and only if the property depends on exactly
X (`dependencies`). What the blueprint lacks, and what nobody listed in `resource_types.toml`, is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from infra import names
from infra.blueprint.types import Blueprint, SitePlan
from policies.expectations import cloud, identity, network, platform, tenants
from policies.expected import (
    PLACEHOLDER,
    Expected,
    Ext,
    Key,
    Password,
    Ref,
    Reference,
    Role,
    Unknown,
    Value,
    references,
)
from policies.resource_types import Guarded, Harmless, treatment

Given = object
"""A value as the program gave it: JSON, with `UNKNOWN` for what exists only after creation."""

Ids = Callable[[Reference], str | Unknown | None]
"""Looks an issued id up: `UNKNOWN`: it is not issued yet; `None`: this view cannot know, and another one decides."""

STACK = "pulumi:pulumi:Stack"
STACK_REFERENCE = "pulumi:pulumi:StackReference"
PROVIDER = "pulumi:providers:openstack"
SEALED_BY_SDK = frozenset({"adminPass", "password", "privateKey"})
"""Outputs that the SDK itself has the engine seal; sealing others would hide from a comparison what the cloud reports."""
BUILT_IN = "pulumi:providers:pulumi"
"""The engine's own provider, which reads stack references."""
COMPONENTS = tuple(f"govnet:{layer}:" for layer in names.LAYERS)

_EXPECTATIONS: Mapping[str, Callable[[SitePlan], Iterator[Expected]]] = {
    "cloud": cloud.expected,
    "identity": identity.expected,
    "network": network.expected,
    "tenants": tenants.expected,
    "platform": platform.expected,
}


@dataclass(frozen=True, slots=True)
class Conformance:
    """What the stack `<site>.<layer>` must be. Every method returns violations, one Chinese line each.

    `cloud`: the clouds.yaml entry that the stack is deployed with.
    """

    site: str
    layer: str
    cloud: str
    expected: Mapping[Key, Expected]

    def resource(self, key: Key, inputs: Mapping[str, Given], ids: Ids) -> list[str]:
        """Judge one resource by its type, name and inputs."""
        if key.type in (STACK, STACK_REFERENCE, BUILT_IN) or key.type.startswith(COMPONENTS):
            return []
        if key.type == PROVIDER:
            return self._provider(key, inputs)
        treated = treatment(key.type)
        if isinstance(treated, Harmless):
            return []
        wanted = self.expected.get(key)
        if not isinstance(treated, Guarded):
            return [f"{key} 属于不准创建的类型（{key.type}）：{treated.reason}"]
        if wanted is None:
            return [f"{key} 不在蓝图中：它只能由 estate/ 里的声明派生，请改声明，不要在程序里手工登记"]
        return [
            f"{key} 的 {name}：蓝图为 {render(wanted.inputs.get(name))}，程序给出 {render(given)}"
            for name, given in _differences(wanted.inputs, inputs, treated.defaults, ids)
        ]

    def dependencies(
        self, key: Key, inputs: Mapping[str, Given], on: Mapping[str, frozenset[Key]], *, across: bool
    ) -> list[str]:
        """Judge where the ids in a resource's inputs come from: exactly from the resources that the blueprint says.

        `across`: `on` tells of other stacks too. The engine's view of a stack does not (it leaves out what is only read): there the
        id itself is compared with what the other stack exports.
        """
        wanted = self.expected.get(key)
        found = []
        for name, value in wanted.inputs.items() if wanted else ():
            told = (Ref, Ext) if across else Ref
            placeholders = set(_texts(inputs.get(name)))
            sources = {
                self.source(reference)
                for reference in references(value)
                if isinstance(reference, told) and not _is_placeholder(reference, placeholders)
            }
            if sources and on.get(name, frozenset()) != sources:
                got = _listed(on.get(name, frozenset()))
                found.append(f"{key} 的 {name}：须来自 {_listed(sources)}，程序取自 {got}")
        return found

    def source(self, reference: Ref | Ext) -> Key:
        """The resource which issues an id, or the reference to the stack that exports it."""
        if isinstance(reference, Ref):
            return reference.key
        return Key(STACK_REFERENCE, names.qualified_stack(self.site, reference.layer))

    def protection(self, key: Key, *, protect: bool) -> list[str]:
        """Judge whether what must not be deleted by an update is protected from it."""
        wanted = self.expected.get(key)
        return [f"{key} 应受保护（protect），现在没有"] if wanted and wanted.protect and not protect else []

    def reference(self, key: Key) -> list[str]:
        """Judge a reference to a stack: it must be one of this site."""
        mine = {names.qualified_stack(self.site, layer) for layer in names.LAYERS}
        foreign = key.type == STACK_REFERENCE and key.name not in mine
        return [f"{key} 引用了别的站点或别的工程的栈；站点之间不共享状态"] if foreign else []

    def named(self, name: str) -> Key | None:
        """The resource of a logical name; the blueprint gives each to one resource of a stack."""
        return next((key for key in self.expected if key.name == name), None)

    def export(self, name: str, given: Given, ids: Ids, on: frozenset[Key] | None = None) -> list[str]:
        """Judge what the stack tells the other layers: under the name of a resource that resource's id, and nothing else.

        `on`: the resources it comes from, where that can be told.
        """
        key = self.named(name)
        if key is None:
            return [f"栈的输出 “{name}”：蓝图里没有叫这个名字的资源"]
        if on is not None and on != {key}:
            return [f"栈的输出 “{name}”：须来自 {key}，程序取自 {_listed(on)}"]
        fine = matches(Ref(key), given, ids)
        return [] if fine else [f"栈的输出 “{name}”：蓝图为 {render(Ref(key))}，程序给出 {render(given)}"]

    def stack(self, keys: Iterable[Key]) -> list[str]:
        """Judge the stack as a whole: nothing missing, nothing twice, no reference to another site."""
        seen = Counter(keys)
        found = [f"蓝图要求 {key}，程序没有登记" for key in sorted(self.expected.keys() - seen.keys())]
        found += [
            f"{key} 登记了 {count} 次" for key, count in sorted(seen.items()) if count > 1 and key in self.expected
        ]
        return found + [line for key in sorted(seen) for line in self.reference(key)]

    def _provider(self, key: Key, inputs: Mapping[str, Given]) -> list[str]:
        """The provider may say which credential it uses, and nothing that could mean another cloud or another person."""
        wanted: dict[str, Given] = {"cloud": self.cloud}
        given = {name: value for name, value in _plain(inputs).items() if name not in ("version", "delayedAuth")}
        return [
            f"OpenStack 提供者 “{key.name}” 的 {name}：应为 {render(wanted.get(name))}，程序给出 {render(given.get(name))}"
            for name in sorted(wanted.keys() | given.keys())
            if wanted.get(name) != given.get(name)
        ]


def conformance(blueprint: Blueprint, site: str, layer: str, cloud_entry: str) -> Conformance:
    """What the stack `<site>.<layer>` must be. `KeyError` when the blueprint has no such site or there is no such layer."""
    expected: dict[Key, Expected] = {}
    for item in _EXPECTATIONS[layer](blueprint.site(site)):
        if item.key in expected:
            raise ValueError(f"the blueprint wants {item.key} twice in {site}.{layer}")
        expected[item.key] = item
    return Conformance(site, layer, cloud_entry, expected)


def _differences(
    wanted: Mapping[str, Value], inputs: Mapping[str, Given], defaults: Mapping[str, Given], ids: Ids
) -> Iterator[tuple[str, Given]]:
    """Properties whose given value is not the wanted one; unset ones must be unset or the provider's default."""
    given = _plain(inputs)
    for name in sorted(wanted.keys() | given.keys()):
        # What the blueprint does not mention must be unset, or what the provider itself fills in.
        target = wanted[name] if name in wanted else defaults.get(name)
        fine = target is not None and matches(target, given.get(name), ids)
        if not fine:
            yield name, given.get(name)


def matches(wanted: object, given: Given, ids: Ids) -> bool:
    """Whether a given value is the wanted one. Lists are sets to Neutron: their order means nothing."""
    if isinstance(wanted, Ref | Ext | Role):
        return _matches_id(wanted, given, ids)
    if isinstance(wanted, Password):
        return isinstance(given, str) and given != ""
    if isinstance(wanted, Mapping):
        if not isinstance(given, Mapping):
            return False
        plain = _plain(given)
        return wanted.keys() == plain.keys() and all(matches(wanted[name], plain[name], ids) for name in wanted)
    if isinstance(wanted, Sequence) and not isinstance(wanted, str):
        return isinstance(given, Sequence) and not isinstance(given, str) and _same_items(wanted, given, ids)
    if isinstance(wanted, bool) or isinstance(given, bool):
        return wanted is given
    return wanted == given


def _matches_id(wanted: Reference, given: Given, ids: Ids) -> bool:
    if isinstance(given, str) and given.startswith(PLACEHOLDER):
        # First: a preview with no cloud has nobody to ask for the id.
        return not isinstance(wanted, Ref) and given == wanted.placeholder
    known = ids(wanted)
    if isinstance(given, Unknown):
        return isinstance(wanted, Ref) and (known is None or isinstance(known, Unknown))
    return isinstance(given, str) and (known is None or given == known)


def _same_items(wanted: Sequence[object], given: Sequence[object], ids: Ids) -> bool:
    rest = list(given)
    for item in wanted:
        match = next((candidate for candidate in rest if matches(item, candidate, ids)), None)
        if match is None:
            return False
        rest.remove(match)
    return not rest


def _plain(inputs: Mapping[str, Given]) -> dict[str, Given]:
    """Inputs without the engine's own notes (`__defaults`) and without what is set to nothing."""
    return {k: v for k, v in inputs.items() if not k.startswith("__") and v is not None and v != [] and v != {}}


def _listed(sources: Collection[Key]) -> str:
    return "、".join(map(str, sorted(sources))) or "一个固定的值"


def _is_placeholder(wanted: Reference, given: Collection[str]) -> bool:
    return isinstance(wanted, Ext) and wanted.placeholder in given


def _texts(given: Given) -> Iterator[str]:
    """All texts within a value."""
    if isinstance(given, str):
        yield given
    elif isinstance(given, Mapping):
        for item in given.values():
            yield from _texts(item)
    elif isinstance(given, Sequence):
        for item in given:
            yield from _texts(item)


def render(value: Given) -> str:
    """A wanted or given value in words."""
    if value is None:
        return "不设"
    if isinstance(value, Ref):
        return f"{value.key} 的 id"
    if isinstance(value, Ext):
        return f"层 {value.layer} 的输出 {value.name}"
    if isinstance(value, Role):
        return f"角色 {value.name} 的 id"
    if isinstance(value, Password):
        return "口令"
    if isinstance(value, Mapping):
        return "{" + "，".join(f"{name}: {render(item)}" for name, item in _plain(value).items()) + "}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + "，".join(map(render, value)) + "]"
    return f"“{value}”" if isinstance(value, str) else repr(value).lower() if isinstance(value, bool) else str(value)
