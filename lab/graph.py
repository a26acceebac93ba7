"""Running tasks side by side, each as soon as what it needs is done. Two cores start a cloud in half the time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Work that may begin when all of `needs` have ended well."""

    needs: tuple[str, ...]
    work: Callable[[], None]


def run(tasks: Mapping[str, Task]) -> None:
    """Run all tasks. After the first failure nothing new begins; what runs is waited for, then every failure is raised at once.

    Threads are daemons: interrupting the command does not wait for them.
    """
    waiting = dict(tasks)
    unknown = {need for task in tasks.values() for need in task.needs} - tasks.keys()
    if unknown:
        raise ValueError(f"tasks need unknown tasks: {sorted(unknown)}")
    ended: queue.Queue[tuple[str, Exception | None]] = queue.Queue()
    done: set[str] = set()
    running: set[str] = set()
    failures: list[Exception] = []

    def work(name: str, task: Task) -> None:
        try:
            task.work()
        except Exception as failure:  # noqa: BLE001 - carried to the caller's thread and raised there
            ended.put((name, failure))
        else:
            ended.put((name, None))

    while waiting or running:
        if not failures:
            for name in [name for name, task in waiting.items() if done.issuperset(task.needs)]:
                running.add(name)
                threading.Thread(target=work, args=(name, waiting.pop(name)), daemon=True, name=name).start()
        if not running:
            if failures:
                break
            raise ValueError(f"tasks need each other in a circle: {sorted(waiting)}")
        name, failure = ended.get()
        running.discard(name)
        done.add(name)
        if failure:
            failures.append(failure)
    if len(failures) == 1:
        raise failures[0]
    if failures:
        raise ExceptionGroup("several tasks failed", failures)
