"""Publish the set of signatures that the administrator has laid down: checked first, then whole and at once; else not at all."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path

from .sets import LIST, Refused
from .shelf import draft, use


def publish(incoming: Path, home: Path, signers: Path) -> str:
    """Take what lies in `incoming` and empty it; when the set was made. Raises `Refused`, and then everything stays as it was."""
    if not (incoming / LIST).is_file():
        raise Refused(f"{incoming} 里没有 {LIST}")
    with draft(home) as folder:
        files = [path for path in incoming.iterdir() if path.is_file() and not path.is_symlink()]
        for path in files:
            shutil.copyfile(path, folder / path.name)
            (folder / path.name).chmod(0o644)
        moment = use(home, folder, signers)
    for path in files:
        path.unlink()
    return moment.isoformat()


def main() -> int:
    """Exit code 1 when nothing was published; the reason is on standard error."""
    words = argparse.ArgumentParser(description=__doc__)
    for name in ("incoming", "home", "signers"):
        words.add_argument(f"--{name}", required=True, type=Path)
    told = words.parse_args()
    try:
        print(f"已发布 {publish(told.incoming, told.home, told.signers)} 制成的病毒特征库")
    except (Refused, OSError) as problem:
        print(f"<3>没有发布：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
