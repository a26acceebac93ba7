"""Estates with a mistake: a sound one, changed as a case file says (tests/bad_estates/README.md)."""

from __future__ import annotations

import codecs
import shutil
from dataclasses import dataclass
from pathlib import Path

from infra.blueprint.load import Loaded
from infra.findings import Enforcement, Finding

HERE = Path(__file__).parent
SMALL = HERE / "estates" / "small"


@dataclass(frozen=True)
class Case:
    """A case file: its sentence, what it does to the estate, and what must be found."""

    path: Path
    sentence: str
    steps: tuple[tuple[str, tuple[str, ...]], ...]
    expected: tuple[str, ...]
    sites: str

    def make(self, folder: Path) -> Path:
        """The changed estate, in a folder of its own."""
        root = folder / "estate"
        shutil.copytree(SMALL, root)
        for header, lines in self.steps:
            _apply(root, header.split(" "), list(lines))
        return root

    def rewrite(self, found: list[str], sites: str) -> None:
        """Put what was found in place of what was expected."""
        head = self.path.read_text(encoding="utf-8").partition("\n@expect")[0]
        self.path.write_text("\n".join([head, f"@expect sites {sites}".rstrip(), *found]) + "\n", encoding="utf-8")


def read_case(path: Path) -> Case:
    """Parse a case file."""
    sentence, *rest = path.read_text(encoding="utf-8").splitlines()
    steps: list[tuple[str, list[str]]] = []
    for line in rest:
        if line.startswith("@"):
            steps.append((line[1:], []))
        elif steps:
            steps[-1][1].append(line)
        elif line:
            raise ValueError(f"{path}: a line before the first @")
    if not steps or not steps[-1][0].startswith("expect"):
        raise ValueError(f"{path}: the last part must be @expect")
    header, expected = steps.pop()
    return Case(
        path,
        sentence,
        tuple((step, tuple(lines)) for step, lines in steps),
        tuple(line for line in expected if line),
        header.removeprefix("expect").removeprefix(" sites").strip(),
    )


def lines_of(findings: tuple[Finding, ...]) -> list[str]:
    """Findings as case files write them; what does not block at once says so at the end."""
    return [f"{row.code} {row.where} | {row.message} | {row.wrong} | {row.right}{_force(row)}" for row in findings]


def _force(row: Finding) -> str:
    if row.enforcement is Enforcement.MANDATORY:
        return ""
    return f" | {row.enforcement.value}" + (f" {row.due}" if row.due else "")


def sites_of(loaded: Loaded) -> str:
    """The sites that could be derived."""
    return " ".join(site.id for site in loaded.blueprint.sites) if loaded.blueprint else ""


def _apply(root: Path, header: list[str], lines: list[str]) -> None:
    verb, file, *more = header
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    if verb == "edit":
        path.write_text(_edited(path.read_text(encoding="utf-8"), lines), encoding="utf-8")
    elif verb == "file":
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    elif verb == "bytes":
        path.write_bytes(codecs.escape_decode("".join(lines).encode("ascii"))[0])
    elif verb == "delete":
        path.unlink()
    elif verb == "symlink":
        path.unlink(missing_ok=True)
        path.symlink_to(more[0])
    elif verb == "size":
        with path.open("wb") as out:
            out.truncate(int(more[0]))
    else:
        raise ValueError(f"unknown step @{verb}")


def _edited(text: str, lines: list[str]) -> str:
    old: list[str] = []
    new: list[str] = []
    for line in [*lines, "-"]:
        if line.startswith("-") and new:
            text = _replaced(text, old, new)
            old, new = [], []
        if line.startswith("-"):
            old.append(line[1:])
        elif line.startswith("+"):
            new.append(line[1:])
    if any(old):
        text = _replaced(text, [line for line in old if line], [])
    return text


def _replaced(text: str, old: list[str], new: list[str]) -> str:
    if not old:
        return text + "\n".join(new) + "\n"
    wanted = "\n".join(old) + "\n"
    if text.count(wanted) != 1:
        raise ValueError(f"{text.count(wanted)} times in the file, not once:\n{wanted}")
    return text.replace(wanted, "".join(f"{line}\n" for line in new))
