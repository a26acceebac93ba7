"""pydantic's errors in words for people: what is wrong, and what would be right."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from infra.codes import Code
from infra.model.base import Model
from infra.reading.nodes import Document, Path, dotted

M = TypeVar("M", bound=Model)


def nearest(value: str, known: Iterable[str]) -> str:
    """The known word most like a wrong one, or the first few when none is like it."""
    words = sorted(set(known))
    if not words:
        return "先登记一个"
    close = difflib.get_close_matches(value, words, n=1, cutoff=0.6 if len(value) > 5 else 0.7)
    if close:
        return close[0]
    return "、".join(words[:8]) + ("……" if len(words) > 8 else "")


def validate(model: type[M], document: Document) -> M | None:
    """The model of a document, or `None` with all its problems added to the document's findings."""
    unreadable = (Code.FILE, Code.SYNTAX, Code.ALIAS)
    if any(finding.code in unreadable for finding in document.findings):
        return None  # what such a file lacks is no news
    try:
        # Spelling decides, not guessing: aliases such as `from` are the written names.
        checked = model.model_validate(document.value)
    except ValidationError as error:
        told = {finding.where.field for finding in document.findings}
        for detail in error.errors(include_url=False):
            _tell(model, document, detail, told)
        return None
    return checked if not document.findings else None


def _tell(model: type[Model], document: Document, detail: ErrorDetails, told: set[str]) -> None:
    path = _real(document, detail["loc"])
    kind = detail["type"]
    if dotted(path) in told:
        return  # a place has one mistake at a time; unions would name each of their members
    if kind == "too_short" and len(detail["input"]) >= detail["ctx"]["min_length"]:
        return  # pydantic counts only the items that were right; the wrong ones are told by themselves
    told.add(dotted(path))
    if kind == "extra_forbidden":
        name = str(path[-1])
        fields = _fields(model, path[:-1])
        right = _OWN_NETWORK if name in _NETWORK_WORDS and "hosts" in fields else nearest(name, fields)
        document.add(Code.UNKNOWN_FIELD, path, "没有这个字段", wrong=name, right=right, key=True)
    elif kind == "missing":
        document.add(Code.MISSING_FIELD, path, "缺少必填字段", right=f"{path[-1]}: ……")
    else:
        message, right = _words(detail)
        document.add(Code.VALUE, path, message, wrong=_shown(detail["input"]), right=right)


_NETWORK_WORDS = frozenset(
    {"cidr", "network", "subnet", "private_network", "own_network", "router", "vlan", "address", "ip"}
)
_OWN_NETWORK = "租户没有自己的网络和地址；写 hosts 申请地址数，由台账分配"
"""What a department that wants a network of its own is told where it looks for the field (document 004, three (2) 2)."""


def _real(document: Document, loc: tuple[int | str, ...]) -> Path:
    """pydantic's location without the tags of unions and key markers, which are no places in the file."""
    path: list[str | int] = []
    value: object = document.value
    for index, step in enumerate(loc):
        if isinstance(value, dict):
            if step in value:
                path.append(step)
                value = value[step]
            elif index == len(loc) - 1 and step != "[key]":
                path.append(step)  # a missing field has no value, but a name
        elif isinstance(value, list) and isinstance(step, int) and step < len(value):
            path.append(step)
            value = value[step]
    return tuple(path)


def _fields(model: type[Model], path: Path) -> list[str]:
    """Names that may be written at a path of a model."""
    current: type[Model] | None = model
    for step in path:
        if isinstance(step, int) or current is None:
            continue
        names = {info.alias or name: info.annotation for name, info in current.model_fields.items()}
        current = _inner(names.get(step), current if step not in names else None)
    return [info.alias or name for name, info in current.model_fields.items()] if current is not None else []


def _inner(annotation: object, fallback: type[Model] | None) -> type[Model] | None:
    """The first model inside an annotation such as `tuple[Flow, ...]` or `Sunset | None`."""
    if isinstance(annotation, type) and issubclass(annotation, Model):
        return annotation
    for argument in getattr(annotation, "__args__", ()):
        found = _inner(argument, None)
        if found is not None:
            return found
    return fallback


def _shown(value: object) -> str:
    if isinstance(value, dict):
        return "映射"
    if isinstance(value, list | tuple):
        return "列表"
    if value is None:
        return "空"
    if isinstance(value, bool):
        return str(value).lower()
    text = str(value)
    return text if len(text) <= 60 else text[:57] + "……"


def _words(detail: ErrorDetails) -> tuple[str, str]:
    kind, context, value = detail["type"], detail.get("ctx", {}), detail["input"]
    if kind == "govnet":
        return str(context["message"]), str(context["right"])
    if kind in ("enum", "literal_error"):
        known = [word.strip("' ") for word in str(context["expected"]).replace(" or ", ", ").split(", ")]
        return "不在可选值之内", nearest(str(value), known)
    if kind == "string_pattern_mismatch":
        return _PATTERN_WORDS.get(str(context["pattern"]), ("写法不合要求", str(context["pattern"])))
    if kind == "string_type":
        return ("这里要文字；数字和日期加引号", f'"{value}"') if isinstance(value, int) else ("这里要文字", "")
    message, right = _TYPE_WORDS.get(kind, ("写法不合要求", detail["msg"]))
    for name, given in context.items():
        message, right = message.replace(f"<{name}>", str(given)), right.replace(f"<{name}>", str(given))
    return message, right


_PATTERN_WORDS = {
    r"^[a-z][a-z0-9]*(_[a-z0-9]+)*$": ("标识只能用小写字母、数字和单个下划线，以字母开头", "suqian_renshe"),
    r"^[0-9]{6}$": ("区划代码是六位数字（GB/T 2260），加引号", '"321300"'),
    r"^[0-9]{2}$": ("部门代码是两位数字，加引号", '"10"'),
    r"^[ABSOWG][0-9]{1,2}$": ("条目号形如 W1，见 docs/coverage.md", "W1"),
    r"^P[0-9]{2}$": ("规则编号形如 P09", "P09"),
    r"^[0-9a-f]{64}$": ("封条是 64 位十六进制数，由命令写入", ""),
    r"^[0-9a-f]{16}$": ("封条是 16 位十六进制数，由命令写入", "运行 govnet addresses allocate"),
}

_TYPE_WORDS = {
    "int_type": ("这里要整数", "不加引号、不带小数"),
    "bool_type": ("这里要真假值", "true 或 false"),
    "dict_type": ("这里要映射（字段: 值）", ""),
    "model_type": ("这里要映射（字段: 值）", ""),
    "tuple_type": ("这里要列表", "- 值"),
    "list_type": ("这里要列表", "- 值"),
    "too_short": ("列表不能为空", "至少 <min_length> 项"),
    "string_too_short": ("不能为空", ""),
    "string_too_long": ("太长", "不超过 <max_length> 字"),
    "greater_than_equal": ("数太小", "不小于 <ge>"),
    "less_than_equal": ("数太大", "不大于 <le>"),
    "date_type": ("这里要日期", "2026-12-31"),
    "date_parsing": ("不是日期", "2026-12-31"),
    "date_from_datetime_parsing": ("不是日期", "2026-12-31"),
}
