"""Carry repositories to another site as they are: ciphertext, without their keys, into an account that can only add.

Everything is listed before anything is sent, snapshots first, and sent in the other order: a snapshot that arrives has all it stands on.
A file whose content is not what its name says is broken here, and not sent: the good copy over there stays the good one.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import http.client
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from .journal import Failed, Record, instant, only_one, recorded

LISTED = ("snapshots", "index", "data", "keys")
"""Folders of a repository in the order in which they are listed; the other way round they are sent."""

LISTING = "application/vnd.x.restic.rest.v2"
"""Content type of a listing with sizes (restic's REST protocol, version 2)."""

PATIENCE = 60.0
"""Seconds for each step of a request."""

PAUSES = (15.0, 45.0, 120.0, 240.0)
"""Seconds after which a receiver that does not answer is asked again: a line may be lost for minutes, or a machine be made anew."""

SETTLES = 10.0
"""Seconds after which a file that is not what its name says is looked at again; one that is being written has changed by then."""

_BLOCK = 1 << 16


class Unanswered(Failed):
    """Nobody answered, which may pass."""


class Receiver:
    """The other site's backup machine, asked in restic's REST protocol. `pace`: bytes a second at most."""

    def __init__(self, server: str, account: str, password: str, pace: int) -> None:
        self.server = server
        self.account = account
        self.pace = pace
        self._login = base64.b64encode(f"{account}:{password}".encode()).decode()

    def create(self, repository: str) -> None:
        """Make room for a repository; one that is there stays as it is."""
        self._ask("POST", f"{repository}/?create=true", (200, 201))

    def has(self, repository: str, name: str) -> bool:
        """Whether a file of a repository is there."""
        return self._ask("HEAD", f"{repository}/{name}", (200, 404))[0] == 200

    def read(self, repository: str, name: str) -> bytes:
        """What a file of a repository holds."""
        return self._ask("GET", f"{repository}/{name}", (200,))[1]

    def sizes(self, repository: str, kind: str) -> dict[str, int]:
        """Every file of one kind that is there, with its bytes."""
        rows = json.loads(self._ask("GET", f"{repository}/{kind}/", (200,))[1] or "[]")
        return {str(row["name"]): int(row["size"]) for row in rows}

    def put(self, path: str, content: bytes) -> None:
        """Send a file, not faster than the pace."""
        self._ask("POST", path, (200, 201), content)

    def _ask(self, method: str, path: str, good: tuple[int, ...], content: bytes = b"") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection(self.server, timeout=PATIENCE)
        headers = {"Authorization": f"Basic {self._login}", "Accept": LISTING, "Content-Length": str(len(content))}
        try:
            connection.request(method, f"/{self.account}/{path}", paced(content, self.pace), headers)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException) as problem:
            raise Unanswered(f"{self.server} 没有应答：{type(problem).__name__} {problem}") from problem
        finally:
            connection.close()
        if answer.status not in good:
            raise Failed(f"{self.server} 拒绝 {method} {path.split('?')[0]}（HTTP {answer.status}）")
        return answer.status, body


def paced(
    content: bytes,
    pace: int,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[bytes]:
    """The content in blocks, held back so that no more than `pace` bytes go a second."""
    begun = clock()
    for start in range(0, len(content), _BLOCK):
        yield content[start : start + _BLOCK]
        sleep(max(0.0, begun + min(start + _BLOCK, len(content)) / pace - clock()))


def send(repository: Path, receiver: Receiver, record: Record, sleep: Callable[[float], None] = time.sleep) -> None:
    """Bring one repository over there up to what is here; counted is all that is there then. Raises `Failed`, also for a file that is there
    with another size, and for another repository: one that began anew when this centre was lost must not spoil the copies that outlived it."""
    here = {kind: _files(repository / kind) for kind in LISTED}
    whole = max((path.stat().st_mtime_ns for path in here["snapshots"]), default=0)
    name = repository.name
    receiver.create(name)
    config = (repository / "config").read_bytes()
    if not receiver.has(name, "config"):
        receiver.put(f"{name}/config", config)
    elif receiver.read(name, "config") != config:
        raise Failed("对方存着另一个仓库的副本，没有动它：先用它恢复，再由对方的管理员把它移开")
    for kind in reversed(LISTED):
        there = receiver.sizes(name, kind)
        for path in here[kind]:
            size = path.stat().st_size
            record["files"] += 1
            record["bytes"] += size
            if path.name in there:
                if there[path.name] != size:
                    raise Failed(f"对方的 {kind}/{path.name} 大小不同，只能由对方的管理员处理")
                continue
            content = _content(kind, path, whole, sleep)
            receiver.put(f"{name}/{kind}/{path.name}", content)
    last = max(here["snapshots"], key=lambda path: path.stat().st_mtime)
    record |= {"snapshot": last.name, "moment": instant(last.stat().st_mtime)}


def insist(repository: Path, receiver: Receiver, record: Record, sleep: Callable[[float], None] = time.sleep) -> None:
    """`send`, again after each pause while nobody answers. Raises `Failed`."""
    for pause in PAUSES:
        record |= {"files": 0, "bytes": 0}
        try:
            return send(repository, receiver, record, sleep)
        except Unanswered:
            sleep(pause)
    return send(repository, receiver, record, sleep)


def _content(kind: str, path: Path, whole: int, sleep: Callable[[float], None]) -> bytes:
    """What a file holds. Raises `Failed` for one that is not what its name says.

    `whole`: when the newest listed snapshot was written, and with it all it stands on. What is younger may be arriving just now: it is
    waited for as long as it changes.
    """
    seen = None
    while True:
        written = path.stat().st_mtime_ns
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() == path.name:
            return content
        if written <= whole or written == seen:
            raise Failed(f"这里的 {kind}/{path.name} 已损坏，没有传给对方")
        seen = written
        sleep(SETTLES)


def _files(folder: Path) -> list[Path]:
    """Files named by a digest; a draft of the server's has another name."""
    return sorted(path for path in folder.rglob("*") if len(path.name) == 64 and path.is_file())


def main() -> int:
    """Exit code 1 when any repository that has a copy did not get there; one line in the journal each."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("settings", "home", "journal"):
        words.add_argument(f"--{name}", required=True, type=Path)
    told = words.parse_args()
    settings: Mapping[str, Any] = json.loads(told.settings.read_text(encoding="utf-8"))
    account, password = settings["account"], settings["password"]
    receiver = Receiver(settings["server"], account, password, settings["kib_per_second"] * 1024)
    good = True
    for row in settings["repositories"]:
        if not _files(told.home / row["source"] / "snapshots"):
            continue  # a source that has never sent anything: that is its own run's failure, and the status shows both
        about = {"kind": "copy", "job": row["job"], "source": row["source"], "place": settings["place"]}
        try:
            lock = told.journal.with_name(f"send-{settings['place']}.lock")
            with recorded(told.journal, (password,), **about) as record, only_one(lock, wait=False):
                insist(told.home / row["source"], receiver, record)
        except (Failed, OSError) as problem:
            print(f"{row['source']} 没有存放到 {settings['place']}：{problem}", file=sys.stderr)
            good = False
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
