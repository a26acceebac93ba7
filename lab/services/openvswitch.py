"""Open vSwitch with its userspace datapath: needs no kernel module. Also lays the wires (see `lab.wires`)."""

from __future__ import annotations

from functools import partial

from lab import answers, namespaces, switch, wires
from lab.context import Lab, NotReady, Service, ending, ensure_folder

_DATABASE = "ovs-database"
_SWITCH = "ovs-switch"


def start(lab: Lab) -> None:
    run = ensure_folder(lab.places.run / "ovs")
    program = switch.folder(lab.places)
    database = run / "conf.db"
    if lab.processes.alive(_DATABASE) is None:
        # Everything in it is derived (bridges, wires) or of this run (feet), so each start has a new one and no leftovers.
        lab.processes.end(_SWITCH)
        database.unlink(missing_ok=True)
        answers.command(lab, "ovsdb-tool", "create", database, switch.schema(program))
        namespaces.remove(namespaces.ours())
    lab.keep(
        _DATABASE,
        [
            "ovsdb-server",
            database,
            f"--remote=punix:{wires.ovs_socket(lab)}",
            f"--unixctl={run}/ovsdb-server.ctl",
            "--no-chdir",
            "-vconsole:warn",
        ],
    )
    answers.until_living(lab, _DATABASE, partial(_database_ready, lab), seconds=20)
    wires.describe(lab)
    lab.keep(
        _SWITCH,
        [
            *switch.command(program),
            f"unix:{wires.ovs_socket(lab)}",
            f"--unixctl={run}/ovs-vswitchd.ctl",
            f"--pidfile={wires.switch_pidfile(lab)}",
            "--monitor",  # as Debian's own unit has it
            "--no-chdir",
            "-vconsole:warn",
        ],
    )
    wires.ensure(lab)


def ready(lab: Lab) -> None:
    _database_ready(lab)
    answers_now(lab)
    present = set(wires.vsctl(lab, "list-br").split())
    missing = {wires.INTEGRATION, wires.CARRIER, *wires.physical_networks().values()} - present
    if missing:
        raise NotReady(f"缺少网桥 {sorted(missing)}")


def answers_now(lab: Lab) -> None:
    """NotReady unless the switch itself answers."""
    answers.command(lab, "ovs-appctl", "-t", lab.places.run / "ovs" / "ovs-vswitchd.ctl", "version", patience=5)


def _database_ready(lab: Lab) -> None:
    answers.command(lab, "ovsdb-client", "list-dbs", f"unix:{wires.ovs_socket(lab)}", patience=5)


SERVICE = Service(
    "openvswitch",
    needs=(),
    processes=(_DATABASE, _SWITCH),
    start=start,
    ready=ready,
    stop=ending(_SWITCH, _DATABASE),
)
