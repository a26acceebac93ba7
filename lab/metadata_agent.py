"""OVN's agent as OpenStack's own environment starts it, which bears an address that is there already. No other module imports this file.

The agent puts a network's interface up, lists its addresses and adds what is missing. In between, the kernel gives the interface its
link-local address, which is one of them: adding it fails, the network goes without metadata for good, and a machine that boots there
gets no name and no keys (docs/surprises.md).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

from neutron.agent.linux import ip_lib  # type: ignore[import-not-found]  # it is in OpenStack's environment, not in ours
from neutron.cmd.agents.ovn_neutron_agent import main  # type: ignore[import-not-found]  # as above
from neutron.privileged.agent.linux.ip_lib import IpAddressAlreadyExists  # type: ignore[import-not-found]  # as above


def add_multiple(
    self: ip_lib.IpAddrCommand, cidrs: Iterable[str], scope: str = "global", add_broadcast: bool = True
) -> None:
    for cidr in cidrs:
        try:
            self.add(cidr, scope, add_broadcast)
        except IpAddressAlreadyExists:
            continue


ip_lib.IpAddrCommand.add_multiple = add_multiple

if __name__ == "__main__":
    sys.exit(main())
