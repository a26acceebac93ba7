"""A database runs, tells how it is, and comes back from a copy as it was."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator

from infra.backups import manifest
from infra.findings import Verdict
from infra.remote import Variables, on
from infra.report.verification import Trial

_ASK = "import urllib.request as u; print(u.urlopen('http://{}:9187/metrics', timeout=10).read().decode())"
_TRY = """\
systemctl start govnet-backup-client.service
cd /var/lib/govnet-backup-client
trap 'rm -rf laid /var/lib/postgresql/15/main-laid' EXIT
set -a; . /etc/govnet-backup-client/environment; set +a
PYTHONPATH=/usr/local/lib/govnet python3 -B -m govnet_backup.bring_back --state "$PWD" lay
cat "$(ls -t manifests/*.json | head -1)"
"""


def serves(name: str, told: Variables) -> Iterator[Trial]:
    """Every promise of a database machine."""
    yield _metrics(name, told)
    if "backup_client_server" in told:
        yield _comes_back(name, told)


def _metrics(name: str, told: Variables) -> Trial:
    """Asked where the monitor asks."""
    promise = "数据库在运行，并给出指标"
    done = on(told, f"python3 -c {shlex.quote(_ASK.format(told['database_address']))}")
    if done.returncode:
        return Trial(name, promise, Verdict.VIOLATED, f"指标没有应答：{done.stderr.strip()[-200:]}")
    if "\npg_up 1\n" not in done.stdout:
        return Trial(name, promise, Verdict.VIOLATED, "指标里没有 pg_up 1：指标服务进不了数据库")
    return Trial(name, promise, Verdict.OK)


def _comes_back(name: str, told: Variables) -> Trial:
    """A copy taken now is laid out beside the database in use, and compared table by table with what was in it when the copy was taken."""
    promise = "数据库备份后恢复，逐表一致"
    done = on(told, f"sudo sh -ec {shlex.quote(_TRY)}")
    if done.returncode:
        return Trial(name, promise, Verdict.VIOLATED, f"备份或恢复失败：{done.stderr.strip()[-300:]}")
    found, listed = (json.loads(line) for line in done.stdout.splitlines())
    if not manifest.rows(listed["tables"]):
        return Trial(name, promise, Verdict.UNCHECKED, "数据库里一行数据也没有，无从比较")
    if not manifest.compare(listed["tables"], found["tables"]).equal:
        return Trial(name, promise, Verdict.VIOLATED, "恢复后有的表与原来不同")
    return Trial(name, promise, Verdict.OK)
