"""One screen, exposure first, closed with what did not change."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache

from infra.addressing.allocate import allocate
from infra.addressing.usage import shifts
from infra.blueprint.canonical import digest
from infra.blueprint.compile import compile_blueprint
from infra.blueprint.types import Blueprint
from infra.model.enums import TenantState
from infra.model.estate import Estate
from infra.model.service import Step
from infra.report.review import MOST, review
from tests.small import small, tenant


@cache
def base() -> Blueprint:
    return compile_blueprint(small())[0]


def text(head: Estate) -> str:
    return review(base(), compile_blueprint(head)[0])


def test_nothing_changed_is_said() -> None:
    """The fingerprint is the same, so nothing at all is derived differently."""
    assert text(small()) == f"# 变更摘要\n\n推导结果没有变化。蓝图指纹 {digest(base())}\n"


def test_what_an_application_is_given_is_said_although_nothing_follows_from_it_yet() -> None:
    site = small().sites["suqian"]
    asked = replace(site, tenants=(*site.tenants, tenant("suqian_jiaoyu", 30, state=TenantState.APPLIED)))
    ledger, _ = allocate(small(), asked, date(2026, 11, 24))
    head = replace(small(), sites={**small().sites, "suqian": replace(asked, ledger=ledger)})
    assert review(base(), compile_blueprint(head)[0], shifts(small(), head)).splitlines() == [
        "# 变更摘要",
        "",
        f"推导结果没有变化。蓝图指纹 {digest(base())}",
        "",
        "## 地址（1）",
        "- 地址池 suqian public_shared／tenants：已用 128，占 1.56% → 已用 192，占 2.34%，共 16384 个地址",
    ]


def test_exposure_is_never_cut_and_names_every_site() -> None:
    """However much of it there is; other sections are cut and counted."""
    service, *others = small().services
    steps = [
        Step.model_validate(
            {"from": "internet", "to": "internet_access", "ports": [f"{port}/tcp"], "purpose": "公众查询"}
        )
        for port in range(9000, 9020)
    ]
    exposed = service.model_copy(update={"flows": tuple(steps)})
    found = text(replace(small(), services=(exposed, *others)))
    exposure, _, rest = found.partition("## 平台")
    assert "## 互联网暴露面（20）" in exposure
    assert exposure.count("互联网可访问") == len(steps)
    assert rest.count("业务流向") == MOST


def test_a_long_section_is_cut_and_counted() -> None:
    """A site that goes takes everything with it; no section but exposure grows with it."""
    found = text(replace(small(), sites={"province": small().sites["province"]}))
    sections = [section for section in found.split("\n## ")[1:] if not section.startswith("互联网暴露面")]
    assert max(section.count("\n- ") for section in sections) == MOST + 1
    assert "- ……另有" in found


def test_a_new_tenant_is_one_line_that_says_whose_it_is_and_how_it_is_protected() -> None:
    """What a reviewer must see of it: bodies, project, protection, data, recovery. What was not said is not made up."""
    site = small().sites["suqian"]
    before = replace(small(), sites={**small().sites, "suqian": replace(site, tenants=site.tenants[1:])})
    less = compile_blueprint(before)[0]
    found = review(less, base())
    (line,) = [line for line in found.splitlines() if line.startswith(f"- {site.tenants[0].id} 新增：名称 ")]
    for words in (
        "主管单位 ",
        "运营单位 ",
        "等保 2 级",
        "数据分类 ",
        "涉密声明 不涉密",
        "异地副本 ",
        "RPO/RTO ",
        "区域 ",
    ):
        assert words in line, line
    gone = review(base(), less)
    assert f"- {site.tenants[0].id} 取消：名称 " in gone
