"""What every model shares: frozen, unknown fields refused, and the field types with their words for people.

A validator that refuses raises `wrong(message, right)`: Chinese, and what would be right.
"""

from __future__ import annotations

import re
from datetime import date
from ipaddress import IPv4Address, IPv4Network, IPv6Network, ip_network
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

IpVersion = Literal[4, 6]
Protocol = Literal["tcp", "udp"]


class Model(BaseModel):
    """A declared thing: immutable, and a field nobody knows is a mistake, not a remark."""

    model_config = ConfigDict(frozen=True, extra="forbid")


def wrong(message: str, right: str = "") -> PydanticCustomError:
    """The error of a field validator: `message` and `right` reach the user as they are."""
    return PydanticCustomError("govnet", "{message}", {"message": message, "right": right})


# --- texts and numbers ------------------------------------------------------------------------------------------------
ID_PATTERN = r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$"
Id = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=48)]
"""Lower case letters, digits and single underscores; stable for ever."""

RegionCode = Annotated[str, StringConstraints(pattern=r"^[0-9]{6}$")]
"""GB/T 2260 code, always quoted in YAML."""

RuleId = Annotated[str, StringConstraints(pattern=r"^P[0-9]{2}$")]
"""Number of a rule: P01…P38."""

Sha256 = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]

SshKey = Annotated[str, StringConstraints(pattern=r"^ssh-ed25519 [A-Za-z0-9+/]{68}$")]
"""A public SSH key without its comment; ed25519 alone, the kind that `infra.signatures` believes."""

Text = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Whole = Annotated[int, Field(strict=True)]
"""An integer that was written as one: no "13", no 13.0, no true."""

Count = Annotated[int, Field(strict=True, ge=0)]


def _no_numbers(value: object) -> object:
    if isinstance(value, bool | int | float):
        raise wrong("日期应写成 年-月-日", "2026-12-31")
    return value


Day = Annotated[date, BeforeValidator(_no_numbers)]


# --- addresses --------------------------------------------------------------------------------------------------------
def _canonical(version: IpVersion | None, value: str) -> str:
    try:
        network = ip_network(value, strict=False)
    except ValueError:
        raise wrong("不是地址段", "10.0.0.0/24" if version != 6 else "2001:db8::/64") from None
    if version is not None and network.version != version:
        raise wrong(f"这里要 IPv{version} 地址段", "10.0.0.0/24" if version == 4 else "2001:db8::/64")
    if str(network) != value:
        raise wrong("地址段不是规范写法（主机位须为零，须带前缀长度）", str(network))
    return value


def _cidr4(value: str) -> str:
    return _canonical(4, value)


def _cidr6(value: str) -> str:
    return _canonical(6, value)


def _cidr(value: str) -> str:
    return _canonical(None, value)


def _address4(value: str) -> str:
    try:
        return str(IPv4Address(value))
    except ValueError:
        raise wrong("不是 IPv4 地址", "203.0.113.1") from None


Cidr4 = Annotated[str, AfterValidator(_cidr4)]
Cidr6 = Annotated[str, AfterValidator(_cidr6)]
Cidr = Annotated[str, AfterValidator(_cidr)]
Address4 = Annotated[str, AfterValidator(_address4)]
Network = IPv4Network | IPv6Network


# --- ports ------------------------------------------------------------------------------------------------------------
_PORTS = re.compile(r"^([0-9]{1,5})(?:-([0-9]{1,5}))?/(tcp|udp)$")


def port_range(text: str) -> tuple[Protocol, int, int]:
    """`443/tcp` → ("tcp", 443, 443); `8000-8010/udp` → ("udp", 8000, 8010). Raises for anything else."""
    match = _PORTS.match(text)
    if match is None:
        raise wrong("端口应写成 端口/协议", "443/tcp")
    low = int(match[1])
    high = int(match[2] or match[1])
    if not 1 <= low <= high <= 65535:
        raise wrong("端口须在 1–65535 之间，且起不大于止", "443/tcp")
    return ("tcp" if match[3] == "tcp" else "udp"), low, high


def _ports(value: str) -> str:
    port_range(value)
    return value


Ports = Annotated[str, AfterValidator(_ports), Field(json_schema_extra={"pattern": _PORTS.pattern})]
