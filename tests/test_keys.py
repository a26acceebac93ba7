"""Keys of machines are made once, stay, and are nobody else's to read."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from infra import keys


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    """A second look finds the same one."""
    first, second = keys.host(tmp_path, "suqian", "suqian-backup-1"), keys.host(tmp_path, "suqian", "suqian-backup-1")
    assert first == second
    assert first.file.stat().st_mode & 0o777 == 0o600


def test_keys_differ_by_site_and_by_machine(tmp_path: Path) -> None:
    """And the operator's is no machine's."""
    made = {
        keys.host(tmp_path, "suqian", "one").public.split()[1],
        keys.host(tmp_path, "suqian", "two").public.split()[1],
        keys.host(tmp_path, "province", "one").public.split()[1],
        keys.operator(tmp_path, "suqian").public.split()[1],
    }
    assert len(made) == 4


def test_openssh_reads_what_is_written(tmp_path: Path) -> None:
    """Its own tool derives the same public half from the file."""
    key = keys.operator(tmp_path, "suqian")
    told = subprocess.run(["ssh-keygen", "-y", "-f", key.file], capture_output=True, text=True, check=True).stdout
    assert told.split()[:2] == key.public.split()[:2]


def test_a_machine_is_told_both_halves_of_its_host_key(tmp_path: Path) -> None:
    """As cloud-init wants them."""
    key = keys.host(tmp_path, "suqian", "suqian-backup-1")
    first, _, rest = keys.user_data(key).partition("\n")
    assert first == "#cloud-config"
    assert json.loads(rest)["ssh_keys"] == {"ed25519_private": key.file.read_text(), "ed25519_public": key.public}
