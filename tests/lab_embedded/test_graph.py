"""Tasks start as soon as what they need is done, and every failure is told."""

from __future__ import annotations

import threading

import pytest

from lab import graph
from lab.graph import Task


def test_a_task_starts_after_what_it_needs_and_others_beside_it() -> None:
    """Two that need nothing meet at a barrier, which sequential work never passes."""
    together = threading.Barrier(2, timeout=5)
    order: list[str] = []

    def meet(name: str) -> None:
        together.wait()
        order.append(name)

    graph.run(
        {
            "last": Task(("one", "two"), lambda: order.append("last")),
            "one": Task((), lambda: meet("one")),
            "two": Task((), lambda: meet("two")),
        }
    )
    assert sorted(order[:2]) == ["one", "two"]
    assert order[2:] == ["last"]


def fail(words: str) -> None:
    raise OSError(words)


def test_nothing_begins_after_a_failure() -> None:
    """What needs the failed task, least of all."""
    begun: list[str] = []
    with pytest.raises(OSError, match="disk"):
        graph.run({"bad": Task((), lambda: fail("disk")), "after": Task(("bad",), lambda: begun.append("after"))})
    assert begun == []


def test_failures_side_by_side_are_all_told() -> None:
    """Nobody has to mend one to learn of the next."""
    together = threading.Barrier(2, timeout=5)

    def meet_and_fail(words: str) -> None:
        together.wait()
        fail(words)

    with pytest.raises(ExceptionGroup) as both:
        graph.run({"one": Task((), lambda: meet_and_fail("a")), "two": Task((), lambda: meet_and_fail("b"))})
    assert sorted(str(problem) for problem in both.value.exceptions) == ["a", "b"]


@pytest.mark.parametrize("needs", [("nobody",), ("circle",)])
def test_tasks_that_can_never_start_are_a_mistake_of_ours(needs: tuple[str, ...]) -> None:
    """Unknown or circular needs."""
    with pytest.raises(ValueError, match="tasks need"):
        graph.run({"circle": Task(needs, lambda: None)})
