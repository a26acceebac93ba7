"""`govnet tenant new`: one file for one tenant, written when it is right, or not at all."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperOption

from infra.cli import say_problem
from infra.cli.findings import fail_if_any
from infra.engine import ROOT
from infra.errors import UsageError
from infra.files import write_whole
from infra.model.enums import DataClass
from infra.model.estate import Estate
from infra.reading import read_estate
from infra.reading.words import nearest

tenant_app = typer.Typer(help="租户：新建一份声明。", no_args_is_help=True)


Answers = Mapping[str, Any]
"""What has been answered so far, by parameter; `estate_dir` always. An option may stand before `--site`: it is held again in the end."""


def _known_site(answers: Answers, site: str) -> None:
    estate = _estate(answers)
    if site not in estate.sites:
        raise UsageError(f"没有站点 {site}", f"最接近的是：{nearest(site, estate.sites)}")


def _known_department(answers: Answers, department: str) -> None:
    """A department of the register that has no tenant at this site yet."""
    departments = [row.id for row in _estate(answers).departments]
    if department not in departments:
        raise UsageError(f"没有部门 {department}", f"最接近的是：{nearest(department, departments)}")
    path = _path(answers["site"], department) if "site" in answers else None
    if path is not None and (answers["estate_dir"] / path).exists():
        raise UsageError(f"{path} 已经存在", "改那一份；一个部门要第二个租户时手写一份并另起标识")


def _known_zone(answers: Answers, zone: str) -> None:
    site = answers.get("site")
    zones = [row.id for row in _estate(answers).sites[site].zones] if site else [zone]
    if zone not in zones:
        raise UsageError(f"{site} 没有区域 {zone}", f"最接近的是：{nearest(zone, zones)}")


def _no_state_secret(answers: Answers, state_secret: bool) -> None:
    if state_secret:
        raise UsageError("涉密不上网、上网不涉密", "涉密业务由保密部门审批的涉密系统承担，不在政务外网")


def _estate(answers: Answers) -> Estate:
    estate = read_estate(answers["estate_dir"]).estate
    if estate is None:
        raise UsageError("全省共用文件有问题，先改好", "运行 govnet check")
    return estate


def _path(site: str, department: str) -> Path:
    return Path("sites") / site / "tenants" / f"{department}.yaml"


def _whole(least: int, most: int) -> Callable[[object], int]:
    """Reads a whole number within these bounds; at a prompt a wrong one is asked for again. Typer reads a prompt's answer twice."""

    def read(answer: object) -> int:
        text = str(answer)
        if text.isdecimal() and least <= int(text) <= most:
            return int(text)
        raise typer.BadParameter(f"要 {least} 到 {most} 的整数，不是 {text}")

    return read


def _held(check: Callable[[Answers, Any], None], *, again: bool = True) -> Callable[..., Any]:
    """Hold an answer against what there is as soon as it is given. One that was typed at a prompt may be given `again`."""

    def callback(context: typer.Context, parameter: typer.CallbackParam, value: Any) -> Any:
        try:
            check(context.params, value)
        except UsageError as problem:
            at_prompt = context.get_parameter_source(str(parameter.name)) is None  # the prompt asks before it lets go
            if not (again and at_prompt):
                raise
            say_problem(problem)
            assert isinstance(parameter, TyperOption)
            return parameter.prompt_for_value(context)
        return value

    return callback


@tenant_app.command("new")
def new(
    site: Annotated[str, typer.Option(prompt="站点（例如 suqian）", help="站点标识", callback=_held(_known_site))],
    department: Annotated[
        str,
        typer.Option(
            prompt="部门标识（例如 renshe，见 estate/departments.yaml）",
            help="部门标识",
            callback=_held(_known_department),
        ),
    ],
    title: Annotated[str, typer.Option(prompt="单位名称", help="单位名称")],
    hosts: Annotated[
        int, typer.Option(prompt="三年内需要的地址数", parser=_whole(1, 2000), metavar="1–2000", help="地址数")
    ],
    level: Annotated[int, typer.Option(prompt="等保级别（1–3）", parser=_whole(1, 3), metavar="1–3", help="等保级别")],
    state_secret: Annotated[
        bool,
        typer.Option(
            "--state-secret/--no-state-secret",
            prompt="涉及国家秘密吗",
            help="涉及国家秘密的不能上政务外网",
            callback=_held(_no_state_secret, again=False),
        ),
    ],
    data_class: Annotated[DataClass, typer.Option(prompt="数据分类", help="数据分类")] = DataClass.INTERNAL,
    zone: Annotated[str, typer.Option(prompt="区域", help="区域标识", callback=_held(_known_zone))] = "public_shared",
    machines: Annotated[int, typer.Option(help="云主机数上限", min=0)] = 4,
    estate_dir: Annotated[Path, typer.Option("--estate", help="estate 文件夹", is_eager=True)] = ROOT / "estate",
) -> None:
    """问答或用参数写一份租户声明。每答一项就核对一项，问答时答错的当场重问；写出的文件一定通过检查，有一处不对就什么也不写。"""
    answers = {"estate_dir": estate_dir, "site": site}
    _known_site(answers, site)
    _known_department(answers, department)
    _known_zone(answers, zone)
    estate, path = _estate(answers), _path(site, department)
    text = _text(estate, site, department, title, hosts, level, data_class, zone, machines)
    with tempfile.TemporaryDirectory() as folder:
        trial = Path(folder) / "estate"
        shutil.copytree(estate_dir, trial)
        (trial / path).parent.mkdir(exist_ok=True)
        (trial / path).write_text(text, encoding="utf-8")
        fail_if_any(row for row in read_estate(trial).findings if row.where.file == str(path))
    write_whole(estate_dir / path, text)
    typer.echo(f"已写 {estate_dir / path}\n接下来：govnet addresses allocate，govnet check，然后提交这两处改动。")


def _text(
    estate: Estate,
    site: str,
    department: str,
    title: str,
    hosts: int,
    level: int,
    data_class: DataClass,
    zone: str,
    machines: int,
) -> str:
    """The commented file. Quoted, so that no answer can become another field."""
    quoted = '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"""# yaml-language-server: $schema=../../../schema/tenant.json
id: {site}_{department}   # 一经启用不再改
title: {quoted}
department: {department}
zone: {zone}
state: applied   # 申请；批准后改为 active，此前云上什么也不建
owner: {quoted}   # 谁主管谁负责
operator: {estate.sites[site].site.operator}   # 谁运营谁负责
hosts: {hosts}   # 三年内需要的地址数；地址由台账分配，不手写
quota: {{machines: {machines}, cores: {machines * 2}, ram_gib: {machines * 4}, ports: {machines * 2}}}
mlps: {{level: {level}}}   # 二级以上启用前补 filing（备案号）
data_class: {data_class.value}
state_secret: false   # 申请单位声明：不涉及国家秘密
# project: ……   # 启用前写明由哪个项目建设（projects/ 里的标识），项目须列入年度计划
# flows:   # 需要谁来访问、要访问谁，例如：
#   ingress:
#     - {{from: data_exchange, ports: ["8080/tcp"], purpose: 写明用途, expires: 到期日}}
"""
