"""Which engine is used: the vendor's where it is complete and new enough, else ours."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from infra import engine
from infra.engine import Engine


def _vendor(home: Path, version: str, plugin: str = "resource-openstack-v5.5.3") -> dict[str, str]:
    folder = home / ".pulumi" / "bin"
    folder.mkdir(parents=True)
    for name in ("pulumi", "pulumi-language-python"):
        (folder / name).write_text(f"#!/bin/sh\necho {version}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    (home / ".pulumi" / "plugins" / plugin).mkdir(parents=True)
    (home / ".pulumi" / "plugins" / plugin / "pulumi-resource-openstack").touch()
    return {"HOME": str(home), "PATH": f"{folder}:/usr/bin:/bin", "XDG_CACHE_HOME": str(home / "cache")}


def test_a_vendor_engine_is_used_instead_of_a_build(tmp_path: Path) -> None:
    """And the user is told which one it is."""
    found = engine.find(_vendor(tmp_path, "v3.260.1"))
    assert found == Engine(tmp_path / ".pulumi" / "bin", tmp_path / ".pulumi" / "plugins", vendor=True)
    assert str(found) == f"厂商安装的 Pulumi：{tmp_path}/.pulumi/bin/pulumi"


def test_a_vendor_engine_that_is_too_old_is_not_used(tmp_path: Path) -> None:
    """Older engines cannot take a policy pack that is an executable file."""
    assert engine.find(_vendor(tmp_path, "v3.254.0")) is None


def test_a_vendor_engine_with_another_openstack_plugin_is_not_used(tmp_path: Path) -> None:
    """The SDK asks for plugin 5.5.1; one of another line would be refused in the middle of a run."""
    assert engine.find(_vendor(tmp_path, "v3.260.0", plugin="resource-openstack-v4.1.0")) is None


def test_our_own_wrapper_is_never_taken_for_the_vendors_engine(tmp_path: Path) -> None:
    """A `pulumi` inside a virtual environment is the wrapper: it would call itself for ever."""
    environ = _vendor(tmp_path, "v3.260.0")
    (tmp_path / ".pulumi" / "pyvenv.cfg").touch()
    assert engine.find(environ) is None


def test_the_key_of_a_build_changes_with_every_file_it_depends_on(tmp_path: Path) -> None:
    """A changed pin, token or flag must lead to a new build; the bootstrap beside them must not, nor what Python compiles it to."""
    tools = tmp_path / "tools"
    shutil.copytree(engine.TOOLS, tools)
    before = engine.build_key(tools)
    assert before == engine.build_key()
    (tools / "bootstrap.py").write_text("", encoding="utf-8")
    (tools / "__pycache__").mkdir(exist_ok=True)
    (tools / "__pycache__" / "bootstrap.cpython-311.pyc").write_bytes(b"compiled")
    assert engine.build_key(tools) == before
    parts = [
        tools / "recipe.toml",
        *sorted(path for path in tools.glob("*/*") if path.is_file() and path.suffix != ".pyc"),
    ]
    assert len(parts) >= 10
    keys = {before}
    for part in parts:
        part.write_text(part.read_text(encoding="utf-8") + "\n", encoding="utf-8")
        keys.add(engine.build_key(tools))
    assert len(keys) == len(parts) + 1


@pytest.mark.parametrize("earlier", ["nothing", "a link to another engine", "the same link"])
def test_plugins_of_the_engine_in_use_are_linked(tmp_path: Path, earlier: str) -> None:
    """Whatever was linked before, the engine of now brings its own plugin."""
    home, now, old = tmp_path / "home", tmp_path / "now", tmp_path / "old"
    if earlier != "nothing":
        engine.link_plugins(Engine(old, (now if earlier == "the same link" else old) / "plugins", vendor=False), home)
    engine.link_plugins(Engine(now, now / "plugins", vendor=False), home)
    assert (home / "plugins").readlink() == now / "plugins"
    assert [path.name for path in home.iterdir()] == ["plugins"]
