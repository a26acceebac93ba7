#!/usr/bin/env python3
"""Ansible's dynamic inventory: `ansible-playbook -i inventories/govnet.py …`, or `inventories/govnet.py --list` to look at it."""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from infra.blueprint.load import load  # noqa: E402 - the checkout must be found first
from infra.errors import GovnetError  # noqa: E402
from infra.hostaccess import reach  # noqa: E402
from infra.inventory import inventory  # noqa: E402

try:
    loaded = load(ROOT / "estate")
    if loaded.blueprint is None:
        sys.exit("estate/ 推导不出蓝图：先执行 govnet check。")
    print(json.dumps(inventory(loaded.blueprint, reach(ROOT, loaded.blueprint)), ensure_ascii=False, indent=1))
except GovnetError as problem:
    sys.exit(f"{problem.message}\n{problem.remedy}")
