"""What a machine of a capability does when all is well: on which ports it answers, and which units are active on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from infra.model.enums import Capability


@dataclass(frozen=True, slots=True)
class Answer:
    """A port on which others are answered. `how`: a connection is enough, or TLS is spoken there, whose certificate is watched as well."""

    service: str
    port: int
    how: Literal["tcp", "tls"] = "tcp"


@dataclass(frozen=True, slots=True)
class Duty:
    """`answers`: who may be asked from operations management is (a flow decides). `units`: active all the time. `scraped`: port of further metrics."""

    answers: tuple[Answer, ...] = ()
    units: tuple[str, ...] = ()
    scraped: int = 0


EVERYBODY = Duty(units=("chrony.service", "govnet-log-queue.timer", "nftables.service", "ssh.service"))
"""Of every machine."""

KEEPS_DATA = Duty(units=("govnet-backup-client.timer", "govnet-backup-check.timer"))
"""Of machines whose data are copied."""

DUTIES: Mapping[Capability, Duty] = {
    Capability.BACKUP: Duty((Answer("backup", 8000),), ("govnet-backup.service", "govnet-backup-seals.timer")),
    Capability.MONITORING: Duty(
        (Answer("prometheus", 9090),),
        (
            "prometheus.service",
            "prometheus-alertmanager.service",
            "prometheus-blackbox-exporter.service",
            "govnet-postbox.service",
            "govnet-census.timer",
        ),
    ),
    Capability.EXCHANGE: Duty((Answer("exchange", 8443),), ("haproxy.service",)),
    Capability.LOGGING: Duty((Answer("logs", 6514, "tls"),), ("rsyslog.service",)),
    Capability.ANTIVIRUS: Duty((Answer("signatures", 3143),), ("nginx.service",)),
    Capability.DATABASE: Duty(units=("postgresql@15-main.service",), scraped=9187),
}
"""What the roles of these names promise."""
