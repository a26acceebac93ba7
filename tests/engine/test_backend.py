"""Where state is kept: files by default; for a team PostgreSQL, one role and one table a site."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra import backend
from infra.errors import UsageError
from lab import ownership
from lab.places import Places

TEAM = "postgres://govnet_{site}@state.example.cn:5432/govnet?table=govnet_{site}&sslmode=verify-full"


def test_without_a_choice_the_state_is_in_the_checkout(tmp_path: Path) -> None:
    """Nothing to set up for the embedded cloud."""
    chosen = backend.choose(tmp_path, tmp_path / "clouds.yaml")
    assert chosen.url("suqian") == f"file://{tmp_path}/.govnet/state"
    assert chosen.folder == tmp_path / ".govnet" / "state"


def test_every_embedded_cloud_has_a_state_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a reset another cloud answers: what is remembered of the old one must not be taken for true."""
    places = Places(tmp_path / "lab", tmp_path / "cache")
    monkeypatch.setattr(backend, "default_places", lambda: places)
    folders = []
    for _ in range(2):
        cloud = ownership.claim(places, tmp_path).cloud
        folders.append(backend.choose(tmp_path, places.clouds_file).folder)
        assert folders[-1] == tmp_path / ".govnet" / "state" / cloud
    assert folders[0] != folders[1]
    assert backend.choose(tmp_path, tmp_path / "clouds.yaml").folder == tmp_path / ".govnet" / "state"


def test_a_team_has_one_role_and_one_table_a_site(tmp_path: Path) -> None:
    """So that no city sees or writes another's state."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "backend").write_text(f"# 团队的状态\n{TEAM}\n", encoding="utf-8")
    chosen = backend.choose(tmp_path, tmp_path / "clouds.yaml")
    assert chosen.url("suqian") == (
        "postgres://govnet_suqian@state.example.cn:5432/govnet?table=govnet_suqian&sslmode=verify-full"
    )
    assert chosen.folder is None


@pytest.mark.parametrize(
    ("template", "problems"),
    [
        (TEAM, []),
        ("postgres://govnet_{site}@127.0.0.1/govnet?table=govnet_{site}&sslmode=disable", []),
        (
            "s3://bucket?table={site}&sslmode=verify-full",
            ["只支持 postgres://", "用户名里要有 {site}（每个站点一个角色）"],
        ),
        (TEAM.replace("_{site}@", "@"), ["用户名里要有 {site}（每个站点一个角色）"]),
        (TEAM.replace("table=govnet_{site}&", ""), ["要有 table=…{site}…（每个站点一张表）"]),
        (TEAM.replace("_{site}@", "_{site}:pw@"), ["不能写口令，口令放在 ~/.pgpass"]),
        (TEAM + "&password=pw", ["不能写口令，口令放在 ~/.pgpass"]),
        (TEAM.replace("verify-full", "require"), ["不在本机的数据库要有 sslmode=verify-full"]),
    ],
)
def test_what_would_let_one_site_see_another_or_send_state_in_clear_is_refused(
    template: str, problems: list[str]
) -> None:
    """Each problem with its own words, all of them at once."""
    assert backend.wrong_with(template) == problems


@pytest.mark.parametrize("content", ["", "# only a remark\n", f"{TEAM}\n{TEAM}\n"])
def test_a_choice_has_exactly_one_line(tmp_path: Path, content: str) -> None:
    """An empty file must not silently mean the default."""
    (tmp_path / "stacks").mkdir()
    (tmp_path / "stacks" / "backend").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError, match="应当恰好有一行 URL"):
        backend.choose(tmp_path, tmp_path / "clouds.yaml")
