"""`.venv/bin/pulumi`: the engine with everything set that this checkout needs, so that a plain `pulumi up --stack …` just works.

It reads no more of the command line than which command and which stack, adds the policy pack where a program is run, refuses where
going on would make duplicates, and then becomes the engine: output, prompts and exit code are the engine's own.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from infra import stackfiles
from infra.cli import say_problem
from infra.engine import ROOT
from infra.errors import Exit, GovnetError, UsageError
from infra.workspace import Workspace

_TAKES_VALUE = (
    "-C",
    "--cwd",
    "--color",
    "-v",
    "--verbose",
    "--tracing",
    "--otel-traces",
    "--profiling",
    "--memprofilerate",
)
"""Global flags of the engine that are followed by a value and may stand before the command."""

_OF_A_STACK = (
    *("up", "update", "preview", "pre", "refresh", "destroy", "down", "dn"),
    *("import", "cancel", "config", "stack", "state", "watch", "logs"),
)
_CREATES = ("up", "update", "destroy", "down", "dn")
_RUNS_PROGRAM = ("up", "update", "preview", "pre")


@dataclass(frozen=True)
class Call:
    """What the wrapper needs to know of a command line: whether it names a policy pack, a folder, asks for help."""

    command: str
    stack: str | None
    packed: bool
    placed: bool
    help: bool


def read(arguments: Sequence[str], chosen: str | None = None) -> Call:
    """Read a command line of the engine; `chosen` is the stack of the environment variable PULUMI_STACK."""
    words: list[str] = []
    stack = chosen
    rest = iter(arguments)
    for argument in rest:
        if argument in ("-s", "--stack"):
            stack = next(rest, None)
        elif argument.startswith("--stack="):
            stack = argument.removeprefix("--stack=")
        elif argument in _TAKES_VALUE and not words:
            next(rest, None)
        elif not argument.startswith("-"):
            words.append(argument)
    command = words[0] if words else ""
    if words[:1] == ["stack"] and words[1:2] in (["select"], ["init"], ["rm"]) and len(words) > 2:
        stack = words[2]
    flags = {argument.split("=")[0] for argument in arguments}
    return Call(
        command,
        stack,
        packed="--policy-pack" in flags,
        placed=bool({"-C", "--cwd"} & flags),
        help=bool({"-h", "--help"} & flags),
    )


def needs_stack(call: Call) -> bool:
    return not call.help and call.command in _OF_A_STACK


def plan(arguments: Sequence[str], workspace: Workspace) -> tuple[list[str], dict[str, str]]:
    """Arguments and environment of the engine, after making the stack ready. Raises `GovnetError` where it must not start."""
    call = read(arguments, workspace.base.get("PULUMI_STACK"))
    if not needs_stack(call):
        return list(arguments), workspace.env(None)
    extra = [] if call.placed or Path.cwd() == workspace.project else ["-C", str(workspace.project)]
    if call.stack is None:
        if call.command == "stack" and workspace.backend.folder is not None:
            return [*arguments, *extra], workspace.env(None)
        known = "、".join(".".join(pair) for pair in stackfiles.deployed(workspace.root))
        raise UsageError("请用 --stack 写明要操作哪个栈。", f"现有：{known}。")
    workspace.prepare(call.stack)
    workspace.drop_dead_lock(call.stack)
    if call.command in _CREATES and (pending := workspace.pending_creates(call.stack)):
        raise UsageError(
            f"栈 {call.stack} 上次执行中断时，有 {len(pending)} 个资源正在创建，不知建成没有；现在继续可能重复创建："
            + "、".join(urn.rpartition("::")[2] for urn in pending),
            f"请先执行 govnet up {call.stack}：它先到云上认领这些资源，再继续。",
        )
    if call.command in _RUNS_PROGRAM and not call.packed:
        extra += ["--policy-pack", str(workspace.pack)]
    return [*arguments, *extra], workspace.env(call.stack)


def main() -> None:
    """Become the engine, or say in one sentence why not."""
    try:
        workspace = Workspace.open(ROOT, os.environ)
        arguments, environment = plan(sys.argv[1:], workspace)
    except GovnetError as problem:
        say_problem(problem)
        sys.exit(problem.exit_code)
    try:
        os.execve(workspace.engine.pulumi, ["pulumi", *arguments], environment)
    except OSError as problem:
        print(
            f"错误：引擎 {workspace.engine.pulumi} 不能执行：{problem}\n请执行 .venv/bin/govnet engine。",
            file=sys.stderr,
        )
        sys.exit(Exit.UNCHECKED)
