"""Where the lab keeps things: state that a reset wipes, and a cache that it does not."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

STATE = Path("/var/lib/govnet-lab")
"""Everything that makes up one cloud. Outside the checkout and outside root's home: rabbitmq and memcache must reach it."""


def cache_home() -> Path:
    """The user's cache folder of govnet (XDG base directory specification)."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "govnet"


@dataclass(frozen=True)
class Places:
    """The folders of a lab whose state lives below `state` and whose cache lives below `cache`."""

    state: Path
    cache: Path

    @property
    def etc(self) -> Path:
        """Rendered configuration; files with passwords are 0600."""
        return self.state / "etc"

    @property
    def log(self) -> Path:
        return self.state / "log"

    @property
    def run(self) -> Path:
        """Sockets and process records; worthless after a power cut."""
        return self.state / "run"

    @property
    def records(self) -> Path:
        return self.run / "processes"

    @property
    def data(self) -> Path:
        """What the services themselves store: databases, images, keys."""
        return self.state / "data"

    @property
    def credentials(self) -> Path:
        return self.state / "credentials"

    @property
    def clouds_file(self) -> Path:
        return self.credentials / "clouds.yaml"

    @property
    def authority(self) -> Path:
        """The lab's certificate authority; its public half is copied beside the credentials."""
        return self.state / "authority"

    @property
    def ca_file(self) -> Path:
        return self.credentials / "ca.pem"


def default_places() -> Places:
    return Places(state=STATE, cache=cache_home())
