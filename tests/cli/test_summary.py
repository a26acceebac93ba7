"""The summary counts what a state really holds."""

from __future__ import annotations

from rich.console import Console

from infra.cli.summary import COUNTED, NEXT, absent, resources, table
from infra.stacks import Stack


def _state(*types: str) -> dict[str, object]:
    return {"resources": [{"type": token, "urn": f"urn::{number}"} for number, token in enumerate(types)]}


def test_the_engines_own_bookkeeping_is_not_counted() -> None:
    """A stack with only its root and provider has nothing in the cloud."""
    assert not resources(_state("pulumi:pulumi:Stack", "pulumi:providers:openstack"))
    assert not resources(None)
    assert not resources({})


def test_a_city_without_tenants_is_deployed_all_the_same() -> None:
    """Its stack has no resource in the cloud, but it is there; one that was taken down, or never was, is not."""
    states = {
        Stack("wuxi", "tenants"): _state("pulumi:pulumi:Stack"),
        Stack("wuxi", "network"): _state(),
        Stack("wuxi", "cloud"): None,
    }
    assert absent(states) == ["wuxi.network", "wuxi.cloud"]


def test_a_row_shows_each_kind_and_the_total() -> None:
    """On a terminal of 80 columns, with nothing cut off."""
    states = {
        Stack("suqian", "network"): _state(
            "pulumi:pulumi:Stack", *["openstack:networking/network:Network"] * 9, "openstack:networking/port:Port"
        ),
        Stack("suqian", "tenants"): None,
    }
    console = Console(width=80, record=True)
    console.print(table(states))
    shown = console.export_text()
    row = next(line for line in shown.splitlines() if "suqian.network" in line)
    assert [cell.strip() for cell in row.strip("│").split("│")] == ["suqian.network", "", "", "9", "", "", "", "10"]
    assert "…" not in shown
    assert all(kind in shown for kind in COUNTED)


def test_every_govnet_command_that_it_recommends_exists() -> None:
    """A newcomer types what is shown."""
    from infra.cli.app import app

    known = {command.name for command in app.registered_commands} | {group.name for group in app.registered_groups}
    recommended = {command.split()[1] for command, _ in NEXT if command.startswith("govnet ")}
    assert recommended
    assert recommended <= known
