"""Running the engine once on one stack, watching it."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

from infra.driver.events import Watch
from infra.errors import EngineError, Exit
from infra.workspace import Workspace

Notice = Callable[[Watch], None]

LAST_LINES = 12
"""How much of what the engine said outside of events is shown when it fails."""


def run(workspace: Workspace, stack: str, command: str, *arguments: str, notice: Notice) -> Watch:
    """Run an engine command that reports events, to its end. Raises `EngineError` with what mattered when it fails.

    What it said is kept in `.govnet/logs/<stack>.<command>.log`. A refusal by a mandatory policy is a `Refused`.
    """
    log = workspace.folder / "logs" / f"{stack}.{command}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    errors = log.with_suffix(".err")
    watch = Watch()
    line = workspace.command(command, "--stack", stack, "--json", "--non-interactive", *arguments)
    environment = workspace.env(stack) | {"PULUMI_ENABLE_STREAMING_JSON_PREVIEW": "true"}
    with (
        log.open("w", encoding="utf-8") as out,
        errors.open("w", encoding="utf-8") as err,
        subprocess.Popen(
            line, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=err, text=True
        ) as child,
    ):
        assert child.stdout is not None  # PIPE was asked for
        for said in child.stdout:
            if watch.take(said):
                out.write(said)
                notice(watch)
    if child.returncode != 0:
        raise _failure(stack, command, watch, errors, log)
    return watch


class Refused(EngineError):
    """The policy pack refused the change."""

    exit_code = Exit.VIOLATIONS


def _failure(stack: str, command: str, watch: Watch, errors: Path, log: Path) -> EngineError:
    if watch.violations:
        return Refused(
            f"{stack}:策略拒绝了这次变更：\n" + "\n".join(watch.violations), "请按上面每一条改正 estate/，再执行。"
        )
    said = watch.problems or watch.echoes or errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    shown = "\n".join(said[-LAST_LINES:]) or "引擎没有说明原因。"
    return EngineError(f"{stack}：引擎执行 {command} 失败：\n{shown}", f"全部输出在 {log}。")
