"""The estate is rewritten while the engine runs the program, which believes the new one: other people in a tenant's group."""
# stack: suqian.identity
# estate: its own copy
# guard rail: nothing; it knows no other estate than the program's
# pack: 的 description：蓝图为

import os
from pathlib import Path

from infra.blueprint import load


def before():
    estate = Path(os.environ["GOVNET_ESTATE"])
    tenant = estate / "sites" / "suqian" / "tenants" / "renshe.yaml"
    text = tenant.read_text(encoding="utf-8")
    tenant.write_text(text.replace("title: 宿迁市人力资源和社会保障局", "title: 宿迁市任何人"), encoding="utf-8")
    honest = load.load
    load.load = lambda _: honest(estate)
