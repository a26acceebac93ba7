"""The page says what is known, says of the rest that it is not known, and lets nothing that others wrote become markup."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path

import pytest

from infra.statuspage.page import page, span
from infra.statuspage.status import Sign, Status, worst
from tests.cases import HERE
from tests.statuspage import samples

GOLDEN = HERE / "golden" / "statuspage"


def words(html: str) -> str:
    """What a reader hears: the text of the body, a line a piece."""
    body = re.sub(r"<script>.*?</script>", "", html.partition("<body>")[2], flags=re.DOTALL)
    return "\n".join(filter(None, (line.strip() for line in re.sub(r"<[^>]+>", "\n", body).splitlines()))) + "\n"


@pytest.mark.parametrize("name", ["calm", "bad", "dark"])
def test_a_page_reads_as_its_golden(name: str) -> None:
    """tests/golden/statuspage/*.txt: GOVNET_WRITE_EXPECTED=1 writes them anew; read the difference."""
    status: Status = getattr(samples, name)()
    file, read = GOLDEN / f"{name}.txt", words(page(status))
    if os.environ.get("GOVNET_WRITE_EXPECTED"):
        file.write_text(read, encoding="utf-8")
    assert read == file.read_text(encoding="utf-8")


def test_the_same_status_gives_the_same_page() -> None:
    assert page(samples.bad()) == page(samples.bad())


def test_when_nothing_could_be_asked_nothing_looks_good() -> None:
    """Not known is never green: neither a word nor a colour of the good."""
    html = page(samples.dark()).partition("<body>")[2]
    assert "正常" not in re.sub(r"不算正常", "", html)
    assert 'class="sign good"' not in html
    assert 'class="mark good"' not in html
    assert samples.dark().sign is Sign.UNKNOWN


def test_what_is_wrong_is_said_first_and_with_whose_it_is() -> None:
    read = words(page(samples.bad()))
    assert read.index("有 2 项告警待处理") < read.index("主机失联") < read.index("专线丢包") < read.index("备份")
    for said in (
        "自 11-29 08:20 起，已 2 小时 11 分",
        "宿迁市政务外网运维中心值班室",
        "docs/procedures/machine_down.md",
    ):
        assert said in read


def test_what_others_wrote_is_no_markup() -> None:
    """An alarm's text comes from machines; one that is broken into may write anything."""
    trouble = replace(
        samples.bad().troubles[0], summary="<script>alert(1)</script>", title='"><img src=x onerror=alert(1)>'
    )
    html = page(replace(samples.bad(), troubles=(trouble,)))
    assert "<script>alert" not in html
    assert "<img" not in html
    assert html.count("<script>") == 1


def test_nothing_is_fetched_from_anywhere() -> None:
    """No address of anything that a browser would load, and a policy that forbids it."""
    html = page(samples.bad())
    assert re.findall(r"""(?:src|href)=["']?(?!data:)[^"'> ]+""", html) == []
    assert "url(" not in html
    assert "@import" not in html
    assert "default-src 'none'" in html


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 分钟"), (59, "59 分钟"), (60, "1 小时"), (131, "2 小时 11 分"), (1440, "1 天"), (1730, "1 天 4 小时")],
)
def test_lengths_of_time_are_said_in_two_units(minutes: int, said: str) -> None:
    assert span(minutes) == said


def test_nothing_known_of_nothing() -> None:
    assert worst([]) is Sign.UNKNOWN
    assert worst([Sign.GOOD, Sign.UNKNOWN]) is Sign.UNKNOWN


def test_the_goldens_are_those_of_the_samples() -> None:
    """A golden that no test reads would look like a proof."""
    assert sorted(path.stem for path in Path(GOLDEN).glob("*.txt")) == ["bad", "calm", "dark"]
