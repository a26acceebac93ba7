"""The inventory is the blueprint in Ansible's words: nobody lists a machine twice, and none is forgotten."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

import pytest

from infra.backups.sent import sent
from infra.engine import ROOT
from infra.inventory import KEEPS_DATA, SCANNED, inventory
from infra.inventory.access import Reach, made, ssh_config
from infra.inventory.antivirus import waiting
from infra.inventory.backup import secrets
from infra.inventory.database import database
from infra.model.enums import Capability, Protection
from tests.real import blueprint

HOME = Path("/keys")


REACH = Reach(HOME, {site.id: f"through-{site.id}" for site, _ in made(blueprint())})


def told() -> dict[str, Any]:
    return inventory(blueprint(), REACH)


def variables() -> dict[str, dict[str, Any]]:
    hosts: dict[str, dict[str, Any]] = told()["_meta"]["hostvars"]
    return hosts


def test_every_made_machine_is_in_the_groups_of_its_capability_and_site() -> None:
    """And nothing else is."""
    assert set(variables()) == {row.name for _, row in made(blueprint())}
    assert len(variables()) >= 4
    for site, row in made(blueprint()):
        assert row.name in told()[row.capability]["hosts"]
        assert row.name in told()[f"site_{site.id}"]["hosts"]


def test_a_group_is_a_capability_and_a_role_of_that_name() -> None:
    """Besides the sites, those whose data are copied, and those that are looked through for viruses."""
    others = ("_meta", KEEPS_DATA, SCANNED)
    groups = {name for name in told() if name not in others and not name.startswith("site_")}
    assert groups <= set(Capability)
    assert all((ROOT / "playbooks" / "roles" / group / "tasks" / "main.yml").exists() for group in groups)


def test_nobody_trusts_a_machine_at_first_sight() -> None:
    """Strictly the known key, through the site's bastion, with the site's own operator key."""
    for site, row in made(blueprint()):
        options = variables()[row.name]["ansible_ssh_common_args"]
        assert "StrictHostKeyChecking=yes" in options
        assert f"HostKeyAlias={row.name}" in options
        assert f"'through-{site.id}'" in options
        assert variables()[row.name]["ansible_ssh_private_key_file"] == f"/keys/{site.id}/operator"


def test_people_log_in_as_ansible_does() -> None:
    """By the name of a machine; no option that checks its key is missing."""
    text = ssh_config(blueprint(), REACH)
    entries = dict(entry.split("\n", 1) for entry in text.removeprefix("Host ").split("\nHost "))
    assert set(entries) == set(variables())
    for name, said in entries.items():
        assert {f"  HostKeyAlias {name}", "  StrictHostKeyChecking yes"} <= set(said.splitlines())
        assert f"  HostName {variables()[name]['ansible_host']}\n" in said


def test_a_two_legged_machine_is_administered_on_its_leg_in_operations() -> None:
    """Its answers leave by that leg whatever address they came to."""
    gateway = next(row for _, row in made(blueprint()) if len(row.legs) == 2)
    ops = next(leg for leg in gateway.legs if leg.zone_id == "ops_mgmt")
    assert variables()[gateway.name]["ansible_host"] == ops.addresses.v4


def test_the_firewall_has_the_rules_of_all_groups_of_all_ports() -> None:
    """The bastion gets in, and metadata get out; nothing comes from everywhere."""
    for name, known in variables().items():
        rules = known["base_rules"]
        assert any((rule["direction"], rule["port_min"]) == ("ingress", 22) for rule in rules), name
        assert any(rule["remote"] == "169.254.169.254/32" for rule in rules), name
        assert not any(rule["direction"] == "ingress" and rule["remote"] == "0.0.0.0/0" for rule in rules), name


def test_no_secret_is_in_the_inventory_only_where_it_stands() -> None:
    """Whoever prints it learns paths."""
    assert "/certificates/" in str(told())
    assert len(list(secrets(blueprint(), HOME))) >= 2
    for file in secrets(blueprint(), HOME):
        assert str(file) in str(told())
    assert "PRIVATE KEY" not in str(told())


def test_a_machine_with_data_and_its_backup_machine_agree() -> None:
    """On name, password file and address."""
    for name in told()[KEEPS_DATA]["hosts"]:
        client = variables()[name]
        server = next(
            row
            for row in variables().values()
            if client["backup_client_server"].startswith(f"{row.get('backup_address')}:")
        )
        assert {"name": name, "password_file": client["backup_client_password_file"]} in server["backup_clients"]


def test_who_carries_copies_on_and_who_keeps_them_agree() -> None:
    """On account, password file, address and port; and the firewalls of both let that through, by a flow of the estate."""
    carried = [(row, replica) for row in variables().values() for replica in row.get("backup_replicas", ())]
    assert carried
    for sender, replica in carried:
        address, _, port = replica["server"].rpartition(":")
        keeper = next(row for row in variables().values() if row.get("backup_address") == address)
        assert int(port) in (keeper["backup_port"], *keeper["backup_further_ports"])
        assert {"name": replica["account"], "password_file": replica["password_file"]} in keeper["backup_clients"]
        assert {row["source"] for row in replica["repositories"]} <= {row["name"] for row in sender["backup_clients"]}
        for direction, told, other in (
            ("egress", sender, address),
            ("ingress", keeper, sender["backup_address"]),
        ):
            assert any(
                rule["direction"] == direction
                and rule["port_min"] <= int(port) <= rule["port_max"]
                and ip_address(other) in ip_network(rule["remote"])
                for rule in told["base_rules"]
                if rule["version"] == 4 and rule["protocol"] == "tcp"
            ), direction


def test_who_sends_logs_and_who_keeps_them_agree() -> None:
    """Every machine has a keeper that knows it by name and address, and both firewalls let a line through; a city's keeper has the province's."""
    ways = [(name, row["base_log_keeper"]) for name, row in variables().items()]
    ways += [(name, row["logging_province"]) for name, row in variables().items() if row.get("logging_province")]
    assert len(ways) > len(variables())
    for name, keeper in ways:
        there = next(row for row in variables().values() if row.get("logging_address") == keeper["address"])
        known = next(row for row in there["logging_clients"] if row["machine"] == name)
        sender = variables()[name]
        assert known["addresses"] == [leg["v4"] for leg in sender["base_legs"]]
        assert sender["base_authority_file"] in there["logging_authority_files"]
        if sender is there:
            continue
        for direction, told, other in (
            ("egress", sender, keeper["address"]),
            ("ingress", there, known["addresses"][0]),
        ):
            assert any(
                rule["direction"] == direction
                and rule["port_min"] <= keeper["port"] <= rule["port_max"]
                and ip_address(other) in ip_network(rule["remote"])
                for rule in told["base_rules"]
                if rule["version"] == 4 and rule["protocol"] == "tcp"
            ), (name, direction)


def test_every_protected_machine_takes_signatures_from_its_own_sites_mirror_or_waits() -> None:
    """No flow leads to another site's; both firewalls let the question through, and who waits is named."""
    protected = {row.name for _, row in made(blueprint()) if Protection.ANTIVIRUS in row.protection}
    fed = {
        name: known["antivirus_client_mirror"]
        for name, known in variables().items()
        if name in told()[SCANNED]["hosts"]
    }
    assert fed
    assert fed.keys() | set(waiting(blueprint())) == protected
    assert not fed.keys() & set(waiting(blueprint()))
    for name, server in fed.items():
        address, _, port = server.partition(":")
        mirror = next(row for row in variables().values() if row.get("antivirus_address") == address)
        assert int(port) == mirror["antivirus_port"]
        for direction, known, other in (
            ("egress", variables()[name], address),
            ("ingress", mirror, next(row.addresses.v4 for _, row in made(blueprint()) if row.name == name)),
        ):
            assert any(
                rule["direction"] == direction
                and rule["port_min"] <= int(port) <= rule["port_max"]
                and ip_address(other) in ip_network(rule["remote"])
                for rule in known["base_rules"]
                if rule["version"] == 4 and rule["protocol"] == "tcp"
            ), (name, direction)


def test_no_keeper_keeps_logs_for_less_than_six_months() -> None:
    """《网络安全法》第二十一条（三）。"""
    days = [row["logging_keep_days"] for row in variables().values() if "logging_keep_days" in row]
    assert days
    assert min(days) >= 180


def test_nobody_has_the_key_of_a_repository_but_its_source() -> None:
    """Who keeps copies is told accounts alone."""
    keys = {row["backup_client_key_file"] for row in variables().values() if "backup_client_key_file" in row}
    assert keys
    for row in variables().values():
        others = keys - {row.get("backup_client_key_file")}
        assert not any(key in str(row) for key in others)


def test_a_database_is_told_its_own_key_and_listens_where_a_flow_leads() -> None:
    """The key of the repository in the repository is nobody else's either; no flow leads to the port, so nobody is let in over a network."""
    names = told()["database"]["hosts"]
    assert names
    for name in names:
        row = variables()[name]
        assert (row["backup_client_takes"], row["backup_client_paths"]) == ("database", ["/var/lib/pgbackrest"])
        assert not any(row["database_cipher_file"] in str(other) for key, other in variables().items() if key != name)
        assert row["database_cipher_file"] in {str(file) for file in secrets(blueprint(), HOME)}
        assert row["database_sources"] == []
        assert row["database_archive_minutes"] * 4 <= 1440


def test_a_database_listens_for_those_to_whom_a_flow_opens_its_port() -> None:
    """Those, and nobody whose rule is about another port, protocol or direction."""
    site, row = next((site, row) for site, row in made(blueprint()) if row.capability == Capability.DATABASE)
    rule = {"direction": "ingress", "protocol": "tcp", "port_min": 5432, "port_max": 5432, "remote": "10.1.0.0/16"}
    rules = [
        rule,
        *(
            {**rule, "remote": "10.9.0.0/16", **other}
            for other in ({"protocol": "udp"}, {"direction": "egress"}, {"port_max": 5433, "port_min": 5433})
        ),
    ]
    assert database(site, row, REACH, rules)["database_sources"] == ["10.1.0.0/16"]


def test_who_keeps_copies_of_a_database_can_run_one() -> None:
    """For a drill; who keeps none needs no programs for it."""
    keepers = {copy.keeper.name for copy in sent(made(blueprint())) if copy.job.takes == "database"}
    assert keepers
    for name in told()["backup"]["hosts"]:
        assert variables()[name]["backup_restores_databases"] is (name in keepers)


@pytest.mark.parametrize("role", sorted(path.name for path in (ROOT / "playbooks" / "roles").iterdir()))
def test_a_role_is_told_exactly_what_it_asks_for(role: str) -> None:
    """Variables with a role's prefix and the required options of its argument specification are the same."""
    specification = (ROOT / "playbooks" / "roles" / role / "meta" / "argument_specs.yml").read_text(encoding="utf-8")
    options = re.findall(rf"^      ({role}_\w+):$", specification, re.MULTILINE)
    optional = re.findall(
        rf"^      ({role}_\w+):\n(?:        .*\n)*?        required: false", specification, re.MULTILINE
    )
    others = [other.name for other in (ROOT / "playbooks" / "roles").iterdir() if other.name.startswith(f"{role}_")]
    given = {
        name
        for known in variables().values()
        for name in known
        if name.startswith(f"{role}_") and not any(name.startswith(f"{other}_") for other in others)
    }
    assert options
    assert given == set(options) - set(optional)
