"""Schemas are generated, committed, fresh, and every file of the estate names its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

from infra.model.schemas import MODELS, schema_texts
from tests.cases import HERE

ESTATE = HERE.parent / "estate"


def test_committed_schemas_are_what_the_models_say() -> None:
    """Stale ones would let editors accept what `check` refuses: run `govnet schema`."""
    committed = {path.name: path.read_text(encoding="utf-8") for path in (ESTATE / "schema").glob("*.json")}
    assert committed == schema_texts()
    assert len(committed) == len(MODELS)


def test_every_file_of_the_estate_names_a_schema_that_exists() -> None:
    """The first line tells the editor; it is relative, so that it holds in any checkout."""
    files = [path for path in ESTATE.rglob("*") if path.suffix in (".yaml", ".lock") and path.parent.name != "schema"]
    assert len(files) > 10
    for path in files:
        first = path.read_text(encoding="utf-8").partition("\n")[0]
        match = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
        assert match, f"{path}: {first}"
        target: Path = (path.parent / match[1]).resolve()
        assert target.is_file(), f"{path}: {match[1]}"
        assert json.loads(target.read_text(encoding="utf-8"))["type"] == "object"


def test_schemas_refuse_unknown_fields() -> None:
    """As the models do; a misspelt optional field must not pass silently."""
    for name, text in schema_texts().items():
        schema = json.loads(text)
        objects = [schema, *schema.get("$defs", {}).values()]
        assert all(row.get("additionalProperties") is False for row in objects if row.get("type") == "object"), name
