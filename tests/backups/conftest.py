"""A source and two centres, for every test that needs them."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backups.centres import ACCOUNT, CARRIER, Source, start


@pytest.fixture
def source(tmp_path: Path) -> Iterator[Source]:
    """With a repository, data in odd files, and nothing copied yet."""
    here, one = start(tmp_path / "here", {"source": ACCOUNT})
    there, other = start(tmp_path / "there", {"carrier": CARRIER})
    data = tmp_path / "data"
    (data / "inner").mkdir(parents=True)
    (data / "plain").write_text("plain")
    (data / "empty").write_text("")
    (data / "inner" / "名字 with space\nand a new line").write_bytes(bytes(range(256)) * 4096)
    (data / "inner" / "link").symlink_to("../plain")
    made = Source(tmp_path, data, here, there)
    (tmp_path / "state").mkdir()
    subprocess.run(["restic", "init", "--quiet"], env={**os.environ, **made.environment}, check=True)
    yield made
    for serving in (one, other):
        serving.kill()
        serving.wait()
