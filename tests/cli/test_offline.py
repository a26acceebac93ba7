"""`make preview`: every stack, judged by the pack, on any machine: no root, no cloud, no lab."""

from __future__ import annotations

import os
import subprocess

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
