"""Copies between machines that are made: whose data, by which machine they are sent, which keeps them, and in which repository.

A source sends to its site's backup machine. That one carries the ciphertext on to the backup machines of other sites: it has no key, and
its account there can only add.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from infra.blueprint.planned import BackupJobPlan, CopyPlan, HostPlan
from infra.blueprint.types import SitePlan
from infra.model.enums import Capability

BACKUP_PORT = 8000
"""TCP port of flow `backup`."""

HOME = "/var/lib/govnet-backup"
"""Where a backup machine has its repositories."""


DEPLOYMENT = "/var/lib/govnet-deployment"
"""Where a site's monitor has what it was handed to keep (`infra.backups.deployment`)."""


@dataclass(frozen=True, slots=True)
class Data:
    """`paths`: where data are that no declaration could bring back; `units`: services that stand still while they are brought back."""

    paths: tuple[str, ...]
    units: tuple[str, ...]


DATA: Mapping[Capability, Data] = {
    Capability.DATABASE: Data(("/var/lib/pgbackrest",), ("postgresql@15-main",)),
    Capability.LOGGING: Data(("/var/log/govnet", "/var/lib/govnet-logs", "/etc/govnet-logs"), ("rsyslog",)),
    Capability.MONITORING: Data(("/var/lib/prometheus/metrics2", "/etc/prometheus", DEPLOYMENT), ("prometheus",)),
}
"""What machines of a capability keep."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A copy of `source`'s data (a machine of `site`), sent by `sender` to `keeper`, both made. `port`: where the keeper takes it."""

    site: SitePlan
    source: HostPlan
    job: BackupJobPlan
    copy: CopyPlan
    sender: HostPlan
    keeper: HostPlan
    port: int

    @property
    def local(self) -> bool:
        """Kept at the source's own site, and sent by the source itself."""
        return self.sender == self.source

    @property
    def repository(self) -> str:
        """Where the repository is below the keeper's folder: everybody sees the folder of the own account alone."""
        return self.source.name if self.local else f"{self.sender.name}/{self.source.name}"


def sent(machines: Iterable[tuple[SitePlan, HostPlan]]) -> Iterator[Sent]:
    """Every copy that made machines send and keep, the local one of a source first. `machines`: the made ones with their sites."""
    rows = list(machines)
    made = {(site.id, row.id): row for site, row in rows}
    for site, source in rows:
        if Capability(source.capability) not in DATA:
            continue
        job = next(job for job in site.backups if job.source == source.id)
        home = next((copy for copy in job.copies if copy.site == site.id), None)
        keeper = made.get((site.id, home.host_id)) if home is not None else None
        if home is None or keeper is None:
            continue
        yield Sent(site, source, job, home, source, keeper, BACKUP_PORT)
        for copy in job.copies:
            there = made.get((copy.site, copy.host_id))
            if copy.site != site.id and there is not None and copy.flows:
                yield Sent(site, source, job, copy, keeper, there, copy.port)


def unsent(site: SitePlan, known: Iterable[Sent]) -> int:
    """How many planned copies of a site nobody sends yet, because a machine that sends or keeps them is not made. `known`: those that are sent."""
    return sum(len(job.copies) for job in site.backups) - sum(row.site.id == site.id for row in known)
