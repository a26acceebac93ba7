"""The pack's process: a killed engine leaves none behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

PATIENCE = 30.0
"""Seconds for it to notice; it looks every second."""

ENGINE = """
import subprocess, sys
pack = subprocess.Popen([sys.argv[1], "127.0.0.1:1", "."], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
assert pack.stdout is not None
print(pack.pid, pack.stdout.readline().decode(), flush=True)
pack.wait()
"""


def test_the_pack_ends_with_an_engine_that_was_killed() -> None:
    pack = Path(sys.prefix) / "bin" / "govnet-policies"
    with subprocess.Popen([sys.executable, "-c", ENGINE, pack], stdout=subprocess.PIPE, text=True) as engine:
        assert engine.stdout is not None
        number, port = engine.stdout.readline().split()
        assert port.isdigit(), "it serves"
        engine.send_signal(signal.SIGKILL)
    end = time.monotonic() + PATIENCE
    while _lives(int(number)):
        assert time.monotonic() < end, f"the pack (process {number}) outlives its engine"
        time.sleep(0.1)


def _lives(process: int) -> bool:
    """A process that has ended and is not yet collected lives no more."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
