"""What machines say is with their keeper, whole and only there; nobody else is heard, and nobody else may read."""

from __future__ import annotations

import re
import secrets
import shlex
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.lab.conftest import govnet, must
from tests.lab.machines.machines import names, on, variables

pytestmark = pytest.mark.usefixtures("configured")

ROOT, STATE = "/var/log/govnet", "/var/lib/govnet-logs"
ARRIVES = 90.0
"""Seconds within which lines are with their keeper: a sender that was refused asks again after half a minute at most."""

ASK = """\
import socket, ssl, sys
address, port, folder, trusted = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
context = ssl.create_default_context(cafile=trusted)
context.check_hostname = False
if folder != "-":
    context.load_cert_chain(f"{folder}/machine.pem", f"{folder}/machine.key")
offer = "relp_version=0\\nrelp_software=test\\ncommands=syslog"
with socket.create_connection((address, port), 5) as plain, context.wrap_socket(plain) as made:
    made.sendall(f"1 open {len(offer)} {offer}\\n".encode())
    print(made.recv(500).decode())
"""
AUTHORITY = "/etc/govnet/tls/authority.pem"


def keeper_of(name: str) -> str:
    """The machine that keeps a machine's logs."""
    address = variables(name)["base_log_keeper"]["address"]
    return next(row for row in names("logging") if variables(row)["logging_address"] == address)


def sender() -> str:
    """A machine of a city that is no keeper."""
    return next(
        row for row in names("all") if row not in names("logging") and variables(keeper_of(row))["logging_province"]
    )


def asked(name: str, keeper: str, folder: str = "/etc/govnet/tls") -> str:
    """What a keeper answers to who opens a session from a machine with the certificate in this folder; "" when it breaks off."""
    told = variables(keeper)
    words = [told["logging_address"], str(told["logging_port"]), folder, AUTHORITY]
    return str(on(name).run(f"timeout 20 python3 -c {shlex.quote(ASK)} {shlex.join(words)}").stdout)


def unseen(word: str) -> str:
    """A word as a shell is told it, so that the log of who ran which command does not have it too."""
    return f"'{word[:8]}''{word[8:]}'"


def kept(keeper: str, sender: str, word: str) -> list[str]:
    """Lines with this word that a keeper has of a machine."""
    return list(on(keeper).run(f"grep -rhs {unseen(word)} {ROOT}/{sender}").stdout.splitlines())


def arrives(keeper: str, sender: str, word: str) -> list[str]:
    end = time.monotonic() + ARRIVES
    while not (rows := kept(keeper, sender, word)) and time.monotonic() < end:
        time.sleep(2)
    assert rows, f"{word} of {sender} did not reach {keeper}"
    return rows


@pytest.mark.parametrize("name", names("all"))
def test_what_a_machine_says_is_with_its_keeper_under_its_own_name(name: str) -> None:
    """Whatever name the line itself claims."""
    word = secrets.token_hex(8)
    on(name).check_output(f"logger -t another-machine {unseen(word)}")
    [line, *_] = arrives(keeper_of(name), name, word)
    assert re.search(rf" user.notice another-machine\[[-0-9]+\]: {word}$", line)


def test_a_citys_security_events_are_with_the_province_and_its_daily_business_is_not() -> None:
    """Under the city's keeper, with the machine's planned name in the line."""
    name = sender()
    city = keeper_of(name)
    province = next(row for row in names("logging") if not variables(row)["logging_province"])
    word, quiet = secrets.token_hex(8), secrets.token_hex(8)
    on(name).check_output(f"logger {unseen(quiet)}")
    on(name).check_output(f"logger -p authpriv.notice {unseen(word)}")
    [line, *_] = arrives(province, city, word)
    assert f" {name} authpriv.notice " in line
    assert kept(city, name, quiet)
    assert not kept(province, city, quiet)


def test_only_root_reads_logs_and_the_key_of_a_certificate() -> None:
    """On the keeper, and on every machine."""
    for keeper in names("logging"):
        for path in (ROOT, STATE):
            folder = on(keeper).file(path)
            assert (folder.user, oct(folder.mode)) == ("root", "0o700")
        assert on(keeper).check_output(f"find {ROOT} -type f ! -perm 600") == ""
    for name in names("all"):
        key = on(name).file("/etc/govnet/tls/machine.key")
        assert (key.user, oct(key.mode)) == ("root", "0o600")


def test_a_keeper_listens_at_its_planned_address_only() -> None:
    """Nobody else listens for logs at all."""
    for name in names("all"):
        listening = on(name).check_output("ss -Hltn sport = :6514 or sport = :514 or sport = :601").split()
        if name in names("logging"):
            assert listening[3] == f"{variables(name)['logging_address']}:6514"
        else:
            assert listening == []


def test_a_session_is_for_a_named_machine_with_its_certificate_over_tls() -> None:
    """Taken in with its own; broken off without one, and in plain words."""
    name = sender()
    keeper = keeper_of(name)
    assert "200 OK" in asked(name, keeper)
    assert "200 OK" not in asked(name, keeper, "-")
    word = secrets.token_hex(8)
    told = variables(keeper)
    talk = f"exec 3<>/dev/tcp/{told['logging_address']}/6514; echo 1 syslog {len(word)} {unseen(word)} >&3; cat <&3"
    plain = on(name).run(f"timeout 5 bash -c {shlex.quote(talk)}")
    assert "200" not in plain.stdout
    assert not kept(keeper, name, word)


@contextmanager
def certificate(name: str, said: str) -> Iterator[str]:
    """A folder with a certificate that a machine made for itself, with any name it likes, signed by nobody that is trusted."""
    machine, folder = on(name), "/run/forged"
    machine.check_output(f"mkdir -p -m 700 {folder}")
    try:
        machine.check_output(
            f"openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN={said} "
            f"-addext subjectAltName=DNS:{said} -keyout {folder}/machine.key -out {folder}/machine.pem"
        )
        yield folder
    finally:
        machine.check_output(f"rm -rf {folder}")


def test_another_machines_name_without_its_certificate_opens_nothing() -> None:
    """A forged certificate with a name that the keeper knows, and a real one of a machine that it does not know."""
    name = sender()
    keeper = keeper_of(name)
    known = variables(keeper)["logging_clients"][0]["name"]
    with certificate(name, known) as forged:
        assert "200 OK" not in asked(name, keeper, forged)
    foreign = next(row for row in names("logging") if row != keeper)
    assert all(row["machine"] != name for row in variables(foreign)["logging_clients"])


def test_no_line_is_lost_while_the_keeper_is_away() -> None:
    """For a minute, in the middle of a burst, with numbered lines before, meanwhile and after."""
    name = sender()
    keeper, word = keeper_of(name), secrets.token_hex(8)
    numbers = iter(range(3))

    def say() -> None:
        part = next(numbers)
        on(name).check_output(
            f"sh -c 'seq -f \"{word} %g end\" {part * 1000 + 1} {part * 1000 + 1000} | logger -t numbered'"
        )

    say()
    on(keeper).check_output("systemctl stop rsyslog.service")
    try:
        say()
        time.sleep(60)
    finally:
        on(keeper).check_output("systemctl start rsyslog.service")
    say()
    arrives(keeper, name, f"{word} 3000 end")
    found = {int(match[1]) for row in kept(keeper, name, word) if (match := re.search(rf"{word} (\d+) end", row))}
    missing = set(range(1, 3001)) - found
    assert not missing, f"{len(missing)} of 3000 lines are missing: {sorted(missing)[:10]}"


def test_sealing_and_comparing_are_asked_for_by_the_clock() -> None:
    """The timers are on now and after the next start."""
    for keeper in names("logging"):
        for unit in ("govnet-logs-seal.timer", "govnet-logs-verify.timer"):
            timer = on(keeper).service(unit)
            assert (timer.is_enabled, timer.is_running) == (True, True), unit


FLIP = """\
path = "{}"
content = bytearray(open(path, "rb").read())
content[10] ^= 1
open(path, "r+b").write(content)
"""


def test_an_altered_byte_is_found_on_the_keeper_and_by_whoever_asks() -> None:
    """A failed unit, and `govnet logs verify` ends with 4 and names the file. Put right, both are well again."""
    name = sender()
    keeper = keeper_of(name)
    machine = on(keeper)
    for row in names("logging"):
        on(row).check_output("systemctl start govnet-logs-seal.service")
    must("logs", "verify")
    file = machine.check_output(f"find {ROOT}/{name} -name '*.log' | sort | tail -1").strip()
    assert file
    try:
        machine.check_output(f"python3 -c {shlex.quote(FLIP.format(file))}")
        assert machine.run("systemctl start govnet-logs-verify.service").failed
        assert machine.run("systemctl is-failed govnet-logs-verify.service").succeeded
        done = govnet("logs", "verify")
        assert done.returncode == 4
        assert f"{file.removeprefix(ROOT + '/')} 内容改过" in done.stderr
    finally:
        machine.check_output(f"python3 -c {shlex.quote(FLIP.format(file))}")
    assert machine.run("systemctl start govnet-logs-verify.service").succeeded
    must("logs", "verify")


def test_what_was_sealed_in_a_city_was_told_to_the_province() -> None:
    """The digest of the chain's last link is where the city's administrators cannot alter it."""
    city = next(row for row in names("logging") if variables(row)["logging_province"])
    province = next(row for row in names("logging") if not variables(row)["logging_province"])
    on(city).check_output("systemctl start govnet-logs-seal.service")
    last = on(city).check_output(f"tail -n 1 {STATE}/chain.jsonl | tr -d '\\n' | sha256sum").split()[0]
    [line, *_] = arrives(province, city, f"sha256 {last}")
    assert "sealed link" in line
