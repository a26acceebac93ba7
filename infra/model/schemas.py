"""JSON schemas of every kind of file, for editors. Generated, never written by hand."""

from __future__ import annotations

import json

from infra.model.access import Counties, Units
from infra.model.backbone import Backbone
from infra.model.base import Model
from infra.model.catalogue import Catalogue
from infra.model.department import Departments
from infra.model.drill import Drills
from infra.model.facility import Facilities
from infra.model.flow import Flows
from infra.model.governance import AnnualPlan, Approval, Project, Waiver
from infra.model.ledger import Ledger
from infra.model.legacy import LegacyLock, LegacyNetwork
from infra.model.operations import Duty, Exercises, Offers, Playbooks
from infra.model.pool import Pools
from infra.model.product import Products
from infra.model.province import Province
from infra.model.service import Services
from infra.model.site import Site
from infra.model.tenant import Tenant
from infra.model.zone import Vpns, Zones

MODELS: dict[str, type[Model]] = {
    "province": Province,
    "zones": Zones,
    "vpns": Vpns,
    "backbone": Backbone,
    "services": Services,
    "counties": Counties,
    "access": Units,
    "drills": Drills,
    "facilities": Facilities,
    "duty": Duty,
    "offers": Offers,
    "incidents": Playbooks,
    "exercises": Exercises,
    "plan": AnnualPlan,
    "project": Project,
    "catalogue": Catalogue,
    "products": Products,
    "flows": Flows,
    "pools": Pools,
    "departments": Departments,
    "legacy_lock": LegacyLock,
    "site": Site,
    "ledger": Ledger,
    "tenant": Tenant,
    "legacy": LegacyNetwork,
    "approval": Approval,
    "waiver": Waiver,
}
"""Schema name → the model of a whole file."""


def schema_texts() -> dict[str, str]:
    """File name → text of every schema; the same models always give the same bytes."""
    return {
        f"{name}.json": json.dumps(
            {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(by_alias=True)},
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        )
        + "\n"
        for name, model in sorted(MODELS.items())
    }
