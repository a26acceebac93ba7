"""A log beside what was sealed of it."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from collections.abc import Sequence
from io import BufferedReader
from pathlib import Path

from .chain import Block

_BLOCK = 1 << 20


def differs(path: Path, blocks: Sequence[Block], *, may_grow: bool) -> str:
    """In which way a log, compressed or not, is another than was sealed; "" when it is not."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            for block in blocks:
                if found := _differs(file, block):
                    return found
            more = file.read(1)
    except (EOFError, gzip.BadGzipFile, zlib.error) as problem:
        return f"压缩文件损坏：{problem}"
    return "封存之后又添了内容" if more and not may_grow else ""


def _differs(file: BufferedReader | gzip.GzipFile, block: Block) -> str:
    found, left = hashlib.sha256(), block.end - block.begin
    while left and (data := file.read(min(left, _BLOCK))):
        found.update(data)
        left -= len(data)
    if left:
        return f"少了内容：封存到 {block.end} 字节，只有 {block.end - left} 字节"
    return "" if found.hexdigest() == block.sha256 else f"内容改过：第 {block.begin} 到 {block.end} 字节之间"
