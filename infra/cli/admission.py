"""Which of the chosen stacks may be changed at all: those of sites without a blocking finding. Asked before any engine starts."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

import typer

from infra import stackfiles
from infra.blueprint.load import Loaded, load
from infra.cli.findings import close, show
from infra.clock import today
from infra.engine import ROOT
from infra.errors import GovnetError
from infra.stacks import Stack
from infra.workspace import Workspace
from policies.evaluate import blocking, judge
from policies.state import State, deployed, suspends


def admit(stacks: Sequence[Stack], standing: Callable[[Stack], State | None]) -> tuple[Stack, ...]:
    """The stacks of sound sites. Says, with every finding, which sites are left out; a bad file in one city never stops another.

    `standing`: what a stack has now. A site whose stacks would only lose rules and routes is not left out: an emergency suspension passes.
    """
    loaded = load(ROOT / "estate")
    judged = judge(loaded, today())
    against = {site: blocking(judged.findings, site, today()) for site in dict.fromkeys(stack.site for stack in stacks)}
    unsound = [site for site, found in against.items() if found]
    if unsound:
        show({finding for site in unsound for finding in against[site]})
    closing = [site for site in unsound if all(_closes(loaded, row, standing) for row in stacks if row.site == site)]
    refused = [site for site in unsound if site not in closing]
    if closing:
        typer.echo(f"\n只关闭流向的站点：{'、'.join(closing)}（应急处置，不受上面的问题阻断）。")
    if refused:
        typer.echo(f"\n不变更的站点：{'、'.join(refused)}（上面列出的必须先改）。")
    close(judged, today())
    return tuple(stack for stack in stacks if stack.site not in refused)


def _closes(loaded: Loaded, stack: Stack, standing: Callable[[Stack], State | None]) -> bool:
    """Whether a stack would only lose rules and routes; if that cannot be told, it is not so."""
    try:
        cloud = stackfiles.stack_cloud(ROOT, stack.site, stack.layer)
        return suspends(loaded.blueprint, standing(stack), cloud)
    except (GovnetError, ValueError):
        return False


def standing(stack: Stack) -> State | None:
    """What a stack has now, as its state says. Raises `EngineError`."""
    return deployed(Workspace.open(ROOT, os.environ).state(str(stack)))
