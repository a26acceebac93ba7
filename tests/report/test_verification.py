from __future__ import annotations

import pytest

from infra.blueprint.probes import Listener, Matrix, Probe
from infra.blueprint.proof import Outcome, Proof, Seen, prove
from infra.facts.types import Comparison, Difference, Disagreement, Kind
from infra.findings import Verdict
from infra.report.verification import Unasked, Verification

PROBE = Probe(("a", "front"), Listener(("a", "back"), 4, "tcp", 443), ("web",))
PASSED = prove(Matrix((PROBE,), ()), {PROBE: Seen(Outcome.ANSWERED)})
FAILED = prove(Matrix((PROBE,), ()), {PROBE: Seen(Outcome.SILENT)})
SAME = Comparison("a", (), {Kind.NETWORK: 1}, {Kind.NETWORK: 1})
OTHER = Comparison("a", (Disagreement("a", Difference.EXTRA, Kind.RULE, "any"),), {Kind.NETWORK: 1}, {Kind.NETWORK: 1})


@pytest.mark.parametrize(
    ("comparisons", "unasked", "proof", "verdict"),
    [
        ((SAME,), (), PASSED, Verdict.OK),
        ((OTHER,), (), PASSED, Verdict.VIOLATED),
        ((SAME,), (), FAILED, Verdict.VIOLATED),
        ((SAME,), (), None, Verdict.UNCHECKED),
        ((SAME,), (Unasked("b", "没有应答"),), PASSED, Verdict.UNCHECKED),
        ((OTHER,), (Unasked("b", "没有应答"),), None, Verdict.VIOLATED),
        ((Comparison("a", (), {}, {}),), (), PASSED, Verdict.UNCHECKED),
        ((), (), prove(Matrix((), ()), {}), Verdict.UNCHECKED),
    ],
    ids=[
        "all as it must be",
        "an extra rule",
        "a broken way",
        "no packet could be sent",
        "a cloud could not be asked",
        "a violation beside what was not checked",
        "nothing was expected",
        "nothing was looked at",
    ],
)
def test_the_verdict_is_the_worst_and_never_green_by_omission(
    comparisons: tuple[Comparison, ...], unasked: tuple[Unasked, ...], proof: Proof | None, verdict: Verdict
) -> None:
    assert Verification(comparisons, unasked, proof).verdict is verdict
