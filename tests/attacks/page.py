"""docs/attacks.md: every attack program and who refuses it, from the headers of the programs. `python -m tests.attacks.page` writes it."""

from __future__ import annotations

import ast
from pathlib import Path

from infra.engine import ROOT
from infra.files import write_whole
from tests.attacks.faults import KINDS
from tests.attacks.harness import ENGINE, LOOKALIKES, NOTHING, PROGRAMS, Attack

PAGE = ROOT / "docs" / "attacks.md"


def page() -> str:
    """The whole page."""
    attacks = [Attack.read(path) for path in PROGRAMS]
    rail = sum(not attack.guard_rail.startswith(NOTHING) for attack in attacks)
    pack = sum(not attack.pack.startswith(NOTHING) for attack in attacks)
    lines = [
        "# 攻击程序",
        "",
        "由 `python -m tests.attacks.page` 从程序头部生成，不手写；`make prove` 用真实引擎逐个运行（`tests/proofs/prove_attacks.py`）。",
        f"共 {len(attacks)} 个：护栏单独拒绝 {rail} 个，策略包单独拒绝 {pack} 个。另有 {len(LOOKALIKES)} 个看似可疑而合法的程序，两者都须放行。",
        "",
        "| 程序 | 做什么 | 护栏 | 策略包（预览） |",
        "|---|---|---|---|",
    ]
    lines += [f"| `{a.path.stem}` | {_about(a.path)} | {_where(a.guard_rail)} | {_where(a.pack)} |" for a in attacks]
    lines += ["", *_real_run(attacks)]
    lines += ["", "| 合法的程序 | 做什么 |", "|---|---|"]
    lines += [f"| `{path.stem}` | {_about(path)} |" for path in LOOKALIKES]
    return "\n".join([*lines, "", *_kinds(attacks)]) + "\n"


def _real_run(attacks: list[Attack]) -> list[str]:
    """Those that a preview cannot see through: what stops them later."""
    rows = [attack for attack in attacks if attack.plan or attack.verify]
    return [
        "## 预览看不穿的：保存的计划与事后核对",
        "",
        f"下列 {len(rows)} 个等到真正执行才动手，或者其值在预览时还不知道。护栏在真正执行时仍在；`govnet up` 只执行预览时保存的计划",
        "（`up --plan`），计划里没有的步骤由引擎拒绝；计划也看不出的，`govnet verify` 事后指出。在内置云上逐个运行，护栏和策略包都撤掉",
        "（`tests/lab/test_attacks.py`）。",
        "",
        "| 程序 | 保存的计划 | 事后 `govnet verify` |",
        "|---|---|---|",
        *(
            f"| `{row.path.stem}` | {f'引擎拒绝：{row.plan}' if row.plan else '看不到'} | {row.verify or '未创建，无可核对'} |"
            for row in rows
        ),
    ]


def _kinds(attacks: list[Attack]) -> list[str]:
    """Which fault of a judge each attack alone gets past, and which attacks no fault singles out."""
    rest = [f"`{attack.path.stem}`" for attack in attacks if attack.path.stem not in KINDS]
    return [
        "## 各不相同：每个攻击单独发现一种判断错误",
        "",
        f"下列 {len(KINDS)} 个攻击各有一种有缺陷的判断（`tests/attacks/faults.py`，策略包带上这一处错误），只放过它，表中其余攻击照样拒绝。",
        "不用引擎：程序对着应答器登记资源，策略包逐个回答（`tests/attacks/stage.py`）。`make test` 试其中几个，`make prove` 试全部",
        "（`tests/proofs/prove_kinds.py`）。",
        "",
        "| 程序 | 只有它能钻过的错误 |",
        "|---|---|",
        *(f"| `{name}` | {fault.says} |" for name, fault in sorted(KINDS.items())),
        "",
        f"其余 {len(rest)} 个没有单独的错误与之对应，不计入上数：有的只由护栏或引擎判断，有的说明护栏看不到什么，有的与上表某个攻击同类，",
        "有的触犯两条互不相干的检查：",
        "、".join(rest) + "。",
    ]


def _about(path: Path) -> str:
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").replace("|", "\\|")


def _where(words: str) -> str:
    """Refused with which words, by the engine itself, or not seen and why."""
    if words.startswith(NOTHING):
        return f"看不到：{words.removeprefix(NOTHING).strip()}"
    return f"引擎拒绝：{words.removeprefix(ENGINE)}" if words.startswith(ENGINE) else f"拒绝：{words}"


if __name__ == "__main__":
    write_whole(PAGE, page())
