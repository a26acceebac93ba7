"""`python -m tests.proofs`: say which proofs are older than the files they are about; exit code 4 when any is."""

from __future__ import annotations

import sys

from tests.proofs.record import old

if __name__ == "__main__":
    sentences = old()
    for sentence in sentences:
        print(f"证明过期：{sentence}", file=sys.stderr)
    if sentences:
        print("办法：执行 make prove，并提交 docs/proofs/。", file=sys.stderr)
        sys.exit(4)
    print("全部证明都与当前文件一致。")
