"""Where Debian packages of machines come from: the mirror that this machine itself uses. Machines never reach it (see `lab.services.packages`)."""

from __future__ import annotations

import re
from pathlib import Path

_SOURCES = Path("/etc/apt/sources.list.d/debian.sources")
_LIST = Path("/etc/apt/sources.list")
_DEFAULT = "http://deb.debian.org"
_KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"


def mirror() -> str:
    """Scheme and host of the mirror: what this machine's own sources say, or Debian's."""
    text = "".join(path.read_text(encoding="utf-8") for path in (_SOURCES, _LIST) if path.exists())
    return mirror_of(text)


def mirror_of(sources: str) -> str:
    """The first mirror of Debian in the text of apt's source files, one-line or deb822; Debian's own if there is none."""
    found = re.search(r"^(?:URIs:|deb(?: \[[^]]*\])?) *(https?://\S+)/debian/?(?:\s|$)", sources, re.MULTILINE)
    return found[1] if found else _DEFAULT


def lines() -> tuple[str, ...]:
    """apt's source lines of Debian 12, signature checked with the archive's own key."""
    return (line("bookworm"), f"deb [signed-by={_KEYRING}] {mirror()}/debian-security bookworm-security main")


def line(suite: str) -> str:
    """apt's source line of one suite of Debian, signature checked with the archive's own key."""
    return f"deb [signed-by={_KEYRING}] {mirror()}/debian {suite} main"
