"""Commands on machines, the way Ansible would get there: by the known host key, through the site's bastion."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Mapping
from typing import Any

Variables = Mapping[str, Any]
"""What the inventory says of one machine."""

COMMAND = 300.0
"""Seconds after which a command on a machine counts as one that did not get in."""

UNREACHABLE = 255
"""Exit code by which SSH says that it did not get in; any other is the command's own."""


def command_line(told: Variables, command: str) -> list[str]:
    """How to run a command on a machine."""
    argv = ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-i", told["ansible_ssh_private_key_file"]]
    argv += shlex.split(told["ansible_ssh_common_args"])
    return [*argv, f"{told['ansible_user']}@{told['ansible_host']}", command]


def on(told: Variables, command: str, *, given: str = "", seconds: float = COMMAND) -> subprocess.CompletedProcess[str]:
    """Run a command on a machine. `given` is what it reads, and the only way for a secret: a command line is everybody's to see."""
    argv = command_line(told, command)
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=False, input=given, timeout=seconds)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(argv, UNREACHABLE, "", f"{seconds:.0f} 秒内没有做完")


def carried(source: Variables, give: str, target: Variables, take: str, *, seconds: float) -> str:
    """What `give` writes on one machine is what `take` reads on another; it passes through here. The reason when it did not arrive, else ''."""
    with subprocess.Popen(command_line(source, give), stdout=subprocess.PIPE, stderr=subprocess.PIPE) as giving:
        try:
            done = subprocess.run(
                command_line(target, take), stdin=giving.stdout, capture_output=True, check=False, timeout=seconds
            )
        except subprocess.TimeoutExpired:
            giving.kill()
            return f"{seconds:.0f} 秒内没有送完"
        giving.stdout.close()  # type: ignore[union-attr]  # it is a pipe, as ordered above
        said = giving.stderr.read()  # type: ignore[union-attr]  # the same
    if not (giving.returncode or done.returncode):
        return ""
    words = [part.decode(errors="replace").strip()[-200:] for part in (said, done.stderr)]
    return "；".join(filter(None, words)) or f"退出码 {giving.returncode} 和 {done.returncode}"
