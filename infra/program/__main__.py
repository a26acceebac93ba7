"""Entry of the Pulumi program. One stack `<site>.<layer>`: the estate is read and judged, then declared under the guard rail."""

from __future__ import annotations

import importlib
import os

import pulumi

from infra import stackfiles
from infra.blueprint.load import load
from infra.clock import today
from infra.engine import ROOT
from infra.errors import GovnetError
from infra.gate import admit, guard
from infra.layers.refs import refs_for
from infra.workspace import OFFLINE, Workspace
from policies.state import State, deployed, suspends

# The SDK tells the engine of every step of every resource, waits for each answer, and nobody reads it: a tenth of a run.
pulumi.log.debug = lambda *_, **__: None


def standing() -> State | None:
    """The stack as it is before this run."""
    return deployed(Workspace.open(ROOT, os.environ).state(pulumi.get_stack()))


site_id, _, layer = pulumi.get_stack().partition(".")
try:
    loaded = load(ROOT / "estate")
    cloud = stackfiles.stack_cloud(ROOT, site_id, layer)
    site = admit(loaded, site_id, today(), lambda: suspends(loaded.blueprint, standing(), cloud))
    refs = refs_for(site_id, offline=bool(os.environ.get(OFFLINE)), dry_run=pulumi.runtime.is_dry_run())
    guard(loaded, site_id, layer, cloud)
    importlib.import_module(f"infra.layers.{layer}").declare(site, refs)
except GovnetError as problem:
    raise pulumi.RunError(f"{problem.message}\n{problem.remedy}") from problem
