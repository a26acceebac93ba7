"""One screen, exposure first, closed with what did not change."""

from __future__ import annotations

from dataclasses import replace

from infra.blueprint.compile import compile_blueprint
from infra.blueprint.diff import diff
from infra.model.estate import Estate
from infra.report.review import review
from tests.small import small


def text(head: Estate) -> str:
    return review(diff(compile_blueprint(small())[0], compile_blueprint(head)[0]))


def test_nothing_changed_is_said() -> None:
    assert text(small()) == "# 变更摘要\n\n推导结果没有变化。\n"


def test_exposure_comes_first_and_flows_in_words() -> None:
    """A port to the internet is an exposure and a flow; sites are named when they are few; what did not change is named too."""
    flows = [
        row.model_copy(update={"ports": ("443/tcp", "80/tcp")}) if row.id == "front_to_internet" else row
        for row in small().flows
        if row.id != "remote_to_ops"
    ]
    assert text(replace(small(), flows=tuple(flows))) == (
        "# 变更摘要\n\n"
        "## 互联网暴露面（2）\n"
        "- zone:province/internet_access 新增 出互联网 80-80/tcp：经统一出口访问互联网\n"
        "- zone:suqian/internet_access 新增 出互联网 80-80/tcp：经统一出口访问互联网\n\n"
        "## 开通的流向（1）\n"
        "- internet_access → internet 80/tcp，经统一出口访问互联网，province、suqian\n\n"
        "## 关闭的流向（1）\n"
        "- secure_access → ops_mgmt 22/tcp，运维人员经接入网关登录堡垒机，province、suqian\n\n"
        "无变化：地址、租户、例外、配额、站点、平台、部门自有设施与既有专网。\n"
    )


def test_a_long_section_is_cut_and_counted() -> None:
    """A site that goes takes everything with it; the screen does not grow with it."""
    found = text(replace(small(), sites={"province": small().sites["province"]}))
    assert max(found.count("\n- "), 0) <= 12 * 9 + 9
    assert "……另有" in found


def test_a_new_tenant_is_one_line_that_says_whose_it_is_and_how_it_is_protected() -> None:
    """What a reviewer must see of it: bodies, project, protection, data, recovery. What was not said is not made up."""
    site = small().sites["suqian"]
    before = replace(small(), sites={**small().sites, "suqian": replace(site, tenants=site.tenants[1:])})
    blueprints = [compile_blueprint(estate)[0] for estate in (before, small())]
    found = review(diff(*blueprints))
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
    gone = review(diff(*reversed(blueprints)))
    assert f"- {site.tenants[0].id} 取消：名称 " in gone
