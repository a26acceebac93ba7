"""The day that a command judges on: today, unless the caller says another one."""

from __future__ import annotations

from datetime import date
from typing import Annotated

import typer

from infra.clock import today
from infra.errors import UsageError


def _read(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"不是日期：{text}", "写成 2026-12-31") from error


Day = Annotated[
    date | None,
    typer.Option("--today", metavar="年-月-日", parser=_read, help="按这一天判定期限和例外；缺省是今天"),
]
"""An option of every command that only judges. Commands that change something have none: they judge by the clock."""


def chosen(day: date | None) -> date:
    """The day that was asked for, or today."""
    return day or today()
