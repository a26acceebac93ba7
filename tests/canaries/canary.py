"""Canaries: what each rule, and each guarded type of resources, is there to refuse, brought to the policy pack by the real engine."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from pulumi_policy import Policy, PolicyPack, StackValidationPolicy

from infra import stackfiles
from infra.blueprint.load import Loaded, load
from infra.engine import ROOT
from infra.files import write_whole
from infra.workspace import Workspace
from policies.pack import Pack
from tests.attacks.harness import Outcome, engine
from tests.policies.rule_cases import RuleCase

_SERVE = f"import sys\nsys.path.insert(0, {str(ROOT)!r})\nfrom tests.canaries.canary import serve\n"


def previewed(workspace: Workspace, stack: str, program: str, judge: Path) -> Outcome:
    """Preview a stack with a program of our own and a pack of our own."""
    folder = workspace.project / "program"
    write_whole(folder / "__main__.py", program)
    return engine(workspace, stack, folder, "preview", "--policy-pack", str(judge), env={})


def executable(file: Path, program: str) -> Path:
    """A Python program as the engine starts a pack."""
    write_whole(file, f"#!{sys.executable}\n{program}", mode=0o755)
    return file


def pack_for(cases: Iterable[RuleCase], file: Path) -> Path:
    """One pack that judges what each of the cases declares, on the day of the case, by a policy of the rule's name."""
    return executable(file, f"{_SERVE}serve({[str(case.path) for case in cases]!r})\n")


def serve(cases: list[str]) -> None:
    """The project's own pack, as many times as there are cases, in one process that the engine starts."""
    with tempfile.TemporaryDirectory(prefix="govnet-canaries-") as folder:
        policies = [policy for case in cases for policy in _policies(RuleCase.read(Path(case)), Path(folder))]
        PolicyPack("canaries", policies)


def _policies(case: RuleCase, folder: Path) -> Iterator[Policy]:
    """Its policy about whole stacks, which is the one that tells what rules found."""
    home = folder / case.rule
    context = case.context(home)
    pack = Pack(home / "estate", context.today, stackfiles.stack_clouds(ROOT), lambda *_: "", lambda _: None)
    if case.content.keys() & {"allocate", "blueprint"}:  # more than what is written in the estate
        loaded: Loaded = replace(load(pack.estate), estate=context.estate, blueprint=context.blueprint)
        pack.__dict__["loaded"] = loaded
    for policy in pack.policies():
        if isinstance(policy, StackValidationPolicy):
            policy.name = case.rule
            yield policy
