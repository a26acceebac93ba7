"""The day that a command judges on: today, unless the caller says another one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import typer

from infra.clock import today

Day = Annotated[
    datetime | None,
    typer.Option("--today", metavar="年-月-日", formats=["%Y-%m-%d"], help="按这一天判定期限和例外；缺省是今天"),
]
"""An option of every command that only judges. Commands that change something have none: they judge by the clock."""


def chosen(day: datetime | None) -> date:
    """The day that was asked for, or today."""
    return day.date() if day else today()
