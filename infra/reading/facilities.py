"""What facilities.yaml alone cannot tell: whose the facilities are, and which platforms and tenants they name."""

from __future__ import annotations

from collections.abc import Collection

from infra.codes import Code
from infra.model.facility import NETWORK, Facilities
from infra.reading.nodes import Document
from infra.reading.references import repeated, unknown


def check_facilities(
    document: Document,
    facilities: Facilities,
    site: str,
    departments: Collection[str],
    services: Collection[str] | None,
    tenants: Collection[str] | None,
) -> None:
    """`services` and `tenants` are none when they could not be read: then nobody knows what is missing."""
    for base, (_, rows) in facilities.sorts().items():
        repeated(document, base, "id", (row.id for row in rows), "标识")
        for number, row in enumerate(rows):
            if not row.id.startswith(f"{site}_"):
                right = f"{site}_{row.id}"
                document.add(Code.VALUE, (base, number, "id"), "标识以站点标识开头", wrong=row.id, right=right)
            if row.department not in departments:
                unknown(document, (base, number, "department"), "部门", row.department, departments)
    for number, platform in enumerate(facilities.platforms):
        if services is not None and platform.serves != NETWORK and platform.serves not in services:
            unknown(document, ("platforms", number, "serves"), "平台", platform.serves, (*services, NETWORK))
    for number, application in enumerate(facilities.applications):
        if tenants is not None and application.tenant is not None and application.tenant not in tenants:
            unknown(document, ("applications", number, "tenant"), "租户", application.tenant, tenants)
