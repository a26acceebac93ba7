"""Metadata: where a machine learns its keys and its name. Nova answers; OVN's agent carries the question out of each network."""

from __future__ import annotations

from pathlib import Path

from lab import answers, namespaces, openstack, ports, wires
from lab.context import Lab, NotReady, Service, ensure_folder, ini
from lab.services import ovn

API = "nova-metadata"
_AGENT = "ovn-agent"
PROGRAM = Path(__file__).parents[1] / "metadata_agent.py"
"""The agent, as it is started."""
SECRET = "metadata"
"""Name of the password by which Nova knows that a question came through the agent."""

_NO_MACHINE = 400
"""What Nova answers to a question that did not come from a machine through the agent: nobody else is told anything."""

_PRIVILEGED = (
    "privsep",
    "privsep_dhcp_release",
    "privsep_ovs_vsctl",
    "privsep_namespace",
    "privsep_conntrack",
    "privsep_link",
)


def start(lab: Lab) -> None:
    openstack.keep_wsgi(
        lab,
        API,
        path="/",
        module="nova.wsgi.metadata",
        workers=1,
        env={"OS_NOVA_CONFIG_DIR": str(lab.places.etc / "nova")},
        configuration=(lab.places.etc / "nova" / "nova.conf").read_text(),
    )
    file = lab.places.etc / _AGENT / "agent.conf"
    state = ensure_folder(lab.places.data / _AGENT)
    helper = {"helper_command": f"{lab.bin}/privsep-helper --config-file {file}"}
    text = lab.write(
        file,
        ini(
            {
                "DEFAULT": {
                    "host": wires.CHASSIS,
                    "state_path": state,
                    "nova_metadata_host": ports.HOST,
                    "nova_metadata_port": ports.API,
                    "nova_metadata_protocol": "https",
                    "auth_ca_cert": lab.places.ca_file,
                    "metadata_proxy_shared_secret": lab.secrets[SECRET],
                    "metadata_workers": 1,
                },
                "agent": {"extensions": "metadata", "root_helper": "env", "root_helper_daemon": ""},
                "oslo_concurrency": {"lock_path": ensure_folder(state / "lock")},
                "ovs": {"ovsdb_connection": f"unix:{wires.ovs_socket(lab)}"},
                "ovn": {
                    "ovn_nb_connection": ovn.socket(lab, "nb"),
                    "ovn_sb_connection": ovn.socket(lab, "sb"),
                },
                **dict.fromkeys(_PRIVILEGED, helper),
            }
        ),
    )
    # -P: the folder of the program, whose modules have names of Python's own, is not looked into.
    program: list[str | Path] = [lab.bin / "python", "-P", PROGRAM, "--config-file", file]
    lab.keep(_AGENT, program, configuration=text + PROGRAM.read_text(encoding="utf-8"))


def ready(lab: Lab) -> None:
    status = answers.status(lab, "/openstack")
    if status != _NO_MACHINE:
        raise NotReady(f"Nova 元数据服务：HTTP {status}")
    told = answers.command(
        lab, "ovn-sbctl", f"--db={ovn.socket(lab, 'sb')}", "--bare", "--columns=external_ids", "list", "Chassis_Private"
    )
    if "neutron:ovn-" not in told:
        raise NotReady("OVN 代理尚未报到")


def stop(lab: Lab) -> None:
    """The agent leaves its namespaces behind, one a network; whatever still runs in them is ended with the lab's other strays."""
    lab.processes.end(_AGENT, API)
    namespaces.remove(agent_namespaces(lab))


def agent_namespaces(lab: Lab) -> list[str]:
    """The namespaces that this lab's agent made: it keeps a configuration file for the proxy in each."""
    kept = lab.places.data / _AGENT / "ovn-metadata-proxy"
    return sorted(f"ovnmeta-{file.stem}" for file in kept.glob("*.conf"))


SERVICE = Service(
    "metadata",
    needs=("gateway", "neutron", "nova"),
    processes=(API, _AGENT),
    start=start,
    ready=ready,
    stop=stop,
    for_machines=True,
)
