"""`govnet explain` and `govnet whois`: from a declared thing to what follows, from an address back, and what a mistake is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.blueprint.explain import explain
from infra.blueprint.load import load
from infra.cli.app import app
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from tests.cases import SMALL
from tests.real import blueprint


def told(*words: str, estate: Path = SMALL) -> str:
    done = CliRunner().invoke(app, [*words, "--estate", str(estate)])
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*words: str) -> UsageError:
    problem = CliRunner().invoke(app, [*words, "--estate", str(SMALL)]).exception
    assert isinstance(problem, UsageError)
    return problem


# --- explain ----------------------------------------------------------------------------------------------------------
def test_a_tenant_is_shown_with_everything_that_follows_from_it() -> None:
    shown = told("explain", "suqian_renshe")
    assert shown.startswith("tenant:suqian_renshe  声明在 sites/suqian/tenants/renshe.yaml:1\n")
    for sort in ("租户", "租户流向", "网络", "安全组", "安全规则", "路由", "项目与配额", "成员组", "备份"):
        assert f"  {sort}（" in shown
    assert (
        "    data_exchange → suqian_renshe 8080/tcp 社保业务申请由交换区送达，至 2028-12-31  ⟵ suqian / suqian_renshe\n"
        in shown
    )


@pytest.mark.parametrize("name", ["application:suqian_renshe_handling", "suqian_renshe_handling"])
def test_whatever_is_declared_is_found_with_its_sort_or_without(name: str) -> None:
    assert told("explain", name).startswith("application:suqian_renshe_handling  声明在 sites/suqian/facilities.yaml:")


@pytest.mark.parametrize(
    ("name", "citing"),
    [
        ("department:shuili", ["legacy:suqian_shuili_wan", "room:suqian_shuili_room", "vpn:jinshuili"]),
        ("vpn:jinshui", ["service:sys_jinshui"]),
        ("plan:plan_2026", ["approval:plan_2026", "project:cloud_tenants", "project:vertical_access"]),
        ("approval:suqian_legacy", ["lock:suqian"]),
        ("project:cloud_tenants", ["tenant:suqian_renshe"]),
        ("product:debian", []),
    ],
)
def test_what_nothing_is_derived_from_is_shown_with_those_that_name_it(name: str, citing: list[str]) -> None:
    """A department, an instance, a plan, a paper: what they are for is said by the declarations that name them."""
    shown = told("explain", name, estate=ROOT / "estate")
    assert all(f"    {row}  " in shown for row in citing)
    assert ("引用它的声明（" in shown) == bool(citing)


def test_whatever_is_derived_has_a_word_for_it() -> None:
    """A Python name in front of a reader is a word that somebody forgot."""
    sorts = {row.sort for reference in _references() for row in explain(blueprint(), reference)}
    assert len(sorts) >= 25
    assert [sort for sort in sorts if sort.isascii()] == []


def _references() -> set[str]:
    """One of each sort, and those from which most kinds of things are derived."""
    found = load(ROOT / "estate").estate
    assert found is not None
    of_each = {reference.partition(":")[0]: reference for reference in found.references()}
    return {
        *of_each.values(),
        "service:local_backup",
        "tenant:suqian_renshe",
        "flow:front_to_internet",
        "site:province",
    }


def test_all_things_of_one_name_are_shown() -> None:
    shown = told("explain", "public_shared")
    assert "pool:public_shared  声明在 pools.yaml:" in shown
    assert "standard:public_shared  声明在 zones.yaml:" in shown
    assert "  蓝图里没有直接由它推导的东西\n" in shown


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("suqian_rensha", "suqian_renshe"),
        ("tenant:suqian_rensha", "tenant:suqian_renshe"),
        ("suqian/public_share", "suqian/public_shared"),
    ],
    ids=("name", "with_its_sort", "zone"),
)
def test_a_wrong_id_is_answered_with_the_nearest(wrong: str, right: str) -> None:
    problem = refused("explain", wrong)
    assert (problem.message, problem.remedy) == (f"没有 {wrong}", f"最接近的是：{right}")


def test_what_resembles_nothing_is_answered_with_the_first_few() -> None:
    assert refused("explain", "东路").remedy.startswith("最接近的是：administration、")


# --- whois ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("address", "first", "narrowest"),
    [
        ("10.52.128.5", "宿迁市人力资源和社会保障局", "10.52.128.0/26"),
        ("2001:db8:d00:8000::5", "宿迁市人力资源和社会保障局", "2001:db8:d00:8000::/64"),
        ("10.52.128.1", "宿迁市人力资源和社会保障局的网关", "10.52.128.1/32"),
        ("2001:db8:d00:8000::1", "宿迁市人力资源和社会保障局的网关", "2001:db8:d00:8000::1/128"),
        ("10.173.0.1", "安全数据交换区路由器", "10.173.0.1/32"),
        ("10.237.0.6", "公用网络区路由器", "10.237.0.6/32"),
        ("10.55.255.255", "公用网络区", "10.52.0.0/14"),
    ],
    ids=("tenant", "tenant_v6", "gateway", "gateway_v6", "zone_gateway", "border", "zone"),
)
def test_an_address_is_told_by_the_narrowest_thing_that_has_it(address: str, first: str, narrowest: str) -> None:
    lines = told("whois", address).splitlines()
    assert lines[0] == f"{address}  {first}"
    assert lines[1:4] == ["  地点：未登记", "  线路：数据中心内部", "  值守：宿迁值班室，电话0527-0000"]
    assert lines[4].startswith(f"  {narrowest}  宿迁市 / ")


def test_a_countys_address_is_told_with_its_circuit_and_its_post_on_duty() -> None:
    shown = told("whois", "10.54.0.5", estate=ROOT / "estate").splitlines()
    assert shown[:4] == [
        "10.54.0.5  泗洪县",
        "  地点：泗洪县",
        "  线路：光纤 1000M，示例运营商甲，编号未登记，合同至未登记",
        "  值守：泗洪县政务外网值守岗，电话未登记",
    ]


def test_an_old_networks_address_is_its_own_operators_not_the_data_centres() -> None:
    """Nobody of the extranet could help there."""
    shown = told("whois", "172.21.3.3", estate=ROOT / "estate").splitlines()
    assert shown[:4] == [
        "172.21.3.3  宿迁市水利防汛专网",
        "  地点：宿迁市水利局",
        "  线路：自有线路，未登记",
        "  值守：宿迁市水利局值守岗，电话未登记",
    ]


@pytest.mark.parametrize(
    ("address", "prefix"),
    [("203.0.113.77", "203.0.113.0/24"), ("2001:db8:d00:8000::5", "2001:db8::/32"), ("10.52.128.5", "")],
)
def test_an_address_that_is_only_an_example_says_so(address: str, prefix: str) -> None:
    """The prefixes of documents were never given to anybody."""
    shown = told("whois", address, estate=ROOT / "estate")
    assert (f"  示例：{prefix} 只供文档使用" in shown) == bool(prefix)
    assert prefix or "示例：" not in shown


def test_the_exits_address_is_told_with_its_carrier() -> None:
    assert "  线路：示例运营商甲的互联网线路\n" in told("whois", "203.0.113.77", estate=ROOT / "estate")


@pytest.mark.parametrize("address", ["10.175.0.1", "2001:db8:4f00::1"], ids=("v4", "v6"))
def test_an_address_that_nobody_has_yet_is_told_with_its_pool(address: str) -> None:
    assert told("whois", address) == f"{address}  没有分配给谁，在地址池 data_exchange（安全数据交换区）里\n"


@pytest.mark.parametrize("address", ["8.8.8.8", "11.0.0.1", "2001:db9::1", "::1"])
def test_an_address_outside_the_plan_is_not_ours(address: str) -> None:
    problem = refused("whois", address)
    assert problem.message == f"{address} 不在本省政务外网的地址规划里"
    assert "govnet addresses show" in problem.remedy


@pytest.mark.parametrize("address", ["10.52.128.0/26", "10.52.128.300", "10.52.128.05", "suqian_renshe", ""])
def test_what_is_no_address_is_refused_with_an_example(address: str) -> None:
    problem = refused("whois", address)
    assert (problem.message, problem.remedy) == (f"不是地址：{address}", "写成 10.52.128.5 或 2001:db8:d00:8000::5")


# --- an estate with mistakes ------------------------------------------------------------------------------------------
@pytest.mark.parametrize("words", [("whois", "10.52.128.5"), ("explain", "suqian_shuju")], ids=("whois", "explain"))
def test_an_answer_that_may_lack_something_says_so(words: tuple[str, str], tmp_path: Path) -> None:
    """A tenant whose file cannot be read has no address, so the zone answers."""
    broken = shutil.copytree(SMALL, tmp_path / "estate")
    (broken / "sites/suqian/tenants/renshe.yaml").write_text("id: suqian_renshe\nhosts: 许多\n", encoding="utf-8")
    done = CliRunner().invoke(app, [*words, "--estate", str(broken)])
    assert done.exit_code == 0
    assert done.stderr.startswith("注意：声明里有 ")
    assert "govnet check" in done.stderr


def test_shared_files_that_cannot_be_read_are_shown_instead(tmp_path: Path) -> None:
    broken = shutil.copytree(SMALL, tmp_path / "estate")
    (broken / "pools.yaml").unlink()
    done = CliRunner().invoke(app, ["whois", "10.52.128.5", "--estate", str(broken)])
    assert done.exit_code == Exit.VIOLATIONS
    assert "pools.yaml" in done.output
