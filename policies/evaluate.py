"""Run every rule over estate and blueprint. A rule that crashes is a finding; a rule that judged nothing says so; none can be lost."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

from infra.blueprint.load import Loaded
from infra.findings import Finding, Where
from infra.model.closing import only_closes
from policies import rules, waivers
from policies.ratchet import LASTS, Compared, compare
from policies.rule import Base, Context, Rule
from policies.waivers import InForce

RULES = (
    "P01",
    "P02",
    "P03",
    "P04",
    "P05",
    "P06",
    "P07",
    "P08",
    "P09",
    "P10",
    "P11",
    "P12",
    "P13",
    "P14",
    "P15",
    "P16",
    "P17",
    "P18",
    "P19",
    "P20",
    "P21",
    "P22",
    "P23",
    "P24",
    "P25",
    "P26",
    "P27",
    "P28",
    "P29",
    "P30",
    "P31",
    "P32",
    "P33",
    "P34",
    "P35",
    "P36",
    "P37",
    "P38",
)
"""The rules there must be, one file each in policies/rules/. A file that is lost, or a second one of the same id, fails."""

LOST = "P00"
"""Code of findings about the rules themselves."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All findings that stand after waivers, how many subjects each rule has judged, which rules crashed, and the waivers in force.

    `compared`: the ratchet's part, when a change was judged. `closes`: the change only closes flows; such a one always passes.
    """

    findings: tuple[Finding, ...]
    judged: Mapping[str, int] = field(default_factory=dict)
    crashed: tuple[str, ...] = ()
    waived: tuple[InForce, ...] = ()
    compared: Compared | None = None
    closes: bool = False

    @property
    def idle(self) -> tuple[str, ...]:
        """Rules that found nothing to judge."""
        return tuple(rule for rule, count in sorted(self.judged.items()) if count == 0)

    @property
    def unevaluated(self) -> tuple[str, ...]:
        """Rules of the list that did not judge everything: not run at all, or crashed on the way."""
        return tuple(rule for rule in RULES if rule not in self.judged or rule in self.crashed)


@cache
def collect() -> tuple[Rule[Any], ...]:
    """The rules of the folder policies/rules, sorted by id."""
    for module in pkgutil.iter_modules(rules.__path__):
        importlib.import_module(f"{rules.__name__}.{module.name}")
    found = [kind for kind in Rule.__subclasses__() if kind.__module__.startswith(f"{rules.__name__}.")]
    return tuple(kind() for kind in sorted(found, key=lambda kind: kind.id))


def evaluate(context: Context, with_rules: Iterable[Rule[Any]] | None = None) -> Evaluation:
    """Judge the context by all rules (or, in tests, by some). Deterministic: the same context gives the same findings in the same order."""
    chosen = collect() if with_rules is None else tuple(with_rules)
    findings: list[Finding] = [] if with_rules is not None else _roll_call(chosen)
    judged = {}
    crashed = []
    for rule in chosen:
        ran = _run(rule, context)
        findings += ran.findings
        judged[rule.id] = ran.judged
        if ran.crashed:
            crashed.append(rule.id)
    compared = compare(context, context.base) if context.base else None
    findings += compared.findings if compared else ()
    closes = context.base is not None and only_closes(context.base.estate, context.estate)
    complete = judged.keys() - set(crashed)
    if compared is None:
        complete -= {LASTS}  # a later date is seen only beside the earlier one
    applied = waivers.apply(context.estate, dict.fromkeys(findings), complete, context.today)
    return Evaluation(
        tuple(sorted(applied.findings, key=Finding.sort_key)),
        judged,
        tuple(crashed),
        applied.in_force,
        compared,
        closes,
    )


def judge(loaded: Loaded, today: date, base: Base | None = None) -> Evaluation:
    """All findings of reading, compiling and rules. Without a blueprint there is nothing for rules to judge, and the findings say why.

    `base`: where the change starts from; then the ratchet holds as well.
    """
    if loaded.estate is None or loaded.blueprint is None:
        return Evaluation(loaded.findings)
    found = evaluate(Context(loaded.estate, loaded.blueprint, today, base))
    return replace(found, findings=tuple(sorted((*loaded.findings, *found.findings), key=Finding.sort_key)))


def stops(evaluation: Evaluation, today: date) -> bool:
    """Whether a change must not be made: it has a blocking finding, and does more than close flows (an emergency suspension)."""
    return not evaluation.closes and any(finding.blocks(today) for finding in evaluation.findings)


def blocking(findings: Iterable[Finding], site: str, today: date) -> list[Finding]:
    """What stops a change of one site: blocking findings of its own and of shared files, never those of another site."""
    return [finding for finding in findings if finding.site in (None, site) and finding.blocks(today)]


def _roll_call(present: Iterable[Rule[Any]]) -> list[Finding]:
    """Findings for rules that are missing, double, or not on the list."""
    ids = [rule.id for rule in present]
    wrong = [(rule, "规则文件缺失") for rule in sorted(set(RULES) - set(ids))]
    wrong += [(rule, "规则不在名单 RULES 中") for rule in sorted(set(ids) - set(RULES))]
    wrong += [(rule, "规则重复") for rule in sorted({rule for rule in ids if ids.count(rule) > 1})]
    return [
        Finding(
            LOST, Where("policies/rules"), text, wrong=rule, right="policies/rules/ 与 policies/evaluate.py 的名单一致"
        )
        for rule, text in wrong
    ]


@dataclass(frozen=True, slots=True)
class _Run:
    """Findings of one rule, the number of subjects it judged, and whether it crashed on the way."""

    findings: list[Finding]
    judged: int
    crashed: bool = False


def _run(rule: Rule[Any], context: Context) -> _Run:
    """Run one rule; a crash is a finding, and blocks."""
    findings: list[Finding] = []
    judged = 0
    try:
        for subject in rule.subjects(context):
            findings += rule.check(subject, context)
            judged += 1
    except Exception as problem:  # noqa: BLE001  a rule that cannot judge must say so as a finding, whatever went wrong
        text = f"规则本身出错，没有判完（已判 {judged} 项）"
        where = Where(f"policies/rules/{type(rule).__module__.rsplit('.', 1)[-1]}.py")
        findings.append(
            Finding(
                rule.id, where, text, wrong=f"{type(problem).__name__}: {problem}", right="修好规则，在此之前不得变更"
            )
        )
        return _Run(findings, judged, crashed=True)
    return _Run(findings, judged)
