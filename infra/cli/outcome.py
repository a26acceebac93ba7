"""How a command over many stacks ended, in words and in an exit code."""

from __future__ import annotations

from collections.abc import Mapping

import typer

from infra.cli import say_problem
from infra.cli.parallel import Skipped
from infra.errors import Exit, GovnetError
from infra.stacks import Stack


def finish(results: Mapping[Stack, object], success: str, *, refused: bool) -> None:
    """Say what failed and what was therefore left out; exits with the gravest code, or says that all went well.

    `refused`: stacks were left out because their sites' declarations break a rule (and that was said).
    """
    codes = {Exit.VIOLATIONS} if refused else set()
    for stack in sorted(results, key=str):
        result = results[stack]
        if isinstance(result, GovnetError):
            say_problem(result)
            codes.add(result.exit_code)
        elif isinstance(result, Skipped):
            typer.echo(f"跳过：{stack}（它需要的 {result.because} 没有成功）", err=True)
            codes.add(Exit.UNCHECKED)
    if codes:
        raise typer.Exit(max(codes))
    typer.echo(f"{success}（{len(results)} 个栈）。")
