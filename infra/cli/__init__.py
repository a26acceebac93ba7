"""The command line: the only place that catches what goes wrong in the world, and that speaks to a person.

Entry points: `main` (govnet) and `wrapper.main` (pulumi). Commands are assembled in `app`, one file each; it is imported late, so that
the wrapper starts without them.
"""

from __future__ import annotations

import sys

from infra.errors import GovnetError


def main() -> None:
    """Run a command; a `GovnetError` becomes one sentence with its remedy and the exit code of its kind."""
    from infra.cli.app import app

    try:
        app()
    except GovnetError as problem:
        say_problem(problem)
        sys.exit(problem.exit_code)


def say_problem(problem: GovnetError) -> None:
    print(f"错误：{problem.message}", file=sys.stderr)
    if problem.remedy:
        print(f"办法：{problem.remedy}", file=sys.stderr)
