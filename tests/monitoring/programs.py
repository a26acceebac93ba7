"""promtool and amtool of the distribution that the machines run: this computer's own, or unpacked from its packages without installing them."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from infra.engine import ROOT

PACKAGES = {"promtool": "prometheus", "amtool": "prometheus-alertmanager"}


@cache
def program(name: str) -> Path:
    """Where the program is. Installing the package would start a server that nobody asked for."""
    if found := shutil.which(name):
        return Path(found)
    unpacked = ROOT / ".govnet" / "programs" / name
    if not unpacked.exists():
        unpacked.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f"{name}-", dir=unpacked.parent))
        for line in (["apt-get", "-q", "download", PACKAGES[name]], ["sh", "-c", "dpkg-deb -x *.deb ."]):
            subprocess.run(line, cwd=work, check=True, capture_output=True)
        (work / "usr" / "bin" / name).replace(unpacked)
        shutil.rmtree(work)
    return unpacked


def run(name: str, *words: str | Path) -> subprocess.CompletedProcess[str]:
    """Run it; the caller judges."""
    return subprocess.run([program(name), *words], capture_output=True, text=True, check=False)
