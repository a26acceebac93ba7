"""Words that stand where something must be said, and say nothing."""

from __future__ import annotations

import re

_NOTHING = frozenset(
    {
        *("无", "暂无", "没有", "待定", "待补", "待填", "未定", "未知", "未登记", "测试", "临时", "其他", "写明用途"),
        *("todo", "tbd", "test", "none", "null", "na", "xxx", "temp", "tmp", "unknown"),
    }
)


def says_nothing(text: str | None) -> bool:
    """Whether a text is empty, only punctuation, or one of the words people put to fill a field."""
    return not (bare := re.sub(r"[\W_]+", "", text or "").casefold()) or bare in _NOTHING
