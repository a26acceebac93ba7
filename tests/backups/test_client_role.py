"""What the role backup_client leaves on a machine, by the real Ansible and restic: which machines wait for their data."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from infra.engine import ROOT
from infra.runner import WAITS
from tests.backups.centres import ACCOUNT, KEY, needs_restic, start

pytestmark = [needs_restic, pytest.mark.skipif(os.getuid() != 0, reason="what the role makes is root's")]

PLAYBOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.import_role: {name: backup_client, tasks_from: repository}
    - ansible.builtin.import_role: {name: backup_client, tasks_from: mark}
"""
BEFORE: dict[str, tuple[str, ...]] = {
    "first": (),
    "empty_repository": (),
    "anew": (),
    "settled": ("state/settled",),
    "older_than_marks": ("journal.jsonl",),
    "refused": ("state/unrestored", "journal.jsonl"),
    "cut_off_while_settling": ("state/unrestored", "state/settled"),
}
"""Machine → what is there before; all but the first two have a copy, the first not even a repository."""
WAITING = {"anew", "refused", "cut_off_while_settling"}


def restic(server: str, name: str, *words: str) -> None:
    told = {"RESTIC_REPOSITORY": f"rest:http://{name}:{ACCOUNT}@{server}/{name}/", "RESTIC_PASSWORD": KEY}
    subprocess.run(["restic", "--quiet", "--no-cache", *words], env={**os.environ, **told}, check=True)


@pytest.fixture
def machines(tmp_path: Path) -> Iterator[Path]:
    """A folder for each, which is all of the machine that the role touches here, and an inventory of them."""
    centre, serving = start(tmp_path / "centre", dict.fromkeys(BEFORE, ACCOUNT))
    for word in (ACCOUNT, KEY):
        (tmp_path / word).write_text(word)
    hosts = {}
    for name, files in BEFORE.items():
        for file in files:
            (tmp_path / name / file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name / file).touch(0o600)
        (tmp_path / name).mkdir(exist_ok=True)
        if name != "first":
            restic(centre.server, name, "init")
        if name not in ("first", "empty_repository"):
            restic(centre.server, name, "backup", str(tmp_path / KEY))
        hosts[name] = {
            "ansible_connection": "local",
            "ansible_python_interpreter": sys.executable,
            "folder": str(tmp_path / name),
            "backup_client_name": name,
            "backup_client_server": centre.server,
            "backup_client_password_file": str(tmp_path / ACCOUNT),
            "backup_client_key_file": str(tmp_path / KEY),
        }
    (tmp_path / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    (tmp_path / "play.yml").write_text(PLAYBOOK)
    yield tmp_path
    serving.kill()
    serving.wait()


def played(folder: Path, *words: str) -> tuple[dict[str, int], str]:
    """What changed on each machine, none of which failed, and all that was said."""
    names = {"settings": "settings", "state": "state", "journal": "journal.jsonl"}
    told = {f"backup_client_{name}": f"{{{{ folder }}}}/{path}" for name, path in names.items()}
    environment = {
        "ANSIBLE_CONFIG": str(ROOT / "playbooks" / "ansible.cfg"),
        "ANSIBLE_NOCOLOR": "1",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(
        [
            Path(sys.executable).with_name("ansible-playbook"),
            "-i",
            "hosts.yml",
            "-e",
            json.dumps(told),
            *words,
            "play.yml",
        ],
        cwd=folder,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    rows = re.findall(r"^(\w+) +: ok=\d+ +changed=(\d+) ", done.stdout, re.MULTILINE)
    return {name: int(changed) for name, changed in rows}, done.stdout


def found(folder: Path) -> dict[str, set[str]]:
    return {name: {path.name for path in (folder / name / "state").glob("*")} for name in BEFORE}


def test_only_a_machine_made_anew_whose_data_are_in_a_copy_waits_for_them(machines: Path) -> None:
    """Checked before, nothing is made; played again, nothing is changed. What waits is said, and no secret with it."""
    before = sorted(machines.rglob("*"))
    changed, _ = played(machines, "--check")
    assert changed.keys() == BEFORE.keys()
    assert sorted(machines.rglob("*")) == before
    played(machines)
    marks = found(machines)
    assert {name for name, there in marks.items() if "unrestored" in there} == WAITING
    assert {name for name, there in marks.items() if "settled" in there} == {
        *(BEFORE.keys() - WAITING),
        "cut_off_while_settling",
    }
    for name in BEFORE:
        state = machines / name / "state"
        assert state.stat().st_mode & 0o777 == 0o755
        assert {path.stat().st_mode & 0o777 for path in state.iterdir()} == {0o600}
    for words in ((), ("--check",)):
        changed, said = played(machines, *words)
        assert changed == dict.fromkeys(BEFORE, 0)
        assert found(machines) == marks
        [task] = re.findall(rf"^TASK \[backup_client : {WAITS}\].*?(?=^\S+ RECAP)", said, re.MULTILINE | re.DOTALL)
        assert set(re.findall(r"^ok: \[(\w+)\]", task, re.MULTILINE)) == WAITING
        assert not any(word in said for word in (f":{ACCOUNT}@", f"={KEY}"))
