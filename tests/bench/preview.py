"""`make preview` of the whole province: what each stack takes, with no cloud."""

from __future__ import annotations

import os
import re
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from infra.engine import ROOT
from infra.stackfiles import CREDENTIALS, OFFLINE
from tests.bench.figures import Figure, Part
from tests.converging import GOVNET
from tests.killing import descendants, words

COMMAND = "GOVNET_OFFLINE=1 govnet preview"
_ENDED = re.compile(r"^✓ (\S+)  新建 (\d+)  ([\d.]+) 秒$", re.MULTILINE)
_TICKS = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True)
class Preview:
    """One stack: seconds on the clock, seconds of the processor, most memory of all its processes together in MiB, resources."""

    clock: float
    processor: float
    memory: float
    resources: int


def measure() -> Part:
    """All stacks in one run, as many at once as `make preview` has."""
    sites = {path.parent.name for path in (ROOT / "estate" / "sites").glob("*/site.yaml")}
    begun = time.monotonic()
    child = subprocess.Popen(
        [GOVNET, "preview"],
        cwd=ROOT,
        env={**os.environ, OFFLINE: "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    watch = Watch(child.pid)
    told, _ = child.communicate()
    seconds = round(time.monotonic() - begun, 1)
    watch.end()
    assert child.returncode == 0, told[-6000:]
    previews = {
        stack: Preview(float(clock), watch.processor[stack], watch.memory[stack], int(resources))
        for stack, resources, clock in _ENDED.findall(told)
    }
    assert {stack.partition(".")[0] for stack in previews} == sites
    assert len(previews) >= 4 * len(sites)
    return part(previews, len(sites), seconds, watch.most)


def part(previews: Mapping[str, Preview], sites: int, seconds: float, most: float) -> Part:
    """The figures of one run over that many sites: its seconds on the clock, and the memory in MiB of everything in it. Pure."""
    resources = sum(preview.resources for preview in previews.values())
    processor = sum(preview.processor for preview in previews.values())
    whole = f"{resources} resources in {len(previews)} stacks of {sites} sites, {processor:.0f} s of the processor, {most:.0f} MiB"
    rows = [Figure("everything", COMMAND, [seconds], whole)]
    for layer in CREDENTIALS:
        of_layer = [preview for stack, preview in sorted(previews.items()) if stack.endswith(f".{layer}")]
        if of_layer:
            note = "、".join(
                (
                    f"processor {_span([preview.processor for preview in of_layer])} s",
                    f"{_span([preview.memory for preview in of_layer])} MiB",
                    f"{_span([preview.resources for preview in of_layer])} resources",
                )
            )
            rows.append(Figure(f"a stack of layer {layer}", COMMAND, [preview.clock for preview in of_layer], note))
    return Part(
        "preview",
        "Every stack of the province, with no cloud",
        rows,
        [
            "`make preview` on the checkout as it is: deployed sites and planned ones. Guard rail and pack judge every resource.",
            "Seconds on the clock depend on what else the machine does, those of the processor hardly; as many stacks at once as processors.",
            "Memory is the resident memory of all processes of a stack's engine, looked at five times a second; shared pages count for each.",
        ],
    )


def _span(values: Sequence[float]) -> str:
    low, high = min(values), max(values)
    return f"{low:.0f}" if round(low) == round(high) else f"{low:.0f}–{high:.0f}"


class Watch:
    """Looks at a command's processes until it ends: memory and processor time by stack, and `most` memory of all at once in MiB."""

    def __init__(self, pid: int) -> None:
        self.memory: dict[str, float] = {}
        self.processor: dict[str, float] = {}
        self.most = 0.0
        self._pid = pid
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def end(self) -> None:
        self._ended.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._ended.wait(0.2):
            family = descendants(self._pid)
            self.most = max(self.most, sum(_cost(pid)[0] for pid in {self._pid, *family}))
            for engine in family:
                if stack := _stack(words(engine)):
                    costs = [_cost(pid) for pid in {engine, *descendants(engine)}]
                    self.memory[stack] = max(self.memory.get(stack, 0), sum(memory for memory, _ in costs))
                    # Only grows: who has ended is counted by its parent.
                    self.processor[stack] = max(self.processor.get(stack, 0), sum(seconds for _, seconds in costs))


def _stack(line: Sequence[str]) -> str:
    """The stack that an engine previews, by its command line; empty for any other process."""
    is_preview = "preview" in line and "--stack" in line and Path(line[0]).name == "pulumi"
    return line[line.index("--stack") + 1] if is_preview else ""


def _cost(pid: int) -> tuple[float, float]:
    """Resident memory in MiB, and processor seconds of a process and of its children that have ended; nothing for one that is gone."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except (FileNotFoundError, ProcessLookupError):
        return 0, 0
    fields = text[text.rindex(")") + 2 :].split()
    return int(fields[21]) * _PAGE / 2**20, sum(map(int, fields[11:15])) / _TICKS
