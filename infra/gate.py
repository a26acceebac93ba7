"""The guard rail inside the program: a plain `pulumi up` is guarded, without anybody asking for it.

Rules run first. Then every resource gets a hook that runs before it is created or updated, in previews too, and refuses what the
blueprint does not have (docs/adr/0012-guard-rail.md says why hooks, and what they cannot see). The lock is the policy pack.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import pulumi
from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions
from pulumi.output import Unknown as NotYet
from pulumi.runtime.stack import Stack
from pulumi_openstack import identity

from infra.blueprint.load import Loaded
from infra.blueprint.types import SitePlan
from infra.report.findings import sentence
from policies.conformance import PROVIDER, SEALED_BY_SDK, STACK_REFERENCE, Conformance, conformance
from policies.evaluate import blocking, judge
from policies.expected import PLACEHOLDER, UNKNOWN, Ext, Key, Ref, Reference, Role, Unknown, references
from policies.resource_types import Refused, treatment

HOOK = "护栏"
"""Name of the hook: the engine puts it before every refusal."""


def admit(loaded: Loaded, site: str, today: date, suspends: Callable[[], bool]) -> SitePlan:
    """The site, if no blocking finding of its own or of shared files stands against it. Raises `pulumi.RunError` with the report.

    `suspends`: asked when one stands against it, whether the stack would only lose rules and routes; an emergency suspension passes.
    """
    findings = blocking(judge(loaded, today).findings, site, today)
    if findings and not suspends():
        report = "\n".join(map(sentence, findings))
        raise pulumi.RunError(f"estate/ 有 {len(findings)} 处必须先改，站点 {site} 不变更：\n{report}")
    try:
        if loaded.blueprint is not None:
            return loaded.blueprint.site(site)
    except KeyError:
        pass
    raise pulumi.RunError(f"蓝图里没有站点 {site}：estate/province.yaml 的 sites 没有登记它")


def guard(loaded: Loaded, site: str, layer: str, cloud: str) -> None:
    """From here on, refuse every resource that is not what the blueprint says. Call it before anything is registered.

    `cloud`: the clouds.yaml entry that the stack is deployed with.
    """
    assert loaded.blueprint is not None, "admit() comes first"
    _Guard(conformance(loaded.blueprint, site, layer, cloud)).stand()


@dataclass(frozen=True, slots=True)
class _Registered:
    """A resource as the program made it."""

    resource: pulumi.Resource
    props: Mapping[str, Any]


class _Guard:
    def __init__(self, wanted: Conformance) -> None:
        self._wanted = wanted
        self._registered: dict[Key, _Registered] = {}
        self._remembered: Counter[Key] = Counter()
        self._slipped: set[Key] = set()
        self._hook = ResourceHook(HOOK, self._judge, ResourceHookOptions(on_dry_run=True))

    def stand(self) -> None:
        pulumi.runtime.register_stack_transformation(self._remember)
        pulumi.runtime.register_resource_transform(self._attach)
        root = pulumi.runtime.get_root_resource()
        assert isinstance(root, Stack), "a program has a stack"
        root.outputs = _Exports(root.outputs, self._export)

    def _remember(self, args: pulumi.ResourceTransformationArgs) -> None:
        """Keep what a resource is made from: hooks see values, but not where they come from.

        Refuses at once what need not or cannot come to a hook: types that are never allowed, reading or importing something made
        elsewhere, options that turn checks off.
        """
        key = Key(args.type_, args.name)
        if not isinstance(args.resource, pulumi.CustomResource):
            return
        if key.type == STACK_REFERENCE:
            if foreign := self._wanted.reference(key):
                raise pulumi.RunError(f"{HOOK}：{'；'.join(foreign)}")
            self._registered[key] = _Registered(args.resource, {})
            return
        if isinstance(treatment(key.type), Refused) and key.type != PROVIDER:
            # At once, because there may not even be a provider that would bring it to a hook.
            raise pulumi.RunError(f"{HOOK}：{'；'.join(self._wanted.resource(key, {}, lambda _: None))}")
        if taken := _refused_options(args.opts):
            raise pulumi.RunError(
                f"{HOOK}：{key} 使用了{'、'.join(taken)}；程序只登记蓝图里的资源，不接管、不读取别处建的资源"
            )
        if key in self._wanted.expected and key in self._registered:
            raise pulumi.RunError(f"{HOOK}：{key} 登记了两次")
        if naked := self._wanted.protection(key, protect=bool(args.opts.protect)):
            raise pulumi.RunError(f"{HOOK}：{'；'.join(naked)}")
        self._remembered[key] += 1
        self._registered[key] = _Registered(args.resource, dict(args.props or {}))

    def _attach(self, args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        """Put the hook on every resource that a provider makes.

        One that was not remembered (its parent is older than the guard rail, or not the SDK's) loses its options, so that it is not
        imported past the hook, and is refused there.
        """
        if not args.custom:
            return None
        key = Key(args.type_, args.name)
        if self._remembered[key]:
            self._remembered[key] -= 1
        else:
            self._slipped.add(key)
            args.opts = pulumi.ResourceOptions()
        hooks = args.opts.hooks or ResourceHookBinding()
        hooks.before_create = [*(hooks.before_create or []), self._hook]
        hooks.before_update = [*(hooks.before_update or []), self._hook]
        args.opts.hooks = hooks
        return pulumi.ResourceTransformResult(args.props, args.opts)

    async def _judge(self, args: ResourceHookArgs) -> None:
        """Raises with one Chinese line when the resource is not what the blueprint says."""
        key = Key(args.type, args.name)
        inputs = {name: await _known(value) for name, value in (args.new_inputs or {}).items()}
        # Where ids come from is judged first: only then is it certain that what is waited for below has been made.
        found = self._wanted.dependencies(key, inputs, await self._sources(key), across=True)
        if not found:
            ids = {reference: await self._id(reference) for reference in self._asked(key, inputs)}
            found = self._wanted.resource(key, inputs, ids.get)
        if not found and key in self._slipped:
            found = [f"{key} 不是在护栏之下登记的"]
        if found:
            raise ValueError("；".join(found))

    async def _export(self, name: str, value: Any) -> Any:
        """What is exported, if it is what its name says. Raises `pulumi.RunError`."""
        output = pulumi.Output.from_input(value)
        key = self._wanted.named(name)
        found = self._wanted.export(name, UNKNOWN, lambda _: None, await _origin(output))
        if key and not found:  # only now is it certain that what is waited for below has been registered
            issued = await self._id(Ref(key))
            found = self._wanted.export(name, await _known(output), lambda _: issued)
        if found:
            # Last of all: ending the program takes hooks with it that have not said their word.
            for registered in list(self._registered.values()):
                await registered.resource.urn.future()
            raise pulumi.RunError(f"{HOOK}：{'；'.join(found)}")
        return output

    def _asked(self, key: Key, inputs: Mapping[str, object]) -> set[Reference]:
        """References whose ids must be known to judge a resource; for the placeholders of an offline preview there is nobody to ask."""
        wanted = self._wanted.expected.get(key)
        return {
            reference
            for name, value in (wanted.inputs.items() if wanted else ())
            for reference in references(value)
            if isinstance(reference, Ref) or not str(inputs.get(name)).startswith(PLACEHOLDER)
        }

    async def _sources(self, key: Key) -> dict[str, frozenset[Key]]:
        """For each input of a resource, the resources its value comes from."""
        registered = self._registered.get(key)
        sources = {}
        for name, value in registered.props.items() if registered else ():
            sources[camel(name)] = await _origin(pulumi.Output.from_input(value))
        return sources

    async def _id(self, reference: Reference) -> str | Unknown:
        """The issued id, from the engine and Keystone themselves and not from the layers' own look-ups."""
        if isinstance(reference, Role):
            return await _future(identity.get_role_output(name=reference.name).id)
        known = self._registered.get(self._wanted.source(reference))
        match reference, known.resource if known else None:
            case Ref(), pulumi.CustomResource() as made:
                return await _future(made.id)
            case Ext(_, name), pulumi.StackReference() as stack:
                return await _future(stack.get_output(name))
        return UNKNOWN


class _Exports(dict[str, Any]):
    """What the stack exports; `judged` stands between the program and the engine."""

    def __init__(self, before: Mapping[str, Any], judged: Callable[[str, Any], Coroutine[Any, Any, Any]]) -> None:
        super().__init__()
        self._judged = judged
        for name, value in before.items():
            self[name] = value

    def __setitem__(self, name: str, value: Any) -> None:
        super().__setitem__(name, pulumi.Output.from_input(self._judged(name, value)))


_REFUSED_OPTIONS = {
    "id": "按 id 读取",
    "urn": "按 URN 引用",
    "import_": "import",
    "ignore_changes": "ignore_changes",
    "aliases": "aliases",
    "retain_on_delete": "retain_on_delete",
    "replace_on_changes": "replace_on_changes",
    "replacement_trigger": "replacement_trigger",
    "delete_before_replace": "delete_before_replace",
    "deleted_with": "deleted_with",
    "plugin_download_url": "另外下载的插件",
}


def _refused_options(options: pulumi.ResourceOptions) -> list[str]:
    """Options by which a resource would become something else than its inputs say, in the user's words."""
    taken = [words for name, words in _REFUSED_OPTIONS.items() if getattr(options, name, None)]
    sealed = set(map(camel, options.additional_secret_outputs or ())) - SEALED_BY_SDK
    return [*taken, "additional_secret_outputs"] if sealed else taken


async def _origin(value: pulumi.Output[Any]) -> frozenset[Key]:
    """The resources that a value comes from."""
    return frozenset([_key(await resource.urn.future()) for resource in await value.resources()])


async def _future(value: pulumi.Input[str]) -> str | Unknown:
    """An id, or `UNKNOWN` in a preview that would create it."""
    known = await pulumi.Output.from_input(value).future(with_unknowns=True)
    return known if isinstance(known, str) and known else UNKNOWN


async def _known(value: Any) -> object:
    """An input as the hook got it: secrets opened, what is not yet known as `UNKNOWN`."""
    if isinstance(value, NotYet):
        return UNKNOWN
    if isinstance(value, pulumi.Output):
        return await _known(await value.future(with_unknowns=True))
    if isinstance(value, Mapping):
        return {name: await _known(item) for name, item in value.items()}
    if isinstance(value, list):
        return [await _known(item) for item in value]
    return value


def camel(name: str) -> str:
    """`network_id` → `networkId`, as the engine names properties."""
    return re.sub(r"_([a-z0-9])", lambda match: match[1].upper(), name)


def _key(urn: str | None) -> Key:
    """Type and name out of a URN: `urn:pulumi:stack::project::parent$type::name`."""
    _, _, types, name = (urn or "::::::").split("::", 3)
    return Key(types.rsplit("$", 1)[-1], name)
