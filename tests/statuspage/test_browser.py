"""The page in a real browser, on a telephone and on a desk, light and dark: it fits, complains of nothing, and fetches nothing."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from infra.statuspage.page import page
from tests.statuspage import samples
from tests.statuspage.browser import CHROMIUM, Browser, browser

needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="Chromium of Debian is not installed here")
pytestmark = needs_chromium

PHONE, DESK = (390, 844), (1180, 900)

CONTRAST = """
(() => {
  const rgb = (text) => text.match(/[0-9.]+/g).slice(0, 3).map(Number);
  const light = (text) => rgb(text).map((v) => v / 255)
    .map((v) => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const ground = (node) => {
    for (; node; node = node.parentElement) {
      const colour = getComputedStyle(node).backgroundColor;
      if (!/, 0\\)$/.test(colour) && colour !== "transparent") return colour;
    }
  };
  const bad = [];
  let looked = 0;
  for (const node of document.body.querySelectorAll("*")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.textContent.trim());
    if (!own || node.closest("script,noscript,[hidden]")) continue;
    looked += 1;
    const [one, other] = [light(getComputedStyle(node).color), light(ground(node))].sort((a, b) => b - a);
    if ((one + 0.05) / (other + 0.05) < 4.5) bad.push(node.textContent.trim().slice(0, 20));
  }
  return { looked, bad };
})()
"""
"""Every text against what is behind it: WCAG 2 AA wants 4.5 to 1."""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browser(tmp_path_factory.mktemp("profile")) as opened:
        yield opened


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_page_fits_complains_of_nothing_and_fetches_nothing(
    chromium: Browser, tmp_path: Path, size: tuple[int, int], *, dark: bool
) -> None:
    for name in ("bad", "dark", "calm"):
        file = tmp_path / f"{name}.html"
        file.write_text(page(getattr(samples, name)()), encoding="utf-8")
        chromium.open(file, width=size[0], height=size[1], dark=dark)
        assert chromium.value("document.documentElement.scrollWidth") <= size[0]
        assert chromium.seen.requests == [file.as_uri()]
        assert chromium.seen.complaints == []
        contrast = chromium.value(CONTRAST)
        assert contrast["looked"] > 60
        assert contrast["bad"] == []


def test_light_and_dark_are_two_pages(chromium: Browser, tmp_path: Path) -> None:
    """Otherwise the test above would have looked at the same colours twice."""
    file = tmp_path / "page.html"
    file.write_text(page(samples.calm()), encoding="utf-8")
    grounds = set()
    for dark in (False, True):
        chromium.open(file, width=DESK[0], height=DESK[1], dark=dark)
        grounds.add(chromium.value("getComputedStyle(document.body).backgroundColor"))
    assert len(grounds) == 2


def test_an_old_page_says_that_it_is_old_and_a_new_one_does_not(chromium: Browser, tmp_path: Path) -> None:
    for made, hidden in ((samples.MADE, False), (datetime.now(UTC), True)):
        file = tmp_path / "page.html"
        file.write_text(page(dataclasses.replace(samples.calm(), made=made)), encoding="utf-8")
        chromium.open(file, width=DESK[0], height=DESK[1], dark=False)
        assert chromium.value("document.getElementById('age').hidden") is hidden


def test_the_headings_are_a_table_of_contents(chromium: Browser, tmp_path: Path) -> None:
    """One first heading, and no level is skipped: that is how those who hear the page find their way."""
    file = tmp_path / "page.html"
    file.write_text(page(samples.bad()), encoding="utf-8")
    chromium.open(file, width=PHONE[0], height=PHONE[1], dark=False)
    levels = chromium.value("[...document.querySelectorAll('h1,h2,h3')].map((node) => +node.tagName[1])")
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in itertools.pairwise(levels))
