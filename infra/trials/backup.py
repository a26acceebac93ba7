"""A copy taken now comes back as it was."""

from __future__ import annotations

import shlex

from infra.findings import Verdict
from infra.remote import Variables, on
from infra.report.verification import Trial

_RESTORE = """\
set -a; . /etc/govnet-backup-client/environment; set +a
systemctl start govnet-backup-client.service
there=$(mktemp -d); trap 'rm -rf "$there"' EXIT
restic restore latest --quiet --include {path} --target "$there"
for root in / "$there"; do cd "$root"; find .{path} -type f -exec sha256sum {{}} + | sort | sha256sum; done
find {path} -type f | wc -l
"""


def restores(name: str, told: Variables) -> Trial:
    """A copy taken now and brought back is the same, file by file."""
    promise = "备份后恢复，校验和一致"
    path = told["backup_client_paths"][-1]
    done = on(told, f"sudo sh -ec {shlex.quote(_RESTORE.format(path=shlex.quote(path)))}")
    if done.returncode:
        return Trial(name, promise, Verdict.VIOLATED, f"备份或恢复失败：{done.stderr.strip()[-300:]}")
    here, there, count = done.stdout.split("\n")[:3]
    if int(count) == 0:
        return Trial(name, promise, Verdict.UNCHECKED, f"{path} 里没有文件，无从比较")
    if here != there:
        return Trial(name, promise, Verdict.VIOLATED, f"{path} 恢复后与原来不同")
    return Trial(name, promise, Verdict.OK)
