"""Which attacks get past a judge, held against every faulty one (faults.py); without an engine, in a process of its own for each program."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from pulumi.runtime.proto import analyzer_pb2
from pulumi_policy import EnforcementLevel

from tests.attacks.faults import Fault
from tests.attacks.harness import Attack
from tests.attacks.stage import Staged, staged
from tests.bench import requests

Refused = frozenset[int]
"""Questions that the honest pack answers with a violation: a fault can only take some of them away."""


def forked(attack: Attack) -> Staged:
    """Run an attack in a fork of this process. `RuntimeError` with what went wrong, when that was not a refusal."""
    out, into = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(out)
        try:
            said = pickle.dumps(staged(attack, guarded=False))
        except BaseException as problem:  # noqa: BLE001  whatever it was, the parent says it
            said = pickle.dumps(repr(problem))
        with os.fdopen(into, "wb") as pipe:
            pipe.write(said)
        os._exit(0)
    os.close(into)
    with os.fdopen(out, "rb") as pipe:
        found = pickle.loads(pipe.read())
    os.waitpid(child, 0)
    if not isinstance(found, Staged):
        raise RuntimeError(f"{attack.path.stem}: {found}")
    return found


def said(program: Staged) -> list[str]:
    """Everything that the pack says about a program."""
    pack = _asked()
    return [*_of_resources(pack, program, range(len(program.resources))), *_of_the_stack(pack, program)]


def suspicious(program: Staged) -> Refused:
    """The resources that an honest pack refuses by themselves."""
    pack = _asked()
    return frozenset(n for n in range(len(program.resources)) if any(_of_resources(pack, program, [n])))


def past(fault: Fault, programs: Mapping[str, Staged], refused: Mapping[str, Refused]) -> list[str]:
    """The programs that a pack with this fault lets through. What the honest one refuses is asked first: one refusal is enough."""
    with fault.put():
        return [
            name
            for name, program in programs.items()
            if not any(_of_resources(_asked(), program, sorted(refused[name]))) and not said(program)
        ]


def _of_resources(pack: Any, program: Staged, numbers: Iterable[int]) -> Iterator[str]:
    for number in numbers:
        question = analyzer_pb2.AnalyzeRequest.FromString(program.resources[number])
        yield from (row.message for row in pack.Analyze(question, None).diagnostics)


def _of_the_stack(pack: Any, program: Staged) -> Iterator[str]:
    question = analyzer_pb2.AnalyzeStackRequest.FromString(program.stack)
    return (row.message for row in pack.AnalyzeStack(question, None).diagnostics)


@cache
def _policies() -> list[Any]:
    return requests.ours()


def _asked() -> Any:
    return requests._Servicer("pack", "0.0.1", _policies(), EnforcementLevel.MANDATORY, *[None] * 7)
