"""Backup machines on the loopback address: the same rclone, started with the same options, as the role starts it; and a source with restic."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from infra.backups import manifest
from infra.engine import ROOT

PROGRAMS = ROOT / "playbooks" / "files"
UNIT = ROOT / "playbooks" / "roles" / "backup" / "templates" / "govnet-backup.service.j2"

needs_restic = pytest.mark.skipif(
    not (shutil.which("restic") and shutil.which("rclone")), reason="restic and rclone of Debian are not installed here"
)


@dataclass(frozen=True)
class Centre:
    """A backup machine that runs: its folder, and where it takes copies."""

    home: Path
    server: str


def run(program: str, *words: object, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a program as its unit does."""
    told = {**os.environ, **environment, "PYTHONPATH": str(PROGRAMS)}
    argv = [sys.executable, "-B", "-m", f"govnet_backup.{program}", *map(str, words)]
    return subprocess.run(argv, env=told, input=given, capture_output=True, text=True, check=False)


def lines(journal: Path) -> list[dict[str, Any]]:
    """The records of a journal."""
    return [json.loads(line) for line in journal.read_text(encoding="utf-8").splitlines()]


def start(folder: Path, accounts: dict[str, str]) -> tuple[Centre, subprocess.Popen[bytes]]:
    """A backup machine with these accounts (name → password), serving when this returns."""
    home, passwords = folder / "home", folder / "htpasswd"
    home.mkdir(parents=True)
    hashed = [
        f"{name}:{subprocess.check_output(['openssl', 'passwd', '-apr1', word], text=True)}"
        for name, word in accounts.items()
    ]
    passwords.write_text("".join(hashed))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = next(line for line in UNIT.read_text().splitlines() if line.startswith("ExecStart="))
    told = {
        "backup_accounts": str(passwords),
        "backup_address": "127.0.0.1",
        "backup_port": str(port),
        "backup_home": str(home),
    }
    for name, value in told.items():
        command = command.replace(f"{{{{ {name} }}}}", value)
    serving = subprocess.Popen(command.removeprefix("ExecStart=").split(), stderr=subprocess.DEVNULL)
    end = time.monotonic() + 20
    while time.monotonic() < end:
        with socket.socket() as trial:
            if trial.connect_ex(("127.0.0.1", port)) == 0:
                return Centre(home, f"127.0.0.1:{port}"), serving
        time.sleep(0.1)
    serving.kill()
    raise AssertionError("rclone does not serve")


ACCOUNT, CARRIER, KEY = "account-word", "carrier-word", "repository-word"
"""Secrets: no journal and no output may have them."""


@dataclass
class Source:
    """A machine with data, its site's backup machine, and that of another site."""

    folder: Path
    data: Path
    here: Centre
    there: Centre

    @property
    def journal(self) -> Path:
        return self.folder / "journal.jsonl"

    @property
    def environment(self) -> dict[str, str]:
        repository = f"rest:http://source:{ACCOUNT}@{self.here.server}/source/"
        cache = str(self.folder / "cache")
        return {"RESTIC_REPOSITORY": repository, "RESTIC_PASSWORD": KEY, "RESTIC_CACHE_DIR": cache}

    def take(self, **environment: str) -> dict[str, Any]:
        """The record of a copy taken now."""
        about = ("--job", "source-backup", "--source", "source", "--place", "suqian")
        done = run(
            "take",
            *about,
            *("--state", self.folder / "state", "--journal", self.journal, self.data),
            **{**self.environment, **environment},
        )
        record = lines(self.journal)[-1]
        assert (done.returncode == 0) is (record["result"] == "ok"), done.stderr
        return record

    def check(self) -> dict[str, Any]:
        """The record of a check by the source, with its key."""
        about = ("--job", "source-backup", "--source", "source", "--place", "suqian", "--journal", self.journal)
        done = run("check", *about, **self.environment)
        record = lines(self.journal)[-1]
        assert (done.returncode == 0) is (record["result"] == "ok"), done.stderr
        return record

    def send(self, kib_per_second: int = 1 << 20) -> dict[str, Any]:
        """The record of carrying the copies to the other site."""
        return self.sent(kib_per_second)[-1]

    def sent(self, kib_per_second: int = 1 << 20) -> list[dict[str, Any]]:
        """The records of all runs so far, after one more."""
        settings, records = self.folder / "province.json", self.folder / "carried.jsonl"
        rows = [{"job": "source-backup", "source": "source"}]
        about = {"place": "province", "server": self.there.server, "account": "carrier", "password": CARRIER}
        settings.write_text(json.dumps({**about, "kib_per_second": kib_per_second, "repositories": rows}))
        done = run("send", "--settings", settings, "--home", self.here.home, "--journal", records)
        found = lines(records) if records.exists() else []
        assert (done.returncode == 0) is all(row["result"] == "ok" for row in found[-1:]), done.stderr
        return found

    def seals(self, centre: Centre) -> list[dict[str, Any]]:
        """The records of a check by who keeps the copies, without a key."""
        records = self.folder / "seals.jsonl"
        records.unlink(missing_ok=True)
        done = run("seals", "--place", "suqian", "--home", centre.home, "--journal", records)
        found = lines(records)
        assert (done.returncode == 0) is all(row["result"] == "ok" for row in found), done.stderr
        return found

    def restored(self, repository: Path) -> dict[str, Any]:
        """What a restore from a repository brings."""
        done = run("restore", given=json.dumps({"repository": str(repository), "password": KEY}))
        assert done.returncode == 0, done.stderr
        found: dict[str, Any] = json.loads(done.stdout)
        return found

    def manifest(self, snapshot: str) -> dict[str, str]:
        """The list that was made before this snapshot."""
        return dict(manifest.read((self.folder / "state" / "manifests" / f"{snapshot}.json").read_text()).files)


def flip(path: Path) -> None:
    """One byte of a file, in its middle."""
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.chmod(0o600)
    path.write_bytes(content)


def packs(centre: Centre) -> list[Path]:
    return sorted(path for path in centre.home.rglob("data/*/*") if path.is_file())
