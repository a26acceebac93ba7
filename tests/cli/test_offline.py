"""`make preview`: every stack, judged by the pack, on any machine: no root, no cloud, no lab."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from infra import stackfiles
from infra.engine import ROOT
from infra.errors import UsageError
from infra.workspace import OFFLINE


def test_a_site_is_previewed_with_no_cloud_at_all() -> None:
    """The placeholders lead to no host, so that whoever asks a cloud fails."""
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "govnet", "preview", "suqian"],
        env={**os.environ, OFFLINE: "1", "OS_CLIENT_CONFIG_FILE": "/nowhere"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    layers = [layer for site, layer in stackfiles.deployed(ROOT) if site == "suqian"]
    assert {"cloud", "identity", "network", "tenants"} <= set(layers)
    for layer in layers:
        assert f"suqian.{layer}  新建" in done.stdout
    assert "offline.invalid" not in done.stdout + done.stderr


def test_a_site_that_is_only_planned_is_previewed_too() -> None:
    """It has no stack files, because nobody deploys it; what it would be can be seen all the same."""
    assert not any(site == "dr" for site, _ in stackfiles.deployed(ROOT))
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "govnet", "preview", "dr.cloud"],
        env={**os.environ, OFFLINE: "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "dr.cloud  新建" in done.stdout
    assert not stackfiles.path_of(ROOT, "dr", "cloud").exists()


def test_without_a_cloud_every_site_of_the_estate_has_stacks(monkeypatch: pytest.MonkeyPatch) -> None:
    """With one, only those that have stack files: a run must not touch a site that nobody has decided to deploy."""
    monkeypatch.delenv(OFFLINE, raising=False)
    assert stackfiles.shown(ROOT) == stackfiles.deployed(ROOT)
    with pytest.raises(UsageError, match=r"没有栈 'dr\.cloud'"):
        stackfiles.split(ROOT, "dr.cloud")
    monkeypatch.setenv(OFFLINE, "1")
    assert len(stackfiles.shown(ROOT)) == 15 * 4 + len(stackfiles.sites_with_machines(ROOT))
    assert stackfiles.stack_cloud(ROOT, "dr", "cloud") == "dr-admin"


def test_commands_load_what_is_heavy_only_when_they_use_it() -> None:
    """`govnet check` has two seconds; OpenStack's SDK alone would take one of them."""
    program = "import sys, infra.cli.app; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert {"infra", "policies", "typer"} <= loaded
    assert (
        loaded & {"openstack", "keystoneauth1", "ansible_runner", "pulumi", "pulumi_openstack", "pulumi_policy"}
        == set()
    )
