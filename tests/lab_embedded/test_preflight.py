"""What stands in the way is said at once, with its remedy, before anything is installed."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.errors import Exit, LabError
from lab import machine, packages, preflight
from lab.places import Places
from lab.processes import Processes


def test_disk_space_counts_differently_before_and_after_the_installation() -> None:
    """Ten gigabytes for the first time, two to go on."""
    assert preflight.disk(10_000_000_000, Path("/var"), installed=False) == []
    assert preflight.disk(2_000_000_000, Path("/var"), installed=True) == []
    assert preflight.disk(3_000_000_000, Path("/var"), installed=False) == [
        "磁盘空间不足：/var 所在分区需要 10 GB 可用空间，现有 3.0 GB：请清理或扩容。"
    ]


def test_a_taken_port_names_the_way_to_find_who_has_it() -> None:
    """One sentence, one remedy."""
    assert preflight.port_taken("OpenStack API", 15443) == (
        "端口 127.0.0.1:15443（OpenStack API）已被别的程序占用：用 ss -ltnp 'sport = :15443' 找到它并停掉。"
    )


def test_all_obstacles_are_told_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody has to mend one to learn of the next; could not is exit 3."""
    monkeypatch.setattr(
        machine, "obstacles", lambda: [*machine.system("ID=ubuntu\n"), *machine.root(1000), *machine.memory(0)]
    )
    monkeypatch.setattr("lab.preflight.shutil.disk_usage", lambda _: type("Usage", (), {"free": 0})())
    places = Places(tmp_path / "state", tmp_path / "cache")
    with pytest.raises(LabError) as refusal:
        preflight.check(places, Processes(places))
    lines = refusal.value.message.splitlines()
    assert lines[0] == "本机还不能运行内置云："
    assert [line[2:6] for line in lines[1:]] == ["内置云需", "内置云要", "内存不足", "磁盘空间"]
    assert refusal.value.exit_code == Exit.UNCHECKED
    assert not places.state.exists()


def test_what_a_killed_dpkg_left_is_recognised() -> None:
    """Half configured, half installed, to be unpacked again; installed, removed and never installed are nobody's problem."""
    listing = "ii |bash\nrc |old\nun |never\niF |mariadb-client\niU |nginx\niHR|memcached\nit |man-db\n"
    assert packages.unfinished(listing) == {"mariadb-client": False, "nginx": False, "memcached": True, "man-db": False}
