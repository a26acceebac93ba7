"""Two branches that allocate at once conflict in git, not on the wire."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

from infra.addressing import ledger
from infra.addressing.allocate import allocate
from infra.model.estate import SiteEstate
from tests.small import small, suqian, tenant

TODAY = date(2026, 3, 1)


def served(site: SiteEstate) -> SiteEstate:
    fresh, _ = allocate(small(), site, TODAY)
    return replace(site, ledger=fresh)


def test_two_branches_that_allocate_at_once_conflict_in_git(tmp_path: Path) -> None:
    """The keys are far apart, so that only the seal makes git see that both took the same block."""
    many = [tenant(f"suqian_m{number}", 10) for number in range(10, 40)]
    base = served(suqian(many))
    ours = served(replace(base, tenants=(*base.tenants, tenant("suqian_a", 10))))
    theirs = served(replace(base, tenants=(*base.tenants, tenant("suqian_z", 10))))
    section = "public_shared"
    assert (
        ours.ledger.sections[section].blocks["tenant/suqian_a"].v4
        == theirs.ledger.sections[section].blocks["tenant/suqian_z"].v4
    )
    for name, site in (("base", base), ("ours", ours), ("theirs", theirs)):
        (tmp_path / name).write_text(ledger.render(site.ledger), encoding="utf-8")
    merged = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert merged.returncode == 1, "exactly one conflict"
    assert "seal:" in merged.stdout.partition("<<<<<<<")[2].partition(">>>>>>>")[0]


def test_a_forced_merge_is_refused_and_allocating_again_mends_it() -> None:
    """Whoever keeps both sides is told: the seal is broken and the blocks overlap. Dropping one and allocating again is right."""
    ours = served(suqian([tenant("suqian_a", 10)]))
    theirs = served(suqian([tenant("suqian_z", 10)]))
    section = ours.ledger.sections["public_shared"]
    both = {**section.blocks, **theirs.ledger.sections["public_shared"].blocks}
    forced = replace(
        suqian([tenant("suqian_a", 10), tenant("suqian_z", 10)]),
        ledger=ours.ledger.model_copy(
            update={"sections": {**ours.ledger.sections, "public_shared": section.model_copy(update={"blocks": both})}}
        ),
    )
    assert sorted(row.code for row in ledger.check(small(), forced)) == ["E11", "E11", "E12"]
    mended = served(replace(forced, ledger=ours.ledger))
    assert list(ledger.check(small(), mended)) == []
