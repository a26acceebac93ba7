"""`make preview`: every stack, judged by the pack, on any machine: no root, no cloud, no lab."""

from __future__ import annotations

import os
import subprocess
import sys

from infra import stackfiles
from infra.engine import ROOT
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
    assert len(layers) == 4
    for layer in layers:
        assert f"suqian.{layer}  新建" in done.stdout
    assert "offline.invalid" not in done.stdout + done.stderr


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
