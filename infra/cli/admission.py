"""Which of the chosen stacks may be changed at all: those of sites without a blocking finding. Asked before any engine starts."""

from __future__ import annotations

from collections.abc import Sequence

import typer

from infra.blueprint.load import load
from infra.cli.findings import close, show
from infra.clock import today
from infra.engine import ROOT
from infra.stacks import Stack
from policies.evaluate import blocking, judge


def admit(stacks: Sequence[Stack]) -> tuple[Stack, ...]:
    """The stacks of sound sites. Says, with every finding, which sites are left out; a bad file in one city never stops another."""
    judged = judge(load(ROOT / "estate"), today())
    against = {site: blocking(judged.findings, site, today()) for site in dict.fromkeys(stack.site for stack in stacks)}
    refused = [site for site, found in against.items() if found]
    if refused:
        show({finding for site in refused for finding in against[site]})
        typer.echo(f"\n不变更的站点：{'、'.join(refused)}（上面列出的必须先改）。")
    close(judged, today())
    return tuple(stack for stack in stacks if stack.site not in refused)
