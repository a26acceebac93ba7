"""A kill in the middle of a state write costs nothing but what the cloud still knows: the next run reads a whole state."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from infra.statefiles import mend
from tests import moments
from tests.engine import checkout
from tests.engine.checkout import STACK, pulumi
from tests.killing import kill_at

OLD, NEW = json.dumps({"serial": 1}), json.dumps({"serial": 2})
FILE = f"{STACK}.json"


@pytest.mark.parametrize(
    ("files", "kept"),
    [
        ({FILE: NEW, f"{FILE}.attrs": "{}", f"{FILE}.bak": OLD, f"{FILE}.bak.attrs": "{}"}, NEW),
        ({FILE: NEW, f"{FILE}.attrs": "", f"{FILE}.1f.tmp": "{"}, NEW),
        ({f"{FILE}.bak": OLD, f"{FILE}.bak.attrs": '{"user', f"{FILE}.1f.tmp": NEW}, OLD),
        ({FILE: "", f"{FILE}.bak": OLD}, OLD),
    ],
    ids=["whole", "empty attributes", "only the backup", "cut short by a power cut"],
)
def test_what_is_whole_is_kept_and_what_is_torn_goes(tmp_path: Path, files: dict[str, str], kept: str) -> None:
    """Other stacks are not touched; doing it again does nothing."""
    other = tmp_path / "other.json.1f.tmp"
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    other.touch()
    assert mend(tmp_path, STACK) == (kept == OLD or f"{FILE}.1f.tmp" in files)
    assert (tmp_path / FILE).read_text(encoding="utf-8") == kept
    for path in tmp_path.glob(f"{FILE}*"):
        json.loads(path.read_text(encoding="utf-8"))
    assert other.exists()
    assert not mend(tmp_path, STACK)


MANY = """
import pulumi
for number in range(60):
    pulumi.ComponentResource("govnet:test:Thing", f"thing-{number}").register_outputs({})
"""


@pytest.mark.usefixtures("built")
def test_the_real_engine_goes_on_after_a_kill_in_a_state_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed twice while the draft of a state lay there; then everything is made, once."""
    root = checkout.make(tmp_path / "checkout")
    (root / "infra" / "program" / "__main__.py").write_text(MANY, encoding="utf-8")
    space = checkout.workspace(root)
    space.prepare(STACK)
    assert space.backend.folder is not None
    states = space.backend.folder / ".pulumi" / "stacks" / "govnet"
    monkeypatch.setattr(moments, "states", lambda: states)
    for name in [name for name in os.environ if name.startswith("PULUMI_")]:
        monkeypatch.delenv(name)
    for name, value in space.env(STACK).items():
        monkeypatch.setenv(name, value)
    up = ("up", "--yes", "--skip-preview")
    line = space.command(*up, "--stack", STACK, "--non-interactive")
    for _ in range(2):
        kill_at(moments.state_write(STACK), line, root, tmp_path / "log")
        space.prepare(STACK)
        space.drop_dead_lock(STACK)
    done = pulumi(space, *up)
    assert done.returncode == 0, done.stdout + done.stderr
    assert sum(one["type"] == "govnet:test:Thing" for one in (space.state(STACK) or {})["resources"]) == 60
    again = pulumi(space, *up, "--expect-no-changes")
    assert again.returncode == 0, again.stdout + again.stderr
