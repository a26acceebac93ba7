"""Ask the addresses on which a machine could stand and none is planned, on the ports that flows let the monitor ask, and nothing else.

A refused connection is an answer too: somebody is there. What was found goes into a text file of node_exporter.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

Question = tuple[str, str, int]
"""Zone, address and port."""

AT_ONCE = 100
"""Connections that are tried at the same time."""

MOST = 20_000
"""Questions in one census: more are a mistake of whoever wrote the settings, not a site's own machines."""


async def answered(questions: Sequence[Question], patience: float) -> list[Question]:
    """Those to which somebody answered within so many seconds."""
    room = asyncio.Semaphore(AT_ONCE)

    async def asked(question: Question) -> bool:
        async with room:
            return await _answers(question[1], question[2], patience)

    heard = await asyncio.gather(*map(asked, questions))
    return [question for question, answer in zip(questions, heard) if answer]  # noqa: B905 - machines may have an older Python


async def _answers(address: str, port: int, patience: float) -> bool:
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(address, port), patience)
    except ConnectionRefusedError:
        return True
    except (OSError, asyncio.TimeoutError):  # noqa: UP041 - the same
        return False
    writer.close()
    return True


def metrics(questions: Sequence[Question], found: Sequence[Question], now: float) -> str:
    """What Prometheus is told."""
    lines = [
        f"govnet_census_addresses {len({address for _, address, _ in questions})}",
        f"govnet_census_seconds {now:.0f}",
    ]
    lines += [
        f'govnet_undeclared_answer{{zone="{zone}",address="{address}",port="{port}"}} 1'
        for zone, address, port in found
    ]
    return "".join(f"{line}\n" for line in lines)


def main() -> int:
    """Exit code 1 when there was nobody to ask: a census of nobody has found nothing out."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--settings", required=True, type=Path)
    words.add_argument("--metrics", required=True, type=Path)
    words.add_argument("--patience", type=float, default=1.0)
    told = words.parse_args()
    zones = json.loads(told.settings.read_text(encoding="utf-8"))
    questions = [
        (zone["zone"], address, port) for zone in zones for address in zone["addresses"] for port in zone["ports"]
    ]
    if not 0 < len(questions) <= MOST:
        print(f"要问的有 {len(questions)} 个，应当在 1 和 {MOST} 之间", file=sys.stderr)
        return 1
    found = asyncio.run(answered(questions, told.patience))
    draft = told.metrics.with_suffix(".draft")
    draft.write_text(metrics(questions, found, time.time()), encoding="utf-8")
    draft.chmod(0o644)
    os.replace(draft, told.metrics)
    for zone, address, port in found:
        print(f"没有申报的地址有应答：{zone} {address} {port}/tcp")
    return 0


if __name__ == "__main__":
    sys.exit(main())
