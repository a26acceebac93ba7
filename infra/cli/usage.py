"""What click says of a command line that it cannot read, in the user's words and with the nearest command or option.

Typer brings click along as a private module (`typer._click`) and has no public name for these errors.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from typer._click import core
from typer._click import exceptions as click
from typer.core import TyperGroup

from infra.errors import UsageError
from infra.reading.words import nearest

_NO_COMMAND = re.compile(r"No such command '(?P<word>[^']*)'")
_TOO_MANY = re.compile(r"Got unexpected extra argument\(s\) \((?P<words>.*)\)", re.DOTALL)
"""Two mistakes have no class of their own there, only these words."""


def said(problem: click.UsageError) -> UsageError:
    """The same as a sentence with its remedy."""
    context = problem.ctx
    command = context.command_path if context else "govnet"
    message, near = _words(problem, context, command)
    return UsageError(message, f"{near}{command} -h 列出全部用法")


def _words(problem: click.UsageError, context: core.Context | None, command: str) -> tuple[str, str]:
    """What is wrong, and what is nearest to it."""
    text = problem.format_message()
    if isinstance(problem, click.NoSuchOption):
        return f"{command} 没有选项 {problem.option_name}", _near(problem.option_name, _options(context))
    if unknown := _NO_COMMAND.search(text):
        return f"{command} 没有命令 {unknown['word']}", _near(unknown["word"], _commands(context))
    if too_many := _TOO_MANY.search(text):
        return f"{command} 多写了 {too_many['words']}", ""
    if isinstance(problem, click.BadOptionUsage):
        return f"选项 {problem.option_name} 后面要写一个值", ""
    if isinstance(problem, click.MissingParameter):
        return f"{command} 缺少{_parameter(problem)}", ""
    if isinstance(problem, click.BadParameter):
        return f"{_parameter(problem)} 不对：{problem.message}", ""
    return f"{command}：{text}", ""


def _parameter(problem: click.BadParameter) -> str:
    """The option or argument that a mistake is about, as it is written."""
    if problem.param is None:
        return "参数"
    sort = "选项" if problem.param.param_type_name == "option" else "参数"
    return f"{sort} {problem.param.get_error_hint().replace(chr(39), '')}"


def _near(word: str, known: Iterable[str]) -> str:
    return f"最接近的是：{nearest(word, known)}；"


def _commands(context: core.Context | None) -> list[str]:
    group = context.command if context else None
    return list(group.commands) if isinstance(group, TyperGroup) else []


def _options(context: core.Context | None) -> list[str]:
    parameters = context.command.get_params(context) if context else []
    return [name for row in parameters for name in (*row.opts, *row.secondary_opts) if name.startswith("--")]
