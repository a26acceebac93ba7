"""`govnet rules`: what every change is judged by, and where it comes from."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.cli.rules_page import PAGE, cases, exception, page
from infra.errors import UsageError
from infra.files import write_whole
from policies.evaluate import collect

rules_app = typer.Typer(help="规则：判定每次变更所依据的条文。", invoke_without_command=True)


@rules_app.callback()
def table(context: typer.Context) -> None:
    """列出全部规则及其出处；看一条的全文用 govnet rules show P09。"""
    if context.invoked_subcommand:
        return
    rows = Table("规则")
    for title in ("要求", "出处", "例外由谁批"):
        rows.add_column(title, overflow="fold")
    for rule in collect():
        rows.add_row(rule.id, rule.title, str(rule.article), exception(rule.id))
    Console().print(rows)


@rules_app.command("show")
def show(rule_id: Annotated[str, typer.Argument(metavar="规则", help="规则的编号，例如 P09")]) -> None:
    """一条规则：要求、出处与原文、应当怎么做、例外由谁批、有多少用例。"""
    known = {rule.id: rule for rule in collect()}
    rule = known.get(rule_id.upper())
    if rule is None:
        raise UsageError(f"没有规则 {rule_id}。", f"可选：{'、'.join(known)}。")
    passing, failing = cases(rule.id)
    typer.echo(f"{rule.id}  {rule.title}\n出处：{rule.article}\n应当：{rule.right}\n例外：{exception(rule.id)}")
    typer.echo(f"用例：tests/rules/{rule.id}/，应通过 {passing} 个，应发现 {failing} 个")


@rules_app.command("page")
def write_page() -> None:
    """由规则生成 docs/rules.md。"""
    write_whole(PAGE, page())
    typer.echo(f"已写 {PAGE}")
