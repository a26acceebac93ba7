"""Progress as people see it: on a terminal steps with a running clock, elsewhere plain lines."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

_QUIET = 2.0
"""Seconds after which a step that is still running is announced on plain output."""
_REPEAT = 15.0
"""Seconds after which plain output says again how far a step is."""

_FRAMES = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"


class Step:
    """A running step; `note` says how far it is, as often as one likes."""

    def __init__(self, title: str) -> None:
        self.started = time.monotonic()
        self.failed = False
        self._title = title
        self._note = ""

    def note(self, words: str) -> None:
        self._note = words

    def fail(self) -> None:
        """It ends badly, although nothing is raised."""
        self.failed = True

    def __str__(self) -> str:
        return f"{self._title}  {self._note}".rstrip()


class Progress:
    """Shows steps, which may overlap, with their elapsed time. Safe to use from several threads."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._lock = threading.Lock()
        self._running: dict[int, Step] = {}
        self._count = 0

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        """Show `title` with elapsed time while the block runs, and how it ended."""
        step = Step(title)
        with self._lock:
            self._count += 1
            number = self._count
            self._running[number] = step
        over = threading.Event()
        if not self._console.is_terminal:
            threading.Thread(target=self._announce, args=(step, over), daemon=True).start()
        mark, style = "✗", "red"
        try:
            yield step
            if not step.failed:
                mark, style = "✓", "green"
        finally:
            over.set()
            with self._lock:
                del self._running[number]
            elapsed = f"  {time.monotonic() - step.started:.1f} 秒"
            self._print(Text.assemble((mark, style), f" {step}", (elapsed, "dim")))

    def say(self, sentence: str) -> None:
        """Show one sentence that stays."""
        self._print(Text(sentence))

    def _print(self, text: Text) -> None:
        """In plain output a line is a line, however long: whoever searches a log wants it whole."""
        self._console.print(text, soft_wrap=not self._console.is_terminal)

    def _announce(self, step: Step, over: threading.Event) -> None:
        """Plain output: say that a step is running once it takes long, and now and then how far it is."""
        pause = _QUIET
        while not over.wait(pause):
            self._print(Text(f"… {step}"))
            pause = _REPEAT

    def __rich__(self) -> Group:
        with self._lock:
            now = time.monotonic()
            return Group(
                *(
                    Text.assemble(
                        (_FRAMES[int(now * 8) % len(_FRAMES)], "cyan"),
                        f" {step}",
                        (f"  {now - step.started:.0f} 秒", "dim"),
                    )
                    for step in self._running.values()
                )
            )


@contextmanager
def progress(console: Console | None = None) -> Iterator[Progress]:
    """A Progress that is drawn live on a terminal."""
    console = console or Console()
    shown = Progress(console)
    if console.is_terminal:
        with Live(shown, console=console, refresh_per_second=8, transient=True):
            yield shown
    else:
        yield shown
