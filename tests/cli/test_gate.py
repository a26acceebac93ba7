"""`govnet gate --state`: an exported state is judged as a program is, and whatever is short, odd or unknown is no pass."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from infra.cli.app import app
from infra.errors import Exit, UsageError
from policies.expectations import tokens
from tests.cases import SMALL
from tests.exports import Export, export, resource


def gate(folder: Path, *exports: Export, estate: Path | None = None) -> Result:
    options = ["--estate", str(estate)] if estate else []
    for number, content in enumerate(exports):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        options += ["--state", str(file)]
    return CliRunner().invoke(app, ["gate", *options])


@pytest.fixture(scope="module")
def tenants() -> Export:
    return export("suqian", "tenants")


def copy(content: Export) -> Any:
    return json.loads(json.dumps(content))


@pytest.mark.parametrize("layer", ["cloud", "identity", "network", "tenants"])
def test_an_honest_state_passes(layer: str, tmp_path: Path) -> None:
    """Every layer; how much was looked at is said, and the rules' counts end the report."""
    content = export("suqian", layer)
    done = gate(tmp_path, content)
    assert done.exit_code == Exit.OK, done.output
    assert f"suqian.{layer}：蓝图要求 " in done.output
    assert "规则×对象：P01×" in done.output


def test_fewer_resources_than_the_blueprint_has(tenants: Export, tmp_path: Path) -> None:
    """One rule of one group is missing."""
    content = copy(tenants)
    rows = content["deployment"]["resources"]
    lost = next(row for row in rows if row["type"] == tokens.SECURITY_GROUP_RULE)
    rows.remove(lost)
    done = gate(tmp_path, content)
    assert done.exit_code == Exit.VIOLATIONS
    assert f"蓝图要求 SecGroupRule “{lost['urn'].rpartition('::')[2]}”" in done.output


def test_a_resource_that_the_blueprint_lacks(tenants: Export, tmp_path: Path) -> None:
    """A department network that somebody made in the state."""
    content = copy(tenants)
    extra = copy(resource(content, "suqian_renshe-net"))
    extra["urn"] = extra["urn"].replace("suqian_renshe-net", "suqian_gongan-net")
    content["deployment"]["resources"].append(extra)
    done = gate(tmp_path, content)
    assert done.exit_code == Exit.VIOLATIONS
    assert "“suqian_gongan-net” 不在蓝图中" in done.output


@pytest.mark.parametrize(("name", "value"), [("shared", True), ("portSecurityEnabled", False), ("name", "another")])
def test_what_a_refresh_found_in_the_cloud(name: str, value: object, tenants: Export, tmp_path: Path) -> None:
    """What was asked for is right, what the cloud reports is not: a network opened by hand."""
    content = copy(tenants)
    resource(content, "suqian_renshe-net")["outputs"][name] = value
    done = gate(tmp_path, content)
    assert done.exit_code == Exit.VIOLATIONS
    assert f"的 {name}：" in done.output


def test_ids_of_another_layer_that_its_own_state_does_not_have(tmp_path: Path) -> None:
    """Alone, a state is held to what it remembers of the other layer; beside that layer's own state, to that."""
    content, cloud = copy(export("suqian", "identity")), export("suqian", "cloud")
    for row in content["deployment"]["resources"]:
        text = json.dumps(row).replace('id-of-suqian_renshe"', 'id-of-suqian_shuju"')
        row.update(json.loads(text))
    assert gate(tmp_path, content).exit_code == Exit.OK
    assert gate(tmp_path, content, cloud).exit_code == Exit.VIOLATIONS


def test_an_export_under_another_ones_name(tmp_path: Path) -> None:
    """The cloud layer tells one project's id as another's: its own state says so, and it is no id for the layers above."""
    cloud, identity = copy(export("suqian", "cloud")), copy(export("suqian", "identity"))
    told = cloud["deployment"]["resources"][0]["outputs"]
    told["suqian_renshe"] = told["suqian_shuju"]
    done = gate(tmp_path, cloud)
    assert done.exit_code == Exit.VIOLATIONS
    assert "栈的输出 “suqian_renshe”：蓝图为 Project “suqian_renshe” 的 id" in done.output
    done = gate(tmp_path, cloud, identity)
    assert "的 projectId：蓝图为 层 cloud 的输出 suqian_renshe" in done.output


def test_an_export_that_is_nobodys_id(tmp_path: Path) -> None:
    """A key told to whoever reads the state."""
    content = copy(export("suqian", "identity"))
    content["deployment"]["resources"][0]["outputs"]["operator-password"] = "secret"
    done = gate(tmp_path, content)
    assert done.exit_code == Exit.VIOLATIONS
    assert "栈的输出 “operator-password”：蓝图里没有叫这个名字的资源" in done.output


def test_a_role_that_is_not_what_it_is_elsewhere(tmp_path: Path) -> None:
    """Keystone cannot be asked, but one role cannot have two ids."""
    content = copy(export("suqian", "identity"))
    for row in content["deployment"]["resources"]:
        if row["urn"].endswith("::suqian_renshe-members-role"):
            row["inputs"]["roleId"] = row["outputs"]["roleId"] = "id-of-role-admin"
    done = gate(tmp_path, content)
    assert done.exit_code == Exit.VIOLATIONS
    assert "在状态里有 2 个 id" in done.output


def test_what_could_not_be_checked_is_no_pass(tenants: Export, tmp_path: Path) -> None:
    """An operation that a killed run left open, a layer of which nothing is known, an old resource that is still to go."""
    unfinished = copy(tenants)
    unfinished["deployment"]["pending_operations"] = [{"type": "creating"}]
    assert gate(tmp_path, unfinished).exit_code == Exit.UNCHECKED
    alone = copy(tenants)
    rows = alone["deployment"]["resources"]
    alone["deployment"]["resources"] = [row for row in rows if not row.get("external")]
    done = gate(tmp_path, alone)
    assert done.exit_code == Exit.UNCHECKED
    assert "不知道层 cloud 的输出" in done.output
    replaced = copy(tenants)
    replaced["deployment"]["resources"].append(resource(copy(tenants), "suqian_renshe-net") | {"delete": True})
    assert gate(tmp_path, replaced).exit_code == Exit.UNCHECKED


def test_a_wrong_estate(tenants: Export, tmp_path: Path) -> None:
    """One that asks for something else, one without the site, an empty folder: nothing passes."""
    other = tmp_path / "other"
    shutil.copytree(SMALL, other)
    tenant = other / "sites" / "suqian" / "tenants" / "renshe.yaml"
    tenant.write_text(tenant.read_text(encoding="utf-8").replace("8080/tcp", "8082/tcp"), encoding="utf-8")
    assert gate(tmp_path, tenants, estate=other).exit_code == Exit.VIOLATIONS
    (other / "sites" / "suqian" / "site.yaml").unlink()
    assert gate(tmp_path, tenants, estate=other).exit_code == Exit.VIOLATIONS
    empty = tmp_path / "empty"
    empty.mkdir()
    done = gate(tmp_path, tenants, estate=empty)
    assert done.exit_code == Exit.VIOLATIONS
    assert "里没有这个栈" in done.output


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"deployment": {"resources": []}}', '{"deployment": {"resources": [{}]}}']
)
def test_what_is_no_state_is_a_mistake_of_the_caller(text: str, tmp_path: Path) -> None:
    """An empty state judges nothing, and says whose it is to nobody."""
    file = tmp_path / "state.json"
    file.write_text(text, encoding="utf-8")
    problem = CliRunner().invoke(app, ["gate", "--state", str(file)]).exception
    assert isinstance(problem, UsageError)
    assert "pulumi stack export" in problem.remedy
