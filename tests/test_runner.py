"""What Ansible's events amount to, and that Ansible ends with whoever started it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from rich.console import Console

from infra.cli.configure import chosen, show, told, verdict
from infra.cli.progress import progress
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.inventory.access import made
from infra.runner import LAST, WAITS, HostResult, Run, play
from tests.killing import words
from tests.real import blueprint

GOOD, FAILED, DARK = HostResult(ok=3, changed=1), HostResult(ok=2, failures=1, problem="x"), HostResult(dark=1)


def test_events_become_results_and_a_log_of_each_machine(tmp_path: Path) -> None:
    """The first problem is what is told; the numbers are Ansible's own."""
    notes: list[tuple[str, str]] = []
    run = Run(["one", "two"], tmp_path, lambda host, task: notes.append((host, task)))
    run.event({"event": "runner_on_ok", "event_data": {"host": "one", "task": "装"}, "stdout": "ok: [one]"})
    for why in ("坏了", "又坏了"):
        run.event({"event": "runner_on_failed", "event_data": {"host": "two", "task": "装", "res": {"msg": why}}})
    run.event({"event": "playbook_on_stats", "event_data": {"ok": {"one": 5, "two": 1}, "failures": {"two": 2}}})
    assert notes[0] == ("one", "装")
    assert "ok: [one]" in (tmp_path / "one.log").read_text(encoding="utf-8")
    assert run.results() == {
        "one": HostResult(ok=5),
        "two": HostResult(ok=1, failures=2, problem="装：坏了"),
    }


def test_a_machine_that_waits_for_its_data_is_known_by_its_task(tmp_path: Path) -> None:
    """By the name it has in the role; passed over, it says nothing. A second run forgets nothing."""
    tasks = yaml.safe_load((ROOT / "playbooks/roles/backup_client/tasks/mark.yml").read_text(encoding="utf-8"))
    assert WAITS in [task["name"] for task in tasks]
    run = Run(["one", "two"], tmp_path, lambda host, task: None)
    for host, kind in (("one", "runner_on_ok"), ("two", "runner_on_skipped")):
        run.event({"event": kind, "event_data": {"host": host, "task": WAITS}})
    assert {host: result.waits for host, result in run.results().items()} == {"one": True, "two": False}
    assert run.results()["one"].then(GOOD).waits
    assert not GOOD.then(GOOD).waits


def test_an_ignored_failure_is_no_problem(tmp_path: Path) -> None:
    """The play goes on by intention."""
    run = Run(["one"], tmp_path, lambda host, task: None)
    run.event({"event": "runner_on_failed", "event_data": {"host": "one", "task": "看", "ignore_errors": True}})
    assert run.results()["one"].problem == ""


@pytest.mark.parametrize(
    ("results", "code"),
    [
        ([GOOD, GOOD], Exit.OK),
        ([GOOD, DARK], Exit.UNCHECKED),
        ([GOOD, FAILED], Exit.VIOLATIONS),
        ([DARK, FAILED], Exit.VIOLATIONS),
        ([HostResult()], Exit.UNCHECKED),
        ([], Exit.UNCHECKED),
    ],
)
def test_unreachable_is_not_failed_and_nothing_done_is_not_done_well(results: list[HostResult], code: Exit) -> None:
    """Three exit codes for three things to do next."""
    assert verdict(results) is code


def test_how_it_went_is_told_in_a_few_words() -> None:
    """One for each way it can end."""
    assert [told(result) for result in (GOOD, FAILED, DARK, HostResult())] == [
        "变更 1",
        "没有配置成",
        "不可达",
        "没有执行任何任务",
    ]


def test_words_mean_sites_machines_and_capabilities() -> None:
    """Together they mean all that any of them means; an unknown one is refused with the known."""
    everybody = {row.name for _, row in made(blueprint())}
    suqian = {name for name in everybody if name.startswith("suqian-")}
    both = {"province", "suqian"}
    assert set(chosen(blueprint(), [], both)) == everybody
    assert set(chosen(blueprint(), ["suqian"], both)) == suqian
    assert len(chosen(blueprint(), ["backup"], both)) == 2
    with pytest.raises(UsageError, match="nowhere"):
        chosen(blueprint(), ["nowhere"], both)


def test_only_machines_of_deployed_sites_are_meant() -> None:
    """A site without any is no mistake: `make up SITES=nanjing` configures nothing."""
    assert all(name.startswith("suqian-") for name in chosen(blueprint(), [], {"suqian"}))
    assert chosen(blueprint(), ["nanjing"], {"province", "suqian"}) == chosen(blueprint(), [], set()) == []


@pytest.mark.parametrize(
    ("result", "line"), [(GOOD, "✓ one  变更 1"), (DARK, "✗ one  不可达"), (FAILED, "✗ one  没有配置成")]
)
def test_only_a_machine_that_is_configured_has_the_sign_of_success(result: HostResult, line: str) -> None:
    """Sign and words say the same."""
    console = Console(record=True, force_terminal=False)
    with progress(console) as steps, steps.step("one") as step:
        show(step, result)
    assert console.export_text().startswith(line)


PLAYBOOK = """
- hosts: first
  gather_facts: false
  tasks:
    - name: 只为头一台
      ansible.builtin.command: "{{ alone }}"
      changed_when: false
- hosts: all
  gather_facts: false
  tasks:
    - name: 取走记号
      ansible.builtin.command: "{{ 'true' if lookup('ansible.builtin.config', 'HOST_KEY_CHECKING') else 'false' }}"
      changed_when: false
    - name: 一直做下去
      ansible.builtin.command: "{{ sleeper }} infinity"
      when: forever
"""
PLAY = """
import sys
from pathlib import Path
from infra.runner import play

play(Path(sys.argv[1]), ["one"], lambda host, task: None, check=False)
"""


def checkout(root: Path, *, forever: bool = False, alone: str = "true") -> Path:
    """Two machines, which are this one, and a playbook that ends or does not; `alone` is run on the first and by no other."""
    for folder in ("playbooks", "inventories"):
        (root / folder).mkdir()
    (root / "playbooks" / "site.yml").write_text(PLAYBOOK, encoding="utf-8")
    (root / "playbooks" / "ansible.cfg").write_text("[defaults]\n", encoding="utf-8")
    (root / "sleeper").symlink_to("/bin/sleep")
    here = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    more = {"forever": forever, "sleeper": str(root / "sleeper"), "alone": alone}
    vars_of = dict.fromkeys(("one", "two"), here | more)
    told = {"all": {"hosts": ["one", "two"]}, "first": {"hosts": ["one"]}, "_meta": {"hostvars": vars_of}}
    inventory = root / "inventories" / "govnet.py"
    inventory.write_text(f"#!/bin/sh\ncat <<'END'\n{json.dumps(told)}\nEND\n", encoding="utf-8")
    inventory.chmod(0o755)
    return root


def at_work(root: Path) -> set[str]:
    """The last word of each command line that runs for a checkout: Ansible itself, its workers, and what they started."""
    lines = [words(int(entry.name)) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    return {line[-1] for line in lines if any(str(root) in word for word in line)}


def test_a_playbook_is_played_to_its_end(tmp_path: Path) -> None:
    """By Ansible itself, on this machine; the last task fails unless the keys of machines are checked."""
    root = checkout(tmp_path)
    assert play(root, ["one", "two"], lambda host, task: None, check=False) == {
        "one": HostResult(ok=2),
        "two": HostResult(ok=1),
    }


def test_one_machines_failure_keeps_no_other_from_being_configured(tmp_path: Path) -> None:
    """Ansible ends a whole run when a play has lost its only machine: the others are gone on with by themselves."""
    results = play(checkout(tmp_path, alone="false"), ["one", "two"], lambda host, task: None, check=False)
    assert results["two"] == HostResult(ok=1)
    assert results["one"].failures == 1
    assert "只为头一台" in results["one"].problem


def test_a_connection_that_breaks_once_is_tried_again(tmp_path: Path) -> None:
    """The machine counts as configured, with what both runs did."""
    root = checkout(tmp_path)
    inventory = root / "inventories" / "govnet.py"
    broken = inventory.read_text(encoding="utf-8").replace(
        '"ansible_connection": "local"', '"ansible_connection": "ssh", "ansible_port": 1'
    )
    once = f"#!/bin/sh\nif mkdir {root}/asked 2>/dev/null; then\n{broken}\nelse\n{inventory.read_text(encoding='utf-8')}\nfi\n"
    inventory.write_text(once, encoding="utf-8")
    assert play(root, ["one", "two"], lambda host, task: None, check=False)["two"].good


def test_a_machine_that_never_answers_is_unreachable(tmp_path: Path) -> None:
    """It is asked twice, not for ever."""
    root = checkout(tmp_path)
    inventory = root / "inventories" / "govnet.py"
    text = inventory.read_text(encoding="utf-8")
    inventory.write_text(
        text.replace('"ansible_connection": "local"', '"ansible_connection": "ssh", "ansible_port": 1'),
        encoding="utf-8",
    )
    results = play(root, ["two"], lambda host, task: None, check=False)
    assert results["two"].dark == 1
    assert not results["two"].good


def test_the_last_task_of_the_playbook_is_the_one_that_is_waited_for() -> None:
    """Otherwise every machine would be done twice."""
    plays = yaml.safe_load((ROOT / "playbooks" / "site.yml").read_text(encoding="utf-8"))
    assert plays[-1]["hosts"] == "all"
    assert plays[-1]["tasks"][-1]["name"] == LAST


def test_ansible_and_its_workers_end_with_whoever_started_them(tmp_path: Path) -> None:
    """They are in sessions of their own, where no signal to a terminal or a group reaches them: SIGKILL of govnet has to be enough."""
    root = checkout(tmp_path, forever=True)
    with subprocess.Popen([sys.executable, "-c", PLAY, root], cwd=ROOT) as playing:
        while not {"infinity", "site.yml"} <= at_work(root):
            assert playing.poll() is None
            time.sleep(0.05)
        playing.kill()
    end = time.monotonic() + 20
    while left := at_work(root):
        assert time.monotonic() < end, f"still there: {left}"
        time.sleep(0.05)
