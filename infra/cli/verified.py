"""A verification as people read it: what disagrees, what could not be checked, and how much was looked at."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from infra.blueprint.probes import spoken
from infra.blueprint.proof import Judged, Proof
from infra.facts.types import Comparison, Difference, Disagreement, Kind
from infra.findings import Verdict
from infra.report.verification import Trial, Verification

_ENDS = {
    Verdict.OK: ("全部符合", "green"),
    Verdict.UNCHECKED: ("有无法检查的，不能算符合", "yellow"),
    Verdict.VIOLATED: ("有不符合的", "red"),
}
_EXAMPLES = 3
"""How many of the probes that one reason kept from being checked are named; all the others are counted."""


def show(verification: Verification) -> None:
    """Print everything; what is wrong before what is only counted."""
    console = Console(soft_wrap=True, highlight=False)
    for comparison in verification.comparisons:
        for line in disagreements(comparison):
            console.print(Text(line, "red"))
    for unasked in verification.unasked:
        console.print(Text(f"{unasked.site} 无法检查：{unasked.reason}", "yellow"))
    if verification.proof:
        for line in _violated(verification.proof):
            console.print(Text(line, "red"))
        for line in _unchecked(verification.proof):
            console.print(Text(line, "yellow"))
    else:
        console.print(Text(f"数据包无法检查：{verification.unsent}", "yellow"))

    for comparison in verification.comparisons:
        for line in _counts(comparison):
            console.print(Text(line))
    if verification.proof:
        console.print(Text(_tally(verification.proof)))
    for line, style in _trials(verification.trials):
        console.print(Text(line, style))
    words, style = _ENDS[verification.verdict]
    console.print(Text.assemble("结论：", (words, style)))


def disagreements(comparison: Comparison) -> Iterator[str]:
    """What is missing in one line a kind; everything else one by one, with what it takes to find it."""
    missing: dict[Kind, list[str]] = defaultdict(list)
    others: list[Disagreement] = []
    for row in comparison.disagreements:
        if row.difference is Difference.MISSING:
            missing[row.kind].append(row.key)
        else:
            others.append(row)
    for kind, keys in missing.items():
        yield f"{comparison.site} 缺失 {kind} {len(keys)} 个：{'；'.join(keys)}"
    for row in others:
        if row.difference is Difference.EXTRA:
            yield f"{row.site} 多余 {row.kind} {row.key}（{row.observed}）"
        else:
            wanted, found = row.expected or "（无）", row.observed or "（无）"
            yield f"{row.site} 不同 {row.kind} {row.key} 的{row.property}：蓝图 {wanted}，云 {found}"


def _violated(proof: Proof) -> Iterator[str]:
    """One line for each pair, version and reason, with all its ports."""
    ports: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in _with(proof, Verdict.VIOLATED):
        listener = one.probe.listener
        pair = f"{spoken(one.probe.source)} → {spoken(listener.instance)} IPv{listener.version}"
        ports[pair, one.reason].append(f"{listener.port}/{listener.protocol}")
    for (pair, reason), found in ports.items():
        yield f"不符合 {pair} {'、'.join(found)}：{reason}"


def _unchecked(proof: Proof) -> Iterator[str]:
    """One line for each reason: a foot that is missing keeps hundreds of probes from being checked."""
    probes: dict[str, list[str]] = defaultdict(list)
    for one in _with(proof, Verdict.UNCHECKED):
        probes[one.reason].append(str(one.probe))
    for reason, found in probes.items():
        more = " 等" if len(found) > _EXAMPLES else ""
        yield f"无法检查 {len(found)} 个探测（{'；'.join(found[:_EXAMPLES])}{more}）：{reason}"
    for line in proof.unprovable:
        yield f"无法检查 {line}"


def _with(proof: Proof, verdict: Verdict) -> Iterable[Judged]:
    return (one for one in proof.judged if one.verdict is verdict)


def _trials(trials: Sequence[Trial]) -> Iterator[tuple[str, str]]:
    """What was not kept or could not be tried, one by one; then how many promises there were."""
    for trial in trials:
        if trial.verdict is Verdict.VIOLATED:
            yield f"不符合 {trial.subject}：{trial.promise}；{trial.reason}", "red"
        if trial.verdict is Verdict.UNCHECKED:
            yield f"无法检查 {trial.subject}：{trial.promise}；{trial.reason}", "yellow"
    if trials:
        kept = sum(trial.verdict is Verdict.OK for trial in trials)
        yield f"主机：{len({trial.subject for trial in trials})} 台，应诺 {len(trials)} 项，符合 {kept} 项", ""


def _counts(comparison: Comparison) -> Iterator[str]:
    found = dict.fromkeys(Difference, 0)
    for row in comparison.disagreements:
        found[row.difference] += 1
    expected, observed = (sum(counts.values()) for counts in (comparison.expected, comparison.observed))
    differences = "，".join(f"{difference} {count}" for difference, count in found.items())
    kinds = "、".join(f"{kind} {count}" for kind, count in comparison.expected.items())
    yield f"{comparison.site}：蓝图 {expected} 项，云 {observed} 项，{differences}（{kinds or '什么也没有比对'}）"
    for exempt in comparison.exempt:
        yield f"  不比对 {exempt.count} 个：{exempt.reason}"


def _tally(proof: Proof) -> str:
    counts = [
        f"{word} {sum(one.probe.permitted is permitted for one in proof.judged)} 个"
        f"（符合 {len(proof.of(Verdict.OK, permitted))}，不符合 {len(proof.of(Verdict.VIOLATED, permitted))}，"
        f"无法检查 {len(proof.of(Verdict.UNCHECKED, permitted))}）"
        for word, permitted in (("应通", True), ("应断", False))
    ]
    return f"数据包：{proof.pairs} 个区对（来源×目标×IP 版本），{'；'.join(counts)}"
