"""OVN: northbound and southbound databases, northd between them, and the controller of this one chassis."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from infra.errors import LabError
from lab import answers, wires
from lab.context import Lab, NotReady, Service, StateBroken, ending, ensure_folder

_DATABASES = {"nb": "OVN_Northbound", "sb": "OVN_Southbound"}
_SCHEMAS = Path("/usr/share/ovn")
_NORTHD = "ovn-northd"
_CONTROLLER = "ovn-controller"


def socket(lab: Lab, which: str) -> str:
    """OVSDB address of the `nb` or `sb` database."""
    return f"unix:{lab.places.run}/ovn/{which}.sock"


def start(lab: Lab) -> None:
    run = ensure_folder(lab.places.run / "ovn")
    for which in _DATABASES:
        database = ensure_folder(lab.places.data / "ovn") / f"{which}.db"
        if not database.exists():
            answers.command(lab, "ovsdb-tool", "create", database, _SCHEMAS / f"ovn-{which}.ovsschema")
        lab.keep(
            f"ovn-{which}",
            [
                "ovsdb-server",
                database,
                f"--remote=punix:{run}/{which}.sock",
                f"--unixctl={run}/{which}.ctl",
                "--no-chdir",
                "-vconsole:warn",
            ],
        )
    for which in _DATABASES:
        answers.until(partial(_database_ready, lab, which), seconds=20)
    lab.keep(
        _NORTHD,
        [
            "ovn-northd",
            f"--ovnnb-db={socket(lab, 'nb')}",
            f"--ovnsb-db={socket(lab, 'sb')}",
            f"--unixctl={run}/northd.ctl",
            "--no-chdir",
            "-vconsole:warn",
        ],
    )
    answers.until_living(lab, _NORTHD, partial(_southbound_filled, lab), seconds=20)
    _start_controller(lab)


def _start_controller(lab: Lab) -> None:
    """OVN 23.03's controller was seen to vanish without a word right after its start (6 of 50 starts on a busy machine): three tries."""
    for tries_left in (2, 1, 0):
        lab.keep(
            _CONTROLLER,
            [
                "ovn-controller",
                f"unix:{wires.ovs_socket(lab)}",
                f"--pidfile={lab.places.run}/ovn/ovn-controller.pid",  # ovn-appctl finds it by this; it takes no --unixctl
                "--no-chdir",
                "-vconsole:warn",
            ],
        )
        try:
            answers.until_living(lab, _CONTROLLER, partial(_connected, lab), seconds=20)
        except LabError:
            if not tries_left:
                raise
        else:
            return


def _connected(lab: Lab) -> None:
    answer = answers.command(lab, "ovn-appctl", "-t", "ovn-controller", "connection-status", patience=5)
    if answer.strip() != "connected":
        raise NotReady(f"ovn-controller: {answer.strip()}")


def ready(lab: Lab) -> None:
    for which in _DATABASES:
        _database_ready(lab, which)
    run = lab.places.run / "ovn"
    status = answers.command(lab, "ovn-appctl", "-t", run / "northd.ctl", "status", patience=5)
    if "active" not in status:
        raise NotReady(f"ovn-northd: {status.strip()}")
    _connected(lab)
    chassis = answers.command(
        lab, "ovn-sbctl", f"--db={socket(lab, 'sb')}", "--bare", "--columns=hostname", "list", "chassis"
    )
    if chassis.split() != [wires.CHASSIS]:
        raise NotReady(f"OVN chassis: {chassis.split()}")


def _database_ready(lab: Lab, which: str) -> None:
    if lab.processes.alive(f"ovn-{which}") is None:
        raise StateBroken(f"OVN 数据库 {which} 无法启动，日志最后几行：\n{lab.processes.last_lines(f'ovn-{which}')}")
    names = answers.command(lab, "ovsdb-client", "list-dbs", socket(lab, which), patience=5).split()
    if _DATABASES[which] not in names:
        raise NotReady(f"OVN {which}: {names}")


def _southbound_filled(lab: Lab) -> None:
    """northd has written its first row; the controller should not see a database without."""
    rows = answers.command(
        lab, "ovn-sbctl", f"--db={socket(lab, 'sb')}", "--bare", "--columns=_uuid", "list", "SB_Global"
    )
    if not rows.strip():
        raise NotReady("ovn-northd: SB_Global 尚未写入")


SERVICE = Service(
    "ovn",
    needs=("openvswitch",),
    processes=("ovn-nb", "ovn-sb", _NORTHD, _CONTROLLER),
    start=start,
    ready=ready,
    stop=ending(_CONTROLLER, _NORTHD, "ovn-sb", "ovn-nb"),
)
