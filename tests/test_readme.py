"""What the READMEs say stays true: same commands in both languages, every link leads somewhere. (Their commands are run in tests/lab.)"""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.engine import ROOT
from tests.readme import CHINESE, ENGLISH, commands, links

DOCUMENTS = sorted([ENGLISH, CHINESE, *(ROOT / "docs").glob("**/*.md")])


def test_both_languages_tell_the_same_commands() -> None:
    assert len(commands(ENGLISH)) >= 10
    assert commands(ENGLISH) == commands(CHINESE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_of_a_document_leads_somewhere(document: Path) -> None:
    missing = [link for link in links(document) if not (document.parent / link).exists()]
    assert not missing
