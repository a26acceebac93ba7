"""`govnet lab`: the embedded cloud of this machine."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra.cli.progress import progress
from infra.engine import ROOT
from infra.errors import Exit, LabError, UsageError
from lab import cloud, environment, status
from lab.places import default_places

lab_app = typer.Typer(help="内置云：本机上的一个真实 OpenStack，供试用和测试。", no_args_is_help=True)


@lab_app.command("up")
def up() -> None:
    """启动内置云；已在运行则只检查，被打断过则接着做完。本机条件够时 Nova 真正创建主机，不够时说明原因。"""
    with progress() as steps:
        cloud.up(ROOT, steps)
    typer.echo(f"内置云已就绪：{status.API_URL}（凭据文件 {default_places().clouds_file}）")


@lab_app.command("down")
def down() -> None:
    """停止内置云；云里的资源保留，下次 up 还在。"""
    with progress() as steps, steps.step("停止内置云"):
        cloud.down(ROOT)


@lab_app.command("reset")
def reset() -> None:
    """停止内置云并清空云里的一切（数据库、口令、命名空间）；下载和构建的缓存保留。"""
    with progress() as steps, steps.step("清空内置云"):
        cloud.reset(ROOT)


@lab_app.command("status")
def show_status() -> None:
    """各服务是否在应答、占多少内存、属于哪个检出目录；不在运行则退出码为 3。"""
    report = status.look(default_places())
    table = Table("服务", "进程", "进程号", "启动于", "内存 MB", "应答")
    for service in report.services:
        for position, process in enumerate(service.processes):
            table.add_row(
                service.name if position == 0 else "",
                process.name,
                str(process.pid or "-"),
                process.since.strftime("%m-%d %H:%M:%S") if process.since else "-",
                f"{process.memory / 1e6:.0f}" if process.memory else "-",
                ("是" if service.problem is None else f"否：{service.problem}") if position == 0 else "",
            )
    console = Console()
    console.print(table)
    console.print(f"API：{status.API_URL}", f"属于：{report.checkout or '无'}", f"版本：{report.versions}", sep="\n")
    if not report.answering:
        raise typer.Exit(Exit.UNCHECKED)


@lab_app.command("logs")
def logs(
    service: Annotated[
        str | None, typer.Argument(help="服务或进程的名字，例如 neutron；不写则列出全部日志文件")
    ] = None,
    lines: Annotated[int, typer.Option("-n", help="显示最后多少行")] = 50,
) -> None:
    """显示一个服务的日志末尾。"""
    files = status.log_files(default_places(), service)
    if not files:
        raise UsageError(
            f"没有 {service!r} 的日志。",
            f"可选：{'、'.join(status.log_names(default_places())) or '（还没有任何日志）'}。",
        )
    for file in files:
        typer.echo(f"==> {file}")
        if service is not None:
            typer.echo("\n".join(file.read_text(errors="replace").splitlines()[-lines:]))


@lab_app.command("shell")
def shell() -> None:
    """打开一个 shell：PATH 上有 openstack、ovs-vsctl、ovn-nbctl 等客户端，凭据是 lab-admin。"""
    places = default_places()
    if not places.clouds_file.exists():
        raise LabError("内置云还没有启动过。", remedy="先运行 govnet lab up。")
    env = {key: value for key, value in os.environ.items() if not key.startswith("OS_")}
    env |= status.client_environment(places)
    env["PATH"] = f"{environment.folder(places) / 'bin'}:{env['PATH']}"
    sys.exit(subprocess.run([env.get("SHELL", "/bin/bash")], env=env, check=False).returncode)
