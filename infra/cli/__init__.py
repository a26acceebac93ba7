"""The command line: the only place that catches what goes wrong in the world, and that speaks to a person.

Entry points: `main` (govnet) and `wrapper.main` (pulumi). Commands are assembled in `app`, one file each; it is imported late, so that
the wrapper starts without them.
"""

from __future__ import annotations

import sys

from infra.errors import Exit, GovnetError


def main() -> None:
    """Run a command; a `GovnetError` or a mistake on the command line becomes one sentence with its remedy and the exit code of its kind."""
    from typer import Abort
    from typer._click.exceptions import NoArgsIsHelpError
    from typer._click.exceptions import UsageError as Misused

    from infra.cli.app import app
    from infra.cli.usage import said

    try:
        code = app(standalone_mode=False)
    except GovnetError as problem:
        say_problem(problem)
        sys.exit(problem.exit_code)
    except NoArgsIsHelpError as asked:
        asked.show()
        sys.exit(Exit.USAGE)
    except Misused as mistake:
        say_problem(said(mistake))
        sys.exit(Exit.USAGE)
    except Abort:
        print("已中止。", file=sys.stderr)
        sys.exit(Exit.INTERNAL)
    sys.exit(code if isinstance(code, int) else Exit.OK)


def say_problem(problem: GovnetError) -> None:
    print(f"错误：{problem.message}", file=sys.stderr)
    if problem.remedy:
        print(f"办法：{problem.remedy}", file=sys.stderr)
