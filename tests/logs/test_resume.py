"""rsyslog gives a keeper up whose certificate does not hold: once it holds, logs go on from where they had stopped."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from infra import certificates
from infra.engine import ROOT
from infra.inventory.certificates import Holder, authority_file, certificate_files

PROGRAM = ROOT / "playbooks" / "roles" / "base" / "files" / "govnet_log_resume.py"
JOURNALCTL = """\
#!/usr/bin/env python3
import json, sys
rows = [json.loads(line) for line in open("{folder}/entries")]
told = {{word.partition("=")[0]: word.partition("=")[2] for word in sys.argv[1:]}}
if "--since" in told:
    rows = [row for row in rows if row["at"] >= float(told["--since"][1:])]
if "_SYSTEMD_UNIT" in told:
    rows = [row for row in rows if row["_SYSTEMD_UNIT"] == told["_SYSTEMD_UNIT"]]
for row in sorted(rows, key=lambda row: row["at"]):
    print(json.dumps(row), flush=True)
"""
SYSTEMCTL = """\
#!/bin/sh
echo "$1 $2" >> {folder}/orders
test ! -e {folder}/refuses
"""


@dataclass
class Machine:
    """A machine with a journal, a keeper of its logs on the loopback address, and a record of what systemd was told."""

    folder: Path
    home: Path
    keepers: list[tuple[str, str]] = field(default_factory=list)

    def entry(self, ago: float, message: str, unit: str = "rsyslog.service") -> None:
        """Something was said this many seconds ago."""
        at = time.time() - ago
        row = {"MESSAGE": message, "__REALTIME_TIMESTAMP": str(int(at * 1e6)), "at": at, "_SYSTEMD_UNIT": unit}
        with (self.folder / "entries").open("a") as out:
            out.write(json.dumps({**row, "__CURSOR": f"{ago:.0f} seconds ago"}) + "\n")

    def gave_up(self, ago: float, keeper: int = 0) -> None:
        """As rsyslog says it."""
        address = self.keepers[keeper][0]
        self.entry(ago, f"omrelp[{address}]: authentication error 'x', peer is '' - DISABLING action [v8.2302.0]")

    def run(self) -> int:
        """One look: how many the metric says are given up."""
        file, key = certificate_files(self.home, "suqian", "machine")
        words: list[str | Path] = [
            "--certificate",
            file,
            "--key",
            key,
            "--spool",
            self.folder,
            "--metrics",
            self.folder / "told.prom",
        ]
        for address, name in self.keepers:
            words += ["--keeper", address, name, authority_file(self.home, "suqian")]
        path = f"{self.folder}:{os.environ['PATH']}"
        subprocess.run([sys.executable, PROGRAM, *words], env={**os.environ, "PATH": path}, check=True)
        return int((self.folder / "told.prom").read_text().split()[1])

    @property
    def orders(self) -> list[str]:
        file = self.folder / "orders"
        return file.read_text().splitlines() if file.exists() else []

    @property
    def cursor(self) -> str:
        return (self.folder / "journal").read_text()


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    for name, text in (("journalctl", JOURNALCTL), ("systemctl", SYSTEMCTL)):
        (tmp_path / name).write_text(text.format(folder=tmp_path))
        (tmp_path / name).chmod(0o755)
    (tmp_path / "entries").touch()
    (tmp_path / "journal").write_text("now")
    found = Machine(tmp_path, tmp_path / "home")
    certificates.ensure(found.home, "suqian", [("machine", Holder("machine.suqian", ()))])
    return found


@contextlib.contextmanager
def keeper(machine: Machine, name: str = "keeper", says: str = "", ended: bool = False) -> Iterator[None]:
    """One who answers with a certificate of the site's authority, and wants to see one; `says`: another's name."""
    moment = datetime.now(UTC) - timedelta(days=731) if ended else None
    certificates.ensure(machine.home, "suqian", [(name, Holder(f"{says or name}.suqian", ()))], now=moment)
    trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trust.load_cert_chain(*certificate_files(machine.home, "suqian", name))
    trust.load_verify_locations(authority_file(machine.home, "suqian"))
    trust.verify_mode = ssl.CERT_REQUIRED
    with socket.create_server(("127.0.0.1", 0)) as listening:
        machine.keepers.append((f"127.0.0.1:{listening.getsockname()[1]}", f"{name}.suqian"))

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    plain, _ = listening.accept()
                    with contextlib.suppress(OSError), plain, trust.wrap_socket(plain, server_side=True):
                        pass

        threading.Thread(target=serve, daemon=True).start()
        yield
        listening.shutdown(socket.SHUT_RDWR)


ANEW = ["stop rsyslog.service", "start rsyslog.service"]


def test_while_logs_go_nothing_is_done(machine: Machine) -> None:
    """Whatever else rsyslog complains of, and whoever else says that it gave up."""
    with keeper(machine):
        machine.entry(50, "action 'keeper' suspended (module 'omrelp'), retry 0.")
        machine.entry(50, f"omrelp[{machine.keepers[0][0]}]: 'x' - DISABLING action", unit="another.service")
        assert (machine.run(), machine.orders, machine.cursor) == (0, [], "now")


def test_the_journal_is_read_again_from_a_little_before_the_moment(machine: Machine) -> None:
    """Once: what was mended is not mended again, and what breaks later is."""
    with keeper(machine):
        for ago in (500, 461, 450, 300):
            machine.entry(ago, "anything", unit="another.service")
        machine.gave_up(400)
        machine.gave_up(100)
        assert (machine.run(), machine.orders, machine.cursor) == (0, ANEW, "450 seconds ago")
        assert (machine.run(), machine.orders) == (0, ANEW)
        machine.gave_up(-1)
        assert (machine.run(), machine.orders) == (0, ANEW * 2)


def test_what_was_under_way_when_the_trouble_began_is_read_again_too(machine: Machine) -> None:
    """The keeper had been away before it was not trusted; an earlier absence that ended well does not count."""
    with keeper(machine):
        trouble = f"librelp error 10008 forwarding to server {machine.keepers[0][0]} - suspending"
        for ago, message in (
            (5000, trouble),
            (4900, "action 'keeper' resumed (module 'omrelp')"),
            (2000, trouble),
            (1500, trouble),
        ):
            machine.entry(ago, message)
        machine.entry(2050, "anything", unit="another.service")
        machine.gave_up(400)
        assert (machine.run(), machine.orders, machine.cursor) == (0, ANEW, "2050 seconds ago")
        assert (machine.run(), machine.orders) == (0, ANEW)


@pytest.mark.parametrize("wrong", [{"says": "another"}, {"ended": True}], ids=["of another name", "that ended"])
def test_a_keeper_with_a_certificate_that_does_not_hold_is_not_told(machine: Machine, wrong: dict[str, str]) -> None:
    """It is counted until it is put right, however long that takes."""
    with keeper(machine, **wrong):  # type: ignore[arg-type]  # one of its parameters
        machine.gave_up(400)
        for _ in range(2):
            assert (machine.run(), machine.orders, machine.cursor) == (1, [], "now")
    [(address, _)] = machine.keepers
    machine.keepers.clear()
    with keeper(machine, "good"):
        (machine.folder / "entries").write_text(
            (machine.folder / "entries").read_text().replace(address, machine.keepers[0][0])
        )
        assert (machine.run(), machine.orders, machine.cursor) == (0, ANEW, "400 seconds ago")


def test_a_keeper_that_does_not_answer_is_not_told(machine: Machine) -> None:
    """Nobody listens there."""
    machine.keepers.append(("127.0.0.1:1", "keeper.suqian"))
    machine.gave_up(400)
    assert (machine.run(), machine.orders) == (1, [])


def test_another_keeper_is_told_again_without_the_journal(machine: Machine) -> None:
    """What this machine said went to its own keeper all the time. While that one is not trusted, it waits."""
    with keeper(machine), keeper(machine, "province"):
        machine.gave_up(400, keeper=1)
        assert (machine.run(), machine.orders, machine.cursor) == (0, ANEW, "now")
    machine.gave_up(-1, keeper=1)
    machine.gave_up(-1, keeper=0)
    assert (machine.run(), machine.orders) == (2, ANEW)


def test_what_systemd_refuses_is_tried_again(machine: Machine) -> None:
    """The program fails, which is an alarm of its own, and does not forget."""
    with keeper(machine):
        machine.gave_up(400)
        (machine.folder / "refuses").touch()
        with pytest.raises(subprocess.CalledProcessError):
            machine.run()
        assert machine.cursor == "now"
        (machine.folder / "refuses").unlink()
        assert (machine.run(), machine.cursor) == (0, "400 seconds ago")
