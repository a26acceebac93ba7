"""docs/refused.md shows what happens to a pull request with a department network."""

from __future__ import annotations

from tests.tools.refused import ATTEMPTS, PAGE, page, reasons


def test_the_committed_page_is_what_happens() -> None:
    """Message, exit codes and reports, word by word: run `python -m tests.tools.refused`."""
    assert len(ATTEMPTS) >= 5
    assert PAGE.read_text(encoding="utf-8") == page()


def test_a_refusal_is_told_by_its_findings_or_else_by_the_servers_last_word() -> None:
    """Each message once; advice is no reason."""
    said = "remote:   [P09 必须改] a.yaml:1:id\nremote:       新建\nremote:   [P10 建议] a.yaml:2\nremote:       未接\n"
    assert reasons(said * 2 + "remote: 拒绝：声明违反规则") == ["P09：新建"]
    assert reasons("remote: 拒绝：改了锁") == ["拒绝：改了锁"]
