"""sites/<site>/tenants/<tenant>.yaml: one department's place on the cloud of one site."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Count, Day, Id, Model, Ports, Text, Whole
from infra.model.enums import BackupClass, DataClass, SignIn, TenantState


class Quota(Model):
    """What a tenant may use; memory in GiB. Networks, routers, floating IPs and groups of its own are always zero."""

    machines: Count
    cores: Count
    ram_gib: Count
    ports: Count


class Ingress(Model):
    """Who may reach the tenant: a zone of the same site."""

    zone: Id = Field(alias="from")
    ports: tuple[Ports, ...] = Field(min_length=1)
    purpose: Text
    expires: Day | None = None


class Egress(Model):
    """Whom the tenant may reach: a zone of the same site."""

    zone: Id = Field(alias="to")
    ports: tuple[Ports, ...] = Field(min_length=1)
    purpose: Text
    expires: Day | None = None


class TenantFlows(Model):
    ingress: tuple[Ingress, ...] = ()
    egress: tuple[Egress, ...] = ()


class Mlps(Model):
    """等保: level 1–3 (a level-4 system may not be on the government cloud, N9), filing number and last assessment when there are."""

    level: Whole = Field(ge=1, le=3)
    filing: Text | None = None
    assessed: Day | None = None


class Tenant(Model):
    """A tenant. `hosts`: how many addresses it will need in three years; the block is found, never typed.

    `state_secret`: the statement whether state secrets are involved (P02); nothing said is no statement. `project`: what it is
    built and paid by. `cio`: the post that answers for information there (document 003, four (1): 信息主管). `dr_class`: GB/T 20988, 1–6.
    """

    id: Id
    title: Text
    department: Id
    zone: Id
    state: TenantState
    owner: Text
    operator: Text
    hosts: Whole = Field(ge=1, le=2000)
    quota: Quota
    mlps: Mlps
    data_class: DataClass
    state_secret: bool | None = None
    personal_data: bool = False
    backup: BackupClass | None = None
    dr_class: Whole | None = Field(default=None, ge=1, le=6)
    cio: Text | None = None
    project: Id | None = None
    sign_in: SignIn = SignIn.UNIFIED
    flows: TenantFlows = TenantFlows()
