"""What a cloud with machines is made of: its image, its package source, its services."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import yaml

from infra.engine import ROOT
from lab import cloud, hypervisor, machine_image, ownership, package_source
from lab.places import Places
from lab.services import SERVICES, gateway, libvirt

DEB822 = """\
Types: deb
URIs: https://mirror.example/debian
Suites: bookworm
"""


@pytest.mark.parametrize(
    ("sources", "mirror"),
    [
        (DEB822, "https://mirror.example"),
        ("deb http://mirror.example/debian bookworm main\n", "http://mirror.example"),
        ("deb [arch=amd64] http://mirror.example/debian/ bookworm main\n", "http://mirror.example"),
        ("deb https://elsewhere.example/tools stable main\n", "http://deb.debian.org"),
        ("# deb http://mirror.example/debian bookworm main\n", "http://deb.debian.org"),
    ],
)
def test_machines_get_their_packages_from_where_this_machine_does(sources: str, mirror: str) -> None:
    """From a mirror of Debian and of nothing else."""
    assert package_source.mirror_of(sources) == mirror


def test_the_image_is_known_by_its_content(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A changed file of the overlay makes another image."""
    before = machine_image.key()
    (tmp_path / "changed").write_text("x")
    monkeypatch.setattr(machine_image, "OVERLAY", tmp_path)
    assert machine_image.key() != before


def test_only_what_every_machine_is_told_to_install_is_in_the_image_already() -> None:
    """What a capability needs comes through the site's package cache, and so does everything that the image lacks."""
    told = yaml.safe_load(
        (ROOT / "playbooks" / "roles" / "base" / "vars" / "Debian-12.yml").read_text(encoding="utf-8")
    )
    assert machine_image.BASELINE
    assert set(machine_image.BASELINE) <= set(told["base_packages"])


def test_the_overlay_begins_a_machine_with_the_wrapper() -> None:
    """And it may be executed."""
    assert (machine_image.OVERLAY / "usr/sbin/init.lxc").stat().st_mode & 0o111


@pytest.mark.parametrize("machines", [True, False])
def test_only_a_cloud_with_machines_has_their_services(tmp_path: Path, machines: bool) -> None:
    """Which it is, its owner has said; and then every API path leads to a process."""
    places = Places(tmp_path / "state", tmp_path / "cache")
    ownership.claim(places, tmp_path, machines=machines)
    lab = cloud.opened(places)
    wanted = cloud.services_of(lab)
    assert (libvirt.SERVICE in wanted) is machines
    assert len(wanted) + (0 if machines else sum(service.for_machines for service in SERVICES)) == len(SERVICES)
    assert set(gateway.paths(lab).values()) <= {process for service in wanted for process in service.processes}


def test_ending_what_is_no_container_ends_nothing(tmp_path: Path) -> None:
    """A pid file that a power cut left may name a stranger: here this very process, which would not survive a mistake."""
    libvirt.end_machine(os.getpid())


def test_a_folder_bound_to_itself_is_seen_to_be_mounted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As the kernel tells it; a folder below or above is another."""
    (tmp_path / "mounts").write_text("/dev/vda /a/instances ext4 rw 0 0\n", encoding="utf-8")
    monkeypatch.setattr(hypervisor, "MOUNTS", tmp_path / "mounts")
    assert libvirt.mounted(Path("/a/instances"))
    assert not libvirt.mounted(Path("/a"))
    assert not libvirt.mounted(Path("/a/instances/1"))


def test_control_groups_of_ended_machines_go_and_of_nobody_else(tmp_path: Path) -> None:
    """Whatever is below them goes too."""
    ended = tmp_path / "machine" / "lxc-12-instance-00000001.libvirt-lxc"
    (ended / "system.slice" / "ssh.service").mkdir(parents=True)
    other = tmp_path / "machine" / "lxc-13-desktop.libvirt-lxc"
    other.mkdir()
    libvirt.remove_groups([tmp_path])
    assert list((tmp_path / "machine").iterdir()) == [other]


GB = 10**9


@pytest.mark.parametrize(
    ("memory", "groups", "loops", "named"),
    [
        (7.6 * GB, True, True, ""),
        (7.4 * GB, True, True, "内存 7.4 GB"),
        (16 * GB, False, True, "控制组"),
        (16 * GB, True, False, "loop"),
    ],
)
def test_why_a_machine_can_make_none_is_said(memory: float, groups: bool, loops: bool, named: str) -> None:
    """And nothing is said where it can."""
    told = hypervisor.judged(int(memory), groups_writable=groups, loops=loops)
    assert named in told
    assert bool(told) is bool(named)


def test_control_groups_are_found_where_they_are_mounted() -> None:
    """Both kinds; other file systems are none."""
    mounts = ["proc /proc proc rw 0 0", "cgroup2 /g cgroup2 rw 0 0", "cgroup /m cgroup rw,memory 0 0"]
    assert hypervisor.group_mounts(mounts) == [Path("/g"), Path("/m")]


@pytest.mark.parametrize(
    ("file", "ours"),
    [
        pytest.param("/var/lib/lab/data/nova/instances/1/disk", True, id="on its own file system"),
        pytest.param("/2c2cafc2-1091-41f6-b231-4dd44f82160a/disk (deleted)", True, id="deleted"),
        pytest.param("/2c2cafc2-1091-41f6-b231-4dd44f82160a/disk", True, id="its file system unmounted"),
        pytest.param("/var/lib/snapd/snaps/core.snap", False, id="of somebody else"),
        pytest.param(
            "/home/2c2cafc2-1091-41f6-b231-4dd44f82160a/disk", False, id="of somebody else who counts likewise"
        ),
    ],
)
def test_disks_of_machines_are_told_from_other_peoples(file: str, ours: bool) -> None:
    """One that is not given back keeps its space on the disk for as long as the computer runs."""
    assert libvirt.is_disk_of_a_machine(file, Path("/var/lib/lab/data")) is ours
