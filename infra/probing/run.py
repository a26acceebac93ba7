"""A run of probes: open every listener, prove what must pass, then try what must be denied."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Coroutine, Mapping

from infra.blueprint.probes import Instance, Matrix, Probe
from infra.blueprint.proof import Outcome, Seen
from infra.probing.feet import Foot
from infra.probing.listening import Addresses, Listeners
from infra.probing.sending import exchange

KNOCK = 1.0
"""Seconds that one attempt of a permitted probe waits."""

INSIST = 5.0
"""Seconds for which a permitted probe is repeated: the first packets of a network wait for neighbours and flows."""

DENIAL = (1.0, 5.0)
"""Least and most seconds of silence that count as denied."""

SLACK = 4
"""A denial waits at least this many times as long as the slowest answer of this run took."""

AT_ONCE = 1500
"""Probes tried at the same time; more would only be lost in the queues of a busy machine."""

_SEVERITY = (Outcome.ANSWERED, Outcome.REACHED, Outcome.BROKEN, Outcome.SILENT)


def run(matrix: Matrix, feet: Mapping[Instance, Foot], addresses: Addresses) -> dict[Probe, Seen]:
    """What every probe of the matrix saw. Never raises for what a network or a foot does: that is an outcome."""
    return asyncio.run(_run(matrix, feet, addresses))


async def _run(matrix: Matrix, feet: Mapping[Instance, Foot], addresses: Addresses) -> dict[Probe, Seen]:
    with Listeners(feet, addresses) as listeners:
        for listener in matrix.listeners:
            listeners.open(listener)
        prober = _Prober(feet, addresses, listeners)
        await prober.try_all(matrix)
        return prober.seen


class _Prober:
    """Tries probes side by side and keeps what they saw."""

    def __init__(self, feet: Mapping[Instance, Foot], addresses: Addresses, listeners: Listeners) -> None:
        self.seen: dict[Probe, Seen] = {}
        self._feet = feet
        self._addresses = addresses
        self._listeners = listeners
        self._gate = asyncio.Semaphore(_places())

    async def try_all(self, matrix: Matrix) -> None:
        """Permitted probes first: they tell how slow an answer may be today, and so how long silence must last."""
        await asyncio.gather(*(self._keep(probe, self._insist(probe)) for probe in matrix.probes if probe.permitted))
        slowest = max((one.seconds for one in self.seen.values()), default=0.0)
        least, most = DENIAL
        patience = min(most, max(least, SLACK * slowest))
        await asyncio.gather(
            *(self._keep(probe, self._doubt(probe, patience)) for probe in matrix.probes if not probe.permitted)
        )

    async def _keep(self, probe: Probe, trial: Coroutine[None, None, Seen]) -> None:
        async with self._gate:
            self.seen[probe] = await trial

    async def _insist(self, probe: Probe) -> Seen:
        """Knock until there is an answer."""
        end = time.monotonic() + INSIST
        while True:
            seen = await self._knock(probe, KNOCK)
            if seen.outcome in (Outcome.ANSWERED, Outcome.BROKEN) or time.monotonic() >= end:
                return seen
            await asyncio.sleep(0.1)

    async def _doubt(self, probe: Probe, patience: float) -> Seen:
        """Knock twice, half the time apart, and believe the worse answer: one lost packet must not look like a border."""

        async def again() -> Seen:
            await asyncio.sleep(patience / 2)
            return await self._knock(probe, patience / 2)

        both = await asyncio.gather(self._knock(probe, patience), again())
        return min(both, key=lambda seen: _SEVERITY.index(seen.outcome))

    async def _knock(self, probe: Probe, patience: float) -> Seen:
        listener = probe.listener
        if listener in self._listeners.broken:
            return Seen(Outcome.BROKEN, self._listeners.broken[listener])
        address = self._addresses[listener.instance, listener.version]
        token = self._listeners.token(listener)
        return await exchange(self._feet[probe.source], probe, address, token, patience)


def _places() -> int:
    """Probes that may be under way: `AT_ONCE`, or what this process may open (two sockets each, and some for everything else)."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return max(1, min(AT_ONCE, (allowed - 500) // 2))
