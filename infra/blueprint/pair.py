"""Every address is two: IPv4 and its IPv6 twin."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

IpVersion = Literal[4, 6]


@dataclass(frozen=True, slots=True)
class Pair:
    """An IPv4 value and its IPv6 twin (prefixes or addresses)."""

    v4: str
    v6: str

    def of(self, version: IpVersion) -> str:
        return self.v4 if version == 4 else self.v6
