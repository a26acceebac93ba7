"""The rule class refuses incomplete rules; evaluation loses none, survives a crash, and counts what was judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any, ClassVar

import pytest

from infra.blueprint.load import Loaded, load
from infra.findings import Enforcement, Finding, Where
from policies import evaluate as evaluation
from policies.evaluate import RULES, blocking, collect, evaluate, judge
from policies.rule import Context, Rule
from policies.sources import Article, Document
from tests.cases import SMALL

TODAY = date(2026, 11, 23)
ARTICLE = Article(Document.JIANGSU_2016, "三（二）2", "各部门各单位不再新建业务专网")


@pytest.fixture(scope="module")
def loaded() -> Loaded:
    return load(SMALL)


@pytest.fixture(scope="module")
def context(loaded: Loaded) -> Context:
    assert loaded.estate is not None
    assert loaded.blueprint is not None
    return Context(loaded.estate, loaded.blueprint, TODAY)


def complete() -> dict[str, Any]:
    """The body of a class statement of a rule that has everything."""
    return {
        "__doc__": "How it reads its article.",
        "__module__": __name__,
        "id": "P99",
        "title": "样例",
        "article": ARTICLE,
        "right": "别这样",
        "subjects": lambda self, context: [1, 2, 3],
        "check": lambda self, subject, context: iter(()),
    }


@pytest.mark.parametrize("missing", sorted(complete().keys() - {"__module__"}))
def test_the_class_statement_refuses_an_incomplete_rule(missing: str) -> None:
    """No rule without id, title, source, way out, docstring, or one of its two functions ever comes to exist."""
    body = {name: value for name, value in complete().items() if name != missing}
    with pytest.raises(TypeError, match=r"lacks|has no docstring"):
        type("Incomplete", (Rule,), body)


def test_the_class_statement_refuses_an_id_of_another_form() -> None:
    """P9 and P09 would be two rules."""
    with pytest.raises(TypeError, match="P09"):
        type("Odd", (Rule,), complete() | {"id": "P9"})


def test_all_rules_of_the_list_are_there(context: Context) -> None:
    """And each has judged something in the small estate."""
    found = evaluate(context)
    assert tuple(rule.id for rule in collect()) == RULES
    assert found.findings == ()
    assert found.idle == ()
    assert found.judged.keys() == set(RULES)


def test_a_lost_an_unlisted_and_a_double_rule_are_findings(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    """Deleting a rule's file, or putting a second of the same id beside it, must not go unnoticed."""
    present = collect()
    monkeypatch.setattr(evaluation, "RULES", (*RULES[1:], "P99"))
    monkeypatch.setattr(evaluation, "collect", lambda: (*present, present[-1]))
    found = {(finding.code, finding.message, finding.wrong) for finding in evaluate(context).findings}
    assert found == {
        ("P00", "规则文件缺失", "P99"),
        ("P00", "规则不在名单 RULES 中", "P01"),
        ("P00", "规则重复", present[-1].id),
    }


class Crashing(Rule[int]):
    """A rule with a mistake in it."""

    id: ClassVar[str] = "P98"
    title: ClassVar[str] = "会出错的规则"
    article: ClassVar[Article] = ARTICLE
    right: ClassVar[str] = "修好它"

    def subjects(self, context: Context) -> Iterable[int]:
        return [1, 0]

    def check(self, subject: int, context: Context) -> Iterator[Finding]:
        if 1 // subject > 1:
            yield self.finding(context, "site:suqian", "不会到这里")


def test_a_crashing_rule_reports_itself(context: Context) -> None:
    """A rule that could not judge is a mandatory finding, and says how far it came."""
    found = evaluate(context, [Crashing()])
    (finding,) = found.findings
    assert finding.code == "P98"
    assert finding.blocks(TODAY)
    assert finding.message == "规则本身出错，没有判完（已判 1 项）"
    assert "ZeroDivisionError" in finding.wrong
    assert found.judged == {"P98": 1}


def test_a_rule_that_judged_nothing_is_named(context: Context) -> None:
    """An empty blueprint violates nothing; whoever reads the report must see that nothing was looked at."""
    empty = replace(context.blueprint, sites=())
    nothing = Context(replace(context.estate, sites={}, flows=()), empty, TODAY)
    assert set(evaluate(nothing).idle) >= {"P01", "P03", "P04"}


def test_without_a_blueprint_the_findings_of_reading_stand(loaded: Loaded) -> None:
    """Nothing could be judged, and no count pretends otherwise."""
    broken = Loaded(None, None, (Finding("E01", Where("zones.yaml"), "缺少文件"),))
    assert judge(broken, TODAY).findings == broken.findings
    assert judge(broken, TODAY).judged == {}
    assert judge(loaded, TODAY).findings == ()


def test_a_mistake_in_one_city_never_stops_another() -> None:
    """Blast radius: findings of the site and of shared files block, those of another site and mere advice do not."""
    mine = Finding("P09", Where("sites/suqian/legacy/x.yaml"), "", site="suqian")
    shared = Finding("P01", Where("flows.yaml"), "")
    other = Finding("P09", Where("sites/wuxi/legacy/x.yaml"), "", site="wuxi")
    advice = Finding("P08", Where("zones.yaml"), "", enforcement=Enforcement.ADVISORY)
    later = Finding("P10", Where("zones.yaml"), "", enforcement=Enforcement.BY_DATE, due=date(2026, 11, 24))
    assert blocking([mine, shared, other, advice, later], "suqian", TODAY) == [mine, shared]
    assert blocking([later], "suqian", date(2026, 11, 24)) == [later]
