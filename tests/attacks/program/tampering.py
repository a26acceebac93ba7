"""What attacks have in common that change the house's own resources on their way to the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType
from typing import Any

import pulumi

from infra.layers import security, tenants

Inputs = dict[str, Any]


def tampered(module: ModuleType, kind: str, change: Callable[[Inputs], Inputs]) -> None:
    """From here on, `module.kind` passes its inputs (snake case, `opts` among them if given) through `change`."""
    honest = getattr(module, kind)

    class Tampered(honest):  # type: ignore[misc, valid-type]  # whatever class it is, that is the point
        def __init__(self, resource_name: str, **given: Any) -> None:
            super().__init__(resource_name, **change(given))

    setattr(module, kind, Tampered)


def added(module: ModuleType, kind: str, **inputs: Any) -> None:
    """From here on, every `module.kind` has these inputs too, in place of its own."""
    tampered(module, kind, lambda given: given | inputs)


def optioned(module: ModuleType, kind: str, **options: Any) -> None:
    """From here on, every `module.kind` has these options too."""
    more = pulumi.ResourceOptions(**options)
    tampered(module, kind, lambda given: given | {"opts": pulumi.ResourceOptions.merge(given.get("opts"), more)})


def widened() -> None:
    """From here on, every rule of a group is for everybody."""
    narrow = security.make_rules

    def wide(plans: Any, group: Any, opts: Any) -> None:
        narrow([replace(plan, remote="0.0.0.0/0" if plan.version == 4 else "::/0") for plan in plans], group, opts)

    for module in (security, tenants):
        setattr(module, "make_rules", wide)  # noqa: B010  an assignment would be an error of types, which it is
