"""The whole province: a copy of this checkout in which every site is open and has stack files.

What is declared stays as it is: opening a site is a decision, and thirteen are still planned. The copy differs in nothing else, so that
what holds for it will hold when the sites are opened.
"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from infra import names, stackfiles
from infra.engine import ROOT

PLANNED = ", state: planned"
"""How a site says in province.yaml that it is not connected yet."""


def open_sites(estate: Path) -> int:
    """Open every planned site of an estate and do nothing else; says how many that were."""
    file = estate / "province.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(PLANNED, ""), encoding="utf-8")
    return text.count(PLANNED)


def checkout(folder: Path) -> list[str]:
    """Make the copy in a folder that is not there yet; the sites, all of them open and deployed on the embedded cloud.

    Machines are made where this checkout has them made.
    """
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).exists():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, folder / name, follow_symlinks=False)
    assert open_sites(folder / "estate"), f"no site says {PLANNED!r} any more: is the whole province open already?"
    sites = sorted(path.parent.name for path in (folder / "estate" / "sites").glob("*/site.yaml"))
    for site in sites:
        clouds = {user: names.cloud_entry(site, user) for user in set(stackfiles.CREDENTIALS.values())}
        stackfiles.write(folder, site, clouds, machines=stackfiles.path_of(folder, site, "platform").exists())
    return sites
