"""`make bench`: measure the named parts, or all; write docs/benchmarks/<part>.json and docs/benchmarks.md."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping

from infra.files import write_whole
from tests.bench import configure, estate, machines, main_job, peer, policies, preview, scale, stacks
from tests.bench.figures import PAGE, Part, keep, kept, page

PARTS: Mapping[str, Callable[[], Part]] = {
    "estate": estate.measure,
    "scale": scale.measure,
    "preview": preview.measure,
    "stacks": stacks.measure,
    "policies": policies.measure,
    "guard_rail": policies.measure_guard_rail,
    "configure": configure.measure,
    "main_job": main_job.measure,
    "machines": machines.measure,
    "peer": peer.measure,
}
"""The quick ones first; `main_job`, `machines` and `peer` take parts of the lab's cloud down and bring it up again."""


def main(words: list[str]) -> int:
    if unknown := [word for word in words if word not in PARTS]:
        print(f"错误：没有这样的部分：{'、'.join(unknown)}。可选：{'、'.join(PARTS)}。", file=sys.stderr)
        return 2
    exceeded = []
    for name in words or PARTS:
        print(f"测量 {name} …", flush=True)
        part = PARTS[name]()
        keep(part)
        write_whole(PAGE, page(kept()))
        for figure in part.figures:
            print(f"  {figure.median:8.3f} 秒  {figure.what}  {figure.note}", flush=True)
            if not figure.kept:
                exceeded.append(f"{figure.what}：{figure.median:.3g} 秒，上限 {figure.limit:g} 秒")
    for line in exceeded:
        print(f"超出上限：{line}", file=sys.stderr)
    return 4 if exceeded else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
