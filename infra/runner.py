"""Ansible as a library: run the playbook over chosen machines, tell of every task as it happens, keep a log of every machine."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra.errors import PlaybookError

Tell = Callable[[str, str], None]
"""Takes a machine and what is being done on it, in a few words; called from another thread, often."""

COUNTED = ("ok", "changed", "failures", "dark")
"""What Ansible counts of each machine; `dark` is its word for unreachable."""


LAST = "取走记号"
"""The last task of the playbook: who has done it is configured."""

WAITS = "等待恢复原有数据"
"""The task that is done on a machine made anew whose data are in a copy: it takes no copies until they are brought back."""

_MORTAL = ("setpriv", "--pdeathsig", "TERM")
"""Before a command: it is told to end when whoever started it is gone. Ansible runs in a session of its own, so that nothing else would
reach it, and takes its workers along when it is told."""


@dataclass(frozen=True, slots=True)
class HostResult:
    """How a machine's configuration went: counts of tasks, and the first problem in Ansible's words."""

    ok: int = 0
    changed: int = 0
    failures: int = 0
    dark: int = 0
    problem: str = ""
    waits: bool = False
    """Takes no copies until its data are brought back."""

    @property
    def good(self) -> bool:
        """Reached, looked at, and nothing failed."""
        return self.ok > 0 and not self.failures and not self.dark

    def then(self, later: HostResult) -> HostResult:
        """How it went altogether, after another run over the same machine: what could be reached in the end was not unreachable."""
        return HostResult(
            ok=self.ok + later.ok,
            changed=self.changed + later.changed,
            failures=later.failures,
            dark=later.dark,
            problem=later.problem,
            waits=self.waits or later.waits,
        )


@dataclass
class Run:
    """What the events of one run have told so far."""

    hosts: Sequence[str]
    logs: Path
    tell: Tell
    problems: dict[str, str] = field(default_factory=dict)
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    through: set[str] = field(default_factory=set)
    """Machines on which the last task was done."""
    waiting: set[str] = field(default_factory=set)

    def event(self, event: Mapping[str, Any]) -> None:
        """Take one event: show it, keep what it says of a machine, remember what went wrong."""
        kind, data = str(event.get("event", "")), event.get("event_data") or {}
        host = str(data.get("host", ""))
        if host:
            self.tell(host, str(data.get("task", "")))
            if event.get("stdout"):
                with (self.logs / f"{host}.log").open("a", encoding="utf-8") as log:
                    log.write(f"[{data.get('role', '')}] {data.get('task', '')}\n{event['stdout']}\n")
        if kind in ("runner_on_failed", "runner_on_unreachable") and not data.get("ignore_errors"):
            answer = data.get("res") or {}
            why = str(answer.get("msg") or answer.get("stderr") or "没有说明原因").strip()
            self.problems.setdefault(host, f"{data.get('task', '')}：{why}")
        if kind == "runner_on_ok" and data.get("task") == LAST:
            self.through.add(host)
        if kind == "runner_on_ok" and data.get("task") == WAITS:
            self.waiting.add(host)
        if kind == "playbook_on_stats":
            self.counts = {name: dict(data.get(name) or {}) for name in COUNTED}

    def results(self) -> dict[str, HostResult]:
        """How it went for every machine that was meant, also for one of which nothing was heard."""
        return {
            host: HostResult(
                **{name: self.counts.get(name, {}).get(host, 0) for name in COUNTED},
                problem=self.problems.get(host, ""),
                waits=host in self.waiting,
            )
            for host in self.hosts
        }


def play(root: Path, hosts: Sequence[str], tell: Tell, *, check: bool) -> dict[str, HostResult]:
    """Configure these machines; `check` only says what would change. Raises `PlaybookError` when Ansible itself did not run to an end.

    Doing it again after any interruption goes on: every task looks before it acts. So it is done again for machines that broke off
    without a failure of their own: a connection breaks now and then, and Ansible ends all when a play has lost its only machine.
    """
    logs = root / ".govnet" / "logs" / "hosts"
    logs.mkdir(parents=True, exist_ok=True)
    results: dict[str, HostResult] = {}
    waiting = list(hosts)
    while waiting:
        run = _played(root, Run(waiting, logs, tell), check=check)
        first = not results
        for host, result in run.results().items():
            results[host] = results.get(host, HostResult()).then(result)
        broken_off = [host for host in waiting if host not in run.through and not results[host].failures]
        waiting = broken_off if first or len(broken_off) < len(waiting) else []
    return results


def _played(root: Path, run: Run, *, check: bool) -> Run:
    import ansible_runner  # type: ignore[import-untyped]  # no type hints; and heavy, while every command comes by here

    work = root / ".govnet" / "ansible"
    shutil.rmtree(work, ignore_errors=True)  # events of the last run; the logs stay
    work.mkdir(parents=True)
    done = ansible_runner.run(
        private_data_dir=str(work),
        project_dir=str(root / "playbooks"),
        binary=_MORTAL[0],
        cmdline=shlex.join([*_MORTAL[1:], *_command(root, run.hosts, check=check)]),
        envvars={
            "ANSIBLE_CONFIG": str(root / "playbooks" / "ansible.cfg"),
            "ANSIBLE_HOST_KEY_CHECKING": "True",  # ansible-runner turns it off for whoever says nothing
            "ANSIBLE_NOCOLOR": "1",
            "LC_ALL": "C.UTF-8",
            "PATH": f"{Path(sys.executable).parent}:{os.environ.get('PATH', os.defpath)}",  # Ansible is in our own environment
        },
        event_handler=run.event,
        quiet=True,
    )
    if not run.counts:
        raise PlaybookError(f"Ansible 没有运行到底（{done.status}）：{_last_words(done)}", f"完整输出见 {work}。")
    return run


def _command(root: Path, hosts: Sequence[str], *, check: bool) -> list[str]:
    inventory = str(root / "inventories" / "govnet.py")
    line = ["ansible-playbook", "--inventory", inventory, "--limit", ",".join(hosts), "site.yml"]
    return [*line, "--check"] if check else line


def _last_words(done: Any) -> str:
    text = "".join(part.read() for part in (done.stdout, done.stderr) if part)
    return "\n".join(text.strip().splitlines()[-8:])
