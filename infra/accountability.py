"""Who did what, by this program, from here: a chain of signed lines on the control side (document 000, 责任认定).

A line is written before anything is done and another when it is over, so that a run that was killed is seen too. Each has the digest of the
line before it and the signature of this place: whoever changes, removes or inserts one breaks the chain. What was cut off at the end shows
where the last line was written down elsewhere: on the status page, in what was printed.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import pwd
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from infra.keys import Key
from infra.signatures import is_by
from infra.signing import sign

PURPOSE = "govnet-acts"
"""What the signature of a line is for: one made for something else is none."""

START = "0" * 64
"""What the first line says of the line before it."""

BEGUN = "begun"
"""`result` of the line that is written first; that of the other is the exit code's name."""


@dataclass(frozen=True, slots=True)
class Act:
    """One line. `actor`: account on this machine, and who became it (sudo); `target`: what the command was told; `result`: `BEGUN` or how it
    ended; `of`: number of the line that began it (itself, for that one); `blueprint`: sha256, empty where the command needs none."""

    number: int
    time: str
    actor: str
    command: str
    target: str
    result: str
    of: int
    blueprint: str
    previous: str
    signature: str = ""

    def said(self) -> str:
        """What is signed."""
        return _json({name: value for name, value in asdict(self).items() if name != "signature"})

    def line(self) -> str:
        """As it stands in the file, and as the next one's `previous` counts it."""
        return _json(asdict(self))


@dataclass(frozen=True, slots=True)
class Read:
    """What stands in the file: the lines that follow from each other, and where that ends, if it does."""

    acts: tuple[Act, ...]
    problems: tuple[str, ...] = ()

    @property
    def head(self) -> str:
        """Number and digest of the last line: to be written down where who can change the file cannot."""
        return f"{self.acts[-1].number} {digest(self.acts[-1].line())[:12]}" if self.acts else ""


def file(root: Path) -> Path:
    return root / ".govnet" / "acts" / "acts.jsonl"


def actor() -> str:
    """Whose account this is, and from whose it was reached."""
    name, before = pwd.getpwuid(os.getuid()).pw_name, os.environ.get("SUDO_USER", "")
    return f"{name}（由 {before} 切换）" if before and before != name else name


def digest(line: str) -> str:
    return hashlib.sha256(line.encode()).hexdigest()


def add(
    path: Path, key: Key, command: str, target: Sequence[str], result: str, *, of: int = 0, blueprint: str = ""
) -> Act:
    """Write a line, on the disk before this returns. `of`: 0 for one that begins something. Raises `UsageError` when the key cannot sign."""
    with _alone(path):
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        number = len(lines) + 1
        draft = Act(
            number=number,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
            actor=actor(),
            command=command,
            target=" ".join(target),
            result=result,
            of=of or number,
            blueprint=blueprint,
            previous=digest(lines[-1]) if lines else START,
        )
        act = Act(**{**asdict(draft), "signature": sign(draft.said(), key.file, PURPOSE)})
        with path.open("a", encoding="utf-8") as out:
            path.chmod(0o600)
            out.write(f"{act.line()}\n")
            out.flush()
            os.fsync(out.fileno())
    return act


def read(text: str, public: str) -> Read:
    """All lines of a file, and the first that does not follow or is not signed with this key. `public`: as one line."""
    acts: list[Act] = []
    previous = START
    for number, line in enumerate(text.splitlines(), start=1):
        try:
            act = Act(**json.loads(line))
            begun = datetime.fromisoformat(act.time)
        except (ValueError, TypeError):
            return Read(tuple(acts), (f"第 {number} 行读不懂",))
        if act.line() != line or act.number != number or act.previous != previous:
            return Read(tuple(acts), (f"第 {number} 行接不上前一行：有行被改过、删去或插入",))
        if not is_by(public, act.signature, act.said(), PURPOSE):
            return Read(tuple(acts), (f"第 {number} 行的签名不是本机的",))
        if acts and begun < datetime.fromisoformat(acts[-1].time):
            return Read(tuple(acts), (f"第 {number} 行的时间早于前一行",))
        acts.append(act)
        previous = digest(line)
    return Read(tuple(acts))


def unfinished(acts: Sequence[Act]) -> tuple[Act, ...]:
    """What was begun and never said how it ended: still running, or killed."""
    over = {act.of for act in acts if act.result != BEGUN}
    return tuple(act for act in acts if act.result == BEGUN and act.number not in over)


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One writer at a time; the next waits."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with path.with_name("lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
