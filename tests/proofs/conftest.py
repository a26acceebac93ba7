"""Long campaigns: every case that passes is written down at once, and is not run again while its files stay as they are.

A proof is a file `prove_<name>.py` with `ABOUT`, the files it is about. It is not collected by `make test`; `make prove` runs it.
Interrupted, it goes on with the cases that are left. `-k` runs a part; with `--again`, cases that are current run too.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.proofs import record
from tests.proofs.record import Proof

Counts = dict[str, Any]
HERE = Path(__file__).parent
_PROOF = pytest.StashKey[Proof]()
_PASSED = pytest.StashKey[bool]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--again", action="store_true", help="run cases too that are proven for the files as they are")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is proven already, and say how much that was. Every run of pytest asks this hook, also those without a proof."""
    if not any(HERE in item.path.parents for item in items):
        return
    if any("::" in argument for argument in config.args):
        raise pytest.UsageError("a part of a proof is chosen with -k: then it is still known how many cases there are")
    proven = []
    for module in dict.fromkeys(item.getparent(pytest.Module) for item in items):
        assert module is not None
        cases = {case_name(item): item for item in items if item.getparent(pytest.Module) is module}
        proof = record.opened(module.path.stem.removeprefix("prove_"), module.obj.ABOUT, list(cases))
        if not config.option.collectonly:
            record.write(proof)
        for item in cases.values():
            item.stash[_PROOF] = proof
        proven += [item for name, item in cases.items() if proof.current(name)]
    if proven and not config.getoption("--again"):
        config.hook.pytest_deselected(items=proven)
        items[:] = [item for item in items if item not in proven]


def case_name(item: pytest.Item) -> str:
    """A case of a table by its own name, any other by its function's."""
    callspec = getattr(item, "callspec", None)
    return callspec.id if callspec else item.name.removeprefix("test_")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    report = yield
    if report.when == "call":
        item.stash[_PASSED] = report.passed
    return report


@pytest.fixture
def counts(request: pytest.FixtureRequest) -> Iterator[Counts]:
    """To be filled by a case with what it counted; written down when the case has passed."""
    found: Counts = {}
    begun = time.monotonic()
    yield found
    item = request.node
    if item.stash.get(_PASSED, False):
        assert found, "a proof that counted nothing"
        proof = item.stash[_PROOF]
        proof.cases[case_name(item)] = record.shown(proof, time.monotonic() - begun, found)
        record.write(proof)


@pytest.fixture(autouse=True)
def _counted(counts: Counts) -> None:
    """Every case is written down, also one that forgot to ask for it."""
