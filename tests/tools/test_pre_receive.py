"""The protected branch of a real bare repository: what is pushed is judged by the code that is there already."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tools.repository import GONGAN, Repository, git, pushed

SHUILI = "sites/suqian/legacy/shuili.yaml"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_a_sound_change_is_accepted(repository: Repository) -> None:
    """And so is anything on a branch of one's own: it is judged when it comes to the protected one."""
    repository.edit("estate/sites/suqian/tenants/renshe.yaml", "cores: 20", "cores: 24")
    assert repository.push() is None
    repository.write("estate/sites/suqian/legacy/gongan.yaml", GONGAN)
    assert repository.push("my_branch") is None


def new_network(repository: Repository) -> None:
    repository.write("estate/sites/suqian/legacy/gongan.yaml", GONGAN)


def hidden_from_archives(repository: Repository) -> None:
    new_network(repository)
    repository.write(".gitattributes", "estate/sites/suqian/legacy/gongan.yaml export-ignore\n")


def grown_beyond_the_base(repository: Repository) -> None:
    repository.edit(f"estate/{SHUILI}", "date: 2027-12-31", "date: 2037-12-31")


def no_estate(repository: Repository) -> None:
    shutil.rmtree(repository.clone / "estate")


def no_rules(repository: Repository) -> None:
    shutil.rmtree(repository.clone / "policies" / "rules")


def a_rule_says_nothing(repository: Repository) -> None:
    path = "policies/rules/p09_no_new_private_network.py"
    repository.edit(path, "if sealed is None:", "if False:")
    new_network(repository)


def the_reader_looks_away(repository: Repository) -> None:
    repository.edit("infra/reading/files.py", 'SITE_FOLDERS = ("tenants", "legacy")', 'SITE_FOLDERS = ("tenants",)')


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (new_network, "各部门不再新建业务专网"),
        (hidden_from_archives, "各部门不再新建业务专网"),
        (grown_beyond_the_base, "取消日期推后了"),
        (no_estate, "缺少文件"),
        (no_rules, "改动或删除了锁本身：policies"),
        (a_rule_says_nothing, "改动或删除了锁本身：policies"),
        (the_reader_looks_away, "改动或删除了锁本身：infra"),
    ],
)
def test_what_is_refused(change: Callable[[Repository], None], said: str, repository: Repository) -> None:
    """With the reason in Chinese; the protected branch stays where it was."""
    before = tip(repository)
    change(repository)
    refusal = repository.push() or ""
    assert said in refusal
    assert "拒绝：" in refusal
    assert tip(repository) == before


def tip(repository: Repository) -> str:
    command = ["git", "rev-parse", "main"]
    return subprocess.run(command, cwd=repository.bare, check=True, capture_output=True, text=True).stdout


def test_a_rule_changes_by_the_keepers_branch_alone(repository: Repository) -> None:
    """Nobody can push there; what the keepers put there may come to the protected branch, and judges from then on."""
    path = "policies/rules/p09_no_new_private_network.py"
    repository.edit(path, "不在封存清单 legacy.lock 中", "清单里查无此网")
    refusal = repository.push("rules") or ""
    assert "不接受推送" in refusal
    repository.keep()
    assert repository.push() is None
    new_network(repository)
    assert "清单里查无此网" in (repository.push() or "")


def test_history_is_neither_rewritten_nor_deleted(repository: Repository) -> None:
    """A forced push could take a rule away as well as an edit."""
    repository.commit("--amend", "--reset-author", "--date=2020-01-01T00:00:00Z")
    assert "不许改写历史" in pushed(repository.clone, "--force", "origin", "HEAD:main").stderr
    assert "不许删除" in pushed(repository.clone, "origin", ":main").stderr


def time_goes_by(repository: Repository) -> None:
    """What was sound when it was pushed is sound no longer: brought about by a day of Suqian's in the past, past the hook."""
    hook = repository.bare / "hooks" / "pre-receive"
    aside = hook.rename(hook.with_suffix(".off"))
    repository.edit(f"estate/{SHUILI}", "date: 2027-12-31", "date: 2020-12-31")
    assert repository.push() is None
    aside.rename(hook)


def test_an_emergency_suspension_always_passes(repository: Repository) -> None:
    """A finding that was there before (a day went by) does not keep anybody from closing a flow; any other change it does."""
    time_goes_by(repository)
    tenant = "estate/sites/suqian/tenants/renshe.yaml"
    repository.edit(tenant, "cores: 20", "cores: 24")
    assert "过了取消日期还在" in (repository.push() or "")
    repository.edit(tenant, "cores: 24", "cores: 20")
    repository.edit(tenant, "state: active", "state: frozen")
    assert repository.push() is None


def test_a_server_that_cannot_check_accepts_nothing(repository: Repository) -> None:
    """No environment, no verdict."""
    git(repository.bare, "config", "--unset", "govnet.python")
    repository.edit("estate/sites/suqian/tenants/renshe.yaml", "cores: 20", "cores: 24")
    assert "没能检查" in (repository.push() or "")


def test_a_mistake_in_one_city_never_stops_another(repository: Repository) -> None:
    """Suqian's old finding blocks Suqian, and shared files, but not the province's own tenants."""
    time_goes_by(repository)
    repository.edit("estate/sites/province/tenants/renshe.yaml", "state: active", "state: active   # 复核过")
    assert repository.push() is None
