"""Nothing that people write gives a traceback: any text, any bytes, any one change of a sound estate."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from infra.blueprint.load import Loaded, load
from infra.reading.nodes import parse
from tests.cases import SMALL

FILES = sorted(str(path.relative_to(SMALL)) for path in SMALL.rglob("*") if path.is_file())
QUICK = settings(max_examples=60, deadline=None)

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 31)),
    st.text(max_size=20),
    st.sampled_from(
        ["no", "0102", "1:30", "~", "2026-13-01", "<<", "=", "10.0.0.0/33", "::/0", "99999/tcp", "\u0000x", "&a", "*a"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=8), inner, max_size=3)),
    max_leaves=6,
)


def said(loaded: Loaded) -> None:
    """Whatever was found is a sentence at a place."""
    for row in loaded.findings:
        assert row.message
        assert row.where.file


@QUICK
@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    """A file of noise is a finding, not a crash."""
    document = parse("x.yaml", None, data)
    assert document.value is not None or document.findings or data


@QUICK
@given(st.text(alphabet="[]{}:-,?&*!|>'\"%@`# \n\tabc012~<=.", max_size=80))
def test_any_yaml_like_text_is_read_or_refused(text: str) -> None:
    """The characters that mean something to YAML, in any order."""
    document = parse("x.yaml", "suqian", text.encode())
    assert all(row.message and row.where.line >= 0 for row in document.findings)


@cache
def copies() -> Path:
    """One working copy of the sound estate for this process."""
    root = Path(tempfile.mkdtemp(prefix="fuzz-")) / "estate"
    shutil.copytree(SMALL, root)
    return root


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    shutil.rmtree(copies().parent)


@QUICK
@given(st.sampled_from(FILES), st.data())
def test_one_changed_value_anywhere_never_gives_a_traceback(file: str, data: st.DataObject) -> None:
    """Any value of any file, replaced by anything: the estate loads with findings or without, and the other files stay read."""
    path = copies() / file
    text = (SMALL / file).read_text(encoding="utf-8")
    tree = yaml.safe_load(text)
    places = list(_places(tree))
    parent, key = places[data.draw(st.integers(min_value=0, max_value=len(places) - 1))]
    parent[key] = data.draw(VALUES)  # type: ignore[call-overload]  # the key came from this very parent
    try:
        path.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
        said(load(copies()))
    finally:
        path.write_text(text, encoding="utf-8")


@QUICK
@given(st.sampled_from(FILES), st.data())
def test_one_changed_line_anywhere_never_gives_a_traceback(file: str, data: st.DataObject) -> None:
    """A line lost, doubled, or with other characters in it."""
    path = copies() / file
    text = (SMALL / file).read_text(encoding="utf-8")
    lines = text.splitlines()
    number = data.draw(st.integers(min_value=0, max_value=len(lines) - 1))
    lines[number : number + 1] = data.draw(
        st.one_of(
            st.just([]),
            st.just([lines[number]] * 2),
            st.lists(st.text(alphabet="[]{}:-,&*#'\" ab0\t", max_size=20), max_size=2),
        )
    )
    try:
        path.write_text("\n".join(lines), encoding="utf-8")
        said(load(copies()))
    finally:
        path.write_text(text, encoding="utf-8")


def _places(value: object) -> Iterator[tuple[dict[object, object] | list[object], object]]:
    """Every place in a tree that holds a value."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield value, key
            yield from _places(inner)
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield value, number
            yield from _places(inner)
