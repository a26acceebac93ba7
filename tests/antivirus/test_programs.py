"""A set of signatures is taken for what it says, whole or not at all; here with a stand-in for ClamAV, on machines with the real one."""

from __future__ import annotations

import functools
import hashlib
import http.server
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from infra.engine import ROOT

PROGRAMS = ROOT / "playbooks" / "files"

CLAMSCAN = """\
#!/usr/bin/env python3
import pathlib, sys
database = next(pathlib.Path(word.split("=", 1)[1]) for word in sys.argv if word.startswith("--database="))
known = [line.strip() for file in database.glob("*.txt") for line in file.read_text().splitlines()]
if "broken" in known:
    sys.exit("cannot be loaded" and 2)
found = looked = 0
for path in (pathlib.Path(word) for word in sys.argv[1:] if not word.startswith("-")):
    for file in [path] if path.is_file() else sorted(row for row in path.rglob("*") if row.is_file()):
        looked += 1
        if any(word in file.read_text() for word in known):
            print(f"{file}: Known FOUND")
            found += 1
print(f"Scanned files: {looked}")
sys.exit(1 if found else 0)
"""
"""Knows as a virus whatever has a line of the set's *.txt in it."""


@pytest.fixture(autouse=True)
def clamscan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "bin" / "clamscan"
    program.parent.mkdir()
    program.write_text(CLAMSCAN)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}:{os.environ['PATH']}")


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """The operator's key; who may sign stands beside it in `signers`."""
    made = tmp_path / "operator"
    _keygen(made)
    (tmp_path / "signers").write_text(f"operator {made.with_suffix('.pub').read_text()}")
    return made


def _keygen(file: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file], check=True)


def lay(folder: Path, key: Path, *, known: str = "EICAR-STANDARD", made: str = "2026-11-01T00:00:00+08:00") -> Path:
    """A set as an administrator lays it down."""
    folder.mkdir(exist_ok=True)
    (folder / "known.txt").write_text(f"{known}\n")
    (folder / "MADE").write_text(f"{made}\n")
    rows = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in ("MADE", "known.txt")]
    return sign(folder, key, "".join(rows))


def sign(folder: Path, key: Path, text: str) -> Path:
    (folder / "SHA256SUMS").write_text(text)
    (folder / "SHA256SUMS.sig").unlink(missing_ok=True)
    order = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", "govnet-signatures", str(folder / "SHA256SUMS")]
    subprocess.run(order, check=True, capture_output=True)
    return folder


def run(program: str, *words: object) -> subprocess.CompletedProcess[str]:
    argv = [sys.executable, "-B", "-m", f"govnet_antivirus.{program}", *map(str, words)]
    told = {**os.environ, "PYTHONPATH": str(PROGRAMS)}
    return subprocess.run(argv, env=told, capture_output=True, text=True, check=False)


def publish(folder: Path, home: Path) -> subprocess.CompletedProcess[str]:
    home.mkdir(exist_ok=True)
    return run("publish", "--incoming", folder, "--home", home, "--signers", folder.parent / "signers")


def test_a_signed_set_is_published_whole(tmp_path: Path, key: Path) -> None:
    """And what was laid down is gone from there."""
    done = publish(lay(tmp_path / "incoming", key), tmp_path / "home")
    assert done.returncode == 0, done.stderr
    names = {"known.txt", "MADE", "SHA256SUMS", "SHA256SUMS.sig"}
    assert {path.name for path in (tmp_path / "home" / "current").iterdir()} == names
    assert not list((tmp_path / "incoming").iterdir())


def _other_key(folder: Path, key: Path) -> None:
    _keygen(folder.parent / "other")
    sign(folder, folder.parent / "other", (folder / "SHA256SUMS").read_text())


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        pytest.param(lambda folder, key: (folder / "SHA256SUMS").unlink(), "没有 SHA256SUMS", id="no list"),
        pytest.param(lambda folder, key: (folder / "SHA256SUMS.sig").unlink(), "签名", id="no signature"),
        pytest.param(_other_key, "签名", id="somebody else's signature"),
        pytest.param(lambda folder, key: (folder / "known.txt").write_text("x"), "known.txt", id="another content"),
        pytest.param(lambda folder, key: (folder / "known.txt").unlink(), "known.txt", id="a file is missing"),
        pytest.param(lambda folder, key: (folder / "more.txt").write_text("x"), "more.txt", id="a file too many"),
        pytest.param(
            lambda folder, key: sign(folder, key, f"{'0' * 64}  ../../etc/passwd\n"),
            "读不懂",
            id="leads out of its folder",
        ),
        pytest.param(lambda folder, key: lay(folder, key, made="yesterday"), "带时区的时间", id="no time"),
        pytest.param(lambda folder, key: lay(folder, key, known="broken"), "装不进", id="does not load"),
        pytest.param(lambda folder, key: lay(folder, key, known="another"), "认不出", id="does not know the test file"),
        pytest.param(lambda folder, key: lay(folder, key, known="E\nharmless"), "无害", id="accuses a harmless file"),
        pytest.param(lambda folder, key: lay(folder, key, made="2026-10-01T00:00:00Z"), "还旧", id="older than before"),
    ],
)
def test_anything_else_is_not_published(
    tmp_path: Path, key: Path, spoil: Callable[[Path, Path], object], reason: str
) -> None:
    """The set before stays, and what was laid down stays where somebody may look at it."""
    assert publish(lay(tmp_path / "incoming", key), tmp_path / "home").returncode == 0
    before = (tmp_path / "home" / "current").resolve()
    spoil(lay(tmp_path / "incoming", key), key)
    done = publish(tmp_path / "incoming", tmp_path / "home")
    assert (done.returncode, reason in done.stderr) == (1, True), done.stderr
    assert (tmp_path / "home" / "current").resolve() == before
    assert list((tmp_path / "incoming").iterdir())
    assert not (tmp_path / "home" / "sets" / ".next").exists()


@pytest.fixture
def mirror(tmp_path: Path, key: Path) -> Iterator[str]:
    """A mirror that publishes a set; its address."""
    assert publish(lay(tmp_path / "incoming", key), tmp_path / "home").returncode == 0
    serve = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(tmp_path / "home" / "current"))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


TAKE = "import sys; from govnet_antivirus import take; take.PAUSES = (); sys.exit(take.main())"


def take(server: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """As its unit does, but without asking again."""
    words = ["--server", server, "--home", str(folder / "used"), "--signers", str(folder / "signers")]
    argv = [sys.executable, "-B", "-c", TAKE, *words]
    told = {**os.environ, "PYTHONPATH": str(PROGRAMS)}
    return subprocess.run(argv, env=told, capture_output=True, text=True, check=False)


def test_a_machine_takes_what_is_published_and_then_nothing_until_there_is_more(
    tmp_path: Path, key: Path, mirror: str
) -> None:
    """An older one is not taken either, though it is signed: somebody may have kept it."""
    assert "已换用" in take(mirror, tmp_path).stdout
    assert "没有更新" in take(mirror, tmp_path).stdout
    newer = lay(tmp_path / "incoming", key, known="EICAR", made="2026-11-02T00:00:00+08:00")
    assert publish(newer, tmp_path / "home").returncode == 0
    assert "2026-11-02" in take(mirror, tmp_path).stdout
    old = next(path for path in (tmp_path / "home" / "sets").iterdir() if "11-01" in (path / "MADE").read_text())
    (tmp_path / "home" / "current").unlink()
    (tmp_path / "home" / "current").symlink_to(old)
    done = take(mirror, tmp_path)
    assert (done.returncode, "还旧" in done.stderr) == (1, True)


def test_what_was_altered_on_the_way_is_not_taken(tmp_path: Path, key: Path, mirror: str) -> None:
    """It travels over plain HTTP; the set before stays in use."""
    assert take(mirror, tmp_path).returncode == 0
    before = (tmp_path / "used" / "current").resolve()
    lay(tmp_path / "home" / "current", key, made="2026-11-03T00:00:00+08:00")
    (tmp_path / "home" / "current" / "known.txt").write_text("nothing\n")
    done = take(mirror, tmp_path)
    assert (done.returncode, "known.txt" in done.stderr) == (1, True)
    assert (tmp_path / "used" / "current").resolve() == before


def test_a_mirror_that_is_not_there_is_said(tmp_path: Path, key: Path) -> None:
    done = take("127.0.0.1:9", tmp_path)
    assert (done.returncode, "没有取到" in done.stderr) == (1, True)


def scan(folder: Path, looked: Path) -> subprocess.CompletedProcess[str]:
    return run("scan", "--home", folder / "home", "--metrics", folder / "scan.prom", looked)


def test_a_virus_is_told_to_the_log_the_metrics_and_by_the_exit_code(tmp_path: Path, key: Path) -> None:
    """Taken away, all is well again."""
    assert publish(lay(tmp_path / "incoming", key), tmp_path / "home").returncode == 0
    data = tmp_path / "data"
    data.mkdir()
    (data / "plain").write_text("plain")
    (data / "virus").write_text("this is EICAR-STANDARD")
    done = scan(tmp_path, data)
    assert (done.returncode, str(data / "virus") in done.stdout) == (1, True)
    assert "govnet_scan_infected_files 1\n" in (tmp_path / "scan.prom").read_text()
    (data / "virus").unlink()
    assert scan(tmp_path, data).returncode == 0
    assert "govnet_scan_infected_files 0\n" in (tmp_path / "scan.prom").read_text()


def test_a_scan_that_saw_nothing_or_knew_nothing_has_failed(tmp_path: Path, key: Path) -> None:
    """No set, no files: neither is "no virus"."""
    (tmp_path / "empty").mkdir()
    done = scan(tmp_path, tmp_path / "empty")
    assert (done.returncode, "没有病毒特征库" in done.stderr) == (1, True)
    assert publish(lay(tmp_path / "incoming", key), tmp_path / "home").returncode == 0
    done = scan(tmp_path, tmp_path / "empty")
    assert (done.returncode, "什么也没有看到" in done.stderr) == (1, True)


def test_the_age_is_that_of_the_set_not_of_the_download(tmp_path: Path, key: Path) -> None:
    """In seconds; without a set none is told."""
    words = ("--where", "published", "--home", tmp_path / "home", "--metrics", tmp_path / "age.prom")
    assert run("age", *words).returncode == 1
    assert not (tmp_path / "age.prom").exists()
    assert publish(lay(tmp_path / "incoming", key, made="2020-01-01T00:00:00Z"), tmp_path / "home").returncode == 0
    assert run("age", *words).returncode == 0
    told = (tmp_path / "age.prom").read_text().splitlines()[-1]
    assert told.startswith('govnet_signatures_age_seconds{where="published"} ')
    assert float(told.split()[-1]) > 6 * 365 * 86400
