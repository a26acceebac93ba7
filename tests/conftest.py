"""What all tests share: the engine of this machine, the order of lab tests, and the floor under the number of tests."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling  # type: ignore[import-untyped]  # xdist has no types

from infra import engine
from infra.engine import Engine
from tests.floor import verdict
from tests.proofs import record

FLOOR = Path(__file__).with_name("floor.txt")
POLITE = 10
LAB = "tests/lab/"


@pytest.fixture(scope="session")
def built() -> Engine:
    """The engine built from `tools/`; `make test` builds it first."""
    found = engine.find_built(os.environ)
    assert found is not None, "the engine is not built: run `.venv/bin/govnet engine`"
    return found


class LabOnOneWorker(LoadScopeScheduling):  # type: ignore[misc]  # xdist's schedulers are untyped
    """There is one lab on a machine: its tests run one after another on one worker. The others are dealt out one by one.

    Not by `xdist_group`: its suffix to the test's id gets lost in this pytest, and the lab's tests met each other.
    """

    def _split_scope(self, nodeid: str) -> str:
        return "lab" if nodeid.startswith(LAB) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LabOnOneWorker:
    return LabOnOneWorker(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The lab's tests begin first, because they take longest; of them the one that is killed while everything is made."""
    items.sort(key=lambda item: (not item.nodeid.startswith(LAB), not item.nodeid.startswith(f"{LAB}test_killed.py")))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """The lab's tests take longest and decide when all is done: the others give way to them."""
    if "PYTEST_XDIST_WORKER" in os.environ and not item.nodeid.startswith(LAB) and os.nice(0) == 0:
        os.nice(POLITE)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A run of the whole suite fails when fewer tests ran than the committed floor: a skip must not hide."""
    config = session.config
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or hasattr(config, "workerinput") or _is_part(config):
        return
    ran = sum(len(reporter.stats.get(outcome, [])) for outcome in ("passed", "failed"))
    if complaint := verdict(ran, int(FLOOR.read_text(encoding="utf-8"))):
        reporter.write_line(complaint, red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say which long proofs are older than the files they are about; `make release` fails on them."""
    for sentence in record.old():
        terminalreporter.write_line(f"证明过期：{sentence}", yellow=True)


def _is_part(config: pytest.Config) -> bool:
    """Whether somebody asked for a selection of tests only."""
    chosen = config.option.keyword or config.option.markexpr or config.option.deselect or config.option.collectonly
    failed_before = getattr(config.option, "lf", False)  # there is no such option without the cache plugin
    return bool(chosen or config.option.ignore or failed_before or config.args != config.getini("testpaths"))
