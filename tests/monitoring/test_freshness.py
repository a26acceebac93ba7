"""How old shared data may be comes out of the plan; when they were renewed, out of a real PostgreSQL, by the role's own files."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jinja2
import pytest
import yaml

from infra.blueprint.load import load
from infra.blueprint.types import Blueprint
from infra.engine import ROOT
from infra.monitoring.alarms import ALARMS
from infra.monitoring.facts import Fact, facts
from tests.backups.clusters import Cluster, cluster_apart, needs_postgres
from tests.real import blueprint

ROLE = ROOT / "playbooks" / "roles" / "database"
PLATFORM, ITEM, MACHINE = "shared_materials", "shared_materials_items", "suqian-shared_materials-database-1"
LIMIT = "govnet_dataset_limit_seconds"


def limits(plan: Blueprint) -> list[Fact]:
    return [row for site in plan.sites for row in facts(plan, site) if row.name == LIMIT]


def test_a_promise_is_a_fact_of_the_database_that_keeps_it() -> None:
    """Once, at its site; what other platforms promise, which have no database of ours, is none."""
    [found] = limits(blueprint())
    assert (found.labels["dataset"], found.labels["host"], found.labels["site"]) == (ITEM, MACHINE, "suqian")
    assert found.value == 168 * 3600
    assert len(blueprint().operations.freshness) > 1


def test_the_first_made_database_stands_for_its_platform() -> None:
    """A second one makes no second fact; one that is only planned makes none."""
    site = blueprint().site("suqian")
    [row] = [row for row in site.hosts if row.name == MACHINE]
    for realised, hosts in ((True, [MACHINE]), (False, [])):
        first, second = replace(row, realised=realised), replace(row, name="second", realised=realised)
        others = tuple(other for other in site.hosts if other != row)
        found = facts(blueprint(), replace(site, hosts=(*others, first, second)))
        assert [fact.labels["host"] for fact in found if fact.name == LIMIT] == hosts


def test_what_is_not_promised_any_more_is_no_fact(tmp_path: Path) -> None:
    """The number is taken out of the catalogue, and nothing else."""
    estate = shutil.copytree(ROOT / "estate", tmp_path / "estate")
    file = estate / "catalogue" / "platforms.yaml"
    text, count = re.subn(rf"(id: {ITEM},.*), max_age_hours: 168", r"\1", file.read_text(encoding="utf-8"))
    assert count == 1
    file.write_text(text, encoding="utf-8")
    plan = load(estate).blueprint
    assert plan is not None
    assert limits(plan) == []


@pytest.fixture(scope="module")
def running() -> Iterator[Cluster]:
    """A cluster that lets the monitor's role in without being asked who it is, made what role `database` makes of it."""
    with cluster_apart() as made:
        (made.home / "data" / "pg_hba.conf").write_text("local all all trust\n")
        made.ask("SELECT pg_reload_conf()", "postgres")
        laid(made)
        yield made


def psql(made: Cluster, text: str, user: str = "postgres", database: str = PLATFORM) -> str:
    """What is printed. Raises `CalledProcessError` when the database refuses."""
    line = ["runuser", "-u", "postgres", "--", "psql", "-XAt", "-v", "ON_ERROR_STOP=1", "-f", "-"]
    line += ["-h", str(made.sockets), "-U", user, "-d", database]
    return subprocess.run(line, cwd="/", input=text, capture_output=True, text=True, check=True).stdout.strip()


def laid(made: Cluster) -> str:
    """What the role's task prints: a line a change."""
    text = (ROLE / "templates" / "roles.sql.j2").read_text(encoding="utf-8")
    told = jinja2.Environment(trim_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False).from_string(text)
    return psql(made, told.render(database_name=PLATFORM), database="postgres")


def asked() -> str:
    """The query that the exporter makes a metric of."""
    queries = yaml.safe_load((ROLE / "files" / "queries.yml").read_text(encoding="utf-8"))
    return str(queries["govnet_dataset"]["query"])


def test_the_query_gives_the_metric_that_is_asked_for() -> None:
    """The exporter's name of it: the query's, and the column's."""
    queries = yaml.safe_load((ROLE / "files" / "queries.yml").read_text(encoding="utf-8"))
    usage = {
        f"{name}_{column}": said["usage"]
        for name, query in queries.items()
        for row in query["metrics"]
        for column, said in row.items()
    }
    assert usage == {"govnet_dataset_dataset": "LABEL", "govnet_dataset_updated_seconds": "GAUGE"}
    assert "govnet_dataset_updated_seconds" in next(row.expression for row in ALARMS if row.id == "dataset_stale")


@needs_postgres
def test_a_renewal_by_the_platform_is_read_by_the_monitor(running: Cluster) -> None:
    """Said twice, it is there once, with the later moment."""
    say = f"SET ROLE {PLATFORM}; SELECT govnet.renewed('{ITEM}')"
    moments = []
    for _ in range(2):
        psql(running, say)
        dataset, moment = psql(running, asked(), "prometheus").split("|")
        assert dataset == ITEM
        moments.append(float(moment))
    now = float(psql(running, "SELECT extract(epoch FROM now())"))
    assert now - 60 < moments[0] < moments[1] < now


@needs_postgres
@pytest.mark.parametrize(
    "text",
    [
        "SELECT govnet.renewed('mine')",
        "INSERT INTO govnet.renewals VALUES ('mine')",
        "UPDATE govnet.renewals SET renewed = now()",
        "DELETE FROM govnet.renewals",
        "CREATE TABLE public.mine (id int)",
        "SELECT * FROM public.kept",
    ],
)
def test_the_monitor_writes_nothing_and_reads_nothing_else(running: Cluster, text: str) -> None:
    psql(running, f"SET ROLE {PLATFORM}; CREATE TABLE IF NOT EXISTS public.kept ()")
    with pytest.raises(subprocess.CalledProcessError) as refused:
        psql(running, text, "prometheus")
    assert "permission denied" in refused.value.stderr


@needs_postgres
def test_the_monitor_enters_the_platforms_database_alone(running: Cluster) -> None:
    """Where it was let in before, too, once the role has been there; after that the role changes nothing."""
    psql(running, "GRANT CONNECT ON DATABASE postgres TO prometheus")
    assert laid(running) == "REVOKE"
    with pytest.raises(subprocess.CalledProcessError, match="exit status 2"):
        psql(running, "SELECT 1", "prometheus", "postgres")
    assert psql(running, "SELECT 1", "prometheus") == "1"
    assert laid(running) == ""


@needs_postgres
@pytest.mark.parametrize("moment", ["infinity", "-infinity", "0001-01-01"])
def test_what_is_no_moment_is_refused(running: Cluster, moment: str) -> None:
    """Nobody who reads it would know what to do with it."""
    with pytest.raises(subprocess.CalledProcessError, match="exit status 3"):
        psql(running, f"SET ROLE {PLATFORM}; INSERT INTO govnet.renewals VALUES ('never', '{moment}')")
