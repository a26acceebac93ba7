"""OVN's agent, as OpenStack's own environment has it: an address that is there already keeps no other from being added."""

from __future__ import annotations

import subprocess

from lab.cloud import opened
from lab.services import metadata

ADDS = """\
import runpy, sys
agent = runpy.run_path(sys.argv[1])
there = ["fe80::1/64"]

class Command(agent["ip_lib"].IpAddrCommand):
    def __init__(self):
        pass
    def add(self, cidr, *_):
        if cidr in there:
            raise agent["IpAddressAlreadyExists"](ip=cidr, device="tap")
        there.append(cidr)

Command().add_multiple(["10.0.0.2/24", "fe80::1/64", "169.254.169.254/16"])
print(*there)
"""


def test_an_address_that_the_kernel_gave_first_is_borne() -> None:
    python = opened().bin / "python"
    done = subprocess.run(
        [python, "-P", "-c", ADDS, metadata.PROGRAM], capture_output=True, text=True, check=False, cwd="/"
    )
    assert done.stdout.split() == ["fe80::1/64", "10.0.0.2/24", "169.254.169.254/16"], done.stderr
