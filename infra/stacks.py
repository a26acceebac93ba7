"""Which stacks a command means, and in which order they can be done.

Within a site a layer needs the layers below it (tenants and platform stand side by side on the network); sites need nothing of each
other. So independent stacks run at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from infra import names
from infra.errors import UsageError


@dataclass(frozen=True, slots=True)
class Stack:
    """A stack: one layer of one site."""

    site: str
    layer: str

    def __str__(self) -> str:
        return names.stack(self.site, self.layer)


def select(deployed: Sequence[Stack], wanted: Collection[str]) -> tuple[Stack, ...]:
    """The deployed stacks that the words `SITE` or `SITE.LAYER` mean; no word means all.

    Raises `UsageError` naming every word that means none of them.
    """
    unknown = [word for word in wanted if not any(_means(word, stack) for stack in deployed)]
    if unknown:
        known = "、".join(sorted({stack.site for stack in deployed})) or "（还没有）"
        raise UsageError(
            f"没有这样的站点或栈：{'、'.join(unknown)}。",
            f"已部署的站点：{known}；层：{'、'.join(names.LAYERS)}。写法：站点 或 站点.层。",
        )
    return tuple(stack for stack in deployed if not wanted or any(_means(word, stack) for word in wanted))


def _means(word: str, stack: Stack) -> bool:
    return word in (stack.site, str(stack))


def needs(stacks: Collection[Stack]) -> dict[Stack, frozenset[Stack]]:
    """For each stack those of the given ones that must be done before it: the layers of its site that its own stands on."""
    return {
        stack: frozenset(
            other for other in stacks if other.site == stack.site and other.layer in names.LAYERS_BELOW[stack.layer]
        )
        for stack in stacks
    }


def left_standing(stacks: Collection[Stack], deployed: Collection[Stack]) -> list[Stack]:
    """The deployed stacks that need one of the given ones without being among them: these cannot be taken down while those stand."""
    everything = needs(deployed)
    return [stack for stack in deployed if stack not in stacks and everything[stack].intersection(stacks)]


def reverse(order: Mapping[Stack, frozenset[Stack]]) -> dict[Stack, frozenset[Stack]]:
    """The same order backwards, for taking down: a stack waits for everything that needs it."""
    return {stack: frozenset(other for other, before in order.items() if stack in before) for stack in order}
