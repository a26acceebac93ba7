"""Why a finding is one: where its subject is declared, what was derived from it, the words of the article, and who may except from it."""

from __future__ import annotations

from collections.abc import Iterator

from infra.blueprint.explain import explain
from infra.blueprint.load import Loaded
from infra.findings import Finding
from policies.evaluate import collect
from policies.grants import GRANTS

SHOWN = 4
"""Derived things of one subject that are shown; the rest is counted, `govnet explain` lists it."""


def reasons(finding: Finding, loaded: Loaded) -> Iterator[str]:
    """The derivation of a finding, one step a line."""
    rule = next((row for row in collect() if row.id == finding.code), None)
    if rule is None or loaded.estate is None or loaded.blueprint is None or not finding.subject:
        yield f"声明：{finding.where}（读取时就能判定，不经推导）"
        return
    yield f"声明：{finding.subject}，写在 {loaded.estate.where(finding.subject)}"
    derived = explain(loaded.blueprint, finding.subject)
    for row in derived[:SHOWN]:
        yield f"推导：{' / '.join((*row.chain, row.sort))}：{row.text}"
    if len(derived) > SHOWN:
        yield f"推导：另有 {len(derived) - SHOWN} 处，见 govnet explain {finding.subject}"
    if not derived:
        yield "推导：没有推导物，规则判的是声明本身"
    yield f"条文：{rule.article}"
    grant = GRANTS[rule.id]
    if grant is None:
        yield "例外：没有，谁也不能批"
    else:
        yield f"例外：由{grant.words}批准；waivers/ 里写 seal: {loaded.estate.seal(finding.subject)}"
