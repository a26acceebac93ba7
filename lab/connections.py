"""How long the switch remembers connections that have ended: longer than anybody still sends packets of them.

Open vSwitch 3.1 in user space keeps two entries for each connection of OVN's stateful rules, and only the first ever expires. A packet that
comes between its expiry and the next sweep finds the second, takes it for the connection, and the switch aborts (docs/surprises.md). A TCP
that gets no answer repeats itself for up to two minutes at a time: with the usual half minute such packets came whenever a machine's service
was away for a minute. (It is not the only cause; whoever works with machines must expect a switch that starts anew.)
"""

from __future__ import annotations

from lab import wires
from lab.context import Lab

DATAPATH = "netdev"
"""The switch's packets in user space."""
ZONES = 4096
"""OVN numbers its zones from 1, some eighty a site."""
SECONDS = 900
"""Linux gives up a connection that nobody answers after about a quarter of an hour."""
_ENDED = ("syn_sent", "syn_recv", "fin_wait", "close_wait", "last_ack", "time_wait", "close")


def remember_ended(lab: Lab) -> None:
    """Set the time for every zone that OVN may use. NotReady when the switch does not take it."""
    if DATAPATH not in wires.vsctl(lab, "get", "Open_vSwitch", ".", "datapaths"):
        made = [
            "--id=@made",
            "create",
            "Datapath",
            "datapath_version=0",
        ]  # what OVN's controller would do when it comes
        wires.vsctl(lab, *made, "--", "set", "Open_vSwitch", ".", f"datapaths:{DATAPATH}=@made")
    policy = [f"tcp_{state}={SECONDS}" for state in _ENDED]
    zones = range(1, ZONES + 1)
    wires.vsctl(
        lab,
        *(word for zone in zones for word in ("--", "--may-exist", "add-zone-tp", DATAPATH, f"zone={zone}", *policy)),
    )
