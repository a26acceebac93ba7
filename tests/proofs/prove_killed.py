"""`kill -9` of the whole process group at seeded moments of `make up`: each time the next `make up` converges.

Before each case the machine is brought to where the moment comes by itself: packages removed, schemas and their dumps gone, layers taken
down. What is seeded: which stack, after how many resources, which database, which service. A case that kills the lab too is a power cut.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest

from infra.engine import ROOT
from infra.names import LAYERS_BELOW
from lab.places import default_places
from tests.converging import GOVNET, MAKE_UP, converged, said
from tests.killing import Moment, descendants, kill_at, words
from tests.moments import (
    create_in_flight,
    lab_processes,
    lab_started,
    running,
    schema_half_made,
    state_write,
)
from tests.proofs.conftest import Counts

ABOUT = (
    "Makefile",
    "tools/bootstrap.py",
    "infra/cli/up.py",
    "infra/driver/*.py",
    "infra/layers/*.py",
    "infra/workspace.py",
    "lab/**/*.py",
)
SEED = 3
SCHEMAS = (
    ("keystone", "keystone-manage", 20),
    ("neutron", "neutron-db-manage", 60),
    ("nova_api", "nova-manage", 15),
    ("glance", "glance-manage", 8),
)
"""Databases with the tool that makes their schema, and a number of tables well before the end."""


def nothing() -> None:
    """The lab is up and so is everything in it."""


def nobody() -> Iterable[int]:
    return ()


@dataclass(frozen=True)
class Case:
    """`prepare` takes away what `make up` is to be seen making; `also` names what dies together with the process group."""

    name: str
    moment: Moment
    prepare: Callable[[], object] = nothing
    also: Callable[[], Iterable[int]] = nobody


def down(*targets: str) -> Callable[[], object]:
    return lambda: said(GOVNET, "down", *targets, "--yes")


def network_and_above(site: str) -> tuple[str, ...]:
    return (f"{site}.network", *(f"{site}.{layer}" for layer, below in LAYERS_BELOW.items() if "network" in below))


def packages_gone(*packages: str) -> Callable[[], object]:
    def prepare() -> None:
        said(GOVNET, "lab", "down")
        said("dpkg", "--remove", *packages)

    return prepare


def databases_gone() -> None:
    """The cloud is begun anew and makes its schemas with OpenStack's tools."""
    said(GOVNET, "down", "--yes")
    said(GOVNET, "lab", "reset")
    for dump in (default_places().cache / "databases").glob("*.sql"):
        dump.unlink()


def dpkg() -> set[int]:
    """apt gives dpkg a session of its own; kill -9 reaches it too."""
    return {pid for pid in descendants(1) if Path(words(pid)[0] if words(pid) else "").name == "dpkg"}


def cases(seed: int) -> Iterator[Case]:
    """The ten cases; pure, so that every run with a seed has the same."""
    draw = random.Random(seed)
    sites = ["province", "suqian"]
    removed = draw.sample(["memcached", "ethtool", "iputils-ping"], k=2)
    yield Case("inside_apt", running("dpkg", "--unpack"), packages_gone(*removed), dpkg)
    database, tool, tables = draw.choice(SCHEMAS)
    yield Case("inside_database_sync", schema_half_made(database, tool, draw.randrange(1, tables)), databases_gone)
    service = draw.choice(["mariadb", "rabbitmq", "ovn-nb", "keystone", "neutron"])
    yield Case("lab_services_starting", lab_started(service), lambda: said(GOVNET, "lab", "down"))
    site = draw.choice(sites)
    for layer, resources in (("cloud", 20), ("network", 80), ("tenants", 30)):
        stack = f"{site}.{layer}"
        layers = {"cloud": (site,), "network": network_and_above(site), "tenants": (stack,)}
        after = draw.randrange(1, resources)
        yield Case(f"create_in_flight_{layer}", create_in_flight(stack, after), down(*layers[layer]))
    stack = f"{draw.choice(sites)}.tenants"
    yield Case("state_write", state_write(stack), down(stack))
    stack = f"{draw.choice(sites)}.network"
    yield Case("preview", running("pulumi", "preview", stack))
    yield Case("verify", running("govnet", "verify"))
    site = draw.choice(sites)
    taken = down(*network_and_above(site))
    yield Case("power_cut", create_in_flight(f"{site}.network", draw.randrange(1, 80)), taken, lab_processes)


@pytest.fixture(scope="module")
def everything_up() -> None:
    said(*MAKE_UP)


@pytest.mark.usefixtures("everything_up")
@pytest.mark.parametrize("case", list(cases(SEED)), ids=lambda case: case.name)
def test_the_next_make_up_converges(tmp_path: Path, case: Case, counts: Counts) -> None:
    """Nothing missing, extra or different, every packet as it must be, and nothing left to change."""
    case.prepare()
    killed = kill_at(case.moment, MAKE_UP, ROOT, tmp_path / "make-up.log", case.also)
    counts |= {"seed": SEED, "moment": case.moment.name, "killed": asdict(killed), "then": asdict(converged())}
