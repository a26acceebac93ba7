"""`govnet log`: who did what; and the writing of it, around every command that changes or tries something."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Annotated, ParamSpec

import typer

from infra import accountability, cloudconfig, keys
from infra.accountability import BEGUN, Act, Read
from infra.blueprint.canonical import digest
from infra.blueprint.load import load
from infra.clock import in_china
from infra.engine import ROOT
from infra.errors import CloudError, Exit, GovnetError, UsageError

log_app = typer.Typer(help="操作日志：谁在什么时候用本程序做了什么，结果如何。", no_args_is_help=True)

P = ParamSpec("P")

_ENDS = {
    Exit.OK: "完成",
    Exit.INTERNAL: "内部错误",
    Exit.USAGE: "用法错误",
    Exit.UNCHECKED: "没做成",
    Exit.VIOLATIONS: "不符合",
}


def recorded(command: str, run: Callable[P, None]) -> Callable[P, None]:
    """A command that says when it begins and how it ended, however it ends. What cannot be recorded is not done."""

    @wraps(run)
    def noted(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            key = keys.place(keys.folder(cloudconfig.clouds_file(ROOT)))
        except CloudError:  # without a cloud there is nothing to be done to it, which the command itself says best
            run(*args, **kwargs)
            return
        path, target = accountability.file(ROOT), _told(kwargs)
        blueprint = load(ROOT / "estate").blueprint
        told = digest(blueprint) if blueprint else ""
        begun = accountability.add(path, key, command, target, BEGUN, blueprint=told)
        result = "中断"
        try:
            run(*args, **kwargs)
            result = _ENDS[Exit.OK]
        except typer.Exit as over:
            result = _ENDS[Exit(over.exit_code)]
            raise
        except GovnetError as problem:
            result = _ENDS[problem.exit_code]
            raise
        finally:
            accountability.add(path, key, command, target, result, of=begun.number, blueprint=told)

    return noted


def _told(given: Mapping[str, object]) -> list[str]:
    """What a command was told, as options and words; none of ours takes a secret."""
    words: list[str] = []
    for name, value in given.items():
        if isinstance(value, list | tuple):
            words += map(str, value)
        elif value is True:
            words.append(f"--{name}")
        elif value not in (None, False, ""):
            words.append(str(value))
    return words


@log_app.command("show")
def show(
    count: Annotated[int, typer.Option("--last", min=1, help="最近多少行")] = 40,
) -> None:
    """最近的操作：时刻、账号、命令、对象、结果。先核对整条链，链断了的照样列出，并说断在哪里。"""
    found = _read()
    for act in found.acts[-count:]:
        typer.echo(_said(act))
    for act in accountability.unfinished(found.acts):
        typer.echo(f"没有结束记录：第 {act.number} 行 {act.command} {act.target}（仍在执行，或被杀死）")
    raise typer.Exit(_verdict(found))


@log_app.command("verify")
def verify() -> None:
    """核对每一行接着前一行、由本机的密钥签名。退出码：0 完整；3 没有记录；4 被改动过。"""
    found = _read()
    if found.acts and not found.problems:
        typer.echo(f"完整：{len(found.acts)} 行，末行 {found.head}（末尾有没有被截去，与状态页或抄下的末行比对）")
    raise typer.Exit(_verdict(found))


def head() -> str:
    """The last line, in short; nothing when there is none or the chain is broken."""
    try:
        found = _read()
    except GovnetError:
        return ""
    return "" if found.problems else found.head


def _read() -> Read:
    path = accountability.file(ROOT)
    if not path.exists():
        return Read(())
    public = keys.place(keys.folder(cloudconfig.clouds_file(ROOT))).public
    try:
        return accountability.read(path.read_text(encoding="utf-8"), public)
    except (OSError, UnicodeDecodeError) as problem:
        raise UsageError(f"读不出操作日志 {path}：{problem}") from problem


def _verdict(found: Read) -> Exit:
    for problem in found.problems:
        typer.echo(f"操作日志不可信：{problem}", err=True)
    if found.problems:
        return Exit.VIOLATIONS
    if not found.acts:
        typer.echo("还没有记录。")
    return Exit.OK if found.acts else Exit.UNCHECKED


def _said(act: Act) -> str:
    moment = in_china(datetime.fromisoformat(act.time))
    result = "开始" if act.result == BEGUN else f"{act.result}（第 {act.of} 行）"
    blueprint = f"  蓝图 {act.blueprint[:12]}" if act.blueprint else ""
    return f"{act.number:>5}  {moment:%Y-%m-%d %H:%M:%S}  {act.actor}  {act.command} {act.target}  {result}{blueprint}"
