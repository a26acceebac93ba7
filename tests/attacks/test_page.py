"""docs/attacks.md is what the headers of the attack programs say."""

from __future__ import annotations

from tests.attacks.page import PAGE, page


def test_the_committed_page_is_what_the_headers_say() -> None:
    """Run `python -m tests.attacks.page`."""
    assert PAGE.read_text(encoding="utf-8") == page()
