"""`govnet tenant new` writes a file that passes the check, or nothing."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from infra.blueprint.load import load
from infra.cli.app import app
from infra.errors import Exit, UsageError
from tests.cases import SMALL

ANSWERS = {"--site": "suqian", "--department": "gongan", "--title": "宿迁市公安局", "--hosts": "40", "--level": "3"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    shutil.copytree(SMALL, tmp_path / "estate")
    return tmp_path / "estate"


def run(root: Path, secret: str = "--no-state-secret", **other: str) -> tuple[int, BaseException | None, str]:
    answers = {**ANSWERS, **{f"--{name}": value for name, value in other.items()}}
    words = [word for pair in answers.items() for word in pair]
    done = CliRunner().invoke(app, ["tenant", "new", *words, secret, "--estate", str(root)], input="\n\n")
    return done.exit_code, done.exception, done.output


def test_the_written_file_passes_the_check(root: Path) -> None:
    """Applied, with comments; only its addresses are still to be handed out."""
    code, _, output = run(root)
    assert code == 0, output
    text = (root / "sites/suqian/tenants/gongan.yaml").read_text(encoding="utf-8")
    assert "state: applied" in text
    assert text.count("#") > 6
    assert [row.code for row in load(root).findings] == ["E10"]


def test_an_answer_cannot_become_another_field(root: Path) -> None:
    """Quotes, colons and new lines stay inside the title."""
    code, _, output = run(root, title='坏名字" \nzone: dedicated #')
    files = sorted(path.name for path in (root / "sites/suqian/tenants").iterdir())
    if code == 0:
        estate = load(root).estate
        assert estate is not None
        assert {row.zone for row in estate.sites["suqian"].tenants} == {"public_shared"}, output
    else:
        assert files == ["renshe.yaml", "shuju.yaml"]


@pytest.mark.parametrize(
    ("other", "nearest"),
    [
        ({"site": "sukian"}, "suqian"),
        ({"department": "gongann"}, "gongan"),
        ({"zone": "public_share"}, "public_shared"),
    ],
)
def test_a_wrong_answer_writes_nothing_and_names_the_nearest(root: Path, other: dict[str, str], nearest: str) -> None:
    """Sites, departments and zones are held against what there is."""
    before = sorted((root / "sites/suqian/tenants").iterdir())
    _, problem, _ = run(root, **other)
    assert isinstance(problem, UsageError)
    assert nearest in problem.remedy
    assert sorted((root / "sites/suqian/tenants").iterdir()) == before


def test_state_secrets_stay_outside(root: Path) -> None:
    """Whoever says yes is told where to go, and no file is written."""
    _, problem, _ = run(root, secret="--state-secret")
    assert isinstance(problem, UsageError)
    assert "涉密" in problem.message
    assert not (root / "sites/suqian/tenants/gongan.yaml").exists()


def test_an_existing_tenant_is_not_overwritten(root: Path) -> None:
    """A second run is a mistake, not an update."""
    _, problem, _ = run(root, department="renshe")
    assert isinstance(problem, UsageError)
    assert "已经存在" in problem.message


def test_a_wrong_answer_is_asked_again_at_once(root: Path) -> None:
    """What was typed wrong is said before the next question, with what is nearest; then everything goes on."""
    answers = [
        "sukian",
        "suqian",
        "gongann",
        "renshe",
        "gongan",
        "宿迁市公安局",
        "四十",
        "2001",
        "40",
        "0",
        "3",
        "n",
        "",
        "public_share",
        "",
    ]
    done = CliRunner().invoke(app, ["tenant", "new", "--estate", str(root)], input="\n".join(answers) + "\n")
    assert done.exit_code == 0, done.output
    said = [line for line in done.output.splitlines() if "错误：" in line or "办法：" in line]
    assert [line.partition("错误：")[2] for line in said if "错误：" in line] == [
        "没有站点 sukian",
        "没有部门 gongann",
        "sites/suqian/tenants/renshe.yaml 已经存在",
        "suqian 没有区域 public_share",
    ]
    assert re.findall("要 1 到 .*", done.output) == [
        "要 1 到 2000 的整数，不是 四十",
        "要 1 到 2000 的整数，不是 2001",
        "要 1 到 3 的整数，不是 0",
    ]
    assert (root / "sites/suqian/tenants/gongan.yaml").exists()


@pytest.mark.parametrize(("name", "value"), [("hosts", "0"), ("hosts", "2001"), ("level", "4"), ("level", "二")])
def test_a_wrong_number_is_refused_with_its_bounds(root: Path, name: str, value: str) -> None:
    code, _, output = run(root, **{name: value})
    assert code == Exit.USAGE
    assert f"的整数，不是 {value}" in output
    assert not (root / "sites/suqian/tenants/gongan.yaml").exists()


def test_secrets_end_the_questions(root: Path) -> None:
    """Nobody is asked for more, and nobody may answer otherwise the second time."""
    answers = ["suqian", "gongan", "宿迁市公安局", "40", "3", "y", "n"]
    done = CliRunner().invoke(app, ["tenant", "new", "--estate", str(root)], input="\n".join(answers) + "\n")
    assert isinstance(done.exception, UsageError)
    assert "数据分类" not in done.output


def test_options_may_stand_in_any_order(root: Path) -> None:
    """A zone that is named before its site is held against it all the same."""
    words = ["--zone", "public_share", "--department", "gongan", "--no-state-secret", "--title", "宿迁市公安局"]
    words += ["--hosts", "40", "--level", "3", "--data-class", "internal", "--site", "suqian", "--estate", str(root)]
    done = CliRunner().invoke(app, ["tenant", "new", *words])
    assert isinstance(done.exception, UsageError)
    assert "public_shared" in done.exception.remedy
