"""The image of the lab's machines: Debian 12 with systemd, made for Nova's libvirt-LXC driver. Built once, kept by its content's hash.

What is in it is said here and in `image/overlay`: a file system without partitions, because a container has no boot loader. It grows
to the size of the machine's flavour when Nova makes the disk.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from pathlib import Path

from lab import commands, package_source
from lab.places import Places

OVERLAY = Path(__file__).with_name("image") / "overlay"
_SIZE = "640M"
_PACKAGES = (
    "systemd-sysv",
    "dbus",
    "libpam-systemd",
    "openssh-server",
    "python3",
    "python3-apt",  # Ansible's apt module asks for it
    "cloud-init",
    "iproute2",
    "ethtool",
    "sudo",
    "ca-certificates",
    "iputils-ping",
    "procps",
)
BASELINE = ("nftables", "chrony", "prometheus-node-exporter")
"""What role `base` installs on every machine, once for all of them instead of on each: it finds them there, configures and starts them."""
_MASKED = (
    "cloud-init-local.service",  # waits for a network configuration that networkd has made already
    "getty.target",
    "console-getty.service",
    "apt-daily.timer",
    "apt-daily-upgrade.timer",
    "e2scrub_all.timer",
    "e2scrub_reap.service",
    "fstrim.timer",
)
_FORMAT = 2
"""Part of the key: raise it when the way the image is built changes."""


def key() -> str:
    """Stands for the content of the image, as far as we decide it."""
    content = hashlib.sha256(repr((_FORMAT, _SIZE, _PACKAGES, BASELINE, _MASKED)).encode())
    for file in sorted(OVERLAY.rglob("*")):
        if file.is_file():
            content.update(
                f"{file.relative_to(OVERLAY)} {file.stat().st_mode & 0o777:o}\n".encode() + file.read_bytes()
            )
    return content.hexdigest()[:16]


def file(places: Places) -> Path:
    return places.cache / f"machine-{key()}.img"


def built(places: Places) -> bool:
    return file(places).exists()


def build(places: Places) -> None:
    """Build the image unless it is there; it appears under its name only when it is whole."""
    if built(places):
        return
    places.cache.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="machine-", dir=places.cache))
    try:
        root, image = folder / "root", folder / "image"
        _bootstrap(root)
        commands.run(["truncate", "-s", _SIZE, image], failure="建立镜像文件失败")
        commands.run(
            ["mkfs.ext4", "-q", "-F", "-m", "0", "-L", "root", "-d", root, image], failure="写入镜像的文件系统失败"
        )
        image.rename(file(places))
    finally:
        shutil.rmtree(folder)


def _bootstrap(root: Path) -> None:
    """Debian into an empty folder, then what makes it a machine of the lab."""
    in_root = 'chroot "$1"'
    hooks = (
        f"copy-in {OVERLAY}/etc {OVERLAY}/usr /",
        'chown -R 0:0 "$1"/etc/cloud "$1"/etc/systemd "$1"/usr/sbin/init.lxc',
        f"{in_root} systemctl -q enable systemd-networkd ssh",
        f"{in_root} systemctl -q mask {' '.join(_MASKED)}",
        f"{in_root} systemctl -q disable {' '.join(BASELINE)}",  # nothing listens or sets a clock before it is configured
        # Diverted, so that an upgrade of systemd-sysv does not take process 1 away from the wrapper.
        f"{in_root} dpkg-divert --quiet --local --rename --divert /sbin/init.systemd --add /sbin/init",
        'ln -sf init.lxc "$1"/usr/sbin/init',
        'rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/hostname "$1"/etc/resolv.conf',
        ': > "$1"/etc/machine-id',
        # Nothing inside the extranet answers names yet; asking nobody is quicker than asking in vain.
        'echo nameserver 127.0.0.1 > "$1"/etc/resolv.conf',
        'rm -f "$1"/etc/apt/sources.list "$1"/etc/apt/sources.list.d/*',
    )
    commands.run(
        [
            *(
                "mmdebstrap",
                "--quiet",
                "--mode=root",
                "--variant=minbase",
                f"--include={','.join(_PACKAGES + BASELINE)}",
            ),
            *('--aptopt=Acquire::Languages "none"', '--aptopt=APT::Install-Recommends "false"'),
            *(f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("man", "doc", "locale")),
            # Stays in the image: nobody needs each file of a package on the disk of this machine before the next is written.
            "--dpkgopt=force-unsafe-io",
            *(f"--customize-hook={hook}" for hook in hooks),
            *("bookworm", str(root), *package_source.lines()),
        ],
        failure="制作主机镜像失败",
        remedy="检查 Debian 软件源是否可达，然后重新运行 govnet lab up。",
    )
