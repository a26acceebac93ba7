"""`govnet rules` tells every rule, with the words it rests on."""

from __future__ import annotations

from typer.testing import CliRunner

from infra.cli.rules import rules_app
from infra.errors import UsageError
from policies.evaluate import RULES


def test_every_rule_of_the_committed_list_is_told() -> None:
    told = CliRunner().invoke(rules_app, []).stdout
    assert RULES
    assert all(rule in told for rule in RULES)


def test_one_rule_is_shown_with_its_article_and_what_to_do_instead() -> None:
    told = CliRunner().invoke(rules_app, ["show", "p09"]).stdout
    assert "各部门各单位不再新建业务专网" in told
    assert "应当：" in told
    assert "例外：国家法律或中央规定" in told
    assert "用例：tests/rules/P09/，应通过 " in told


def test_a_rule_that_there_is_not_is_a_mistake_of_the_caller() -> None:
    problem = CliRunner().invoke(rules_app, ["show", "P99"]).exception
    assert isinstance(problem, UsageError)
    assert "P09" in problem.remedy
