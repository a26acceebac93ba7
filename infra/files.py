"""Writing files so that a kill at any moment leaves the old file or the new one, never half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file whole or not at all; the mode holds from the first byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as out:
            out.write(text)
        draft.chmod(mode)
        os.replace(draft, path)
    except BaseException:
        draft.unlink()
        raise


def create_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Like `write_whole`, but what another process has created meanwhile stays."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    write_whole(draft, text, mode)
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()
