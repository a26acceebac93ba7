"""A diff says what changed in the domain's words, and nothing when nothing did."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from infra.blueprint.compile import compile_blueprint
from infra.blueprint.diff import Changed, Diff, diff
from infra.blueprint.moved import moved
from infra.blueprint.types import Blueprint
from infra.model.drill import Drill
from infra.model.enums import SiteState, TenantState
from infra.model.estate import Estate
from infra.model.service import Step
from tests.small import small


@cache
def base() -> Blueprint:
    return compile_blueprint(small())[0]


def head(estate: Estate) -> Diff:
    return diff(base(), compile_blueprint(estate)[0])


def with_tenant(**values: object) -> Estate:
    """Suqian's first tenant with other values."""
    site = small().sites["suqian"]
    first, *others = site.tenants
    changed = replace(site, tenants=(first.model_copy(update=values), *others))
    return replace(small(), sites={**small().sites, "suqian": changed})


def test_nothing_changed_is_an_empty_diff() -> None:
    """Every list is empty."""
    found = diff(base(), base())
    assert found.empty


def test_a_new_flow_is_opened_at_every_site_and_closed_when_it_goes() -> None:
    """By meaning: renaming a flow changes nothing."""
    flows = small().flows
    without = replace(small(), flows=tuple(row for row in flows if row.id != "remote_to_ops"))
    found = head(without)
    assert [(row.source, row.target, row.port_min) for row in found.flows_closed] == [
        (("province", "secure_access"), ("province", "ops_mgmt"), 22),
        (("suqian", "secure_access"), ("suqian", "ops_mgmt"), 22),
    ]
    back = diff(compile_blueprint(without)[0], base())
    assert back.flows_opened == found.flows_closed
    renamed = [row.model_copy(update={"id": "renamed"}) if row.id == "remote_to_ops" else row for row in flows]
    assert head(replace(small(), flows=tuple(renamed))).empty


def test_what_a_department_builds_of_its_own_is_a_change() -> None:
    """Nothing is made of a machine room, yet a reviewer sees that it was rebuilt."""
    site = small().sites["suqian"]
    rooms = [row.model_copy(update={"rebuilt": date(2026, 2, 1)}) for row in site.facilities.machine_rooms]
    rebuilt = replace(site, facilities=site.facilities.model_copy(update={"machine_rooms": tuple(rooms)}))
    found = head(replace(small(), sites={**small().sites, "suqian": rebuilt}))
    assert found.facilities == (Changed("room:suqian_shuili_room", "rebuilt", "", "2026-02-01"),)


def test_exposure_is_said_when_an_exit_changes() -> None:
    """The addresses of an exit, and who may go out through it."""
    site = small().sites["province"]
    egress = site.site.internet_egress
    assert egress is not None
    moved = site.site.model_copy(update={"internet_egress": egress.model_copy(update={"last": "203.0.113.99"})})
    found = head(replace(small(), sites={**small().sites, "province": replace(site, site=moved)}))
    assert found.exposure == (
        Changed("site:province", "地址转换", "203.0.113.10–203.0.113.200", "203.0.113.10–203.0.113.99"),
    )
    wider = [
        row.model_copy(update={"ports": ("443/tcp", "80/tcp")}) if row.id == "front_to_internet" else row
        for row in small().flows
    ]
    ports = head(replace(small(), flows=tuple(wider)))
    assert [(row.subject, row.field) for row in ports.exposure] == [
        ("zone:province/internet_access", "出互联网 80/tcp"),
        ("zone:suqian/internet_access", "出互联网 80/tcp"),
    ]


def test_quota_tenants_and_addresses_are_named_field_by_field() -> None:
    """More cores is one line; a tenant that leaves frees its addresses."""
    quota = small().sites["suqian"].tenants[0].quota.model_copy(update={"cores": 99})
    assert head(with_tenant(quota=quota)).quotas == (Changed("suqian/suqian_renshe", "cores", "20", "99"),)
    gone = head(with_tenant(state=TenantState.CLOSED))
    assert {row.subject for row in gone.tenants} == {"suqian_renshe"}
    assert Changed("suqian_renshe", "IPv4", "10.52.128.0/26", "", whole=True) in gone.addresses


def test_freezing_a_tenant_closes_its_flows() -> None:
    """The emergency suspension: its flows go, its network and quota stay."""
    found = head(with_tenant(state=TenantState.FROZEN))
    assert [(row.declared_by, row.direction, row.zone_id, row.port_min) for row in found.tenant_flows_closed] == [
        ("tenant:suqian_renshe", "ingress", "data_exchange", 8080)
    ]


def test_what_a_flow_is_for_and_until_when_is_a_change_too() -> None:
    """It stays open, so it is neither opened nor closed; a tenant's own as much as a standing one."""
    tenant = small().sites["suqian"].tenants[0]
    longer = tenant.flows.ingress[0].model_copy(update={"expires": date(2030, 1, 1)})
    own = head(with_tenant(flows=tenant.flows.model_copy(update={"ingress": (longer,)})))
    assert [(row.field, row.after) for row in own.terms] == [("到期", "2030-01-01")]
    flows = [row.model_copy(update={"purpose": "别的用途"}) for row in small().flows if row.id == "remote_to_ops"]
    others = [row for row in small().flows if row.id != "remote_to_ops"]
    standing = head(replace(small(), flows=(*others, *flows)))
    assert [(row.subject, row.field, row.after) for row in standing.terms] == [
        ("flow:remote_to_ops", "用途", "别的用途")
    ]
    assert not any((own.tenant_flows_opened, own.tenant_flows_closed, standing.flows_opened, standing.flows_closed))


def test_what_a_project_draws_is_taken_from_its_line() -> None:
    """Whoever builds it, and what the line still holds after all its projects."""
    project = small().projects["systems"]
    dearer = project.model_copy(update={"estimate": project.estimate + 300_000, "contractor": "另一家"})
    found = head(replace(small(), projects={**small().projects, "systems": dearer}))
    assert found.works == (
        Changed("project:systems", "承建单位", "示例承建单位", "另一家"),
        Changed("project:systems", "投资概算", "1200000 元", "1500000 元"),
        Changed("project:systems", "科目余额", "300000 元", "0 元"),
    )


def test_a_restore_that_was_tried_is_a_change_of_whose_data_it_was() -> None:
    """The last one is said, whatever came of it."""
    site = small().sites["suqian"]
    tried = Drill(
        id="later",
        subject="tenant:suqian_renshe",
        tested=date(2026, 11, 1),
        copy_at="dr",
        minutes=30,
        equal=False,
        by="备份岗",
    )
    found = head(replace(small(), sites={**small().sites, "suqian": replace(site, drills=(*site.drills, tried))}))
    (row,) = found.tenants
    assert (row.subject, row.field, row.after) == (
        "suqian_renshe",
        "恢复演练",
        "2026-11-01，用 dr 的副本，30 分钟，数据不一致",
    )


def test_a_platform_that_the_internet_may_reach_is_exposure() -> None:
    """Declared or passing, it comes before everything else."""
    service, *others = small().services
    step = Step.model_validate(
        {"from": "internet", "to": "internet_access", "ports": ["8443/tcp"], "purpose": "公众查询"}
    )
    found = head(replace(small(), services=(service.model_copy(update={"flows": (*service.flows, step)}), *others)))
    assert {(row.field, row.after) for row in found.exposure} == {("互联网可访问 8443/tcp", "公众查询")}


def test_whatever_is_derived_differently_is_found_by_what_declares_it() -> None:
    """Also what no list speaks of, and only what changed itself: a tenant's site stays as it was."""
    other = small().sites["suqian"].tenants[0].model_copy(update={"cio": "信息主管"})
    site = small().sites["suqian"]
    changed = replace(site, tenants=(other, *site.tenants[1:]))
    estate = replace(small(), sites={**small().sites, "suqian": changed})
    assert moved(base(), compile_blueprint(estate)[0]) == ("tenant:suqian_renshe",)
    assert moved(base(), base()) == ()
    backbone = small().backbone
    assert backbone is not None
    first, *trunks = backbone.trunks
    wider = backbone.model_copy(update={"trunks": (first.model_copy(update={"bandwidth_mbps": 1}), *trunks)})
    assert moved(base(), compile_blueprint(replace(small(), backbone=wider))[0]) == (f"trunk:{first.id}",)


def test_a_site_that_is_planned_has_no_ways_and_says_so() -> None:
    """Connecting a site opens flows; that is the change a reviewer sees."""
    site = small().sites["suqian"]
    entry = site.entry.model_copy(update={"state": SiteState.PLANNED})
    found = head(replace(small(), sites={**small().sites, "suqian": replace(site, entry=entry)}))
    assert Changed("suqian", "接入", "已接入", "规划中") in found.sites
    assert {row.source[0] for row in found.flows_closed} == {"province", "suqian"}
    assert not found.flows_opened


def test_services_are_said() -> None:
    """Another number of machines is another line."""
    service, *others = small().services
    machines = tuple(row.model_copy(update={"count": 5}) for row in service.machines)
    found = head(replace(small(), services=(service.model_copy(update={"machines": machines}), *others)))
    assert found.services == (
        Changed("province/portal", "机器", "internet_access:portal×2", "internet_access:portal×5"),
    )
