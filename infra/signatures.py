"""Signatures that `ssh-keygen -Y sign` makes, checked here: who signs needs no tool but OpenSSH, who judges needs no process.

The format is OpenSSH's PROTOCOL.sshsig: a blob with the public key, a purpose and a signature over the purpose and the text's digest.
Only ed25519 keys are believed.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

_MAGIC, _KIND = b"SSHSIG", b"ssh-ed25519"
_DIGESTS = {b"sha256": hashlib.sha256, b"sha512": hashlib.sha512}


def is_by(key: str, signature: str, text: str, purpose: str) -> bool:
    """Whether the owner of this public key (`ssh-ed25519 AAAA…`) signed this text for this purpose. `signature`: base64, without armour."""
    try:
        wanted = base64.b64decode(key.split()[1], validate=True)
        blob = base64.b64decode(signature, validate=True)
        if blob[:6] != _MAGIC or struct.unpack(">I", blob[6:10]) != (1,):
            return False
        signer, used_for, reserved, digest, signed = _strings(blob[10:], 5)
        if signer != wanted or used_for != purpose.encode():
            return False
        kind, public = _strings(signer, 2)
        signed_kind, proof = _strings(signed, 2)
        if (kind, signed_kind) != (_KIND, _KIND):
            return False
        hashed = _DIGESTS[digest](text.encode()).digest()
        message = _MAGIC + b"".join(
            struct.pack(">I", len(part)) + part for part in (used_for, reserved, digest, hashed)
        )
        Ed25519PublicKey.from_public_bytes(public).verify(proof, message)
    except (InvalidSignature, binascii.Error, struct.error, ValueError, KeyError, IndexError):
        return False
    return True


def _strings(data: bytes, count: int) -> list[bytes]:
    """So many strings, each after its length, and nothing behind them."""
    found, rest = [], data
    for _ in range(count):
        (length,) = struct.unpack(">I", rest[:4])
        if len(rest) < 4 + length:
            raise ValueError("cut off")
        found.append(rest[4 : 4 + length])
        rest = rest[4 + length :]
    if rest:
        raise ValueError("more than that")
    return found
