"""A run of probes: open every listener, prove what must pass, then try what must be denied."""

from __future__ import annotations

import asyncio
import resource
import time
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence

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

INSISTING = 250
"""Permitted probes tried at the same time: each may be the first packet of its way, for which the switch has yet to learn everything."""

AGAIN = 50
"""Permitted probes without an answer are tried once more, so many at a time: in a large network the switch learns slower than they are sent."""

DOUBTING = 1500
"""Denied probes tried at the same time; more would only be lost in the queues of a busy machine."""

SPARE = 500
"""Open files that a run leaves to everything else in its process."""

_FINAL = (Outcome.ANSWERED, Outcome.BROKEN)
"""Of a permitted probe: there is no use in trying again."""

_SEVERITY = (Outcome.ANSWERED, Outcome.REACHED, Outcome.BROKEN, Outcome.SILENT)


def run(matrix: Matrix, feet: Mapping[Instance, Foot], addresses: Addresses) -> dict[Probe, Seen]:
    """What every probe of the matrix saw. Never raises for what a network or a foot does: that is an outcome."""
    return asyncio.run(_run(matrix, feet, addresses))


async def _run(matrix: Matrix, feet: Mapping[Instance, Foot], addresses: Addresses) -> dict[Probe, Seen]:
    listening = matrix.listeners
    places = _places(len(listening))
    with Listeners(feet, addresses) as listeners:
        for listener in listening:
            listeners.open(listener)
        prober = _Prober(feet, addresses, listeners, places)
        await prober.try_all(matrix)
        return prober.seen


class _Prober:
    """Tries probes side by side and keeps what they saw."""

    def __init__(self, feet: Mapping[Instance, Foot], addresses: Addresses, listeners: Listeners, places: int) -> None:
        """`places`: probes for which this process may have sockets open."""
        self.seen: dict[Probe, Seen] = {}
        self._feet = feet
        self._addresses = addresses
        self._listeners = listeners
        self._places = places

    async def try_all(self, matrix: Matrix) -> None:
        """Permitted probes first: they tell how slow an answer may be today, and so how long silence must last."""
        permitted = [probe for probe in matrix.probes if probe.permitted]
        await self._try(INSISTING, permitted, self._insist)
        await self._try_again(permitted)
        slowest = max((one.seconds for one in self.seen.values()), default=0.0)
        least, most = DENIAL
        patience = min(most, max(least, SLACK * slowest))
        denied = (probe for probe in matrix.probes if not probe.permitted)
        await self._try(DOUBTING, denied, lambda probe: self._doubt(probe, patience))

    async def _try_again(self, permitted: Sequence[Probe]) -> None:
        """Those that did not get through, as long as that gets some of them through."""
        behind = [probe for probe in permitted if self.seen[probe].outcome not in _FINAL]
        while behind:
            await self._try(AGAIN, behind, self._insist)
            still = [probe for probe in behind if self.seen[probe].outcome not in _FINAL]
            if len(still) == len(behind):
                return
            behind = still

    async def _try(
        self, at_once: int, probes: Iterable[Probe], trial: Callable[[Probe], Coroutine[None, None, Seen]]
    ) -> None:
        """Try all, so many at once; the next one begins when one has ended, so that a hundred thousand cost no more memory."""
        waiting = iter(probes)

        async def one_after_another() -> None:
            for probe in waiting:
                self.seen[probe] = await trial(probe)

        await asyncio.gather(*(one_after_another() for _ in range(min(at_once, self._places))))

    async def _insist(self, probe: Probe) -> Seen:
        """Knock until there is an answer."""
        end = time.monotonic() + INSIST
        while True:
            seen = await self._knock(probe, KNOCK)
            if seen.outcome in _FINAL or time.monotonic() >= end:
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


def _places(listeners: int) -> int:
    """Probes that may be under way beside so many listeners, by the files that this process may open: two sockets each.

    The process takes all that it is allowed; the customary limit is meant for programs that stand still with more.
    """
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    return max(1, (most - SPARE - listeners) // 2)
