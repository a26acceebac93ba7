"""How long the switch remembers connections that have ended: longer than anybody still sends packets of them.

Open vSwitch 3.1 in user space keeps two entries for each connection of OVN's stateful rules, and only the first ever expires. A packet that
comes between its expiry and the next sweep finds the second, takes it for the connection, and the switch aborts (docs/surprises.md). A TCP
that gets no answer repeats itself for up to two minutes at a time: with the usual half minute such a packet was a matter of minutes.
"""

from __future__ import annotations

from functools import partial

from lab import answers, wires
from lab.context import Lab

ZONES = 4096
"""OVN numbers its zones from 1, some eighty a site."""
SECONDS = 900
"""Linux gives up a connection that nobody answers after about a quarter of an hour."""
_ENDED = ("syn_sent", "syn_recv", "fin_wait", "close_wait", "last_ack", "time_wait", "close")


def remember_ended(lab: Lab) -> None:
    """Set the time for every zone that OVN may use. NotReady when the switch does not take it."""
    policy = [f"tcp_{state}={SECONDS}" for state in _ENDED]
    words = [
        word
        for zone in range(1, ZONES + 1)
        for word in ("--", "--may-exist", "add-zone-tp", "netdev", f"zone={zone}", *policy)
    ]
    answers.until(partial(_told, lab, words), seconds=20)


def _told(lab: Lab, words: list[str]) -> None:
    wires.vsctl(lab, *words)
