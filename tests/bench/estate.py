"""What an engineer waits for at every change of the estate: no cloud is involved."""

from __future__ import annotations

from infra.blueprint.canonical import canonical_json
from infra.blueprint.load import load
from infra.clock import today
from infra.engine import ROOT
from policies.evaluate import evaluate
from policies.rule import Context
from tests.bench.figures import Figure, Part, timed
from tests.converging import GOVNET, said

TIMES = 5


def measure() -> Part:
    loaded = load(ROOT / "estate")
    assert loaded.estate is not None
    assert loaded.blueprint is not None
    context = Context(loaded.estate, loaded.blueprint, today())
    size = len(canonical_json(loaded.blueprint))
    loading, _ = timed(lambda: str(load(ROOT / "estate").blueprint is not None), TIMES)
    judging, judged = timed(lambda: str(sum(evaluate(context).judged.values())), TIMES)
    checking, _ = timed(lambda: said(GOVNET, "check"), TIMES)
    files = sum(1 for _ in (ROOT / "estate").rglob("*.yaml"))
    return Part(
        "estate",
        "Estate: reading, compiling, judging",
        [
            Figure(
                "estate → blueprint",
                'load(Path("estate"))',
                loading,
                f"{files} files, {len(loaded.blueprint.sites)} sites, {size / 1e6:.1f} MB of blueprint",
            ),
            Figure("rules", "evaluate(context)", judging, f"{judged} objects judged"),
            Figure("the whole check", "govnet check", checking, limit=2),
        ],
    )
