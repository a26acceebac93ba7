"""`govnet stacks write`: an engineer's own OpenStack is entries in clouds.yaml and four files."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import stackfiles
from infra.cli import stacks
from infra.errors import UsageError


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one site in its estate and two entries in its clouds.yaml."""
    monkeypatch.setattr(stacks, "ROOT", tmp_path)
    (tmp_path / "estate" / "sites" / "suqian").mkdir(parents=True)
    (tmp_path / "estate" / "sites" / "suqian" / "site.yaml").touch()
    (tmp_path / "clouds.yaml").write_text("clouds: {boss: {}, worker: {}}\n", encoding="utf-8")
    return tmp_path


def test_every_layer_gets_the_entry_of_its_credential(root: Path) -> None:
    """cloud: administrator; identity: domain manager; the others: operator."""
    stacks.write("suqian", admin="boss", manager="boss", operator="worker")
    pairs = stackfiles.deployed(root)
    assert {pair: stackfiles.stack_cloud(root, *pair) for pair in pairs} == {
        ("suqian", "cloud"): "boss",
        ("suqian", "identity"): "boss",
        ("suqian", "network"): "worker",
        ("suqian", "tenants"): "worker",
    }
    assert [layer for _, layer in pairs] == ["cloud", "identity", "network", "tenants"]


def test_machines_are_deployed_where_somebody_asked_for_them(root: Path) -> None:
    """By the operator, after everything that they stand on."""
    stacks.write("suqian", admin="boss", manager="boss", operator="worker", machines=True)
    assert stackfiles.deployed(root)[-1] == ("suqian", "platform")
    assert stackfiles.stack_cloud(root, "suqian", "platform") == "worker"


def test_entries_that_clouds_yaml_lacks_are_all_named(root: Path) -> None:
    """And nothing is written."""
    with pytest.raises(UsageError) as refused:
        stacks.write("suqian", admin="boss", manager="b", operator="c")
    assert refused.value.message == f"{root}/clouds.yaml 里没有条目：b、c。"
    assert refused.value.remedy == "现有条目：boss、worker。"
    assert stackfiles.deployed(root) == []


def test_a_site_that_the_estate_lacks_is_refused(root: Path) -> None:
    """A stack without a site could deploy nothing."""
    with pytest.raises(UsageError, match="estate/sites/ 里没有站点 'suqain'"):
        stacks.write("suqain", admin="boss", manager="boss", operator="worker")
    assert not (root / "stacks").exists()


def test_a_stack_file_without_a_cloud_is_named(root: Path) -> None:
    """A stack that does not say its credential would run with whatever the shell has."""
    path = stackfiles.path_of(root, "suqian", "cloud")
    path.parent.mkdir()
    path.write_text("config: {}\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"Pulumi\.suqian\.cloud\.yaml 里没有 config\.openstack:cloud"):
        stackfiles.stack_cloud(root, "suqian", "cloud")
