"""How the cloud itself is, for monitors: every service's own ready check, told as metrics on a Unix socket. `python -m lab.health SOCKET`.

Relays on the bastions hand monitors' questions to it (`lab.bastion`). What it says is at most `FRESH` seconds old: asking costs.
"""

from __future__ import annotations

import socketserver
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path

from lab import status
from lab.places import default_places
from lab.status import ServiceState

FRESH = 20.0


def metrics(services: Sequence[ServiceState]) -> str:
    """1 for a service that answers properly, 0 for one that does not."""
    lines = [f'govnet_cloud_service_up{{name="{row.name}"}} {int(row.problem is None)}' for row in services]
    return "".join(f"{line}\n" for line in lines)


class Health(socketserver.ThreadingUnixStreamServer):
    """Answers every question with what was found last."""

    daemon_threads = True

    def __init__(self, path: str) -> None:
        super().__init__(path, Answer)
        self._lock = threading.Lock()
        self._found = ""
        self._at = float("-inf")

    def found(self) -> str:
        """Ask the services again if that was too long ago; several questions at once are one."""
        with self._lock:
            if time.monotonic() - self._at > FRESH:
                self._found, self._at = metrics(status.services(default_places())), time.monotonic()
            return self._found


class Answer(BaseHTTPRequestHandler):
    """One question."""

    server: Health

    def do_GET(self) -> None:
        """The same for every path: there is one thing to tell."""
        content = self.server.found().encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def address_string(self) -> str:
        """A Unix socket's other end has no address."""
        return "relay"

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a question every few seconds is no news."""


def main() -> None:
    """Until told to stop."""
    path = Path(sys.argv[1])
    path.unlink(missing_ok=True)
    Health(str(path)).serve_forever()


if __name__ == "__main__":
    main()
