"""`python -m infra.cli`: the same as `govnet`, for starting itself in the background."""

from __future__ import annotations

from infra.cli import main

main()
