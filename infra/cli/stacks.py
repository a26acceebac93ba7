"""`govnet stacks`: the files that say which site is deployed, and with which credentials of clouds.yaml."""

from __future__ import annotations

from typing import Annotated

import typer

from infra import cloudconfig, names, stackfiles
from infra.engine import ROOT
from infra.errors import UsageError

stacks_app = typer.Typer(help="栈文件：哪个站点部署到哪个云、用哪些凭据。", no_args_is_help=True)


@stacks_app.command("write")
def write(
    site: Annotated[str, typer.Argument(help="站点，例如 suqian")],
    admin: Annotated[str, typer.Option(help="clouds.yaml 里云管理员的条目（cloud 层）")],
    manager: Annotated[str, typer.Option(help="clouds.yaml 里域管理员的条目（identity 层）")],
    operator: Annotated[str, typer.Option(help="clouds.yaml 里站点运维的条目（network、tenants、platform 层）")],
    machines: Annotated[
        bool, typer.Option("--machines", help=f"也部署 platform 层的主机；云上须有镜像 {names.MACHINE_IMAGE}")
    ] = False,
) -> None:
    """把一个站点各层的栈文件写到 stacks/，供你自己的 OpenStack 使用。"""
    clouds = {"admin": admin, "manager": manager, "operator": operator}
    if not (ROOT / "estate" / "sites" / site / "site.yaml").exists():
        raise UsageError(f"estate/sites/ 里没有站点 {site!r}。", "请写 estate/sites/ 下某个目录的名字。")
    path = cloudconfig.clouds_file(ROOT)
    known = cloudconfig.entries(path)
    if missing := sorted({entry for entry in clouds.values() if entry not in known}):
        raise UsageError(f"{path} 里没有条目：{'、'.join(missing)}。", f"现有条目：{'、'.join(sorted(known))}。")
    for written in stackfiles.write(ROOT, site, clouds, machines=machines):
        typer.echo(f"已写 {written.relative_to(ROOT)}")


@stacks_app.command("list")
def list_() -> None:
    """列出 stacks/ 里的栈和各自使用的 clouds.yaml 条目。"""
    for site, layer in stackfiles.deployed(ROOT):
        typer.echo(f"{site}.{layer}\t{stackfiles.stack_cloud(ROOT, site, layer)}")
