"""Where clouds.yaml is found, and what is said when it is not there, not readable, or not what it should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import cloudconfig
from infra.errors import CloudError


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> tuple[Path, Path]:
    """An engineer's file and the lab's; neither is there yet."""
    own, lab = tmp_path / "checkout" / "clouds.yaml", tmp_path / "lab" / "clouds.yaml"
    own.parent.mkdir()
    lab.parent.mkdir()
    monkeypatch.setattr(cloudconfig, "candidates", lambda root: (own, lab))
    return own, lab


def test_an_engineers_own_file_wins_over_the_labs(places: tuple[Path, Path], tmp_path: Path) -> None:
    """Then nothing goes to the embedded cloud."""
    own, lab = places
    lab.touch()
    assert cloudconfig.clouds_file(tmp_path) == lab
    own.touch()
    assert cloudconfig.clouds_file(tmp_path) == own


def test_the_own_file_is_the_one_in_the_checkout(tmp_path: Path) -> None:
    """A file in the home folder is about other work and is not taken."""
    assert cloudconfig.candidates(tmp_path)[0] == tmp_path / "clouds.yaml"


def test_none_at_all_is_said_with_both_ways_out(places: tuple[Path, Path], tmp_path: Path) -> None:
    """Embedded cloud or own OpenStack."""
    with pytest.raises(CloudError) as missing:
        cloudconfig.clouds_file(tmp_path)
    assert missing.value.message == "找不到 clouds.yaml：仓库根目录没有，内置云也还没有建起来。"
    assert "make up" in missing.value.remedy
    assert "govnet stacks write" in missing.value.remedy


def test_the_password_of_an_entry_is_read_from_the_file_in_use(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer hands a new user the password that its credential already has."""
    path = tmp_path / "clouds.yaml"
    path.write_text("clouds: {a: {auth: {password: p}}, b: {auth: {}}}\n", encoding="utf-8")
    monkeypatch.setenv("OS_CLIENT_CONFIG_FILE", str(path))
    assert cloudconfig.password("a") == "p"
    for entry in ("b", "c"):
        with pytest.raises(CloudError, match=f"条目 {entry} 不存在或没有 auth.password"):
            cloudconfig.password(entry)


@pytest.mark.parametrize("content", ["[", "", "clouds:\n", "- a\n", "clouds: [a]\n"])
def test_a_file_that_is_no_clouds_yaml_is_named(tmp_path: Path, content: str) -> None:
    """With its path, never with a traceback."""
    path = tmp_path / "clouds.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(CloudError, match=str(path)):
        cloudconfig.entries(path)
