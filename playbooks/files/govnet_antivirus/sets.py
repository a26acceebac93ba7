"""A set of virus signatures: a folder of ClamAV's files, when it was made, the hashes of all that, and the operator's signature over the hashes.

Such a set is believed for what it says, not for whence it came: it travels over plain HTTP. Whether it is any good is tried as well: it has
to load, to know the test file that every vendor knows (EICAR), and to have nothing against a harmless one.
"""

from __future__ import annotations

import argparse
import hashlib
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

LIST, SIGNATURE, MADE = "SHA256SUMS", "SHA256SUMS.sig", "MADE"
"""`sha256sum` of everything else; `ssh-keygen -Y sign` of that; the moment at which the set was made (ISO 8601 with its zone)."""

PURPOSE = "govnet-signatures"
"""What the operator's signature is for: one made for something else is none."""

TEST_FILE = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + "EICAR-STANDARD-ANTIVIRUS-TEST-FILE!" + "$H+H*"
"""In two parts, so that no scanner takes this very file for it."""

_LINE = re.compile(r"([0-9a-f]{64}) [ *]([A-Za-z0-9][A-Za-z0-9._-]{0,99})")


class Refused(Exception):
    """A set that is not taken; the words say why."""


def listed(text: str) -> dict[str, str]:
    """Name → sha256 of a set's files. Raises `Refused` for a list that is none, or that leads out of its folder."""
    found = {}
    for line in text.splitlines():
        match = _LINE.fullmatch(line)
        if match is None or match[2] in (LIST, SIGNATURE):
            raise Refused(f"{LIST} 有读不懂的一行：{line[:80]}")
        found[match[2]] = match[1]
    if MADE not in found or len(found) < 2:
        raise Refused(f"{LIST} 里没有 {MADE}，或没有特征文件")
    return found


def signed(folder: Path, signers: Path) -> dict[str, str]:
    """What the list in a folder lists, after its signature was checked. Raises `Refused`."""
    check = ["ssh-keygen", "-Y", "verify", "-q", "-f", str(signers), "-I", "operator", "-n", PURPOSE]
    with (folder / LIST).open("rb") as text:
        done = subprocess.run(
            [*check, "-s", str(folder / SIGNATURE)], stdin=text, capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise Refused(f"签名不是本站点运维账号的：{(done.stdout + done.stderr).strip()[-200:]}")
    return listed((folder / LIST).read_text(encoding="utf-8"))


def whole(folder: Path, files: Mapping[str, str]) -> datetime:
    """When the set in a folder was made, if it is exactly these files. Raises `Refused`."""
    there = {path.name for path in folder.iterdir()} - {LIST, SIGNATURE}
    if there != set(files):
        raise Refused(f"文件与 {LIST} 不一致：{'、'.join(sorted(there ^ set(files)))}")
    for name, wanted in files.items():
        if hashlib.sha256((folder / name).read_bytes()).hexdigest() != wanted:
            raise Refused(f"{name} 的内容与 {LIST} 不符")
    try:
        moment = made(folder)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise Refused(f"{MADE} 不是带时区的时间，例如 2026-11-29T08:00:00+08:00")
    return moment


def made(folder: Path) -> datetime:
    """When the set in a folder was made, as it says itself. Raises `ValueError` when it says no time."""
    return datetime.fromisoformat((folder / MADE).read_text(encoding="utf-8").strip())


def tried(folder: Path) -> None:
    """Raises `Refused` for a set that ClamAV does not load, that does not know the test file, or that takes anything for a virus."""
    with tempfile.TemporaryDirectory(prefix="govnet-signatures-") as name:
        for text, wanted, fault in (
            (TEST_FILE, 1, "认不出 EICAR 测试文件"),
            ("harmless\n", 0, "把无害的文件认作病毒"),
        ):
            sample = Path(name, "sample")
            sample.write_text(text, encoding="ascii")
            done = scan(folder, sample)
            if done.returncode == 2:
                raise Refused(f"ClamAV 装不进这套特征：{done.stderr.strip()[-200:]}")
            if done.returncode != wanted:
                raise Refused(fault)


def scan(folder: Path, *paths: Path | str) -> subprocess.CompletedProcess[str]:
    """`clamscan` with this set. Exit code 0: nothing found, 1: something found, 2: an error."""
    return subprocess.run(
        ["clamscan", "--stdout", "--infected", f"--database={folder}", *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        errors="replace",
    )


def trusted(folder: Path, signers: Path) -> datetime:
    """When the set in a folder was made; signed, whole and tried. Raises `Refused`."""
    moment = whole(folder, signed(folder, signers))
    tried(folder)
    return moment


def main() -> int:
    """Exit code 1 when the set in a folder is not to be trusted; the reason is on standard error."""
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("folder", type=Path)
    words.add_argument("--signers", required=True, type=Path)
    told = words.parse_args()
    try:
        print(trusted(told.folder, told.signers).isoformat())
    except (Refused, OSError) as problem:
        print(f"病毒特征库不可用：{problem}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
