"""Case files of rules: a small sound estate, changed as the file says (tests/rules/README.md)."""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from infra.addressing.allocate import allocate
from infra.blueprint.compile import compile_blueprint
from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.model.estate import Estate
from policies.rule import Context
from tests.cases import SMALL

FOLDER = Path(__file__).parents[1] / "rules"
CASES = sorted(FOLDER.glob("P??/*.yaml"))
DAY = date(2026, 11, 23)

_STEP = re.compile(r"(?P<name>\w+)(?:\[(?P<item>[^\]]+)\])?")
_KNOWN = {"why", "files", "edits", "allocate", "blueprint", "today", "expect", "in_force"}


@dataclass(frozen=True)
class RuleCase:
    """A case file and what is in it. Read by libyaml, as estates are: each process of a test run reads all of them to collect its tests."""

    path: Path
    content: dict[str, Any]

    @classmethod
    def read(cls, path: Path) -> RuleCase:
        content = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
        if unknown := content.keys() - _KNOWN:
            raise ValueError(f"{path}: unknown {sorted(unknown)}")
        return cls(path, content)

    @property
    def rule(self) -> str:
        return self.path.parent.name

    @property
    def fails(self) -> bool:
        return self.path.stem.startswith("fail_")

    @property
    def expected(self) -> list[str]:
        return list(self.content.get("expect", []))

    def context(self, folder: Path) -> Context:
        """Estate and blueprint as the case wants them. The changed estate must still be readable: a rule judges what was read."""
        root = folder / "estate"
        shutil.copytree(SMALL, root)
        for file, text in self.content.get("files", {}).items():
            (root / file).parent.mkdir(parents=True, exist_ok=True)
            (root / file).write_text(text, encoding="utf-8")
        for file, changes in self.content.get("edits", {}).items():
            for old, new in changes.items():
                text = (root / file).read_text(encoding="utf-8")
                assert text.count(old) == 1, f"{self.path}: {old!r} is {text.count(old)} times in {file}"
                (root / file).write_text(text.replace(old, new), encoding="utf-8")
        loaded = load(root)
        assert loaded.estate is not None, loaded.findings
        assert loaded.blueprint is not None, loaded.findings
        estate, blueprint = loaded.estate, loaded.blueprint
        if self.content.get("allocate"):
            estate, blueprint = _allocated(estate)
        for change in self.content.get("blueprint", []):
            blueprint = _changed(blueprint, change["at"].split("."), change)
        assert blueprint.sites, loaded.findings
        return Context(estate, blueprint, self.content.get("today", DAY))

    def rewrite(self, found: list[str]) -> None:
        """Put what was found in place of what was expected."""
        head = self.path.read_text(encoding="utf-8").partition("\nexpect:")[0].rstrip("\n")
        rows = "".join(f"  - {_quoted(line)}\n" for line in found)
        self.path.write_text(f"{head}\nexpect:\n{rows}" if found else f"{head}\n", encoding="utf-8")


def _allocated(estate: Estate) -> tuple[Estate, Blueprint]:
    """The estate with addresses for everything that it asks for, and what follows from it."""
    sites = {name: replace(site, ledger=allocate(estate, site, DAY)[0]) for name, site in estate.sites.items()}
    served = replace(estate, sites=sites)
    blueprint, findings = compile_blueprint(served)
    assert findings == (), findings
    return served, blueprint


def _quoted(line: str) -> str:
    return "'" + line.replace("'", "''") + "'"


def _changed(value: Any, steps: list[str], change: dict[str, Any]) -> Any:
    """A frozen value with the part at `steps` changed."""
    match = _STEP.fullmatch(steps[0])
    assert match, steps[0]
    name, item, rest = match["name"], match["item"], steps[1:]
    part = getattr(value, name)
    if item is None:
        changed = _changed(part, rest, change) if rest else change["value"]
    elif item == "+":
        changed = (*part, replace(part[change["like"]], **change["with"]))
    else:
        number = int(item) if item.isdigit() else [row.id for row in part].index(item)
        fresh = _changed(part[number], rest, change) if rest else replace(part[number], **change["with"])
        changed = (*part[:number], fresh, *part[number + 1 :])
    return replace(value, **{name: changed})
