"""A checkout's workspace, with the real engine: state, passphrases, locks, and what a killed run leaves."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from infra.engine import Engine
from infra.errors import CloudError, UsageError
from infra.workspace import OFFLINE, Workspace
from tests.engine import checkout
from tests.engine.checkout import STACK, pulumi

pytestmark = pytest.mark.usefixtures("built")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return checkout.make(tmp_path / "checkout")


@pytest.fixture
def space(root: Path) -> Workspace:
    return checkout.workspace(root)


def _state_file(root: Path) -> Path:
    return root / ".govnet" / "state" / ".pulumi" / "stacks" / "govnet" / f"{STACK}.json"


def test_an_update_works_with_nothing_exported_by_hand(root: Path, space: Workspace) -> None:
    """The stack is made, the config of stacks/ arrives in the program, and secrets are sealed in the state."""
    space.prepare(STACK)
    done = pulumi(space, "up", "--yes", "--skip-preview")
    assert done.returncode == 0, done.stdout + done.stderr
    assert pulumi(space, "stack", "output", "cloud").stdout.strip() == "my-operator"
    assert "hush" not in _state_file(root).read_text(encoding="utf-8")


def test_preparing_again_changes_nothing(root: Path, space: Workspace) -> None:
    """The salt that the engine wrote into its copy of the stack file is kept, and so is the passphrase."""
    space.prepare(STACK)
    kept = [
        root / ".govnet" / "stacks" / f"Pulumi.{STACK}.yaml",
        root / ".govnet" / "passphrases" / "suqian",
        _state_file(root),
    ]
    before = [path.read_bytes() for path in kept]
    assert b"encryptionsalt" in before[0]
    space.prepare(STACK)
    assert [path.read_bytes() for path in kept] == before
    assert kept[1].stat().st_mode & 0o777 == 0o600
    assert b"salt" not in (root / "stacks" / f"Pulumi.{STACK}.yaml").read_bytes()


def test_a_changed_stack_file_reaches_the_engine(root: Path, space: Workspace) -> None:
    """stacks/ is the fact; the engine's copy follows it and keeps its salt."""
    space.prepare(STACK)
    (root / "stacks" / f"Pulumi.{STACK}.yaml").write_text("config:\n  openstack:cloud: other\n", encoding="utf-8")
    space.prepare(STACK)
    assert pulumi(space, "config", "get", "openstack:cloud").stdout.strip() == "other"
    assert "encryptionsalt" in (root / ".govnet" / "stacks" / f"Pulumi.{STACK}.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("stack", [STACK, "suqian.cloud"])
def test_a_lost_passphrase_is_never_replaced_by_a_new_one(root: Path, space: Workspace, stack: str) -> None:
    """A new one would seal what comes with a key that nobody else has; also for another stack of the site."""
    space.prepare(STACK)
    (root / ".govnet" / "passphrases" / "suqian").unlink()
    with pytest.raises(UsageError, match="站点 suqian 的状态已经存在，但本机没有它的口令文件"):
        space.prepare(stack)
    assert not (root / ".govnet" / "passphrases" / "suqian").exists()


def test_a_stack_that_no_file_names_is_refused(space: Workspace) -> None:
    """A mistyped site must not become a new stack; the message lists the real ones."""
    with pytest.raises(UsageError) as refused:
        space.prepare("suqain.network")
    assert refused.value.message == (
        "stacks/ 里没有栈 'suqain.network'；现有：suqian.cloud、suqian.identity、suqian.network、suqian.tenants。"
    )


def test_creates_of_a_killed_run_are_named(root: Path, space: Workspace) -> None:
    """The engine only warns of them; whoever goes on may make a second network of the same name."""
    space.prepare(STACK)
    assert space.pending_creates(STACK) == []
    _leave_pending(root)
    assert [urn.rpartition("::")[2] for urn in space.pending_creates(STACK)] == ["zone-net"]


def test_restoring_a_state_drops_its_pending_operations(root: Path, space: Workspace) -> None:
    """What was settled by looking at the cloud is written back."""
    space.prepare(STACK)
    pulumi(space, "up", "--yes", "--skip-preview")
    _leave_pending(root)
    deployment = space.state(STACK)
    assert deployment is not None
    space.restore(STACK, deployment)
    assert space.pending_creates(STACK) == []
    assert pulumi(space, "stack", "output", "cloud").stdout.strip() == "my-operator"


def _leave_pending(root: Path) -> None:
    path = _state_file(root)
    state = json.loads(path.read_text(encoding="utf-8"))
    urn = "urn:pulumi:suqian.network::govnet::openstack:networking/network:Network::zone-net"
    resource = {
        "urn": urn,
        "custom": True,
        "type": "openstack:networking/network:Network",
        "inputs": {"name": "zone-net"},
    }
    state["checkpoint"]["latest"]["pending_operations"] = [{"resource": resource, "type": "creating"}]
    path.write_text(json.dumps(state), encoding="utf-8")


def test_the_lock_of_a_killed_run_does_not_stop_the_next_one(root: Path, space: Workspace) -> None:
    """The lock of a living run stays; once it is killed with -9, the next update just works."""
    space.prepare(STACK)
    waiting = root / "wait"
    waiting.touch()
    locks = root / ".govnet" / "state" / ".pulumi" / "locks" / "organization" / "govnet" / STACK
    line = space.command("up", "--yes", "--skip-preview", "--stack", STACK)
    running = subprocess.Popen(line, env={**space.env(STACK), "WAIT_WHILE": str(waiting)}, stdout=subprocess.DEVNULL)
    try:
        _until(lambda: bool(list(locks.glob("*.json"))))
        assert not space.drop_dead_lock(STACK)
        assert "locked" in pulumi(space, "up", "--yes", "--skip-preview").stderr
    finally:
        running.send_signal(signal.SIGKILL)
        running.wait()
        waiting.unlink()
    assert space.drop_dead_lock(STACK)
    assert pulumi(space, "up", "--yes", "--skip-preview").returncode == 0


def _until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_a_lock_of_another_machine_is_left_alone(root: Path, space: Workspace) -> None:
    """Whether its owner lives cannot be seen from here."""
    space.prepare(STACK)
    lock = root / ".govnet" / "state" / ".pulumi" / "locks" / "organization" / "govnet" / STACK / "x.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.write_text(json.dumps({"pid": 999999999, "hostname": "elsewhere"}), encoding="utf-8")
    assert not space.drop_dead_lock(STACK)
    assert lock.exists()


def test_offline_a_preview_needs_neither_cloud_nor_clouds_file(root: Path) -> None:
    """It has a project and a state of its own, so that it neither reads nor touches the real one."""
    (root / "clouds.yaml").unlink()
    space = checkout.workspace(root, **{OFFLINE: "1"})
    space.prepare(STACK)
    done = pulumi(space, "preview")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "my-operator" in done.stdout
    assert not (root / ".govnet" / "state").exists()
    assert not (root / ".govnet" / "stacks").exists()


def test_without_any_clouds_file_the_way_out_is_said(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is made."""
    (root / "clouds.yaml").unlink()
    monkeypatch.setattr("infra.cloudconfig.candidates", lambda root: (root / "clouds.yaml", root / "lab.yaml"))
    with pytest.raises(CloudError, match=r"找不到 clouds\.yaml"):
        checkout.workspace(root).prepare(STACK)
    assert not (root / ".govnet").exists()


def test_the_environment_is_complete_and_strays_are_gone(root: Path, built: Engine) -> None:
    """What a shell happens to export for another cloud, or another passphrase, must not leak into a run."""
    strays = {
        "OS_CLOUD": "x",
        "OS_PASSWORD": "x",
        "PULUMI_CONFIG_PASSPHRASE": "x",
        "PULUMI_BACKEND_URL": "https://x",
        "PYTHONPATH": "x",
    }
    space = checkout.workspace(root, **strays, PULUMI_PARALLEL="4", KEPT="yes")
    env = space.env(STACK)
    assert {name: value for name, value in env.items() if name.startswith(("OS_", "PULUMI_", "PYTHONP"))} == {
        "OS_CLIENT_CONFIG_FILE": f"{root}/clouds.yaml",
        "PULUMI_BACKEND_URL": f"file://{root}/.govnet/state",
        "PULUMI_CONFIG_PASSPHRASE_FILE": f"{root}/.govnet/passphrases/suqian",
        "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        "PULUMI_HOME": f"{root}/.govnet/pulumi",
        "PULUMI_PARALLEL": "4",
        "PULUMI_SKIP_UPDATE_CHECK": "true",
    }
    assert env["KEPT"] == "yes"
    assert str(built.bin) in env["PATH"].split(":")
