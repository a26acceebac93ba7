"""The folder of the estate: which file is what, and every file that is nothing known."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from infra.codes import Code
from infra.findings import Finding, Where
from infra.reading.nodes import MAX_BYTES, Document, parse

SHARED = (
    "province.yaml",
    "zones.yaml",
    "vpns.yaml",
    "flows.yaml",
    "pools.yaml",
    "departments.yaml",
    "backbone.yaml",
    "services.yaml",
    "products.yaml",
    "operations/duty.yaml",
    "operations/services.yaml",
    "operations/incidents.yaml",
    "legacy.lock",
)
REGISTERS = ("approvals", "waivers", "plans", "projects", "catalogue")
SITE_FILES = (
    "site.yaml",
    "ledger.yaml",
    "counties.yaml",
    "access.yaml",
    "facilities.yaml",
    "drills.yaml",
    "exercises.yaml",
)
SITE_FOLDERS = ("tenants", "legacy")
_LINK = "estate 里不许有符号链接"


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything found, by place: `shared["flows.yaml"]`, `registers["approvals"]`, `sites["suqian"]["tenants"]`."""

    shared: dict[str, Document]
    registers: dict[str, list[Document]]
    sites: dict[str, dict[str, list[Document]]]
    findings: list[Finding]


def read_folder(root: Path) -> Folder:
    """Parse every file below `root`; what is missing, unreadable or out of place is a finding."""
    folder = Folder({}, {name: [] for name in REGISTERS}, {}, [])
    for relative, entry in _walk(root, ""):
        _place(folder, relative, entry)
    for name in SHARED:
        if name not in folder.shared:
            folder.findings.append(Finding(Code.FILE, Where(name), "缺少文件", right=f"estate/{name}"))
    return folder


def _walk(root: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    """Files and links in sorted order; hidden files of editors are left alone, links are never followed."""
    with os.scandir(root / prefix) as entries:
        for entry in sorted(entries, key=lambda found: found.name):
            if entry.name.startswith("."):
                continue
            relative = f"{prefix}{entry.name}"
            if entry.is_dir(follow_symlinks=False) and not _named_as_file(relative):
                if relative != "schema":
                    yield from _walk(root, relative + "/")
            else:
                yield relative, entry


def _named_as_file(relative: str) -> bool:
    """Whether a folder has the name of a file that would be read; what is in it would never be."""
    return relative in SHARED or relative.endswith(".yaml")


def _place(folder: Folder, relative: str, entry: os.DirEntry[str]) -> None:
    parts = relative.split("/")
    site = parts[1] if parts[0] == "sites" and len(parts) > 2 else None
    if relative in SHARED:
        folder.shared[relative] = _read(relative, None, entry)
    elif len(parts) == 2 and parts[0] in REGISTERS and parts[1].endswith(".yaml"):
        folder.registers[parts[0]].append(_read(relative, None, entry))
    elif (site is not None and len(parts) == 3 and parts[2] in SITE_FILES) or (
        site is not None and len(parts) == 4 and parts[2] in SITE_FOLDERS and parts[3].endswith(".yaml")
    ):
        folder.sites.setdefault(site, {}).setdefault(parts[2], []).append(_read(relative, site, entry))
    else:
        # A file that nobody reads looks declared and is not.
        message, wrong, right = "这个位置的文件不会被读取", parts[-1], _expected(parts)
        if entry.is_symlink():
            message, wrong, right = _LINK, os.readlink(entry.path), "放文件和文件夹本身"
        folder.findings.append(Finding(Code.FILE, Where(relative), message, wrong=wrong, right=right, site=site))


def _expected(parts: list[str]) -> str:
    if parts[0] == "sites":
        folders = "、".join(f"{name}/*.yaml" for name in SITE_FOLDERS)
        return f"sites/<站点>/ 下只放 {'、'.join(SITE_FILES)}、{folders}"
    if parts[0] in REGISTERS:
        return f"{parts[0]}/*.yaml"
    close = difflib.get_close_matches("/".join(parts), SHARED, n=1)
    return close[0] if close else "、".join((*SHARED, *(f"{name}/*.yaml" for name in REGISTERS), "sites/"))


def _read(relative: str, site: str | None, entry: os.DirEntry[str]) -> Document:
    document = Document(relative, site)
    if entry.is_symlink():
        document.add(Code.FILE, (), _LINK, wrong=os.readlink(entry.path), right="放文件本身")
        return document
    if not entry.is_file():
        wrong = "文件夹" if entry.is_dir() else "管道、套接字或设备"
        document.add(Code.FILE, (), "不是普通文件", wrong=wrong, right="放文件本身")
        return document
    size = entry.stat().st_size
    if size > MAX_BYTES:
        document.add(Code.FILE, (), "文件太大，不像是人写的", wrong=f"{size} 字节", right=f"不超过 {MAX_BYTES} 字节")
        return document
    try:
        data = Path(entry.path).read_bytes()
    except OSError as error:
        document.add(Code.FILE, (), "文件读不出来", wrong=error.strerror or str(error), right="检查权限")
        return document
    return parse(relative, site, data)
