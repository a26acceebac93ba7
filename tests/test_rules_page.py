"""docs/rules.md is what the rules say."""

from __future__ import annotations

from infra.cli.rules_page import PAGE, cases, page
from policies.evaluate import RULES
from policies.waivers import Flaw


def test_the_committed_page_is_what_the_rules_say() -> None:
    """Stale words would send people to the wrong article: run `govnet rules page`."""
    assert PAGE.read_text(encoding="utf-8") == page()


def test_every_rule_and_every_flaw_is_on_the_page() -> None:
    """With three cases each way at least."""
    text = page()
    assert all(f"## {rule}\n" in text for rule in RULES)
    assert all(f"| {flaw.value} |" in text for flaw in Flaw)
    assert min(count for rule in RULES for count in cases(rule)) >= 3
