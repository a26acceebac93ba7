"""Configuring many machines: what Ansible's forks and the gathering of facts cost on this side, with connections that are only simulated.

A simulated machine is a local connection; a pause stands for what a real one would do meanwhile. So this measures the control side, which is
what a thousand machines would share; not their own work, nor the network.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

from infra.engine import ROOT
from tests.bench.figures import Figure, Part, timed

FEW, MANY = 3, 200
FORKS = (10, 25, 50)
PAUSE = 1
"""Seconds that a task takes on a simulated machine."""

PLAY = f"""\
- hosts: all
  strategy: mitogen_free
  tasks:
    - ansible.builtin.setup:
        gather_subset: [distribution, distribution_major_version, "!all", "!min"]
    - ansible.builtin.command: sleep {PAUSE}
      changed_when: false
"""


def measure() -> Part:
    figures = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "play.yml").write_text(PLAY, encoding="utf-8")
        for count, forks in [(FEW, FORKS[0]), *((MANY, forks) for forks in FORKS)]:
            before = _processor()
            seconds, said = timed(lambda count=count, forks=forks: _play(folder, count, forks))  # type: ignore[misc]  # mypy does not infer defaults of a lambda
            spent = _processor() - before
            figures.append(
                Figure(
                    f"{count} simulated machines, {forks} forks",
                    f"ansible-playbook --forks {forks}",
                    seconds,
                    f"{_reached(said)} answered; {spent:.1f} s of processors, {spent / count:.2f} s a machine",
                )
            )
    return Part(
        "configure",
        "Configuring many machines",
        figures,
        [
            (
                f"Local connections; each machine gathers the facts that role base asks for and pauses {PAUSE} s. Modules run on this computer too, "
                "which real machines would do themselves."
            )
        ],
    )


def _play(folder: Path, count: int, forks: int) -> str:
    hosts = "\n".join(f"simulated-{number}" for number in range(count))
    (folder / "hosts").write_text(f"{hosts}\n[all:vars]\nansible_connection=local\n", encoding="utf-8")
    return _run(["--inventory", str(folder / "hosts"), "--forks", str(forks), str(folder / "play.yml")])


def _run(words: Sequence[str]) -> str:
    program = Path(sys.executable).parent / "ansible-playbook"
    told = {**os.environ, "ANSIBLE_CONFIG": str(ROOT / "playbooks" / "ansible.cfg"), "ANSIBLE_NOCOLOR": "1"}
    done = subprocess.run([program, *words], env=told, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"ansible-playbook: {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.stdout


def _reached(said: str) -> int:
    """Machines on which both tasks were done."""
    return len(re.findall(r"^simulated-\d+ +: ok=2 ", said, re.MULTILINE))


def _processor() -> float:
    used = getrusage(RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
