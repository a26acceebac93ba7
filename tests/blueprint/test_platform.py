"""The machines that are made: which, where, and what may reach them."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

from infra.blueprint.types import PlatformPlan, RulePlan
from tests.real import blueprint


def platform(site: str) -> PlatformPlan:
    plan = blueprint().site(site).platform
    assert plan is not None
    return plan


def rules(site: str) -> list[RulePlan]:
    return [rule for group in platform(site).groups for rule in group.rules]


def test_the_four_machines_of_the_lab_are_planned() -> None:
    """Monitor and backup of the province, backup and two-legged gateway of Suqian."""
    made = {machine.name: len(machine.ports) for site in ("province", "suqian") for machine in platform(site).machines}
    assert len(made) >= 4
    assert sorted(made.values())[-1] == 2
    assert blueprint().site("nanjing").platform is None


def test_every_port_is_guarded_by_its_zone_and_by_what_all_machines_share() -> None:
    """Nothing that a machine may do in its zone is said here a second time."""
    for site in ("province", "suqian"):
        for machine in platform(site).machines:
            for port in machine.ports:
                assert set(port.group_ids) == {"machines-group", port.network_id.replace("-net", "-group")}


def test_bastion_probe_and_machines_stand_at_different_addresses() -> None:
    """All in their zones' own networks."""
    for site in map(blueprint().site, ("province", "suqian")):
        plan = platform(site.id)
        ports = [plan.bastion, *(port for machine in plan.machines for port in machine.ports)]
        taken = [port.addresses.v4 for port in ports] + [zone.probe.addresses.v4 for zone in site.zones]
        assert len(set(taken)) == len(taken)
        hosts = {zone.network.id: ip_network(zone.hosts.v4) for zone in site.zones}
        assert all(ip_address(port.addresses.v4) in hosts[port.network_id] for port in ports)


def test_a_machine_may_ask_for_its_address_and_keys_and_nothing_else_by_this_group() -> None:
    """Outward only, to single addresses; the rest is the zone's own group."""
    assert {(rule.direction, rule.port_min, rule.remote) for rule in rules("suqian")} == {
        ("egress", 67, "255.255.255.255/32"),
        ("egress", 547, "ff02::1:2/128"),
        ("egress", 80, "169.254.169.254/32"),
    }
    assert platform("suqian").bastion.group_ids == ("ops_mgmt-group",)
