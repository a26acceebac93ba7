"""`.venv/bin/pulumi`: reads which command and which stack, adds the policy pack, refuses what would make duplicates."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from infra.cli.wrapper import needs_stack, plan, read
from infra.engine import ROOT
from infra.errors import UsageError
from infra.workspace import Workspace
from tests.engine import checkout
from tests.engine.checkout import STACK

WRAPPER = ROOT / ".venv" / "bin" / "pulumi"


@pytest.mark.parametrize(
    ("line", "command", "stack"),
    [
        ("up --stack suqian.network", "up", "suqian.network"),
        ("up -s suqian.network --yes", "up", "suqian.network"),
        ("--color never preview --stack=suqian.cloud", "preview", "suqian.cloud"),
        ("-C /somewhere up", "up", None),
        ("stack select suqian.cloud", "stack", "suqian.cloud"),
        ("stack export --stack suqian.cloud", "stack", "suqian.cloud"),
        ("stack ls", "stack", None),
        ("version", "version", None),
        ("", "", None),
    ],
)
def test_command_and_stack_are_read_as_the_engine_reads_them(line: str, command: str, stack: str | None) -> None:
    """Global flags with a value may stand before the command."""
    call = read(line.split())
    assert (call.command, call.stack) == (command, stack)


def test_the_stack_may_come_from_the_environment() -> None:
    """The engine honours PULUMI_STACK; the command line wins over it."""
    assert read(["up"], "suqian.cloud").stack == "suqian.cloud"
    assert read(["up", "--stack", "suqian.network"], "suqian.cloud").stack == "suqian.network"


@pytest.mark.parametrize("line", ["up --help", "version", "plugin ls", "", "help up"])
def test_what_touches_no_stack_needs_none(line: str) -> None:
    """Asking for help or the version works before there is any cloud."""
    assert not needs_stack(read(line.split()))


@pytest.fixture
def space(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    root = checkout.make(tmp_path / "checkout")
    monkeypatch.chdir(root)
    return checkout.workspace(root)


@pytest.mark.usefixtures("built")
class TestWithTheEngine:
    """What is decided with a stack at hand."""

    @pytest.mark.parametrize("command", ["up", "preview"])
    def test_a_program_is_run_with_the_policy_pack(self, space: Workspace, command: str) -> None:
        """A plain preview or update is judged, by an absolute path, because the program's folder is not the checkout's."""
        arguments, _ = plan([command, "--stack", STACK], space)
        assert arguments == [command, "--stack", STACK, "--policy-pack", str(space.pack)]
        assert space.pack.is_absolute()

    def test_a_pack_of_the_users_own_choice_is_kept(self, space: Workspace) -> None:
        """Whoever names a pack gets that one."""
        line = ["preview", "--stack", STACK, "--policy-pack", "/x"]
        assert plan(line, space)[0] == line

    def test_another_command_is_passed_on_as_it_is(self, space: Workspace) -> None:
        """Nothing is added to what runs no program."""
        line = ["stack", "output", "--stack", STACK]
        assert plan(line, space)[0] == line

    def test_from_elsewhere_the_project_is_named(
        self, space: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """An activated environment is enough, wherever one stands."""
        monkeypatch.chdir(tmp_path)
        assert plan(["stack", "output", "--stack", STACK], space)[0][-2:] == ["-C", str(space.root)]

    def test_without_a_stack_the_choices_are_shown(self, space: Workspace) -> None:
        """The selected stack of yesterday is not a safe default."""
        with pytest.raises(UsageError) as refused:
            plan(["up"], space)
        assert refused.value.message == "请用 --stack 写明要操作哪个栈。"
        assert refused.value.remedy == "现有：suqian.cloud、suqian.identity、suqian.network、suqian.tenants。"

    @pytest.mark.parametrize(("command", "refused"), [("up", True), ("destroy", True), ("preview", False)])
    def test_nothing_is_created_while_creates_are_pending(self, space: Workspace, command: str, refused: bool) -> None:
        """The engine would only warn, and Neutron would make a second network of the same name; looking is fine."""
        space.prepare(STACK)
        path = space.root / ".govnet" / "state" / ".pulumi" / "stacks" / "govnet" / f"{STACK}.json"
        state = json.loads(path.read_text(encoding="utf-8"))
        operation = {
            "resource": {"urn": "urn:pulumi:s::govnet::t::zone-net", "custom": True, "type": "t"},
            "type": "creating",
        }
        state["checkpoint"]["latest"]["pending_operations"] = [operation]
        path.write_text(json.dumps(state), encoding="utf-8")
        if not refused:
            plan([command, "--stack", STACK], space)
            return
        with pytest.raises(UsageError) as problem:
            plan([command, "--stack", STACK], space)
        assert problem.value.message == (
            f"栈 {STACK} 上次执行中断时，有 1 个资源正在创建，不知建成没有；现在继续可能重复创建：zone-net"
        )
        assert problem.value.remedy == f"请先执行 govnet up {STACK}：它先到云上认领这些资源，再继续。"

    def test_the_installed_wrapper_becomes_the_engine(self) -> None:
        """`pulumi version` in the activated environment is the engine's own answer."""
        said = subprocess.run([WRAPPER, "version"], capture_output=True, text=True, check=True, env=dict(os.environ))
        assert said.stdout == "v3.259.0\n"

    def test_a_mistake_is_one_sentence_and_exit_code_two(self) -> None:
        """No traceback for a user's mistake."""
        said = subprocess.run([WRAPPER, "up", "--stack", "nowhere.x"], capture_output=True, text=True, check=False)
        assert said.returncode == 2
        assert said.stderr.startswith("错误：stacks/ 里没有栈 'nowhere.x'；现有：")
        assert len(said.stderr.splitlines()) == 2
