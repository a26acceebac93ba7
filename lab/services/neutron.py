"""Neutron with ML2/OVN: networks, routers, security groups. Everything that a project could make for itself has quota 0 by default."""

from __future__ import annotations

from pathlib import Path

from lab import answers, commands, databases, openstack, wires
from lab.context import Lab, Service, ending, ensure_folder, ini
from lab.services import ovn

NAME = "neutron"
_WORKERS = 3
QUOTAS = {
    "default_quota": 0,  # whatever has no line of its own here: subnet pools, trunks, QoS policies
    "quota_network": 0,
    "quota_subnet": 0,
    "quota_router": 0,
    "quota_floatingip": 0,
    "quota_security_group": 0,
    "quota_security_group_rule": 0,
    "quota_rbac_policy": 50,  # the cloud administrator's own project shares external networks; who owns nothing has nothing to share
    "quota_router_route": 200,  # of one router; the province's have up to 40 once all sites are open, and Neutron's own bound is 30
    "quota_port": 500,  # a port needs a network, and nobody has one until it is shared to them
}
"""Of a project to which nobody has given anything: deny by default."""

POLICY = '"create_default_security_group": "!"\n'
"""No project gets Neutron's default group. It lets everything out, and a tenant could let anything in; besides, it is made on the
first listing, and counts against a quota of rules that is 0 here, so that a tenant's very first call would fail (docs/adr/0032)."""


def start(lab: Lab) -> None:
    folder = lab.places.etc / NAME
    file = folder / "neutron.conf"
    policy = folder / "policy.yaml"
    state = ensure_folder(lab.places.data / NAME)
    lab.write(policy, POLICY)
    wires_named = [name for name in wires.physical_networks() if name != wires.INTERNET_PHYSICAL_NETWORK]
    text = lab.write(
        file,
        ini(
            {
                "DEFAULT": {
                    "core_plugin": "ml2",
                    "service_plugins": "ovn-router,qos,trunk,segments,port_forwarding",
                    "transport_url": openstack.transport_url(lab),
                    "state_path": state,
                    "api_paste_config": openstack.shipped(lab, "neutron/api-paste.ini"),
                    "global_physnet_mtu": 1500,
                    "host": wires.CHASSIS,
                },
                "database": openstack.database(lab, NAME, NAME),
                "oslo_concurrency": {"lock_path": ensure_folder(state / "lock")},
                "quotas": QUOTAS,
                "nova": openstack.login(lab, "nova"),
                "placement": openstack.login(lab, "placement"),
                "keystone_authtoken": openstack.authtoken(lab, NAME),
                "oslo_policy": openstack.POLICY | {"policy_file": policy},
                "ml2": {
                    "type_drivers": "flat,vlan,geneve",
                    "tenant_network_types": "geneve",
                    "mechanism_drivers": "ovn",
                    "extension_drivers": "port_security,qos",
                },
                "ml2_type_geneve": {"vni_ranges": "1:65536", "max_header_size": 38},
                "ml2_type_flat": {"flat_networks": wires.INTERNET_PHYSICAL_NETWORK},
                "ml2_type_vlan": {"network_vlan_ranges": ",".join(f"{name}:1:4094" for name in wires_named)},
                "ovn": {
                    "ovn_nb_connection": ovn.socket(lab, "nb"),
                    "ovn_sb_connection": ovn.socket(lab, "sb"),
                    "ovn_metadata_enabled": lab.machines,
                    "ovs_create_tap": False,  # libvirt's containers make the legs of a machine themselves
                    "ovn_router_indirect_snat": True,  # cities leave through the province's router, two hops away
                },
            }
        ),
    )
    manage = (lab.bin / "neutron-db-manage", "--config-file", file)
    databases.ensure(lab, NAME, (NAME,), lambda: databases.run_sync(lab, *manage, "upgrade", "heads"))
    if lab.after_crash and lab.processes.alive(NAME) is None:
        _reconcile(lab, file)
    openstack.keep_wsgi(
        lab,
        NAME,
        path="/networking",
        module="neutron.wsgi.api",
        workers=_WORKERS,
        env={"OS_NEUTRON_CONFIG_DIR": str(folder), "OS_NEUTRON_CONFIG_FILES": str(file)},
        configuration=text + POLICY,
    )


def _reconcile(lab: Lab, file: Path) -> None:
    """Make OVN say what Neutron's database says: a killed Neutron may have written the one and not yet the other."""
    commands.run(
        [lab.bin / "neutron-ovn-db-sync-util", "--config-file", file, "--ovn-neutron_sync_mode", "repair"],
        env=lab.process_env(),
        failure="Neutron 与 OVN 对账失败",
        remedy="重新运行 govnet lab up；仍失败则运行 govnet lab reset。",
    )


def ready(lab: Lab) -> None:
    answers.api_answers(lab, "/networking/")


SERVICE = Service(
    NAME, needs=("mariadb", "gateway", "ovn"), processes=(NAME,), start=start, ready=ready, stop=ending(NAME)
)
