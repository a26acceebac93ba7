"""What a verification found: cloud against blueprint for each site, and packets between them. Values only; `infra.cli` shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from infra.blueprint.proof import Proof
from infra.facts.types import Comparison
from infra.findings import Verdict


@dataclass(frozen=True, slots=True)
class Unasked:
    """A site whose cloud could not be asked, and why."""

    site: str
    reason: str


@dataclass(frozen=True, slots=True)
class Trial:
    """A promise of a machine, tried; `reason` says what is wrong, or why it could not be tried."""

    subject: str
    promise: str
    verdict: Verdict
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Verification:
    """Result of one run. `proof` is `None` when no packet could be sent; then `unsent` says why. Where no platform is deployed there
    are no `trials`."""

    comparisons: tuple[Comparison, ...]
    unasked: tuple[Unasked, ...]
    proof: Proof | None
    unsent: str = ""
    trials: tuple[Trial, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Any violation wins; otherwise anything that was not checked keeps the run from being OK. Nothing looked at is not OK."""
        compared = (*map(verdict_of, self.comparisons), *(Verdict.UNCHECKED for _ in self.unasked))
        return worst((*compared, self._packets, *(trial.verdict for trial in self.trials)))

    @property
    def _packets(self) -> Verdict:
        return self.proof.verdict if self.proof else Verdict.UNCHECKED


def verdict_of(comparison: Comparison) -> Verdict:
    """A site with any disagreement is violated; one of which nothing was expected was not checked."""
    if comparison.disagreements:
        return Verdict.VIOLATED
    return Verdict.OK if sum(comparison.expected.values()) else Verdict.UNCHECKED


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    order = (Verdict.OK, Verdict.UNCHECKED, Verdict.VIOLATED)
    return max(verdicts, key=order.index, default=Verdict.UNCHECKED)
