"""What the outcomes of a run of probes prove. Pure: outcomes in, verdicts out.

- Must pass: proven by an answer of the very listener of this run, violated by anything else.
- Must be denied: violated by any sign of life of the target. Proven only by silence, and only if in this run the listener answered
  somebody who is permitted *and* the source's own foot took part in some answered exchange; a dead listener or a dead source denies
  everything and proves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from infra.blueprint.probes import Matrix, Probe, spoken
from infra.findings import Verdict


class Outcome(StrEnum):
    """What a source saw. `REACHED`: something lives there, but not our listener (a reset, a stranger's answer)."""

    ANSWERED = "answered"
    REACHED = "reached"
    SILENT = "silent"
    BROKEN = "broken"


@dataclass(frozen=True, slots=True)
class Seen:
    """Outcome of one probe. `detail` says what was broken, or what answered instead; `seconds` how long an answer took."""

    outcome: Outcome
    detail: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Judged:
    """A probe, its verdict and, unless it is `OK`, the reason in words."""

    probe: Probe
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Proof:
    """Everything a run of probes proved and did not prove."""

    judged: tuple[Judged, ...]
    unprovable: tuple[str, ...]
    pairs: int

    def of(self, verdict: Verdict, permitted: bool) -> tuple[Judged, ...]:
        return tuple(one for one in self.judged if one.verdict is verdict and one.probe.permitted is permitted)

    @property
    def verdict(self) -> Verdict:
        """Violated if anything is; otherwise unchecked if anything is, or if nothing was probed at all."""
        verdicts = {one.verdict for one in self.judged}
        if Verdict.VIOLATED in verdicts:
            return Verdict.VIOLATED
        if self.unprovable or not self.judged or Verdict.UNCHECKED in verdicts:
            return Verdict.UNCHECKED
        return Verdict.OK


def prove(matrix: Matrix, seen: Mapping[Probe, Seen]) -> Proof:
    """Judge every probe of the matrix; one without an outcome was not checked."""
    answered = [probe for probe in matrix.probes if probe in seen and seen[probe].outcome is Outcome.ANSWERED]
    witnesses = {probe.listener for probe in answered if probe.permitted}
    alive = {(end, probe.listener.version) for probe in answered for end in (probe.source, probe.listener.instance)}

    def judge(probe: Probe) -> Judged:
        result = seen.get(probe, Seen(Outcome.BROKEN, "没有探测"))
        if result.outcome is Outcome.BROKEN:
            return Judged(probe, Verdict.UNCHECKED, result.detail)
        if probe.permitted:
            if result.outcome is Outcome.ANSWERED:
                return Judged(probe, Verdict.OK)
            return Judged(probe, Verdict.VIOLATED, f"应通而不通：{result.detail or '没有应答'}")
        if result.outcome is not Outcome.SILENT:
            return Judged(probe, Verdict.VIOLATED, f"应断而通：{result.detail or '监听方应答了'}")
        if probe.listener not in witnesses:
            return Judged(
                probe, Verdict.UNCHECKED, "不通，但该监听在本次运行中没有应答过任何被允许的来源，不能证明是被拒绝"
            )
        if (probe.source, probe.listener.version) not in alive:
            return Judged(probe, Verdict.UNCHECKED, "不通，但来源在本次运行中没有任何一次成功的收发，不能证明是被拒绝")
        return Judged(probe, Verdict.OK)

    unprovable = tuple(
        f"{spoken(source)} → {spoken(target)} IPv{version}：目标区没有任何被允许的来源，拒绝无法证明"
        for source, target, version in matrix.unprovable
    )
    return Proof(tuple(judge(probe) for probe in matrix.probes), unprovable, matrix.pairs)
