"""A site's mirror publishes what the operator signed and nothing else; its machines take it, and tell of a virus."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from testinfra.host import Host  # type: ignore[import-untyped]  # it has no type hints

from infra.engine import ROOT
from tests.lab.machines.machines import names, on, variables

pytestmark = pytest.mark.usefixtures("configured")

HOME, USED = "/var/lib/govnet-signatures", "/var/lib/govnet-antivirus"
SCANNED = names("scanned")
EICAR = "275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f:68:Govnet.EICAR-Test"
TEST_FILE = "from govnet_antivirus.sets import TEST_FILE; open('{}', 'w').write(TEST_FILE)"
"""Made on the machine, so that no scanner finds it in this file."""


def mirror() -> str:
    [name] = names("antivirus")
    return name


def address() -> str:
    told = variables(mirror())
    return f"{told['antivirus_address']}:{told['antivirus_port']}"


def lay(files: dict[str, str], key: Path) -> None:
    """Lay a set down as an administrator does: files, their list, its signature."""
    machine = on(mirror())
    texts = dict(files)
    for name, text in files.items():
        machine.check_output(f"sh -c {shlex.quote(f'printf %s {shlex.quote(text)} > {HOME}/incoming/{name}')}")
    texts["SHA256SUMS"] = (
        machine.check_output(f"sh -c 'cd {HOME}/incoming && sha256sum {' '.join(sorted(files))}'") + "\n"
    )
    order = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", "govnet-signatures"]
    done = subprocess.run(order, input=texts["SHA256SUMS"], capture_output=True, text=True, check=True)
    texts["SHA256SUMS.sig"] = done.stdout
    for name in ("SHA256SUMS", "SHA256SUMS.sig"):
        machine.check_output(f"sh -c {shlex.quote(f'printf %s {shlex.quote(texts[name])} > {HOME}/incoming/{name}')}")


def operator() -> Path:
    return Path(variables(mirror())["ansible_ssh_private_key_file"])


def now() -> str:
    return str(on(mirror()).check_output("date -u +%FT%T+00:00"))


def published() -> str:
    return str(on(mirror()).check_output(f"readlink {HOME}/current"))


@contextmanager
def nothing_left() -> Iterator[None]:
    """What a test laid down is taken away, and a failed run forgotten."""
    try:
        yield
    finally:
        on(mirror()).check_output(f"find {HOME}/incoming -type f -delete")
        on(mirror()).run("systemctl reset-failed govnet-signatures-publish.service")


def test_the_mirror_serves_at_its_planned_address_only_and_may_not_be_written_to() -> None:
    """Not on every address, no list of folders, nothing outside, no other method; not at the port that nginx has by itself."""
    machine = on(mirror())
    assert machine.service("nginx").is_enabled
    listening = [line.split()[3] for line in machine.check_output("ss -Hltnp").splitlines() if "nginx" in line]
    assert listening == [address()]
    ask = "import urllib.request as u, sys; print(u.urlopen(u.Request('http://{}/{}', method='{}'), timeout=5).status)"
    assert machine.check_output(f'python3 -c "{ask.format(address(), "SHA256SUMS", "GET")}"') == "200"
    for path, method, code in (("", "GET", "404"), ("SHA256SUMS", "PUT", "403"), ("%2e%2e/incoming/x", "GET", "40")):
        refused = machine.run(f'python3 -c "{ask.format(address(), path, method)}"')
        assert refused.failed
        assert f"HTTP Error {code}" in refused.stderr, (path, method)


def test_a_new_set_is_published_and_taken() -> None:
    """Signed by the site's operator: the mirror serves it at once, a machine uses it after its next question."""
    with nothing_left():
        lay({"govnet.hsb": f"{EICAR}\n", "MADE": now()}, operator())
        before = published()
        on(mirror()).check_output("systemctl start govnet-signatures-publish.service")
        assert published() != before
    there = on(mirror()).check_output(f"sha256sum < {HOME}/current/SHA256SUMS")
    machine = on(SCANNED[0])
    machine.check_output("systemctl start govnet-antivirus-take.service")
    assert machine.check_output(f"sha256sum < {USED}/current/SHA256SUMS") == there


@pytest.mark.parametrize(
    ("signature", "reason"),
    [
        pytest.param("this is no signature\n", "装不进", id="ClamAV cannot load it"),
        pytest.param(f"{'0' * 64}:68:Another\n", "认不出", id="it does not know the test file"),
    ],
)
def test_what_is_no_use_is_not_published_though_it_is_signed(signature: str, reason: str) -> None:
    with nothing_left():
        lay({"govnet.hsb": signature, "MADE": now()}, operator())
        refused(reason)


def test_what_a_stranger_signed_is_not_published(tmp_path: Path) -> None:
    key = tmp_path / "stranger"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    with nothing_left():
        lay({"govnet.hsb": f"{EICAR}\n", "MADE": now()}, key)
        refused("签名")


def refused(reason: str) -> None:
    """The unit fails with the reason in its log, and what was published stays published."""
    before, machine = published(), on(mirror())
    assert machine.run("systemctl start govnet-signatures-publish.service").failed
    assert reason in machine.check_output("journalctl -u govnet-signatures-publish.service -n 5 -o cat --no-pager")
    assert published() == before


@pytest.mark.parametrize("name", SCANNED)
def test_no_scanner_stays_in_memory_and_nobody_asks_the_internet(name: str) -> None:
    """ClamAV's signatures take more memory than most machines here have: they are loaded at night and given back."""
    machine = on(name)
    assert machine.run("pgrep -x 'clamd|freshclam'").failed
    assert machine.check_output("systemctl is-enabled clamav-freshclam.service || true") == "masked"
    for timer in ("govnet-antivirus-take.timer", "govnet-antivirus-scan.timer"):
        assert (machine.service(timer).is_enabled, machine.service(timer).is_running) == (True, True), timer


def scan(machine: Host) -> tuple[bool, str]:
    """Whether a scan of a few folders found nothing, and what it told node_exporter. The unit's own words, but for where it looks."""
    line = machine.check_output("systemctl cat govnet-antivirus-scan.service | sed -n 's/^ExecStart=//p'")
    short = line.removesuffix(" /") + " /srv /etc"
    done = machine.run(f"systemd-run --quiet --wait --collect -E PYTHONPATH=/usr/local/lib/govnet -- {short}")
    return bool(done.succeeded), machine.check_output("cat /var/lib/prometheus/node-exporter/govnet-scan.prom")


def test_a_virus_is_found_and_told_and_not_touched() -> None:
    """Exit code, metric, log; taken away by somebody, the next scan is clean."""
    machine = on(SCANNED[0])
    script = shlex.quote(TEST_FILE.format("/srv/suspicious"))
    machine.check_output(f"env PYTHONPATH=/usr/local/lib/govnet python3 -B -c {script}")
    try:
        clean, told = scan(machine)
        assert not clean
        assert "govnet_scan_infected_files 1\n" in f"{told}\n"
        assert "/srv/suspicious" in machine.check_output("journalctl -p 2 --since -5min -o cat --no-pager")
        assert machine.file("/srv/suspicious").exists
    finally:
        machine.check_output("rm -f /srv/suspicious")
    clean, told = scan(machine)
    assert (clean, "govnet_scan_infected_files 0" in told) == (True, True)


@pytest.mark.parametrize("name", SCANNED)
def test_the_monitor_is_told_how_old_the_signatures_are(name: str) -> None:
    """Of those in use on every machine, and of those that are published."""
    wheres = ["used", "published"] if name == mirror() else ["used"]
    told = on(name).check_output(
        f"python3 -c \"import urllib.request as u; print(u.urlopen('http://{variables(name)['ansible_host']}:9100/metrics').read().decode())\""
    )
    for where in wheres:
        assert f'govnet_signatures_age_seconds{{where="{where}"}}' in told


def test_what_machines_run_is_what_stands_here() -> None:
    """The programs whose refusals are tested without a machine (tests/antivirus) are these very files."""
    for file in sorted((ROOT / "playbooks" / "files" / "govnet_antivirus").glob("*.py")):
        assert on(SCANNED[0]).file(f"/usr/local/lib/govnet/govnet_antivirus/{file.name}").content == file.read_bytes()
