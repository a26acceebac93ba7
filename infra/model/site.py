"""sites/<site>/site.yaml: what a site says of itself."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Address4, Cidr4, Count, Id, Model, RegionCode, SshKey, Text
from infra.model.enums import ZoneKind
from infra.model.zone import Zone


class Without(Model):
    """A standard zone that this site does not have, and why (document 004, three (2) 5: 根据实际情况合理规划)."""

    zone: Id
    reason: Text


class Renamed(Model):
    """A city's own name for one of the province's zones (document 004, three (2) 5: 各设区市参照省…区域划分标准)."""

    zone: Id
    title: Text


class LocalZone(Model):
    """A zone that the city's own plan draws and that is no network of its own here. `kind`: which of the province's kinds it stands for."""

    title: Text
    purpose: Text
    kind: ZoneKind | None = None


class InternetEgress(Model):
    """A registered exit to the internet. `approval`: its entry in approvals/. `cidr`, `gateway`: what the carrier assigned;
    `first`–`last`: the addresses of it that translation may use."""

    approval: Id
    carrier: Text
    cidr: Cidr4
    gateway: Address4
    first: Address4
    last: Address4


class Capacity(Model):
    """What a site's platform may hold: sizes the quota of the operator's project. `ram_gib` in GiB."""

    tenants: Count
    machines: Count
    cores: Count
    ram_gib: Count


class Site(Model):
    """A site. `location`: code of the city in which its data centre stands. `egress_via`: the site whose exit it uses.

    `copies_at`: the sites that keep copies of this site's data: the province's centre (document 004, three (2) 5: 为各设区市提供数据备份服务)
    and a partner (document 000, two (2) 9: 互为备份).

    `drill_signers`: public keys of who may sign this site's restore drills (drills.yaml).

    A site has the standard zones but for those in `without`, some under names of its own (`renamed`), and may have more (`own_zones`:
    dedicated ones, with VPN numbers kept for sites). `local_zones`: names of the city's own plan, mapped to the province's kinds.
    """

    id: Id
    location: RegionCode
    owner: Text
    operator: Text
    capacity: Capacity
    data_center: Text | None = None
    without: tuple[Without, ...] = ()
    renamed: tuple[Renamed, ...] = ()
    own_zones: tuple[Zone, ...] = ()
    local_zones: tuple[LocalZone, ...] = ()
    internet_egress: InternetEgress | None = None
    egress_via: Id | None = Field(default=None)
    copies_at: tuple[Id, ...] = ()
    drill_signers: tuple[SshKey, ...] = ()
