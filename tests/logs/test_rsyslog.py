"""The settings of the roles, read by the real rsyslog on the loopback address: who is taken in, who is not, and that nothing is lost."""

from __future__ import annotations

import json
import re
import shutil
import socket
import ssl
import subprocess
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import jinja2
import pytest

from infra.certificates import ensure
from infra.engine import ROOT
from infra.inventory.certificates import Holder, authority_file, certificate_files

pytestmark = pytest.mark.skipif(
    not (shutil.which("rsyslogd") and Path("/usr/lib/x86_64-linux-gnu/rsyslog/imrelp.so").exists()),
    reason="rsyslog and rsyslog-relp of Debian are not installed here",
)

ROLES = ROOT / "playbooks" / "roles"
HERE = "127.0.0.1"
FACILITIES = ("user", "authpriv")
ARRIVES = 40.0
"""Seconds within which a line arrives once both ends are there: a sender asks again at least every half minute."""


def render(template: str, told: Mapping[str, Any]) -> str:
    """A template as Ansible renders it."""
    environment = jinja2.Environment(trim_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False)
    environment.filters["to_nice_json"] = lambda value: json.dumps(value, indent=1)
    return environment.from_string((ROLES / template).read_text(encoding="utf-8")).render(ansible_managed="", **told)


def free_port() -> int:
    with socket.create_server((HERE, 0)) as made:
        port: int = made.getsockname()[1]
        return port


@dataclass
class Daemon:
    """An rsyslog in a folder of its own. It reads lines from files, and remembers how far; in a machine it reads the journal."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    def configure(self, text: str) -> None:
        """Where the role's settings name places of a machine, those of this folder stand."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "spool").mkdir(exist_ok=True)
        inputs = "".join(
            f'input(type="imfile" File="{self.folder}/{facility}" Tag="test" Facility="{facility}" Severity="info" PersistStateInterval="1")\n'
            for facility in FACILITIES
        )
        text, found = re.subn(r'module\(load="imjournal".*\)', f'module(load="imfile")\n{inputs}', text)
        assert found == 1
        text = text.replace("/var/spool/rsyslog", str(self.folder / "spool"))
        text = text.replace("global(", 'global(processInternalMessages="on" ').replace(
            "/etc/rsyslog.d/keeper.conf", str(self.folder / "keeper.conf")
        )
        own = f'syslog.* action(type="omfile" file="{self.folder}/said")'
        (self.folder / "rsyslog.conf").write_text(f"{text}\n{own}\n")

    def start(self) -> None:
        for facility in FACILITIES:
            (self.folder / facility).touch()
        argv = ["rsyslogd", "-n", "-f", str(self.folder / "rsyslog.conf"), "-i", str(self.folder / "pid")]
        self.process = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(30)
            self.process = None

    def say(self, *lines: str, facility: str = "user") -> None:
        with (self.folder / facility).open("a", encoding="utf-8") as out:
            out.write("".join(f"{line}\n" for line in lines))

    def taken(self) -> None:
        """Wait until it has read all that was said: what it reads of a file while it ends is the test's own affair, no machine reads files."""
        end = time.monotonic() + ARRIVES
        size = sum((self.folder / facility).stat().st_size for facility in FACILITIES)
        while sum(self._read(file) for file in (self.folder / "spool").glob("imfile-state:*")) < size:
            assert time.monotonic() < end, self.said()
            time.sleep(0.1)

    def _read(self, state: Path) -> int:
        try:
            return int(json.loads(state.read_text())["curr_offs"])
        except (ValueError, FileNotFoundError):  # being written just now
            return 0

    def forget(self) -> None:
        """All that was said to it, and how far it has read."""
        shutil.rmtree(self.folder)

    def said(self) -> str:
        """What it says of itself."""
        file = self.folder / "said"
        return file.read_text() if file.exists() else ""


@dataclass
class Lab:
    """A site's keeper, the province's, and a machine whose certificate and keeper can be chosen."""

    folder: Path
    keeper: Daemon
    province: Daemon
    client: Daemon
    ports: Mapping[str, int]

    def tls(self, site: str, machine: str, holder: Holder | None = None) -> Path:
        """The folder with a machine's certificate, as the role base lays it out."""
        ensure(self.folder / "keys", site, [(machine, holder or Holder(f"{machine}.{site}", (HERE,)))])
        there = self.folder / "tls" / f"{site}-{machine}"
        there.mkdir(parents=True, exist_ok=True)
        for name, file in zip(
            ("machine.pem", "machine.key"), certificate_files(self.folder / "keys", site, machine), strict=True
        ):
            (there / name).write_text(file.read_text())
        (there / "authority.pem").write_text(authority_file(self.folder / "keys", site).read_text())
        return there

    def send_as(self, site: str, machine: str, *, to: str = "keeper.city", holder: Holder | None = None) -> None:
        """The client's settings, with this certificate, and the keeper that it expects."""
        keeper = {"address": HERE, "port": self.ports["keeper"], "name": to}
        told = {"base_log_keeper": keeper, "base_tls": self.tls(site, machine, holder)}
        self.client.configure(render("base/templates/rsyslog.conf.j2", told))

    def keep(
        self, where: Daemon, site: str, clients: list[str], province: Mapping[str, Any], trusted: list[str]
    ) -> None:
        """A keeper's settings, that of itself sends nothing."""
        where.folder.mkdir()
        tls = self.tls(site, "keeper")
        told = {
            "logging_settings": where.folder,
            "logging_root": where.folder / "kept",
            "logging_address": HERE,
            "logging_port": self.ports[where.folder.name],
            "logging_clients": [{"name": name, "addresses": [], "machine": name} for name in clients],
            "logging_tls": tls,
            "logging_province": province,
        }
        known = {"logging_clients": [{"machine": f"{site}-sender", "addresses": [HERE]}]}
        (where.folder / "machines.json").write_text(render("logging/templates/machines.json.j2", known))
        for name in trusted:
            self.tls(name, "keeper")
        authorities = "".join(authority_file(self.folder / "keys", name).read_text() for name in trusted)
        (where.folder / "authorities.pem").write_text(authorities)
        (where.folder / "province.pem").write_text(authority_file(self.folder / "keys", "province").read_text())
        (where.folder / "keeper.conf").write_text(render("logging/templates/keeper.conf.j2", told))
        where.configure(render("base/templates/rsyslog.conf.j2", {"base_log_keeper": {}, "base_tls": tls}))

    def answers(self, where: Daemon) -> None:
        """Wait until a keeper takes connections."""
        end = time.monotonic() + ARRIVES
        while True:
            with socket.socket() as made:
                if made.connect_ex((HERE, self.ports[where.folder.name])) == 0:
                    return
            assert time.monotonic() < end, where.said()
            time.sleep(0.1)

    def kept(self, where: Daemon, sender: str) -> str:
        """What a keeper has of a sender today."""
        file = where.folder / "kept" / sender / f"{datetime.now(UTC).date()}.log"
        return file.read_text() if file.exists() else ""

    def arrives(self, where: Daemon, sender: str, last: str) -> list[str]:
        """What a keeper has when this line is there; `AssertionError` when it does not come."""
        end = time.monotonic() + ARRIVES
        while f" test[-]: {last}\n" not in (found := self.kept(where, sender)):
            assert time.monotonic() < end, (self.client.said(), where.said())
            time.sleep(0.2)
        return found.splitlines()


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[Lab]:
    """Both keepers run; the client does not yet."""
    ports = {"keeper": free_port(), "province": free_port()}
    made = Lab(tmp_path, Daemon(tmp_path / "keeper"), Daemon(tmp_path / "province"), Daemon(tmp_path / "client"), ports)
    above = {"address": HERE, "port": ports["province"], "name": "keeper.province"}
    made.keep(made.province, "province", ["keeper.province", "keeper.city"], {}, ["province", "city"])
    made.keep(made.keeper, "city", ["keeper.city", "one.city"], above, ["city"])
    for daemon in (made.province, made.keeper):
        daemon.start()
        made.answers(daemon)
    yield made
    for daemon in (made.client, made.keeper, made.province):
        daemon.stop()


def test_a_line_arrives_under_its_senders_address_whatever_name_it_claims(lab: Lab) -> None:
    """And nobody else can read it."""
    lab.send_as("city", "one")
    lab.client.start()
    lab.client.say("hello 你好")
    [line] = [row for row in lab.arrives(lab.keeper, "city-sender", "hello 你好") if "test[-]:" in row]
    assert " user.info test[-]: hello 你好" in line
    file = lab.keeper.folder / "kept" / "city-sender"
    assert oct(file.stat().st_mode)[-3:] == "700"
    assert {oct(path.stat().st_mode)[-3:] for path in file.iterdir()} == {"600"}


def test_a_citys_security_events_are_with_the_province_too_and_nothing_else(lab: Lab) -> None:
    """Under the city's keeper, with the machine's name in the line."""
    lab.send_as("city", "one")
    lab.client.start()
    lab.client.say("daily business")
    lab.client.say("session opened", facility="authpriv")
    lab.arrives(lab.keeper, "city-sender", "session opened")
    rows = lab.arrives(lab.province, "province-sender", "session opened")
    assert [" city-sender authpriv.info test[-]: session opened" in row for row in rows] == [True]
    assert "daily business" in lab.kept(lab.keeper, "city-sender")


def numbers(rows: Iterable[str]) -> set[int]:
    return {int(found[1]) for row in rows if (found := re.search(r" test\[-\]: line (\d+)$", row))}


def test_no_line_is_lost_while_the_keeper_is_away(lab: Lab) -> None:
    """It leaves in the middle of a burst, and meanwhile there are more than a queue has room for if nobody says how much."""
    lab.send_as("city", "one")
    lab.client.start()
    lab.client.say(*(f"line {number}" for number in range(2500)))
    time.sleep(0.4)
    lab.keeper.stop()
    lab.client.say(*(f"line {number}" for number in range(2500, 3000)))
    lab.client.taken()
    lab.keeper.start()
    lab.client.say("last")
    assert set(range(3000)) - numbers(lab.arrives(lab.keeper, "city-sender", "last")) == set()


def test_a_sender_that_starts_anew_while_the_keeper_is_away_loses_what_was_on_the_way_at_most(lab: Lab) -> None:
    """Two that the keeper has not acknowledged and the one in hand, in a row, which its journal still has (docs/surprises.md)."""
    lab.send_as("city", "one")
    lab.client.start()
    lab.client.say(*(f"line {number}" for number in range(2500)))
    time.sleep(0.4)
    lab.keeper.stop()
    lab.client.taken()
    lab.client.stop()
    lab.client.start()
    lab.client.say(*(f"line {number}" for number in range(2500, 3000)))
    lab.keeper.start()
    lab.client.say("last")
    lost = sorted(set(range(3000)) - numbers(lab.arrives(lab.keeper, "city-sender", "last")))
    assert len(lost) <= 3
    assert all(after == before + 1 for before, after in pairwise(lost))


STRANGERS: dict[str, tuple[str, str, Holder | None]] = {
    "of_its_site_but_not_named": ("city", "two", None),
    "of_an_authority_nobody_knows": ("elsewhere", "one", Holder("one.city", (HERE,))),
    "of_the_province": ("province", "one", None),
}


@pytest.mark.parametrize("who", STRANGERS)
def test_a_stranger_is_not_taken_in(lab: Lab, who: str) -> None:
    """Whatever its certificate says, no line of it is kept, and the keeper says why; one that it knows is taken in after that."""
    site, machine, holder = STRANGERS[who]
    lab.send_as(site, machine, holder=holder)
    authority = authority_file(lab.folder / "keys", "city").read_text()
    (lab.folder / "tls" / f"{site}-{machine}" / "authority.pem").write_text(authority)
    lab.client.start()
    lab.client.say("forged")
    end = time.monotonic() + 10
    while "authentication error" not in lab.keeper.said() and "ailed" not in lab.keeper.said():
        assert time.monotonic() < end, (lab.keeper.said(), lab.client.said())
        time.sleep(0.2)
    assert "forged" not in lab.kept(lab.keeper, "city-sender")
    lab.client.stop()
    lab.client.forget()
    lab.send_as("city", "one")
    lab.client.start()
    lab.client.say("known")
    assert not any("forged" in row for row in lab.arrives(lab.keeper, "city-sender", "known"))


def test_a_city_cannot_name_a_machine_of_the_province(lab: Lab) -> None:
    """Its authority is trusted by the province's keeper, for the city's own names alone."""
    tls = lab.tls("city", "thief", Holder("keeper.province", (HERE,)))
    context = ssl.create_default_context(cafile=str(authority_file(lab.folder / "keys", "province")))
    context.check_hostname = False
    context.load_cert_chain(tls / "machine.pem", tls / "machine.key")
    assert "200 OK" not in answer(context, lab.ports["province"])
    own = lab.tls("city", "keeper")
    context.load_cert_chain(own / "machine.pem", own / "machine.key")
    assert "200 OK" in answer(context, lab.ports["province"])


def test_a_keeper_that_is_another_gets_nothing(lab: Lab) -> None:
    """A sender gives its lines to the keeper by name alone, and keeps them otherwise."""
    lab.send_as("city", "one", to="other.city")
    lab.client.start()
    lab.client.say("secret")
    end = time.monotonic() + 10
    while "authentication error" not in lab.client.said():
        assert time.monotonic() < end, lab.client.said()
        time.sleep(0.2)
    assert "secret" not in lab.kept(lab.keeper, "city-sender")


def test_without_tls_nobody_is_heard(lab: Lab) -> None:
    """A line in plain words, or in RELP's, ends the connection."""
    with socket.create_connection((HERE, lab.ports["keeper"]), 5) as made:
        made.settimeout(5)
        made.sendall(b"1 open 0\n<13>forged\n")
        assert not heard(made).startswith(b"1 rsp 200")
    assert "forged" not in lab.kept(lab.keeper, "city-sender")


def answer(context: ssl.SSLContext, port: int) -> str:
    """What a keeper says to who opens a session with this certificate; nothing when it breaks off."""
    try:
        with socket.create_connection((HERE, port), 5) as plain, context.wrap_socket(plain) as made:
            offer = "relp_version=0\nrelp_software=test\ncommands=syslog"
            made.sendall(f"1 open {len(offer)} {offer}\n".encode())
            return made.recv(500).decode()
    except (ssl.SSLError, ConnectionError, TimeoutError):
        return ""


def heard(connection: socket.socket) -> bytes:
    """What the other end says, or nothing when it breaks off."""
    try:
        return connection.recv(500)
    except ConnectionResetError:
        return b""
