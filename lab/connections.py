"""How long the switch remembers connections that have ended: as short as it can.

Open vSwitch 3.1 in user space keeps two entries for each connection of OVN's stateful rules, and only the first ever expires. Who begins a
connection from the same port once more, before all is forgotten, finds the second entry, which is taken for the connection, and the switch
aborts (docs/surprises.md). Monitors begin some connections a second and have 28,000 ports: remembered for the usual three quarters of a
minute, that was about every quarter of an hour; remembered for a quarter of an hour, every two minutes.
"""

from __future__ import annotations

from lab import wires
from lab.context import Lab

DATAPATH = "netdev"
"""The switch's packets in user space."""
ZONES = 4096
"""OVN numbers its zones from 1, some eighty a site."""
SECONDS = 1
_ENDED = ("time_wait", "close")
"""At both ends. One that is closed at one end only may still be at work."""


def forget_ended(lab: Lab) -> None:
    """Set the time for every zone that OVN may use. NotReady when the switch does not take it."""
    if DATAPATH not in wires.vsctl(lab, "get", "Open_vSwitch", ".", "datapaths"):
        # What OVN's controller would do when it comes.
        made = ["--id=@made", "create", "Datapath", "datapath_version=0"]
        wires.vsctl(lab, *made, "--", "set", "Open_vSwitch", ".", f"datapaths:{DATAPATH}=@made")
    policy = [f"tcp_{state}={SECONDS}" for state in _ENDED]
    zones = range(1, ZONES + 1)
    wires.vsctl(
        lab,
        *(word for zone in zones for word in ("--", "--may-exist", "add-zone-tp", DATAPATH, f"zone={zone}", *policy)),
    )
