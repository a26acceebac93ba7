"""Which entry of clouds.yaml a stack is deployed with, by the files of `stacks/`."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.errors import GovnetError
from infra.stackfiles import path_of, stack_clouds, write

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
