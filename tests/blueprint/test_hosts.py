"""Machines are planned before they are made: their addresses stay, their data are copied, somebody watches them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network
from itertools import pairwise

from infra.addressing.allocate import allocate
from infra.blueprint.compile import compile_blueprint
from infra.blueprint.explain import explain
from infra.blueprint.networks import PROBE
from infra.blueprint.planned import HostPlan
from infra.blueprint.types import SitePlan
from infra.blueprint.whois import whois
from infra.model.enums import Capability, ZoneKind
from infra.model.estate import Estate
from infra.model.service import Machines, Service
from tests.real import blueprint
from tests.small import small

TODAY = date(2026, 3, 1)


def service(identity: str, count: int, **values: object) -> Service:
    """A platform of the province with that many database machines in the public zone."""
    group = Machines(capability=Capability.DATABASE, zone=ZoneKind.PUBLIC_SHARED, count=count, flavor="medium")
    return small().services[0].model_copy(update={"id": identity, "machines": (group,), **values})


def planned(estate: Estate) -> tuple[Estate, SitePlan]:
    """The estate with fresh ledgers, and its province."""
    sites = {}
    for name, site in estate.sites.items():
        ledger, findings = allocate(estate, site, TODAY)
        assert findings == []
        sites[name] = replace(site, ledger=ledger)
    done = replace(estate, sites=sites)
    found, said = compile_blueprint(done)
    assert said == ()
    return done, found.site("province")


def numbers(hosts: tuple[HostPlan, ...]) -> dict[str, str]:
    return {row.id: row.addresses.v4 for row in hosts}


def test_a_machine_keeps_its_address_when_others_come_and_go() -> None:
    """First fit gives the newcomer what is free; nobody moves, whatever the order of ids."""
    before, province = planned(replace(small(), services=(service("middle", 2),)))
    grown, bigger = planned(replace(before, services=(service("early", 1), service("middle", 3))))
    _, smaller = planned(replace(grown, services=(service("early", 1),)))
    assert numbers(province.hosts) == {"middle-database-1": "10.0.0.11", "middle-database-2": "10.0.0.12"}
    assert numbers(bigger.hosts).items() > numbers(province.hosts).items()
    assert numbers(smaller.hosts) == {"early-database-1": "10.0.0.13"}


def test_a_zone_without_room_for_a_machine_says_so() -> None:
    """89 numbers lie between the probe and what asks for any address; the ninetieth machine is a finding, not a collision."""
    many = tuple(service(f"many{number}", 20) for number in range(5))
    estate = replace(small(), services=many)
    _, findings = allocate(estate, estate.sites["province"], TODAY)
    assert len(findings) == 11
    assert "最多 89 台" in findings[0].right


def test_machines_stand_in_their_zones_networks_and_nobody_stands_twice() -> None:
    """Of the real province: twins have the same number, and no address is a probe's, a router's or another machine's."""
    looked_at = 0
    for site in blueprint().sites:
        legs = [(leg.zone_id, leg.addresses) for host in site.hosts for leg in host.legs]
        for zone_id, pair in legs:
            network4, network6 = IPv4Network(site.zone(zone_id).hosts.v4), IPv6Network(site.zone(zone_id).hosts.v6)
            number = int(IPv4Address(pair.v4)) - int(network4.network_address)
            assert PROBE < number < 100
            assert IPv6Address(pair.v6) == network6[number]
        assert len({pair.v4 for _, pair in legs}) == len(legs)
        assert all(one.id < other.id for one, other in pairwise(site.hosts))
        looked_at += len(legs)
    assert looked_at > 900


def test_everything_that_keeps_data_has_a_job_and_every_machine_a_monitor() -> None:
    """By construction: nobody has to remember."""
    for site in blueprint().sites:
        jobs = {row.source for row in site.backups}
        assert {row.id for row in site.hosts if Capability(row.capability).keeps_data} <= jobs
        assert {row.id for row in site.tenants} <= jobs
        assert {row.host_id for row in site.targets} == {row.id for row in site.hosts}
        assert all(row.watched_by for row in site.targets)


def test_a_copy_in_the_same_city_is_not_off_site() -> None:
    """The provincial data centre stands in Nanjing, the DR centre in Xuzhou: neither is elsewhere for those two cities."""
    copies = {
        (site.id, copy.site): copy.offsite for site in blueprint().sites for job in site.backups for copy in job.copies
    }
    assert copies["nanjing", "dr"]
    assert ("nanjing", "province") not in copies
    assert not copies["xuzhou", "dr"]
    assert copies["xuzhou", "province"]
    assert not any(copies[site, site] for site in ("province", "nanjing"))


def test_a_hop_that_no_standing_flow_permits_is_declared_and_visible() -> None:
    """The way of an application passes; what comes from the internet itself has no flow of ours."""
    portal = next(row for row in blueprint().site("province").services if row.id == "portal")
    flows = {(hop.source, hop.target): hop.flows for hop in portal.hops}
    assert flows["internet_access", "data_exchange"] == ("front_to_exchange",)
    assert flows["internet", "internet_access"] == ()


def test_explain_and_whois_show_machines_copies_and_monitors() -> None:
    """What a service derives is told by the service, and a machine's address leads back to it."""
    rows = {(row.sort, row.chain): row.text for row in explain(blueprint(), "service:local_backup")}
    assert "local_backup-backup-1 backup" in rows["机器", ("suqian",)]
    assert "本工程创建" in rows["机器", ("suqian",)]
    sorts = {row.sort for row in explain(blueprint(), "service:portal")}
    assert sorts >= {"机器", "备份", "监测", "业务流向"}
    host = blueprint().site("suqian").hosts[0]
    assert whois(blueprint(), host.addresses.v4)[0].title == f"机器 {host.id}"


def test_a_copy_goes_by_the_flow_of_the_copies() -> None:
    """From operations management too, whose machines may also log in to the keeper: that port is no way for a copy."""
    ports = {
        (site.id, host.legs[0].zone_id, copy.site): copy.port
        for site in blueprint().sites
        if site.connected
        for job in site.backups
        for host in site.hosts
        if host.id == job.source
        for copy in job.copies
        if copy.flows
    }
    assert ports["suqian", "ops_mgmt", "suqian"] == 8000
    assert ports["suqian", "public_shared", "province"] == 8000
    assert set(ports.values()) == {8000}


def test_what_machines_are_made_of_is_known_and_whether_it_is_domestic() -> None:
    """A database has a product of its own; every platform's machines have a system and a chip, each with its basis."""
    groups = [group for site in blueprint().sites for service in site.services for group in service.machines]
    assert groups
    for group in groups:
        kinds = {product.kind for product in group.products}
        assert kinds == {"os", "chip"} | ({"database"} if group.capability == "database" else set()), group
        assert all(product.basis for product in group.products if product.domestic)
