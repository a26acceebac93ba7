"""SSH keys of machines and of who administers them: made once, kept outside git beside the credentials, readable by their owner alone.

A machine is told its own host key at its first start, so everybody who may log in knows it before the machine exists.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from infra.files import create_whole


@dataclass(frozen=True, slots=True)
class Key:
    """A key pair: the file with the private half (OpenSSH format), and the public half as one line."""

    file: Path
    public: str


def folder(clouds: Path) -> Path:
    """Where keys are kept for the clouds of this clouds.yaml; a new embedded cloud begins with new ones."""
    return clouds.parent / "machine-keys"


def operator(home: Path, site: str) -> Key:
    """The key with which a site's operator logs in to its machines."""
    return _key(home / site / "operator", f"{site}-operator")


def place(home: Path) -> Key:
    """The key by which this place signs what was done from it."""
    return _key(home / "acts", "acts")


def host(home: Path, site: str, machine: str) -> Key:
    """The SSH host key of a machine."""
    return _key(home / site / "hosts" / machine, machine)


def word(file: Path) -> None:
    """Make sure that there is a random word in this file."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        create_whole(file, secrets.token_urlsafe(24), mode=0o600)


def user_data(key: Key) -> str:
    """The cloud-init configuration by which a machine gets its host key. JSON is YAML."""
    told = {"ssh_keys": {"ed25519_private": key.file.read_text(encoding="ascii"), "ed25519_public": key.public}}
    return "#cloud-config\n" + json.dumps(told, sort_keys=True) + "\n"


def _key(file: Path, comment: str) -> Key:
    """The key in this file, made if there is none; of two makers at once the first one's stays."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        create_whole(file, _private(Ed25519PrivateKey.generate()), mode=0o600)
    private = serialization.load_ssh_private_key(file.read_bytes(), password=None)
    public = private.public_key().public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)
    return Key(file, f"{public.decode('ascii')} {comment}")


def _private(key: Ed25519PrivateKey) -> str:
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.OpenSSH
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode("ascii")
