"""The CrossGuard pack: judges what the engine is about to do, and refuses it at preview.

The engine shows it every resource's inputs before anything is done with it, and the whole stack, with the dependencies of every
property, at the end of the preview. It knows from the blueprint how many resources it must have seen. What it prints goes to stderr:
stdout belongs to the engine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from pathlib import Path
from typing import TypeVar

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from infra import names
from infra.blueprint.load import Loaded, load
from infra.errors import GovnetError
from infra.report.findings import sentence
from policies.conformance import SEALED_BY_SDK, STACK, Conformance, Given, Ids, conformance
from policies.evaluate import Evaluation, blocking, judge
from policies.expected import UNKNOWN, Ext, Key, Ref, Reference, Role, Unknown
from policies.state import State, suspends
from policies.tally import tally

Args = TypeVar("Args", ResourceValidationArgs, StackValidationArgs)


@dataclass
class Pack:
    """One engine run. `cloud_entry` says with which entry of clouds.yaml a stack is deployed, `role_id` looks a Keystone role up there,
    `deployed` says what a stack has now (none, if there is no such stack)."""

    estate: Path
    today: date
    cloud_entry: Callable[[str, str], str]
    role_id: Callable[[str, str], str]
    deployed: Callable[[str], State | None]

    def __post_init__(self) -> None:
        self._stacks: dict[str, Conformance | str] = {}
        self._inputs: dict[str, dict[str, Given]] = {}

    @cached_property
    def loaded(self) -> Loaded:
        return load(self.estate)

    @cached_property
    def judgement(self) -> Evaluation:
        return judge(self.loaded, self.today)

    def policies(self) -> list[Policy]:
        """Two, because the SDK unpacks everything anew for each."""
        return [
            ResourceValidationPolicy(
                "资源", "每个资源须与蓝图一致", _closed(self.resource), EnforcementLevel.MANDATORY
            ),
            StackValidationPolicy(
                "整个栈", "整个栈须与蓝图一致，声明须合规", _closed(self.stack), EnforcementLevel.MANDATORY
            ),
        ]

    # --- what the engine asks ------------------------------------------------------------------------------------------
    def resource(self, args: ResourceValidationArgs, report: ReportViolation) -> None:
        """One resource, before anything is done with it. Ids are judged with the stack, when they can be told apart."""
        wanted = self._wanted(_stack_of(args.urn))
        if isinstance(wanted, str):
            report(wanted, args.urn)
            return
        inputs = self._inputs[args.urn] = plain(args.props)
        for line in wanted.resource(Key(args.resource_type, args.name), inputs, _anything):
            report(line, args.urn)
        for line in wanted.protection(Key(args.resource_type, args.name), protect=args.opts.protect):
            report(line, args.urn)
        for line in _refused_options(args):
            report(line, args.urn)

    def stack(self, args: StackValidationArgs, report: ReportViolation) -> None:
        """The stack as it will be: nothing missing, nothing twice, every id from where the blueprint says; and the rules of the domain."""
        stack = _stack_of(args.resources[0].urn) if args.resources else ""
        findings = blocking(self.judgement.findings, stack.partition(".")[0], self.today)
        if findings and self._suspends(stack):
            _say(f"策略包：{stack} 只关闭流向，应急处置，不受 {len(findings)} 处问题阻断")
            findings = []
        for finding in findings:
            report(sentence(finding), None)
        self._report_judged()
        wanted = self._wanted(stack) if stack else "引擎没有给出任何资源，无从检查"
        if isinstance(wanted, str):
            report(wanted, None)
            return
        for line in wanted.stack(Key(row.resource_type, row.name) for row in args.resources):
            report(line, None)
        try:
            ids = self._ids(wanted, args.resources)
            for row in args.resources:
                for line in self._whole(wanted, row, ids):
                    report(line, row.urn)
        except GovnetError as problem:
            report(f"没能核对，不放行：{problem.message}。{problem.remedy}", None)
        seen = [row for row in args.resources if row.urn in self._inputs]
        guarded = sum(Key(row.resource_type, row.name) in wanted.expected for row in seen)
        types = len({row.resource_type for row in seen})
        _say(f"策略包：{stack} 蓝图要求 {len(wanted.expected)} 项，逐项检查 {guarded} 项（{types} 种类型）")
        self._inputs.clear()

    # --- helpers -------------------------------------------------------------------------------------------------------
    def _report_judged(self) -> None:
        """What stops nothing, or not yet; then proof that the rules ran, and what they were told to overlook."""
        for finding in self.judgement.findings:
            if not finding.blocks(self.today):
                _say(f"策略包：不阻断：{sentence(finding)}")
        for line in tally(self.judgement, self.today):
            _say(f"策略包：{line}")

    def _suspends(self, stack: str) -> bool:
        """Whether the stack would only lose rules and routes; if that cannot be told, it is not so."""
        site, _, layer = stack.partition(".")
        try:
            return suspends(self.loaded.blueprint, self.deployed(stack), self.cloud_entry(site, layer))
        except (GovnetError, ValueError):
            return False

    def _wanted(self, stack: str) -> Conformance | str:
        """What a stack must be, or why that cannot be told, which is a violation and never a pass."""
        if stack not in self._stacks:
            self._stacks[stack] = self._derive(stack)
        return self._stacks[stack]

    def _derive(self, stack: str) -> Conformance | str:
        site, _, layer = stack.partition(".")
        if self.loaded.blueprint is None:
            return f"{self.estate} 推导不出蓝图，无从检查：先执行 govnet check"
        try:
            return conformance(self.loaded.blueprint, site, layer, self.cloud_entry(site, layer))
        except GovnetError as problem:
            return f"没能核对 {stack}：{problem.message}。{problem.remedy}"
        except KeyError:
            return f"{self.estate} 推导出的蓝图里没有 {stack}：estate 不对，或栈名不对"

    def _whole(self, wanted: Conformance, row: PolicyResource, ids: Ids) -> Iterator[str]:
        """What only the whole stack tells of one resource."""
        key = _key(row)
        if key.type == STACK:
            for name, value in sorted(plain(row.props).items()):
                yield from wanted.export(name, value, ids)
            return
        inputs = self._inputs.get(row.urn)
        if inputs is None:
            if key.type.startswith("openstack:"):
                yield f"{key} 没有逐项检查过：它是从别处读来的，不是本程序登记的"
            return
        on = {
            name: frozenset(_key(source) for source in sources) for name, sources in row.property_dependencies.items()
        }
        yield from wanted.dependencies(key, inputs, on, across=False)
        if key in wanted.expected:
            said = wanted.resource(key, inputs, _anything)
            yield from (line for line in wanted.resource(key, inputs, ids) if line not in said)

    def _issued(self, stack: str) -> Mapping[str, Given]:
        state = self.deployed(stack)
        return state.issued if state else {}

    def _ids(self, wanted: Conformance, resources: Sequence[PolicyResource]) -> Ids:
        """Ids as the engine shows them, of this stack's resources; and, asked for independently, other stacks' outputs and roles."""
        issued = {_key(row): _get(row.props, "id") for row in resources}
        elsewhere = cache(self._issued)

        def look_up(reference: Reference) -> str | Unknown | None:
            match reference:
                case Ref(key):
                    return _text(issued.get(key))
                case Ext(layer, name):
                    return _text(elsewhere(names.stack(wanted.site, layer)).get(name))
                case Role(name):
                    return self.role_id(wanted.cloud, name)

        return look_up


def _closed(check: Callable[[Args, ReportViolation], None]) -> Callable[[Args, ReportViolation], None]:
    """An unknown that a check stumbles over would be reported as mere advice by the SDK: here it is a violation."""

    def checked(args: Args, report: ReportViolation) -> None:
        try:
            check(args, report)
        except UnknownValueError as problem:
            report(f"检查没有做完，不放行：{problem.message}", None)

    return checked


def _refused_options(args: ResourceValidationArgs) -> Iterator[str]:
    """Options by which a resource would become something else than its inputs say; the engine tells a pack of these alone."""
    options = args.opts
    told = {
        "ignore_changes": options.ignore_changes,
        "delete_before_replace": ["是"] if options.delete_before_replace else [],
        "additional_secret_outputs": [name for name in options.additional_secret_outputs if name not in SEALED_BY_SDK],
    }
    for option, values in told.items():
        if values:
            yield f"“{args.name}” 使用了 {option}：{'、'.join(values)}"


def _anything(_: Reference) -> None:
    """The view of a single resource: which ids exist is not known here, the stack's view decides."""


def _stack_of(urn: str) -> str:
    """`urn:pulumi:suqian.network::govnet::…` → `suqian.network`."""
    return urn.split("::", 1)[0].rsplit(":", 1)[-1]


def _key(row: PolicyResource) -> Key:
    return Key(row.resource_type, row.name)


def _text(value: Given) -> str | Unknown:
    return value if isinstance(value, str) and value else UNKNOWN


def _get(props: Given, name: str) -> Given:
    """A property, `UNKNOWN` if the engine does not know it yet, `None` if there is none."""
    if not isinstance(props, Mapping):
        return None
    try:
        return props.get(name)
    except UnknownValueError:
        return UNKNOWN


def plain(props: Mapping[str, Given]) -> dict[str, Given]:
    """Properties as plain values, with `UNKNOWN` where the SDK would raise; an unknown must never look like an absent value."""
    return {name: _plain_value(_get(props, name)) for name in props}


def _plain_value(value: Given) -> Given:
    if isinstance(value, Mapping):
        return plain(value)
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain_value(_item(value, number)) for number in range(len(value))]
    return value


def _item(values: Sequence[Given], number: int) -> Given:
    try:
        return values[number]
    except UnknownValueError:
        return UNKNOWN


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
