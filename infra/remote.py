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


def on(told: Variables, command: str, *, given: str = "", seconds: float = COMMAND) -> subprocess.CompletedProcess[str]:
    """Run a command on a machine. `given` is what it reads, and the only way for a secret: a command line is everybody's to see."""
    argv = ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-i", told["ansible_ssh_private_key_file"]]
    argv += shlex.split(told["ansible_ssh_common_args"])
    argv += [f"{told['ansible_user']}@{told['ansible_host']}", command]
    try:
        return subprocess.run(argv, capture_output=True, text=True, check=False, input=given, timeout=seconds)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(argv, UNREACHABLE, "", f"{seconds:.0f} 秒内没有做完")
