"""Which entry of clouds.yaml a stack is deployed with, by the files of `stacks/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import names
from infra.errors import GovnetError
from infra.stackfiles import deployed, path_of, sites_with_machines, stack_clouds, write

CLOUDS = {"admin": "suqian-admin", "manager": "suqian-manager", "operator": "suqian-operator"}


def test_files_that_change_later_change_nothing(tmp_path: Path) -> None:
    """The pack asks while the program runs, and the program could write itself a stronger credential; or a stack that was not there."""
    write(tmp_path, "suqian", CLOUDS)
    cloud = stack_clouds(tmp_path)
    write(tmp_path, "suqian", dict.fromkeys(CLOUDS, "suqian-admin"))
    write(tmp_path, "nanjing", CLOUDS)
    assert [cloud("suqian", layer) for layer in ("cloud", "identity", "network")] == list(CLOUDS.values())
    with pytest.raises(GovnetError, match=r"没有栈 nanjing\.network"):
        cloud("nanjing", "network")


@pytest.mark.parametrize("text", ["", "config: {}", "config: [", "config:\n  openstack:cloud: 3"])
def test_a_broken_file_is_a_problem_of_its_own_stack_alone(text: str, tmp_path: Path) -> None:
    """The pack of another site's stack still works."""
    write(tmp_path, "suqian", CLOUDS)
    path_of(tmp_path, "suqian", "network").write_text(text, encoding="utf-8")
    cloud = stack_clouds(tmp_path)
    assert cloud("suqian", "tenants") == "suqian-operator"
    with pytest.raises(GovnetError, match=r"Pulumi\.suqian\.network\.yaml"):
        cloud("suqian", "network")


def test_a_cloud_that_makes_no_machines_has_no_platform(tmp_path: Path) -> None:
    """The file of the layer may be there, as it is in the repository: who makes none says so beside clouds.yaml."""
    write(tmp_path, "suqian", CLOUDS, machines=True)
    (tmp_path / "clouds.yaml").write_text("clouds: {}", encoding="utf-8")
    assert sites_with_machines(tmp_path) == {"suqian"}
    (tmp_path / names.WITHOUT_MACHINES).touch()
    assert sites_with_machines(tmp_path) == set()
    assert ("suqian", "tenants") in deployed(tmp_path)
    (tmp_path / names.WITHOUT_MACHINES).unlink()
    write(tmp_path, "suqian", CLOUDS)
    assert sites_with_machines(tmp_path) == set()
