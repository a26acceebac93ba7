"""Benchmarks: what is shown is what was measured, and Terraform is given the same graph."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import pytest

from infra.engine import ROOT
from tests.bench.figures import Figure, Part, keep, kept, page, timed
from tests.bench.main_job import steps_of
from tests.bench.policies import Spent, added, rail
from tests.bench.preview import Preview, _cost, _stack
from tests.bench.preview import part as preview_part
from tests.bench.scale import STEEPEST, Size, part
from tests.bench.stacks import PROGRAM, without_guard
from tests.bench.terraform import configuration, terraform_name, tokens

PART = Part(
    "small",
    "Small things",
    [
        Figure("quick", "run quick", [0.25, 0.5, 0.125], "3 things", limit=1),
        Figure("slow", "run slow", [61.25], limit=60),
    ],
    ["Said once."],
    commit="0123456789ab",
    date="2026-01-02T03:04:05+00:00",
    machine="2 processors",
    load=0.1,
)


def test_the_page_shows_every_figure_with_its_command_and_what_is_over_its_limit(tmp_path: Path) -> None:
    """Kept in a file and read back, nothing is lost."""
    keep(PART, tmp_path)
    shown = page(kept(tmp_path))
    assert (
        "`make bench PART=small`, commit 0123456789ab, 2026-01-02T03:04:05+00:00, 2 processors, load before 0.1"
        in shown
    )
    assert "| quick | `run quick` | 0.250 (of 3) | 1 | 3 things |" in shown
    assert "| slow | `run slow` | 61.2 | 60 **exceeded** |  |" in shown
    assert "- Said once." in shown


def test_every_run_is_timed() -> None:
    runs = iter("abc")
    seconds, said = timed(lambda: next(runs), 3)
    assert (len(seconds), said) == (3, "c")


def test_steps_are_read_from_what_a_run_told() -> None:
    told = "… suqian.cloud  预览 3\n✓ suqian.cloud  新建 26  186.3 秒\n✗ province.cloud  变更 29/30  1.9 秒\n"
    assert steps_of(told) == [("suqian.cloud  新建 26", 186.3)]


@pytest.mark.parametrize(("seconds", "kept"), [(STEEPEST * 10 - 1, True), (STEEPEST * 10 + 1, False), (100.0, False)])
def test_growth_that_is_not_near_linear_exceeds_its_limit(seconds: float, kept: bool) -> None:
    """Ten times the tenants may take somewhat more than ten times as long, never a hundred times."""
    steps = ("read", "allocate", "load", "rules")
    small = Size(2000, dict.fromkeys(steps, 0.25), peak=100, judged=10)
    large = Size(20000, dict.fromkeys(steps, seconds / 4), peak=900, judged=100)
    whole = part(small, large).figures[-1]
    assert (whole.what, whole.note) == ("20000 tenants: all of it", "peak 900 MiB, 100 objects judged")
    assert whole.kept is kept


@pytest.mark.parametrize(("ours", "kept"), [([0.04, 0.19, 0.06], True), ([0.3, 0.3, 0.3], False)])
def test_a_pack_that_adds_more_than_half_a_millisecond_a_resource_exceeds_its_limit(
    ours: list[float], kept: bool
) -> None:
    """The median of the pairs decides, and their spread is shown."""
    figure = added([0.02, 0.03, 0.02], ours, 400)
    assert (figure.limit, figure.kept) == (0.2, kept)
    assert figure.note == ("0.10 ms a resource, from 0.05 to 0.40" if kept else "0.70 ms a resource, from 0.68 to 0.70")


@pytest.mark.parametrize(("with_it", "kept"), [(1.6, True), (2.1, False)])
def test_a_guard_rail_that_adds_more_than_half_a_second_exceeds_its_limit(with_it: float, kept: bool) -> None:
    """In the program; what the engine does besides is shown, and swings too much to be held to it."""
    without = [Spent(4.0, 1.2), Spent(5.0, 1.3), Spent(4.5, 1.2)]
    inside, whole = rail(without, [Spent(5.5, with_it), Spent(4.9, with_it), Spent(5.0, 9.0)])[-2:]
    assert (inside.limit, inside.kept) == (0.5, kept)
    assert (whole.limit, whole.note) == (0, "from -0.10 to 1.50")


def test_a_program_without_guard_rail_has_neither_rules_nor_hooks() -> None:
    """Its lines are known; when one has changed, the measurement says so instead of measuring nothing."""
    program = PROGRAM.read_text(encoding="utf-8")
    bare = without_guard(program)
    compile(bare, "bare", "exec")
    assert re.findall(r"admit\(|guard\(|infra\.gate|policies", bare) == []
    with pytest.raises(ValueError, match="not exactly one line"):
        without_guard(bare)


# --- the same graph for Terraform -------------------------------------------------------------------------------------
URN = "urn:pulumi:suqian.network::govnet::"
SCHEMA: dict[str, Any] = {
    "resource_schemas": {
        "openstack_networking_network_v2": {"block": {"attributes": {"name": {}}}},
        "openstack_networking_port_v2": {
            "block": {"attributes": {"network_id": {}, "security_group_ids": {}}, "block_types": {"fixed_ip": {}}}
        },
        "openstack_networking_router_interface_v2": {"block": {"attributes": {"port_id": {}}}},
    }
}


def resource(kind: str, label: str, cloud_id: str, *needs: str, **inputs: Any) -> dict[str, Any]:
    token = f"openstack:networking/{kind[0].lower()}{kind[1:]}:{kind}"
    urn = f"{URN}{token}::{label}"
    return {"urn": urn, "type": token, "custom": True, "id": cloud_id, "inputs": inputs, "dependencies": list(needs)}


def test_a_stack_becomes_a_configuration_with_the_same_order() -> None:
    """Ids become references, what is needed without a reference is said, and what the engine keeps for itself is left out."""
    network = resource("Network", "1/border", "id-n", name="suqian-border", __defaults=[])
    port = resource(
        "Port",
        "leg",
        "id-p",
        network["urn"],
        networkId="id-n",
        securityGroupIds=[],
        fixedIps=[{"ipAddress": "10.0.0.1"}],
    )
    interface = resource("RouterInterface", "joined", "id-p", network["urn"], port["urn"], portId="id-p")
    component = {"urn": "urn:component", "type": "govnet:network:Zone"}
    types = tokens((ROOT / "tools" / "openstack-provider" / "tokens.tsv").read_text(encoding="utf-8"))
    made = configuration([component, network, port, interface], types, SCHEMA, "suqian-operator")
    assert made["provider"] == {"openstack": {"cloud": "suqian-operator"}}
    assert made["resource"] == {
        "openstack_networking_network_v2": {"_1_border": {"name": "suqian-border"}},
        "openstack_networking_port_v2": {
            "leg": {
                "network_id": "${openstack_networking_network_v2._1_border.id}",
                "security_group_ids": [],
                "fixed_ip": [{"ip_address": "10.0.0.1"}],
            }
        },
        "openstack_networking_router_interface_v2": {
            "joined": {
                "port_id": "${openstack_networking_port_v2.leg.id}",
                "depends_on": ["openstack_networking_network_v2._1_border"],
            }
        },
    }


def test_a_property_that_terraform_does_not_have_is_no_property() -> None:
    assert terraform_name("allocationPools", {"allocation_pool"}) == "allocation_pool"
    with pytest.raises(KeyError, match="cidr"):
        terraform_name("cidr", {"name"})


def test_a_preview_of_the_province_is_told_by_layer() -> None:
    """Clock, processor, memory and resources of the stacks; a layer that no site has is left out."""
    previews = {
        "a.cloud": Preview(2.0, 1.0, 300, 20),
        "a.network": Preview(12.0, 9.0, 500, 395),
        "b.network": Preview(14.0, 9.2, 520, 252),
    }
    made = preview_part(previews, 2, 15.0, 900)
    whole, cloud, network = made.figures
    assert whole.note == "667 resources in 3 stacks of 2 sites, 19 s of the processor, 900 MiB"
    assert (cloud.what, cloud.note) == ("a stack of layer cloud", "processor 1 s、300 MiB、20 resources")
    assert network.seconds == [12.0, 14.0]
    assert network.note == "processor 9 s、500–520 MiB、252–395 resources"


def test_an_engine_is_known_by_its_command_line() -> None:
    """What it starts has no stack of its own."""
    assert _stack(["/x/bin/pulumi", "-C", "/y", "preview", "--stack", "dr.cloud", "--json"]) == "dr.cloud"
    assert _stack(["/x/bin/pulumi-language-python", "127.0.0.1:1"]) == ""
    assert _stack([]) == ""


def test_a_process_costs_memory_and_seconds_and_one_that_is_gone_nothing() -> None:
    memory, seconds = _cost(os.getpid())
    assert memory > 10
    assert seconds > 0
    assert _cost(2**22 + 1) == (0, 0)
