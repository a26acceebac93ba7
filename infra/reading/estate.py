"""A folder to an estate: shape of each file, then references, then what is sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from infra.codes import Code
from infra.findings import Finding, Where
from infra.model.estate import Estate
from infra.reading.files import read_folder
from infra.reading.index import Index
from infra.reading.shared import Shared
from infra.reading.sites import read_sites


@dataclass(frozen=True, slots=True)
class Reading:
    """What could be read and everything that is wrong. `estate` is `None` only when a shared file is unsound.

    A site whose site.yaml or ledger.yaml is unsound is missing from `estate.sites`; unsound counties, units and tenants are missing from
    their site. All have findings that carry the site, so that nothing is changed there.
    """

    estate: Estate | None
    findings: tuple[Finding, ...]


def read_estate(root: Path) -> Reading:
    """Read the estate folder. Never raises for what people wrote; a folder that is not there is one finding."""
    if not root.is_dir():
        return Reading(None, (Finding(Code.FILE, Where(str(root)), "没有这个文件夹", right="estate/"),))
    folder = read_folder(root)
    shared = Shared(folder, Index())
    sites = read_sites(shared)
    own = [document for files in folder.sites.values() for rows in files.values() for document in rows]
    # A subject may be unknown only because its own file is broken, which is said already.
    shared.check_registers(all_read=not any(document.findings for document in (*shared.documents(), *own)))
    estate = shared.estate(sites)
    said = [*folder.findings, *(finding for document in (*shared.documents(), *own) for finding in document.findings)]
    return Reading(estate, tuple(sorted(said, key=Finding.sort_key)))
