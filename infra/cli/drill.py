"""`govnet drill`: whether copies come back, tried before it matters."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from infra import keys, stackfiles
from infra.backups.deployment import tried as carried_along
from infra.backups.drill import Tried, chosen, line, record, signed
from infra.backups.manifest import kept
from infra.backups.plan import span
from infra.backups.sent import Sent, sent
from infra.blueprint.types import Blueprint
from infra.cli.backup_status import verdict_of
from infra.cli.bastions import standing
from infra.cli.findings import sound_blueprint
from infra.cli.progress import progress
from infra.clock import today
from infra.collecting import collect, folder
from infra.drilling import listed
from infra.drilling import restore as try_restore
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.files import write_whole
from infra.findings import Verdict
from infra.hostaccess import reach
from infra.inventory import inventory
from infra.inventory.access import made
from infra.inventory.backup import inner_key, repository_key
from infra.model.drill import SIGNED_FOR
from infra.reading.words import nearest
from infra.report.verification import worst
from infra.signing import sign

drill_app = typer.Typer(help="演练：不等出事，先试一次。", no_args_is_help=True)

HEADER = """\
# yaml-language-server: $schema=../../schema/drills.json
# 恢复演练记录：govnet drill restore 做一次记一条；二级每 365 天、三级每 180 天至少成功一次。
drills:
"""


def restore(
    wanted: Annotated[str, typer.Argument(metavar="[站点|主机]", help="谁的数据；不写则为全部存数据的主机")] = "",
    estate_dir: Annotated[Path, typer.Option("--estate", help="记录写进这个 estate 文件夹")] = ROOT / "estate",
) -> None:
    """把最新的副本恢复到存放它的备份主机（先用异地的），与备份时的清单逐个文件比对，量 RPO 和 RTO，记一条签名的演练。

    清单由数据所在的主机在备份前列出，收存在本机；仓库的口令由本机带去，做完即走。
    数据库在那里恢复到备份的时刻，逐表核对。退出码：0 一致且及时；3 无法检查；4 不一致或超时。
    """
    blueprint = sound_blueprint()
    copies = found(blueprint, wanted)
    if not copies:
        typer.echo("没有可演练的副本：这些站点没有部署 platform 层，或者没有存数据的主机。")
        raise typer.Exit(Exit.UNCHECKED)
    way = reach(ROOT, blueprint)
    told = inventory(blueprint, way)["_meta"]["hostvars"]
    rows = []
    with standing(blueprint), progress() as steps:
        with steps.step("收存内容清单"):
            collect({row.source.name: told[row.source.name] for row in copies}, folder(ROOT))
        for copy in copies:
            with steps.step(f"恢复 {copy.source.name}，用 {copy.copy.site} 的副本") as step:
                key, inner = repository_key(way.keys, copy), inner_key(way.keys, copy)
                tried = try_restore(copy, told, key, folder(ROOT), inner)
                rows += [tried, *parts(tried)]
                if tried.verdict is not Verdict.OK:
                    step.fail()
    for tried in rows:
        if tried.verdict is not Verdict.UNCHECKED:
            file = register(estate_dir, tried, keys.operator(way.keys, tried.sent.site.id))
            typer.echo(f"已记入 {file}，签名的公钥须登记在同一文件夹 site.yaml 的 drill_signers。")
    Console().print(table(rows))
    raise typer.Exit(verdict_of(worst(row.verdict for row in rows)))


def parts(of: Tried) -> Iterator[Tried]:
    """What came back along with a machine's data: a site's deployment state, the province's declarations."""
    saved = listed(kept(folder(ROOT), of.sent.source.name, of.snapshot))
    return carried_along(of, saved) if saved else iter(())


def found(blueprint: Blueprint, wanted: str) -> tuple[Sent, ...]:
    """One copy of each deployed machine that keeps data, of a site or of one machine. Raises `UsageError` for a word that is neither."""
    deployed = stackfiles.sites_with_machines(ROOT)
    copies = chosen(sent((site, row) for site, row in made(blueprint) if site.id in deployed))
    known = [*(site.id for site in blueprint.sites), *(row.source.name for row in copies)]
    if wanted and wanted not in known:
        raise UsageError(f"没有存数据的站点或主机 {wanted}", f"最接近的是：{nearest(wanted, known)}")
    return tuple(row for row in copies if wanted in ("", row.site.id, row.source.name))


def register(estate_dir: Path, tried: Tried, key: keys.Key) -> Path:
    """Sign the record of a drill, and add it to the file of the site's drills, which keeps everything else as it is."""
    draft = record(tried, f"{tried.sent.site.operator}备份岗", today())
    done = signed(draft, sign(draft.said(), key.file, SIGNED_FOR))
    file = estate_dir / "sites" / tried.sent.site.id / "drills.yaml"
    before = file.read_text(encoding="utf-8") if file.exists() else HEADER
    write_whole(file, f"{before.rstrip()}\n{line(done)}")
    return file


def table(rows: Sequence[Tried]) -> Table:
    """One row a drill."""
    shown = Table(title="恢复演练")
    for header in ("对象", "副本", "核对", "用时\nRTO", "数据距今\nRPO", "说明"):
        shown.add_column(header, overflow="fold")
    for row in rows:
        job = row.sent.job
        shown.add_row(
            f"{row.sent.site.id} {job.source}",
            f"{'异地' if row.sent.copy.offsite else '本地'} {row.sent.copy.site}\n{row.snapshot[:8]}",
            f"{row.told}相同" if row.compared else "没有核对",
            f"{row.seconds:.0f} 秒\n{span(job.rto_minutes)}",
            f"{span(row.lost_minutes) if row.compared else '未知'}\n{span(job.rpo_minutes)}",
            row.reason if row.unchecked else "\n".join(row.faults()) or "一致",
        )
    return shown
