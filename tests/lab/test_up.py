"""`govnet up` on the embedded cloud: made good what somebody deleted. (That a second run changes nothing: test_killed.)"""

from __future__ import annotations

import json

import pytest

from infra import names, stackfiles
from infra.engine import ROOT
from infra.observing.api import Api
from lab.places import default_places
from tests.lab.conftest import govnet, must

pytestmark = pytest.mark.usefixtures("estate_up")

STACK = "suqian.tenants"


@pytest.fixture
def api() -> Api:
    """The cloud as Suqian's operator sees it."""
    return Api(default_places().clouds_file, stackfiles.stack_cloud(ROOT, "suqian", "tenants"))


def shares(api: Api) -> set[tuple[str, str]]:
    """What of the tenant's is shared, and to whom."""
    return {(row["object_id"], row["target_tenant"]) for row in api.list("network", "/rbac-policies", "rbac_policies")}


def test_what_somebody_deleted_behind_our_back_comes_back_with_refresh(api: Api) -> None:
    """A plain run trusts the state; `--refresh` asks the cloud, and makes again what is gone and nothing else."""
    before = shares(api)
    lost = next(
        row for row in api.list("network", "/rbac-policies", "rbac_policies") if row["object_type"] == "network"
    )
    api.delete("network", f"/rbac-policies/{lost['id']}")
    assert shares(api) != before
    assert "新建" not in govnet("up", STACK).stdout
    done = govnet("up", STACK, "--refresh")
    assert done.returncode == 0, done.stderr
    assert "新建 1" in done.stdout
    assert shares(api) == before


def test_a_lost_state_is_rebuilt_from_the_cloud(api: Api) -> None:
    """Names are unique, so that everything is found again; nothing is made twice."""
    before = sorted(row["id"] for row in api.list("network", "/networks", "networks"))
    state = next((ROOT / ".govnet" / "state").rglob(f"stacks/{names.PROJECT}/{STACK}.json"))
    kept = json.loads(state.read_text(encoding="utf-8"))
    kept["checkpoint"]["latest"].pop("resources")
    state.write_text(json.dumps(kept), encoding="utf-8")
    must("up", STACK)
    assert sorted(row["id"] for row in api.list("network", "/networks", "networks")) == before
    assert "无变更" in govnet("up", STACK).stdout


def test_a_network_is_not_taken_from_under_tenants_and_machines() -> None:
    """The cloud would refuse half of it, after the other half was gone: so it is refused before, with what has to go along."""
    done = govnet("down", "suqian.network", "--yes")
    assert done.returncode == 2, done.stdout
    assert "suqian.tenants" in done.stderr
    assert "什么也没有拆" in done.stderr
    assert "govnet down suqian.network suqian.tenants" in done.stderr
    assert "无变更" in govnet("up", "suqian.network").stdout
