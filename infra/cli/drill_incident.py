"""`govnet drill incident`: a playbook, walked before it matters."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from infra import cloudconfig, keys
from infra.blueprint.load import Loaded, load
from infra.blueprint.operations import PlaybookPlan, StepPlan
from infra.blueprint.types import SitePlan
from infra.cli.findings import fail_if_any
from infra.engine import ROOT
from infra.errors import Exit, UsageError
from infra.exercising import NOTHING, line, record, resumed, walk
from infra.files import write_whole
from infra.model.enums import ExerciseResult, IncidentCheck
from infra.model.operations import EXERCISE_SIGNED_FOR, Exercise
from infra.reading.words import nearest
from infra.signing import sign

HEADER = """\
# yaml-language-server: $schema=../../schema/exercises.json
# 事件演练记录：govnet drill incident 做一次记一条，带签名，不要手改。
exercises:
"""


_COMMANDS: Mapping[str, Sequence[str]] = {
    IncidentCheck.DECLARATIONS: ("check",),
    IncidentCheck.CLOUD: ("verify",),
    IncidentCheck.BACKUPS: ("backup", "status"),
}
"""What of ours a check is: each only looks."""


def incident(
    wanted: Annotated[str, typer.Argument(metavar="预案", help="operations/incidents.yaml 里的标识，例如 call")],
    site_id: Annotated[str, typer.Option("--site", metavar="站点", help="在哪个站点演练")] = "province",
    estate_dir: Annotated[Path, typer.Option("--estate", help="记录写进这个 estate 文件夹")] = ROOT / "estate",
) -> None:
    """按预案一步一步走：程序检查的自己查，要问的问岗位，每步对照时限计时，走完签名记入 sites/<站点>/exercises.yaml。

    中途停下（Ctrl-C）不丢：再执行同一条命令接着走，停下的时间照算。退出码：0 每步都按时做到；3 有的无法检查；4 有的超时或没做到。
    """
    loaded = load(estate_dir)
    site, playbook = found(loaded, wanted, site_id)
    key = keys.operator(keys.folder(cloudconfig.clouds_file(ROOT)), site_id)
    _may_sign(loaded, site_id, key)
    file = ROOT / ".govnet" / "exercises" / f"{site_id}.{playbook.id}.json"
    state = resumed(file, playbook, datetime.now(UTC))
    if state.taken:
        typer.echo(f"接着上次（{state.begun[:16]} 开始），已走 {len(state.taken)} 步。")
    typer.echo(f"预案：{playbook.title}（{playbook.trigger}），{len(playbook.steps)} 步，站点 {site.title}")
    done = walk(playbook, state, file, ask, lambda step: look(step, site_id), lambda: datetime.now(UTC))
    by = site.duty.desk if site.duty else site.operator
    draft = record(done, by)
    signed = draft.model_copy(update={"signature": sign(draft.said(), key.file, EXERCISE_SIGNED_FOR)})
    typer.echo(f"已记入 {register(estate_dir, site_id, signed)}")
    file.unlink()
    show(playbook, signed)
    raise typer.Exit(verdict(signed))


def found(loaded: Loaded, wanted: str, site_id: str) -> tuple[SitePlan, PlaybookPlan]:
    """The site and the playbook that are meant. Raises `UsageError` with the nearest that there are."""
    if loaded.blueprint is None:
        fail_if_any(loaded.findings)
        raise UsageError("读不出 estate", "先运行 govnet check")
    sites = {row.id: row for row in loaded.blueprint.sites}
    playbooks = {row.id: row for row in loaded.blueprint.operations.playbooks}
    for sort, word, known in (("站点", site_id, sites), ("预案", wanted, playbooks)):
        if word not in known:
            raise UsageError(f"没有{sort} {word}", f"最接近的是：{nearest(word, known)}")
    return sites[site_id], playbooks[wanted]


def _may_sign(loaded: Loaded, site_id: str, key: keys.Key) -> None:
    """A record that nobody may sign would make the estate unsound: said before anybody has taken a step."""
    public = " ".join(key.public.split()[:2])
    if loaded.estate is None or public not in loaded.estate.sites[site_id].site.drill_signers:
        where = f"sites/{site_id}/site.yaml"
        raise UsageError(f"{where} 没有登记本机签名的公钥，演练记录不会被承认。", f"登记：drill_signers: [{public}]")


def ask(step: StepPlan) -> str:
    """Put the question to the post."""
    rule = f"，规程 docs/procedures/{step.procedure}.md" if step.procedure else ""
    typer.echo(f"\n{step.title}（{step.post}，{step.within_minutes} 分钟内{rule}）")
    answer: str = typer.prompt(f"{step.ask}（没做到写 {NOTHING}）")
    return answer


def look(step: StepPlan, site_id: str) -> tuple[int, str]:
    """Run our own command, and what it said last."""
    words = [*_COMMANDS[step.check], *([] if step.check == IncidentCheck.DECLARATIONS else [site_id])]
    typer.echo(f"\n{step.title}（{step.post}，{step.within_minutes} 分钟内）：govnet {' '.join(words)} …")
    done = subprocess.run(
        [sys.executable, "-m", "infra.cli", *words], capture_output=True, text=True, check=False, cwd=ROOT
    )
    said = [row.strip() for row in (done.stdout + done.stderr).splitlines() if row.strip()]
    return done.returncode, said[-1] if said else f"退出码 {done.returncode}"


def register(estate_dir: Path, site_id: str, exercise: Exercise) -> Path:
    """Add a record to the site's file, which keeps everything else as it is."""
    file = estate_dir / "sites" / site_id / "exercises.yaml"
    before = file.read_text(encoding="utf-8") if file.exists() else HEADER
    write_whole(file, f"{before.rstrip()}\n{line(exercise)}")
    return file


def show(playbook: PlaybookPlan, exercise: Exercise) -> None:
    """A line a step."""
    for step, row in zip(playbook.steps, exercise.steps, strict=True):
        limit = f"{row.seconds} 秒，时限 {step.within_minutes} 分钟"
        typer.echo(f"  {row.result.label}  {step.title}（{step.post}）：{limit}；{row.said}")


def verdict(exercise: Exercise) -> Exit:
    """Something not done, or late, weighs more than what could not be checked."""
    results = {row.result for row in exercise.steps}
    if results & {ExerciseResult.FAILED, ExerciseResult.LATE}:
        return Exit.VIOLATIONS
    return Exit.UNCHECKED if ExerciseResult.UNCHECKED in results else Exit.OK
