"""The floor under the number of tests that ran."""

from __future__ import annotations

SLACK = 1.05
"""How far the suite may grow before the floor has to follow: five in a hundred."""


def verdict(ran: int, floor: int) -> str:
    """What is wrong with the number of tests that ran; empty when nothing is."""
    if ran < floor:
        return f"only {ran} tests ran, the floor is {floor} (tests/floor.txt): what is skipped or not collected?"
    if ran > floor * SLACK:
        return f"{ran} tests ran, the floor is {floor}: raise tests/floor.txt to {ran}"
    return ""
