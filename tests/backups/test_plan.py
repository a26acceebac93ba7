"""The backup plan of the real province, as people ask for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from rich.console import Console

from infra.backups.plan import Planned, jobs_of, lost, names, span
from infra.blueprint.types import Blueprint
from infra.cli.backup import overview, table
from infra.model.enums import Takes
from tests.real import blueprint


def opened() -> Blueprint:
    """The province as if every site were connected; the flows stay what they are."""
    return replace(blueprint(), sites=tuple(replace(site, connected=True) for site in blueprint().sites))


def test_each_sort_of_stateful_thing_has_jobs() -> None:
    """Machines with files and databases, tenants, every site's deployment, and the declarations once."""
    found = [job.takes for site in blueprint().sites for job in site.backups]
    assert set(found) == {row.value for row in Takes}
    assert found.count(Takes.STATE) == len(blueprint().sites)
    assert found.count(Takes.DECLARATIONS) == 1


def test_every_city_has_a_copy_in_the_centre_and_one_in_another_city() -> None:
    """Whoever has to keep copies elsewhere: judged by where data centres stand, not by whose they are."""
    cities = [site for site in blueprint().sites if site.level == "city"]
    assert len(cities) == 13
    for site in cities:
        jobs = [job for job in site.backups if job.backup != "local"]
        assert jobs
        for job in jobs:
            assert "dr" in {copy.site for copy in job.copies}
            assert any(copy.offsite for copy in job.copies)


def test_the_partner_of_the_province_keeps_its_copies_as_it_keeps_theirs() -> None:
    """「互为备份」, two ways."""
    for one, other in (("province", "suqian"), ("suqian", "province")):
        assert other in {copy.site for job in blueprint().site(one).backups for copy in job.copies}


def test_jobs_are_found_by_site_by_service_and_by_tenant() -> None:
    """A service's jobs are at every site where it runs."""
    assert len(jobs_of(blueprint(), "suqian")) == len(blueprint().site("suqian").backups)
    assert len({row.site.id for row in jobs_of(blueprint(), "monitoring")}) == len(blueprint().sites)
    assert [row.job.takes for row in jobs_of(blueprint(), "suqian_renshe")] == ["volumes"]
    assert jobs_of(blueprint(), "nobody") == ()
    assert all(jobs_of(blueprint(), name) or name.startswith("jiangsu") for name in names(blueprint()))


def test_a_copy_without_a_way_is_shown_with_its_reason() -> None:
    """Of an open pair only what no flow lets through is lost; a planned site gets nothing yet; a tenant's local copy needs no way."""
    suqian = blueprint().site("suqian")
    rows = [Planned(suqian, job) for job in suqian.backups]
    assert {(copy.site, why) for row in rows for copy, why in lost(blueprint(), row)} == {("dr", "站点未开通")}
    job = rows[0].job
    shut = replace(job, copies=tuple(replace(copy, flows=()) for copy in job.copies))
    assert [why for _, why in lost(opened(), Planned(suqian, shut))] == ["没有流向放行"] * len(job.copies)
    tenant = next(row.job for row in rows if row.job.takes == "volumes")
    assert [copy.site for copy, _ in lost(opened(), Planned(suqian, tenant))] == ["dr"]
    unkept = replace(job, copies=tuple(replace(copy, host_id="") for copy in job.copies))
    assert [why for _, why in lost(blueprint(), Planned(suqian, unkept))] == ["没有备份机"] * len(job.copies)


def test_on_a_terminal_of_eighty_columns_nothing_is_cut_off() -> None:
    """Every job and every copy of it."""
    console = Console(width=80, record=True)
    console.print(overview(blueprint()))
    console.print(table(blueprint(), jobs_of(blueprint(), "suqian")))
    shown = console.export_text()
    assert "…" not in shown
    assert all(site.title in shown for site in blueprint().sites)
    assert shown.count("本地 suqian") == len(blueprint().site("suqian").backups)


@pytest.mark.parametrize(
    ("minutes", "words"), [(0, "0 分钟"), (30, "30 分钟"), (60, "1 小时"), (1440, "1 天"), (1500, "25 小时")]
)
def test_a_span_is_told_in_the_largest_unit_that_fits(minutes: int, words: str) -> None:
    assert span(minutes) == words
