"""Take notifications on the loopback address; answer 200 only when they are written down, so that Alertmanager tells again what was not."""

from __future__ import annotations

import argparse
import sys
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from .letters import Unreadable, letters, put

LARGEST = 4 << 20
"""Bytes of a notification that are read; Alertmanager's are some kilobytes."""


class PostBox(HTTPServer):
    """One notification after another: there is one file."""

    def __init__(self, port: int, file: Path) -> None:
        super().__init__(("127.0.0.1", port), Slot)
        self.file = file


class Slot(BaseHTTPRequestHandler):
    """One notification."""

    server: PostBox
    timeout = 10

    def do_POST(self) -> None:
        """Write it down, and say it to the log as well."""
        length = int(self.headers.get("Content-Length") or 0)
        if not 0 < length <= LARGEST:
            return self._answer(413, "通知的长度不对")
        received = datetime.now(timezone.utc).isoformat(timespec="milliseconds")  # noqa: UP017 - machines may have an older Python
        try:
            lines = list(letters(self.rfile.read(length), received))
        except Unreadable as problem:
            return self._answer(400, str(problem))
        try:
            put(self.server.file, lines)
        except OSError as problem:
            return self._answer(507, f"写不进去：{problem.strerror}")
        print(*lines, sep="\n", flush=True)
        return self._answer(200, "")

    def _answer(self, code: int, why: str) -> None:
        if why:
            print(why, file=sys.stderr, flush=True)
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Requests are not news; what was in them is, and has been said."""


def main() -> None:
    """Until told to stop."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--port", required=True, type=int)
    words.add_argument("--file", required=True, type=Path)
    told = words.parse_args()
    PostBox(told.port, told.file).serve_forever()


if __name__ == "__main__":
    main()
