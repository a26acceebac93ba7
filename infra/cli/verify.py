"""`govnet verify`: is the cloud what the blueprint says, and do packets pass where they must and nowhere else?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Annotated

import typer

from infra import cloudconfig, names, stackfiles, stacks
from infra.blueprint.probes import Instance, addresses, matrix
from infra.blueprint.proof import Proof, prove
from infra.blueprint.types import Blueprint
from infra.cli import trials
from infra.cli.feet import stand
from infra.cli.findings import sound_blueprint
from infra.cli.progress import Progress, progress
from infra.cli.verified import show
from infra.engine import ROOT
from infra.errors import CloudError, Exit, LabError, ProbeError
from infra.facts.cloud import Snapshot
from infra.facts.compare import compare
from infra.facts.expected import expected
from infra.facts.observed import observe
from infra.facts.types import Comparison
from infra.findings import Verdict
from infra.probing.alone import alone
from infra.probing.feet import Foot
from infra.probing.run import run
from infra.report.verification import Trial, Unasked, Verification
from lab.foot import switch
from lab.places import default_places

ATTEMPTS = 3
"""A run in which the switch died and came back proves nothing, and is made again."""

EXITS = {Verdict.OK: Exit.OK, Verdict.UNCHECKED: Exit.UNCHECKED, Verdict.VIOLATED: Exit.VIOLATIONS}


def verify(
    sites: Annotated[
        list[str] | None, typer.Argument(help="站点，例如 suqian；不写则为全部已部署站点", metavar="[站点]…")
    ] = None,
) -> None:
    """比对云与蓝图（缺失、多余、不同），并发送真实数据包：该通的必须通，该断的必须断。

    退出码：0 全部符合；3 有无法检查的；4 有不符合的。
    """
    blueprint = sound_blueprint()
    chosen = _chosen(sites or [])
    if absent := [site for site in chosen if site not in {one.id for one in blueprint.sites}]:
        raise ProbeError(f"蓝图里没有站点：{'、'.join(absent)}。", "它的声明有误，先执行 govnet check。")
    with progress() as steps:
        verification = look(blueprint, chosen, steps)
    show(verification)
    raise typer.Exit(EXITS[verification.verdict])


def look(blueprint: Blueprint, sites: Sequence[str], steps: Progress) -> Verification:
    """Everything that can be checked of the given sites."""
    from infra.observing.api import Api  # heavy: a second of imports that only this step needs
    from infra.observing.site import take

    clouds = cloudconfig.clouds_file(ROOT)

    def ask(site: str) -> Snapshot | Unasked:
        try:
            with steps.step(f"{site}：读取云中实况"):
                return take(Api(clouds, stackfiles.stack_cloud(ROOT, site, "cloud")), names.domain(site))
        except CloudError as problem:
            return Unasked(site, problem.message)

    with ThreadPoolExecutor() as pool:
        answers = dict(zip(sites, pool.map(ask, sites), strict=True))
    snapshots = {site: answer for site, answer in answers.items() if isinstance(answer, Snapshot)}
    comparisons = tuple(compared(blueprint, site, snapshot) for site, snapshot in snapshots.items())
    unasked = tuple(answer for answer in answers.values() if isinstance(answer, Unasked))
    if clouds != default_places().clouds_file:
        return Verification(comparisons, unasked, None, "不是内置云：本机不能站到它的端口上发包")
    try:
        with alone(default_places().state / "verify.lock"):
            # Machines first: a whole province's packets take minutes, in which alarms at the lab's pace would come due.
            tried = _promises(blueprint, sites, snapshots, steps)
            proof = _packets(blueprint, sites, snapshots, steps)
            return Verification(comparisons, unasked, proof, trials=tried)
    except (ProbeError, LabError) as problem:
        return Verification(comparisons, unasked, None, problem.message)


def compared(blueprint: Blueprint, site_id: str, snapshot: Snapshot) -> Comparison:
    """One site's blueprint and what was read of its cloud."""
    foreign = {flavor.name for site in blueprint.sites if site.id != site_id for flavor in site.cloud.flavors}
    site = blueprint.site(site_id)
    if site_id not in stackfiles.sites_with_machines(ROOT):
        site = replace(site, platform=None)  # no stack makes its machines on this cloud
    return compare(site_id, expected(site), observe(site, snapshot, foreign))


def _packets(blueprint: Blueprint, sites: Sequence[str], snapshots: dict[str, Snapshot], steps: Progress) -> Proof:
    wanted = matrix(blueprint, sites)
    for _ in range(ATTEMPTS):
        carrier = switch()  # before the feet: one that dies right after they stand leaves them on dead devices
        feet = _standing(blueprint, sites, snapshots, steps)
        with steps.step(f"发送数据包：{len(wanted.probes)} 个探测"):
            seen = run(wanted, feet, addresses(blueprint, sites))
        if switch() == carrier:
            return prove(wanted, seen)
    raise ProbeError(
        f"内置云的交换机在发包时重启，连续 {ATTEMPTS} 次，结果都不可信。", "查看 govnet lab logs openvswitch。"
    )


def _standing(
    blueprint: Blueprint, sites: Sequence[str], snapshots: dict[str, Snapshot], steps: Progress
) -> Mapping[Instance, Foot]:
    with steps.step("站上探测端口"):
        return stand(blueprint, sites, snapshots)


def _promises(
    blueprint: Blueprint, sites: Sequence[str], snapshots: dict[str, Snapshot], steps: Progress
) -> tuple[Trial, ...]:
    """What machines promise, tried again when the switch died meanwhile: it took every connection along, and the feet that some trials use."""
    for _ in range(ATTEMPTS):
        carrier = switch()
        _standing(blueprint, sites, snapshots, steps)
        tried = trials.run(blueprint, sites, steps)
        if switch() == carrier:
            break
    return tried


def _chosen(words: Sequence[str]) -> list[str]:
    deployed = [stacks.Stack(site, layer) for site, layer in stackfiles.deployed(ROOT)]
    return sorted({stack.site for stack in stacks.select(deployed, words)})
