"""What tests of machines stand on: a lab that makes them, both sites' platforms deployed, every machine configured.

Not part of `make test` until a lab has run them: `.venv/bin/pytest -o 'python_files=machine_*.py' tests/machines`.
"""

from __future__ import annotations

import pytest

from tests.lab.conftest import must


@pytest.fixture(scope="session")
def configured() -> None:
    """Every machine is as its roles say."""
    must("configure")


@pytest.fixture(scope="session")
def feet() -> None:
    """The probes' feet stand, from which packets can be sent."""
    must("verify")
