"""The project's own program with something registered by hand, as an attacker with a text editor would: before it, or after it.

`GOVNET_ATTACK`: the attack, a file with `before()` or `after(made)`. `GOVNET_UNGUARDED`: take the guard rail off, so that the pack
stands alone.
"""

from __future__ import annotations

import os
import runpy

import pulumi

from infra import gate
from infra.engine import ROOT

attack = runpy.run_path(os.environ["GOVNET_ATTACK"])
made: dict[str, pulumi.Resource] = {}


def collect(args: pulumi.ResourceTransformationArgs) -> None:
    made[args.name] = args.resource


pulumi.runtime.register_stack_transformation(collect)
if os.environ.get("GOVNET_UNGUARDED"):
    setattr(gate, "guard", lambda *_: None)  # noqa: B010  an assignment would be an error of types, which it is
attack.get("before", lambda: None)()
runpy.run_path(str(ROOT / "infra/program/__main__.py"))
attack.get("after", lambda _: None)(made)
