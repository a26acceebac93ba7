"""Findings in words, for the terminal, the engine's diagnostics and the review report alike."""

from __future__ import annotations

from infra.findings import Enforcement, Finding

_TITLES = {Enforcement.MANDATORY: "必须改", Enforcement.ADVISORY: "建议", Enforcement.BY_DATE: "限期"}


def sentence(finding: Finding) -> str:
    """One finding on one line, the rest indented below it."""
    due = f"，{finding.due} 起阻断" if finding.due else ""
    text = f"  [{finding.code} {_TITLES[finding.enforcement]}{due}] {finding.where}\n      {finding.message}"
    if finding.wrong:
        text += f"：{finding.wrong}"
    if finding.right:
        text += f"\n      应为：{finding.right}"
    if finding.source:
        text += f"\n      依据：{finding.source}"
    return text
