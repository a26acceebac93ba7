"""The day on which every planned site is opened: nothing else has to be declared for it, and what follows can be proven."""

from __future__ import annotations

import math
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.blueprint.load import Loaded, load
from infra.blueprint.probes import matrix
from infra.clock import today
from infra.engine import ROOT
from infra.probing.run import DENIAL, DOUBTING, INSIST, INSISTING
from policies.evaluate import judge
from tests.province import open_sites


@cache
def opened() -> Loaded:
    """The real estate with every site open; its ledgers are as committed."""
    with TemporaryDirectory(prefix="govnet-province-") as name:
        estate = Path(name) / "estate"
        shutil.copytree(ROOT / "estate", estate)
        assert open_sites(estate) == 13
        return load(estate)


def test_opening_every_site_leaves_nothing_to_declare() -> None:
    """No address is missing, no rule broken: P24, for one, asks for a way to the DR centre and for one back."""
    judged = judge(opened(), today())
    assert judged.findings == ()
    assert judged.crashed == ()
    assert judged.judged["P24"] > 15


PATIENCE = 600
"""Seconds that the longest possible run of packets may take; a little more than half of it is what 15 sites need today."""


def test_every_pair_of_zones_of_the_province_can_be_proven_apart_in_good_time() -> None:
    """Every zone is listened to for somebody, so that no denial is left to belief; nor is any pair or port left out to save time."""
    blueprint = opened().blueprint
    assert blueprint is not None
    assert all(site.connected for site in blueprint.sites)
    wanted = matrix(blueprint, [site.id for site in blueprint.sites])
    assert wanted.unprovable == ()
    assert len(wanted.instances) == sum(len(site.zones) for site in blueprint.sites) + 1
    permitted = sum(probe.permitted for probe in wanted.probes)
    denied = len(wanted.probes) - permitted
    assert permitted > 0
    longest = math.ceil(permitted / INSISTING) * INSIST + math.ceil(denied / DOUBTING) * max(DENIAL)
    assert longest <= PATIENCE
