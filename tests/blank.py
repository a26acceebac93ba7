"""Blueprint values with only the fields a test is about; the rest is empty."""

from __future__ import annotations

import dataclasses
import types
from enum import Enum
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def blank(cls: type[T], **values: object) -> T:
    """An instance of a frozen dataclass; fields not given are empty strings, zeros, first members, or blank themselves."""
    hints = get_type_hints(cls)
    fields = [field.name for field in dataclasses.fields(cls)]  # type: ignore[arg-type]  # any dataclass
    unknown = values.keys() - set(fields)
    if unknown:
        raise TypeError(f"{cls.__name__} has no {sorted(unknown)}")
    return cls(**{name: values.get(name, _empty(hints[name])) for name in fields})


def _empty(hint: Any) -> object:
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return arguments[0]
    if origin in (Union, types.UnionType):
        return None if type(None) in arguments else _empty(arguments[0])
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        return blank(hint)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return next(iter(hint))
    if origin is tuple and arguments[-1] is not Ellipsis:
        return tuple(_empty(argument) for argument in arguments)
    return (origin or hint)()
