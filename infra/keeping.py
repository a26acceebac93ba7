"""Deployment state and declarations: gathered here, handed to the machine that keeps them, and fetched back from it."""

from __future__ import annotations

import base64
import io
import json
import shlex
import tarfile
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from infra import names, stackfiles
from infra.backups.deployment import Held, Known, jobs
from infra.backups.sent import DEPLOYMENT, HOME, Sent
from infra.blueprint.planned import DECLARATIONS, STATE
from infra.blueprint.types import SitePlan
from infra.errors import CloudError
from infra.files import write_whole
from infra.remote import UNREACHABLE, Variables, on
from infra.workspace import Workspace

Files = dict[str, Known]
"""Path → what is in the file."""

_DECLARED = ("estate", "stacks")
_FINGERPRINTS = "find . -type f -print0 | sort -z | xargs -0 --no-run-if-empty sha256sum --zero"


def known(workspace: Workspace, root: Path, site: SitePlan) -> dict[str, Files]:
    """What a site's jobs are about, by their `source`: the state of each of its stacks as the engine would import it, secrets sealed; at the
    province the files of the estate and of the stacks, too."""
    gathered = {STATE: lambda: _states(workspace, root, site.id), DECLARATIONS: lambda: _declarations(root)}
    return {job.source: gathered[job.source]() for job in jobs(site)}


def _states(workspace: Workspace, root: Path, site: str) -> Files:
    stacks = [names.stack(*pair) for pair in stackfiles.deployed(root) if pair[0] == site]
    states = {stack: workspace.state(stack) for stack in stacks}
    return {f"{stack}.json": _state(state) for stack, state in states.items() if state is not None}


def _state(deployment: Mapping[str, Any]) -> Known:
    text = json.dumps({"version": 3, "deployment": deployment}, ensure_ascii=False, sort_keys=True, indent=1)
    return Known(text, datetime.fromisoformat(deployment["manifest"]["time"]))


def _declarations(root: Path) -> Files:
    files = [path for folder in _DECLARED for path in sorted((root / folder).rglob("*")) if path.is_file()]
    return {
        str(path.relative_to(root)): Known(
            path.read_text(encoding="utf-8"), datetime.fromtimestamp(path.stat().st_mtime, UTC)
        )
        for path in files
    }


def hand(told: Variables, knowledge: Mapping[str, Files]) -> None:
    """Put these files into the place of those that the machine has. Raises `CloudError`; then the old ones are there still."""
    texts = {f"{kind}/{path}": row.text for kind, files in knowledge.items() for path, row in files.items()}
    swaps = "".join(
        f" && rm -rf {kind}.old && {{ test ! -e {kind} || mv {kind} {kind}.old; }} && mv new/{kind} {kind} && rm -rf {kind}.old"
        for kind in knowledge
    )
    command = (
        f"umask 077 && mkdir -p {DEPLOYMENT} && cd {DEPLOYMENT} && rm -rf new && mkdir new {' '.join(f'new/{kind}' for kind in knowledge)}"
        f" && base64 -d | tar -C new --no-same-owner -xz{swaps} && rm -rf new"
    )
    _must(told, command, base64.b64encode(_packed(texts)).decode())


def look(told: Variables) -> Held:
    """What the machine has, and since when."""
    done = on(told, f"sudo sh -c {shlex.quote(f'cd {DEPLOYMENT} && stat -c %Y . && {_FINGERPRINTS}')}")
    if done.returncode:
        why = "登录不上" if done.returncode == UNREACHABLE else "读不出交存的内容"
        return Held({}, problem=f"{why}：{done.stderr.strip()[-200:]}")
    moment, _, rows = done.stdout.partition("\n")
    pairs = (row.split("  ./", 1) for row in rows.split("\0") if row)
    return Held({path: digest for digest, path in pairs}, datetime.fromtimestamp(int(moment), UTC))


def fetch(told: Variables, out: Path) -> int:
    """Write what the machine has below a new folder: how many files. Raises `CloudError`."""
    return _unpacked(_must(told, f"tar -C {DEPLOYMENT} -cz . | base64 --wrap=0"), out)


def fetch_copy(sent: Sent, told: Variables, key: Path, out: Path) -> int:
    """The same out of the newest copy that its keeper has, when machine and site are gone. `told`: of the keeper; `key`: file of the
    repository's password, which goes over standard input and is gone with the process. Raises `CloudError`."""
    command = (
        "read -r RESTIC_PASSWORD; export RESTIC_PASSWORD; set -o pipefail; "
        f"restic -r {HOME}/{sent.repository} --no-lock --no-cache dump --archive tar latest {DEPLOYMENT} | gzip | base64 --wrap=0"
    )
    return _unpacked(_must(told, command, key.read_text(encoding="utf-8").strip() + "\n"), out, DEPLOYMENT.strip("/"))


def _unpacked(said: str, out: Path, below: str = "") -> int:
    try:
        with tarfile.open(fileobj=io.BytesIO(base64.b64decode(said)), mode="r:gz") as archive:
            rows = [row for row in archive.getmembers() if row.isfile()]
            texts = {row.name: archive.extractfile(row).read().decode() for row in rows}  # type: ignore[union-attr]  # files, as chosen above
        paths = {name: (out / Path(name).relative_to(below)).resolve() for name in texts}
    except (ValueError, tarfile.TarError) as problem:
        raise CloudError(f"取回的内容读不懂：{problem}", "再取一次；仍不行，用 --from 从另一个站点取。") from problem
    if strays := [name for name, path in paths.items() if not path.is_relative_to(out.resolve())]:
        raise CloudError(f"{strays[0]} 不在交存的文件夹里", "给出它的主机不可信，什么也没有写。")
    for name, text in texts.items():
        write_whole(paths[name], text, mode=0o600)
    return len(texts)


def _packed(texts: Mapping[str, str]) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as archive:
        for name, text in sorted(texts.items()):
            row, content = tarfile.TarInfo(name), text.encode()
            row.size, row.mode = len(content), 0o600
            archive.addfile(row, io.BytesIO(content))
    return packed.getvalue()


def _must(told: Variables, command: str, given: str = "") -> str:
    done = on(told, f"sudo bash -c {shlex.quote(command)}", given=given)
    if done.returncode:
        raise CloudError(
            f"{told['ansible_host']} 没有做成：{done.stderr.strip()[-200:]}", "主机建成并配置之后再执行一次。"
        )
    return done.stdout
