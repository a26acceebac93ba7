"""Only one process at a time sends packets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from infra.errors import ProbeError
from infra.probing.alone import alone

HOLDER = """\
import sys, time
from pathlib import Path
from infra.probing.alone import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_one_is_told_who_is_first_and_a_killed_one_is_in_nobodys_way(tmp_path: Path) -> None:
    """The lock goes with its holder, however that ends."""
    lock = tmp_path / "verify.lock"
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(lock)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(ProbeError, match=f"进程 {holder.pid}"), alone(lock):
            raise AssertionError("two at once")
        holder.kill()
    with alone(lock):
        assert lock.read_text() == str(os.getpid())
