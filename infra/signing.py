"""Signing with an SSH key, by OpenSSH's own tool (`ssh-keygen -Y sign`): the key may as well be in an agent or on a card."""

from __future__ import annotations

import subprocess
from pathlib import Path

from infra.errors import UsageError


def sign(text: str, key: Path, purpose: str) -> str:
    """The signature as one line of base64, which `infra.signatures` checks. Raises `UsageError` when the key cannot sign."""
    command = ["ssh-keygen", "-Y", "sign", "-q", "-f", str(key), "-n", purpose]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    if done.returncode:
        raise UsageError(f"不能用 {key} 签名：{done.stderr.strip()[-200:]}", "要一把 ed25519 私钥。")
    return "".join(row for row in done.stdout.splitlines() if not row.startswith("-----"))
