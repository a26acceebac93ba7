"""What machines promise, tried: they answer, their state is collected, a copy can be restored, a request passes the gateway and nothing else.

Each trial ends in a verdict: kept, broken, or "could not try", which is never counted as kept.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import chain

from infra.findings import Verdict
from infra.probing.feet import Foot
from infra.remote import Variables
from infra.report.verification import Trial
from infra.trials.answers import answers
from infra.trials.antivirus import recognises
from infra.trials.backup import restores
from infra.trials.database import serves
from infra.trials.exchange import exchanges
from infra.trials.logging import arrives, reports
from infra.trials.monitoring import watches


def try_all(
    names: Collection[str], hosts: Mapping[str, Variables], feet: Mapping[str, tuple[Foot, Foot]]
) -> Iterator[Trial]:
    """Every promise of these machines, at once. `hosts`: all that can be asked, these among them.

    `feet`: gateway → where its requests come from, and where the inside service stands.
    """

    def of(name: str) -> list[Trial]:
        alive = answers(name, hosts[name])
        return [alive, *(_of_capability(name, hosts, feet) if alive.verdict is Verdict.OK else ())]

    with ThreadPoolExecutor(max_workers=len(names) or 1) as pool:
        yield from chain.from_iterable(pool.map(of, sorted(names)))


def _of_capability(name: str, hosts: Mapping[str, Variables], feet: Mapping[str, tuple[Foot, Foot]]) -> Iterator[Trial]:
    told = hosts[name]
    if told["base_log_keeper"]:
        yield arrives(name, told, hosts)
    if told.get("logging_province"):
        yield reports(name, told, hosts)
    if "monitoring_targets" in told:
        yield from watches(name, told)
    if "antivirus_client_mirror" in told:
        yield recognises(name, told)
    if "database_address" in told:
        yield from serves(name, told)
    elif "backup_client_server" in told:
        yield restores(name, told)
    if name in feet:
        yield exchanges(name, told, *feet[name])
