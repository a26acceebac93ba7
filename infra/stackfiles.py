"""The files of `stacks/`: which site has which layers deployed, and with which entry of clouds.yaml. No salt, no secret.

A preview without a cloud (`GOVNET_OFFLINE=1`) needs no file: there every site of the estate has stacks, also one that is only planned.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

from infra import cloudconfig, names
from infra.errors import GovnetError, UsageError
from infra.files import write_whole

CREDENTIALS = {
    "cloud": "admin",
    "identity": "manager",
    "network": "operator",
    "tenants": "operator",
    "platform": "operator",
}
"""Layer → the credential of the site that it is deployed with (three credentials a site, one provider a stack)."""

OFFLINE = "GOVNET_OFFLINE"
"""Environment variable under which nothing but a preview makes sense, and no cloud is asked for anything."""

_FILE = re.compile(r"Pulumi\.(?P<site>[a-z][a-z0-9-]*)\.(?P<layer>[a-z]+)\.yaml")


def path_of(root: Path, site: str, layer: str) -> Path:
    return root / "stacks" / f"Pulumi.{names.stack(site, layer)}.yaml"


def deployed(root: Path) -> list[tuple[str, str]]:
    """Every (site, layer) that has a stack file and a cloud that can carry it: sites in alphabetical order, layers in dependency order."""
    layers = [layer for layer in names.LAYERS if layer != "platform" or cloudconfig.makes_machines(root)]
    found = [match for file in (root / "stacks").glob("Pulumi.*.yaml") if (match := _FILE.fullmatch(file.name))]
    pairs = [(match["site"], match["layer"]) for match in found if match["layer"] in layers]
    return sorted(pairs, key=lambda pair: (pair[0], names.LAYERS.index(pair[1])))


def sites_with_machines(root: Path) -> set[str]:
    """The sites whose machines this cloud makes."""
    return {site for site, layer in deployed(root) if layer == "platform"}


def shown(root: Path) -> list[tuple[str, str]]:
    """Every (site, layer) that a run can be about: the deployed ones, and without a cloud also those of sites without files."""
    pairs = set(deployed(root))
    if os.environ.get(OFFLINE):
        planned = {path.parent.name for path in (root / "estate" / "sites").glob("*/site.yaml")} - {s for s, _ in pairs}
        pairs |= {(site, layer) for site in planned for layer in CREDENTIALS if layer != "platform"}
    return sorted(pairs, key=lambda pair: (pair[0], names.LAYERS.index(pair[1])))


def split(root: Path, stack: str) -> tuple[str, str]:
    """Site and layer of a stack name, checked against the stack files. Raises `UsageError` with the names that exist."""
    site, _, layer = stack.partition(".")
    known_pairs = shown(root)
    if (site, layer) not in known_pairs:
        known = "、".join(names.stack(*pair) for pair in known_pairs) or "（还没有）"
        raise UsageError(
            f"stacks/ 里没有栈 {stack!r}；现有：{known}。", "栈名是“站点.层”；新站点先执行 govnet stacks write 站点 …。"
        )
    return site, layer


def stack_cloud(root: Path, site: str, layer: str) -> str:
    """The clouds.yaml entry that a stack is deployed with. Raises `UsageError` when the file lacks it."""
    path = path_of(root, site, layer)
    if not path.exists() and (site, layer) in shown(root):
        return names.cloud_entry(site, CREDENTIALS[layer])
    content = cloudconfig.load(path)
    config = content.get("config") if isinstance(content, dict) else None
    entry = config.get("openstack:cloud") if isinstance(config, dict) else None
    if not isinstance(entry, str) or not entry:
        raise UsageError(
            f"{path} 里没有 config.openstack:cloud。", f"请用 govnet stacks write {site} … 重新写这个文件。"
        )
    return entry


def stack_clouds(root: Path) -> Callable[[str, str], str]:
    """`stack_cloud` by the files as they are now, whatever becomes of them later; what is wrong with one is said when it is asked for."""
    found = {pair: _entry_or_problem(root, *pair) for pair in shown(root)}

    def cloud(site: str, layer: str) -> str:
        absent = UsageError(f"stacks/ 里没有栈 {names.stack(site, layer)}。", f"请执行 govnet stacks write {site} …。")
        entry = found.get((site, layer), absent)
        if isinstance(entry, GovnetError):
            raise entry
        return entry

    return cloud


def _entry_or_problem(root: Path, site: str, layer: str) -> str | GovnetError:
    try:
        return stack_cloud(root, site, layer)
    except GovnetError as problem:
        return problem


def write(root: Path, site: str, clouds: dict[str, str], *, machines: bool = False) -> list[Path]:
    """Write the stack files of a site; `clouds` maps credential (admin, manager, operator) → clouds.yaml entry.

    `machines`: whether its cloud makes the site's machines too (layer platform).
    """
    written = []
    for layer, credential in CREDENTIALS.items():
        path = path_of(root, site, layer)
        if layer == "platform" and not machines:
            path.unlink(missing_ok=True)
            continue
        write_whole(path, _text(site, layer, clouds[credential]))
        written.append(path)
    return written


def _text(site: str, layer: str, entry: str) -> str:
    return (
        f"# 站点 {site} 的 {layer} 层用 clouds.yaml 里的哪个条目。由 govnet stacks write 写成。\n"
        f"config:\n  openstack:cloud: {entry}\n"
    )


def fill(root: Path, folder: Path, site: str, layer: str) -> None:
    """Bring the engine's own copy of a stack file up to date; the encryption salt that the engine wrote there is kept."""
    source, copy = path_of(root, site, layer), folder / path_of(root, site, layer).name
    salt = ""
    if copy.exists():
        salt = "".join(line for line in copy.read_text(encoding="utf-8").splitlines(keepends=True) if _is_salt(line))
    said = source.read_text(encoding="utf-8") if source.exists() else _text(site, layer, stack_cloud(root, site, layer))
    wanted = said.rstrip("\n") + "\n" + salt
    if not copy.exists() or copy.read_text(encoding="utf-8") != wanted:
        write_whole(copy, wanted)


def _is_salt(line: str) -> bool:
    return line.startswith("encryptionsalt:")
