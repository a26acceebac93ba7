from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from rich.console import Console

from infra import cloudconfig
from infra.cli import verify
from infra.cli.progress import Progress
from infra.cli.verified import show
from infra.findings import Verdict
from tests.real import blueprint


def test_a_cloud_that_cannot_be_asked_is_never_green(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody listens where clouds.yaml points: exit 3, each site named, packets named."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/v3"
    auth = {"auth_url": url, "username": "a", "password": "b", "project_name": "c"}
    domains = {"user_domain_id": "default", "project_domain_id": "default"}
    clouds = tmp_path / "clouds.yaml"
    sites = ["province", "suqian"]
    clouds.write_text(json.dumps({"clouds": {f"{site}-admin": {"auth": {**auth, **domains}} for site in sites}}))
    monkeypatch.setattr(cloudconfig, "clouds_file", lambda root: clouds)

    result = verify.look(blueprint(), sites, Progress(Console(quiet=True)))

    assert result.verdict is Verdict.UNCHECKED
    assert [unasked.site for unasked in result.unasked] == sites
    show(result)
    told = capsys.readouterr().out
    assert "province 无法检查：问不到云（clouds.yaml 条目 province-admin）" in told
    assert "数据包无法检查：不是内置云" in told
