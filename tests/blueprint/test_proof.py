from __future__ import annotations

from infra.blueprint.probes import Listener, Matrix, Probe
from infra.blueprint.proof import Outcome, Seen, prove
from infra.findings import Verdict

LISTENER = Listener(("a", "back"), 4, "tcp", 443)
LET_IN = Probe(("a", "front"), LISTENER, ("web",))
KEPT_OUT = Probe(("b", "back"), LISTENER, ())
FAR_ANSWER = Probe(("a", "front"), Listener(("b", "back"), 4, "tcp", 22), ("far",))
MATRIX = Matrix((LET_IN, KEPT_OUT, FAR_ANSWER), ())
ANSWER, SILENCE = Seen(Outcome.ANSWERED), Seen(Outcome.SILENT)


def verdict(seen: dict[Probe, Seen], probe: Probe) -> tuple[Verdict, str]:
    return next((one.verdict, one.reason) for one in prove(MATRIX, seen).judged if one.probe == probe)


def test_everything_as_it_must_be_is_ok() -> None:
    assert prove(MATRIX, {LET_IN: ANSWER, KEPT_OUT: SILENCE, FAR_ANSWER: ANSWER}).verdict is Verdict.OK


def test_a_denial_without_a_witness_is_not_checked() -> None:
    """The listener answered nobody who is permitted: perhaps it is dead, so silence proves nothing."""
    seen = {LET_IN: SILENCE, KEPT_OUT: SILENCE, FAR_ANSWER: ANSWER}
    assert verdict(seen, KEPT_OUT) == (
        Verdict.UNCHECKED,
        "不通，但该监听在本次运行中没有应答过任何被允许的来源，不能证明是被拒绝",
    )
    assert verdict(seen, LET_IN) == (Verdict.VIOLATED, "应通而不通：没有应答")
    assert prove(MATRIX, seen).verdict is Verdict.VIOLATED


def test_a_denial_seen_by_a_dead_source_is_not_checked() -> None:
    """A source that never got a packet through anywhere would find everything denied."""
    seen = {LET_IN: ANSWER, KEPT_OUT: SILENCE, FAR_ANSWER: Seen(Outcome.BROKEN, "命名空间不存在")}
    assert verdict(seen, KEPT_OUT) == (
        Verdict.UNCHECKED,
        "不通，但来源在本次运行中没有任何一次成功的收发，不能证明是被拒绝",
    )
    assert verdict(seen, FAR_ANSWER) == (Verdict.UNCHECKED, "命名空间不存在")
    assert prove(MATRIX, seen).verdict is Verdict.UNCHECKED


def test_an_answer_to_somebody_who_must_be_denied_is_a_violation() -> None:
    seen = {LET_IN: ANSWER, KEPT_OUT: ANSWER, FAR_ANSWER: ANSWER}
    assert verdict(seen, KEPT_OUT) == (Verdict.VIOLATED, "应断而通：监听方应答了")


def test_a_reset_is_a_sign_of_life_and_no_denial() -> None:
    """A packet that came back from the target has crossed the border it must not cross."""
    reset = Seen(Outcome.REACHED, "连接被重置")
    assert verdict({LET_IN: ANSWER, KEPT_OUT: reset}, KEPT_OUT) == (Verdict.VIOLATED, "应断而通：连接被重置")
    assert verdict({LET_IN: reset}, LET_IN) == (Verdict.VIOLATED, "应通而不通：连接被重置")


def test_a_probe_without_an_outcome_was_not_checked() -> None:
    seen = {LET_IN: ANSWER, FAR_ANSWER: ANSWER}
    assert verdict(seen, KEPT_OUT) == (Verdict.UNCHECKED, "没有探测")
    assert prove(MATRIX, seen).verdict is Verdict.UNCHECKED


def test_nothing_probed_is_not_checked() -> None:
    assert prove(Matrix((), ()), {}).verdict is Verdict.UNCHECKED


def test_an_unprovable_pair_keeps_the_run_from_being_green() -> None:
    proof = prove(Matrix((LET_IN,), ((("b", "back"), ("a", "front"), 6),)), {LET_IN: ANSWER})
    assert proof.unprovable == ("b/back → a/front IPv6：目标区没有任何被允许的来源，拒绝无法证明",)
    assert proof.verdict is Verdict.UNCHECKED
