"""Working on many stacks: each as soon as what it needs is done, independent ones at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from graphlib import TopologicalSorter
from typing import TypeVar

from infra.cli.progress import progress
from infra.cli.targets import jobs
from infra.driver.up import Done
from infra.errors import GovnetError
from infra.stacks import Stack

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Skipped:
    """A stack that was not touched, because one that it needs failed."""

    because: Stack


def work(
    order: Mapping[Stack, frozenset[Stack]], action: Callable[[Stack], Result], jobs: int
) -> dict[Stack, Result | GovnetError | Skipped]:
    """Do the action for every stack of the order, at most `jobs` at once; a failure stops only what needs the failed stack."""
    results: dict[Stack, Result | GovnetError | Skipped] = {}
    sorter = TopologicalSorter(order)
    sorter.prepare()
    running: dict[Future[Result], Stack] = {}
    with ThreadPoolExecutor(jobs) as pool:
        while sorter.is_active():
            for stack in sorted(sorter.get_ready(), key=str):
                failed = sorted((needed for needed in order[stack] if _failed(results[needed])), key=str)
                if failed:
                    results[stack] = Skipped(failed[0])
                    sorter.done(stack)
                else:
                    running[pool.submit(action, stack)] = stack
            if not running:
                continue
            ended, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in ended:
                stack = running.pop(future)
                try:
                    results[stack] = future.result()
                except GovnetError as problem:
                    results[stack] = problem
                sorter.done(stack)
    return results


def show(
    order: Mapping[Stack, frozenset[Stack]], action: Callable[[Stack, Callable[[str], None]], Done]
) -> dict[Stack, Done | GovnetError | Skipped]:
    """`work` with a step of progress for every stack, which the action may note what it is doing in."""
    with progress() as steps:

        def shown(stack: Stack) -> Done:
            with steps.step(str(stack)) as step:
                done = action(stack, step.note)
                step.note(done.words)
                return done

        return work(order, shown, jobs())


def _failed(result: object) -> bool:
    return isinstance(result, GovnetError | Skipped)
