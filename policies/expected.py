"""What conformance expects of a resource, as values: literals, and references to ids that a cloud has yet to issue."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, final


@final
class Unknown:
    """A value that exists only after creation."""

    def __repr__(self) -> str:
        return "（创建后才知道）"


UNKNOWN: Final = Unknown()


@dataclass(frozen=True, slots=True, order=True)
class Key:
    """Identity of a resource within a stack: type token and Pulumi logical name."""

    type: str
    name: str

    def __str__(self) -> str:
        return f"{self.type.rsplit(':', 1)[-1]} “{self.name}”"


@dataclass(frozen=True, slots=True)
class Ref:
    """The id of a resource of the same stack."""

    key: Key


PLACEHOLDER = "offline:"
"""What every id begins with that another layer or Keystone would issue, in a preview without any cloud; no cloud accepts it as an id."""


@dataclass(frozen=True, slots=True)
class Ext:
    """The id that another layer's stack of the same site exports under this name."""

    layer: str
    name: str

    @property
    def placeholder(self) -> str:
        """What stands here in a preview without any cloud."""
        return f"{PLACEHOLDER}{self.layer}:{self.name}"


@dataclass(frozen=True, slots=True)
class Role:
    """The id of a Keystone role."""

    name: str

    @property
    def placeholder(self) -> str:
        """As of `Ext`."""
        return f"{PLACEHOLDER}role:{self.name}"


@dataclass(frozen=True, slots=True)
class Password:
    """A password or a key: which one is not the blueprint's business, that there is one is."""


Reference = Ref | Ext | Role
Value = str | int | bool | Reference | Password | Sequence["Value"] | Mapping[str, "Value"]


@dataclass(frozen=True, slots=True)
class Expected:
    """A resource that the blueprint wants: its inputs, all others unset. `protect`: it must not be deleted by an update."""

    key: Key
    inputs: Mapping[str, Value]
    protect: bool = False


def references(value: Value) -> Iterator[Reference]:
    """All references within a value."""
    if isinstance(value, Ref | Ext | Role):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from references(item)
    elif isinstance(value, Sequence) and not isinstance(value, str):
        for item in value:
            yield from references(item)
