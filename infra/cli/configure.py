"""`govnet configure`: bring machines to what the blueprint and the roles say."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from contextlib import ExitStack
from typing import Annotated

import typer

from infra import stackfiles
from infra.blueprint.types import Blueprint
from infra.cli import say_problem
from infra.cli.backup_keep import handed, holder_name, holding
from infra.cli.bastions import standing
from infra.cli.findings import sound_blueprint
from infra.cli.progress import Progress, Step, progress
from infra.engine import ROOT
from infra.errors import Exit, GovnetError, UsageError
from infra.hostaccess import host_variables
from infra.inventory.access import made
from infra.inventory.antivirus import waiting
from infra.runner import HostResult, play


def configure(
    targets: Annotated[
        list[str] | None,
        typer.Argument(help="站点、主机或能力，例如 suqian backup；不写则为全部主机", metavar="[站点|主机|能力]…"),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="只说明会改什么，不动主机")] = False,
) -> None:
    """按蓝图和角色配置主机；中断后重新执行即接着做，重复执行没有变更。每台主机的日志在 .govnet/logs/hosts/。

    监测主机配置好之后，把站点的部署状态交存给它（govnet backup keep）。

    退出码：0 完成；3 有主机不可达，或没有交存成；4 有主机没配置成。
    """
    blueprint = sound_blueprint()
    hosts = chosen(blueprint, targets or [], stackfiles.sites_with_machines(ROOT))
    if not hosts:
        typer.echo("没有要配置的主机：这些站点没有部署 platform 层，或者这个云不建主机。")
        return
    with progress() as steps, ExitStack() as opened:
        with steps.step("站上堡垒机"):
            opened.enter_context(standing(blueprint))
        running: dict[str, Step] = {host: opened.enter_context(steps.step(host)) for host in hosts}
        results = play(ROOT, hosts, lambda host, task: running[host].note(task), check=check)
        for host, step in running.items():
            show(step, results[host])
        unkept = None if check else kept(blueprint, results, steps)
    for host, result in results.items():
        if result.problem:
            typer.echo(f"{host}：{result.problem}", err=True)
    if unfed := sorted({*waiting(blueprint)} & {*hosts}):
        typer.echo(f"{len(unfed)} 台主机还不查毒：所在站点的病毒特征库没有建成（{'、'.join(unfed)}）。")
    if bare := [host for host, result in results.items() if result.waits]:
        typer.echo(
            f"{len(bare)} 台主机是新建的，原有数据恢复之前不备份：govnet backup restore 主机（{'、'.join(bare)}）；没有要恢复的，加 --afresh。"
        )
    if unkept:
        say_problem(unkept)
    raise typer.Exit(max(verdict(results.values()), Exit.UNCHECKED if unkept else Exit.OK))


def kept(blueprint: Blueprint, results: Mapping[str, HostResult], steps: Progress) -> GovnetError | None:
    """Hand the deployment state to those of its keepers that are configured well; why that was not done, if it was not."""
    good = {host for host, result in results.items() if result.good}
    try:
        handed(
            [site for site in holding(blueprint) if holder_name(site) in good], host_variables(ROOT, blueprint), steps
        )
    except GovnetError as problem:
        return problem
    return None


def chosen(blueprint: Blueprint, words: Sequence[str], deployed: Collection[str]) -> list[str]:
    """The machines of deployed sites that the words mean; all for none. Raises `UsageError` naming every word that means nothing."""
    rows = [(site.id, row.name, row.capability) for site, row in made(blueprint)]
    known = dict.fromkeys([*(name for row in rows for name in row), *(site.id for site in blueprint.sites)])
    if unknown := [word for word in words if word not in known]:
        raise UsageError(f"没有这样的站点、主机或能力：{'、'.join(unknown)}。", f"可以写：{'、'.join(known)}。")
    meant = [row for row in rows if not words or any(word in row for word in words)]
    return sorted(name for site, name, _ in meant if site in deployed)


def show(step: Step, result: HostResult) -> None:
    """Say at a machine's step how it went: in words, and by the sign it ends with."""
    step.note(told(result))
    if not result.good:
        step.fail()


def told(result: HostResult) -> str:
    """How it went, in a few words."""
    if result.dark:
        return "不可达"
    if result.failures:
        return "没有配置成"
    return f"变更 {result.changed}" if result.ok else "没有执行任何任务"


def verdict(results: Collection[HostResult]) -> Exit:
    """A machine on which something failed weighs more than one that could not be reached; nothing done is not done well."""
    if any(result.failures for result in results):
        return Exit.VIOLATIONS
    return Exit.OK if results and all(result.good for result in results) else Exit.UNCHECKED
