"""libvirt with its container driver: what Nova's machines run under where there is no KVM.

It lives in a mount namespace of its own, in which its usual folders are the lab's: a libvirt that the machine itself has is not touched.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from infra.files import write_whole
from lab import answers, commands, hypervisor
from lab.context import Lab, Service, ensure_folder

NAME = "libvirt"
ENDING = 5.0
"""Seconds that the processes of a killed machine may take to be gone."""
_ADRIFT = re.compile(r"/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/disk( \(deleted\))?")
_LISTING = ("losetup", "--json", "--list", "--output", "NAME,BACK-FILE")

_HOOK = """\
#!/bin/sh
# libvirt's container driver leaves the host's side of a machine's legs down.
[ "$2" = started ] || exit 0
grep -o "<target dev='[^']*'" | cut -d "'" -f 2 | while read -r leg; do ip link set "$leg" up; done
"""


def uri(lab: Lab) -> str:
    """By which Nova finds this libvirt and no other."""
    return f"lxc+unix:///system?socket={_run(lab)}/libvirt-sock"


def instances(lab: Lab) -> Path:
    """Nova's folder of machines' disks."""
    return lab.places.data / "nova" / "instances"


def start(lab: Lab) -> None:
    etc = ensure_folder(lab.places.etc / NAME)
    write_whole(etc / "hooks" / "lxc", _HOOK, mode=0o755)
    settings = lab.write(
        etc / "libvirtd.conf",
        f'unix_sock_dir = "{_run(lab)}"\nauth_unix_rw = "none"\nlog_outputs = "3:stderr"\n',
    )
    _share(instances(lab))
    folders = {
        "/etc/libvirt": etc,
        "/run/libvirt": ensure_folder(_run(lab)),
        "/var/lib/libvirt": ensure_folder(lab.places.data / NAME),
        "/var/log/libvirt": ensure_folder(lab.places.log / NAME),
    }
    for usual in folders:
        ensure_folder(Path(usual))
    binds = "".join(f"mount --bind {ours} {usual}\n" for usual, ours in folders.items())
    # With both kinds of control groups in sight libvirt sets no limits; what it does not see it does not use.
    script = f"{binds}umount /sys/fs/cgroup/unified 2>/dev/null || true\nexec libvirtd -f {etc}/libvirtd.conf\n"
    lab.keep(
        NAME,
        ["unshare", "--mount", "--propagation", "slave", "sh", "-ec", script],
        configuration=settings + _HOOK,
        env={"LIBVIRT_DRIVER_DIR": str(_drivers(lab))},
    )


def ready(lab: Lab) -> None:
    answers.command(lab, "virsh", "-c", uri(lab), "version", patience=5)


def stop(lab: Lab) -> None:
    """Machines end with it: they have no shutdown of their own that could be waited for (see docs/surprises.md)."""
    lab.processes.end(NAME)
    for record in (_run(lab) / "lxc").glob("*.pid"):
        end_machine(int(record.read_text()))
    remove_groups(hypervisor.group_mounts(hypervisor.MOUNTS.read_text(encoding="utf-8").splitlines()))
    _release_disks(lab)


def _drivers(lab: Lab) -> Path:
    """A folder with all of libvirt's drivers but QEMU's: it wants a user that its package does not make, and takes the daemon with it."""
    folder = ensure_folder(lab.places.run / "libvirt-drivers")
    for driver in Path("/usr/lib").glob("*/libvirt/connection-driver/*.so"):
        link = folder / driver.name
        link.unlink(missing_ok=True)
        if driver.name != "libvirt_driver_qemu.so":
            link.symlink_to(driver)
    return folder


def _run(lab: Lab) -> Path:
    return lab.places.run / NAME


def _share(folder: Path) -> None:
    """A mount of its own, shared: the disks that Nova mounts below it are seen in libvirt's namespace too."""
    ensure_folder(folder)
    if not mounted(folder):
        commands.run(["mount", "--bind", folder, folder], failure="挂载主机磁盘目录失败")
    commands.run(["mount", "--make-shared", folder], failure="共享主机磁盘目录失败")


def mounted(folder: Path) -> bool:
    """Whether something is mounted on a folder. `Path.is_mount` sees no folder that is bound to itself, and each more of those doubles."""
    with hypervisor.MOUNTS.open(encoding="utf-8") as mounts:
        return any(line.split()[1] == str(folder) for line in mounts)


def end_machine(controller: int) -> None:
    """End a container by the process that controls it: its first process takes all others along. A reused pid is a stranger's."""
    process = Path(f"/proc/{controller}")
    try:
        if (process / "exe").readlink().name != "libvirt_lxc":
            return
        children = (process / "task" / str(controller) / "children").read_text().split()
        for pid in (*map(int, children), controller):
            os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return


def remove_groups(mounts: Collection[Path], patience: float = ENDING) -> None:
    """Remove the control groups of machines that ended without libvirt. The kernel refuses while a process is still ending."""
    deadline = time.monotonic() + patience
    while left := [top for mount in mounts for top in mount.glob("machine/lxc-*-instance-*.libvirt-lxc")]:
        for top in left:
            below = sorted((path for path in top.rglob("*") if path.is_dir()), reverse=True)
            for group in (*below, top):
                with suppress(OSError):  # looked at again below
                    group.rmdir()
        if time.monotonic() >= deadline:
            return  # somebody else's, with living processes
        time.sleep(0.1)


def _release_disks(lab: Lab) -> None:
    """Unmount what a killed Nova left mounted, then give back the loop devices of the lab's disks."""
    home = instances(lab)
    commands.run(
        ["sh", "-ec", f"for at in {home}/*/rootfs; do umount --lazy $at 2>/dev/null || true; done"],
        failure="卸载主机磁盘失败",
    )
    while mounted(home):
        commands.run(["umount", "--lazy", home], failure="卸载主机磁盘目录失败")
    listing = json.loads(commands.run(_LISTING, failure="列出回环设备失败") or "{}")
    for device in listing.get("loopdevices", []):
        if is_disk_of_a_machine(str(device["back-file"]), lab.places.data):
            commands.run(["losetup", "--detach", device["name"]], failure="释放回环设备失败")


def is_disk_of_a_machine(file: str, data: Path) -> bool:
    """Whether the file behind a loop device, as the kernel calls it, is a disk of the lab's.

    Once the file system is unmounted on which Nova kept it, what is left of its name begins with the id of its machine.
    """
    return file.startswith(f"{data}/") or bool(_ADRIFT.fullmatch(file))


SERVICE = Service(NAME, needs=(), processes=(NAME,), start=start, ready=ready, stop=stop, for_machines=True)
