"""`govnet summary`: what exists, where to look, what to try next."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import typer
from rich.console import Console
from rich.table import Table

from infra import keys, stackfiles
from infra.blueprint.types import Blueprint
from infra.cli.findings import sound_blueprint
from infra.cli.targets import deployed, jobs
from infra.engine import ROOT
from infra.errors import Exit
from infra.inventory.access import address, made, ssh_file
from infra.stacks import Stack
from infra.workspace import Workspace

COUNTED = {
    "项目": ("openstack:identity/project:Project",),
    "用户与组": ("openstack:identity/user:User", "openstack:identity/groupV3:GroupV3"),
    "网络": ("openstack:networking/network:Network",),
    "子网": ("openstack:networking/subnet:Subnet",),
    "路由器": ("openstack:networking/router:Router",),
    "规则": ("openstack:networking/secGroupRule:SecGroupRule",),
}
"""Column of the table → resource types counted in it. The last column counts everything."""

NEXT = (
    ("govnet verify", "再比对一次云与声明，并发送数据包"),
    ("pulumi preview --stack suqian.network", "引擎本身；不用导出任何变量"),
    ("govnet configure --check", "主机是否仍如角色所说"),
    ("govnet lab status", "内置云的每个服务"),
    ("govnet check", "声明是否读得懂、合规则"),
    ("make test", "全部测试"),
)


def summary() -> None:
    """说明现在有什么、在哪里看、接下来可以试什么。退出码：0 各栈都已部署；3 有栈还没有部署。"""
    workspace = Workspace.open(ROOT, os.environ)
    stacks = deployed()
    with ThreadPoolExecutor(jobs()) as pool:
        states = dict(zip(stacks, pool.map(lambda stack: workspace.state(str(stack)), stacks), strict=True))
    console = Console()
    console.print(table(states))
    if shown := machines(sound_blueprint(), stackfiles.sites_with_machines(ROOT)):
        console.print(shown)
        login = ssh_file(keys.folder(workspace.clouds))
        console.print(f"登录    ssh -F {login} 主机名", highlight=False, soft_wrap=True)
    for line in (
        f"引擎    {workspace.engine}",
        f"凭据    {workspace.clouds}；每个栈用其中哪一个：govnet stacks list",
        f"状态    {workspace.backend.template}",
        "声明    estate/（改这里，其余都由它推导）",
        "日志    .govnet/logs/",
        "接下来（先执行 source .venv/bin/activate）",
        *(f"  {command:<40}{purpose}" for command, purpose in NEXT),
    ):
        console.print(line, highlight=False, soft_wrap=True)
    if missing := absent(states):
        console.print(f"还没有部署：{'、'.join(missing)}。请执行 govnet up。", soft_wrap=True)
        raise typer.Exit(Exit.UNCHECKED)


def absent(states: Mapping[Stack, Mapping[str, Any] | None]) -> list[str]:
    """Stacks that are not deployed. A deployed one has at least a row of its own, even where nothing is declared for it (a city without tenants)."""
    return [str(stack) for stack, state in states.items() if not rows(state)]


def rows(state: Mapping[str, Any] | None) -> Sequence[Mapping[str, Any]]:
    """All that a state holds, the engine's own bookkeeping too."""
    return (state or {}).get("resources") or []


def resources(state: Mapping[str, Any] | None) -> Counter[str]:
    """Resource types in a state, the engine's own bookkeeping left out."""
    return Counter(str(row["type"]) for row in rows(state) if str(row["type"]).startswith("openstack:"))


def machines(blueprint: Blueprint, sites: Collection[str]) -> Table | None:
    """One row a machine of these sites; nothing where none is made."""
    rows = [(site, row) for site, row in made(blueprint) if site.id in sites]
    if not rows:
        return None
    shown = Table("主机", "用途", "地址", title="真实主机")
    for site, row in rows:
        shown.add_row(row.name, row.capability, address(site, row))
    return shown


def table(states: Mapping[Stack, Mapping[str, Any] | None]) -> Table:
    """One row a stack: how many resources of each kind it has."""
    shown = Table("栈", *COUNTED, "合计", title="已部署的资源")
    for stack, state in states.items():
        found = resources(state)
        counts = [sum(found[token] for token in tokens) for tokens in COUNTED.values()]
        cells = [str(count) if count else "" for count in (*counts, found.total())]
        shown.add_row(str(stack), *cells)
    return shown
