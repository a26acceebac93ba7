"""The clouds.yaml by which everybody else finds the lab: one entry a credential, passwords inside, readable by root alone.

Users of sites are made by the layers later; their passwords exist from the first `lab up` on, so that a layer can hand them out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from infra import names
from infra.files import write_whole
from lab import ports
from lab.places import Places
from lab.secrets import Secrets
from lab.sites import SITES

REGION = "js"
IDENTITY_URL = f"https://{ports.HOST}:{ports.API}/identity"
AUTH_URL = f"{IDENTITY_URL}/v3"
ADMIN = "admin"


def secret_names() -> Iterator[str]:
    """Names of the passwords that clouds.yaml carries."""
    yield ADMIN
    for site in SITES:
        yield names.manager_user(site)
        yield names.operator_user(site)


def write(places: Places, secrets: Secrets, *, machines: bool) -> None:
    """Write clouds.yaml, and beside it whether this cloud makes machines. JSON is YAML, and needs no YAML library here."""
    without = places.clouds_file.parent / names.WITHOUT_MACHINES
    if machines:
        without.unlink(missing_ok=True)
    else:
        write_whole(without, "这个云不建主机，platform 层不部署。\n")
    write_whole(places.clouds_file, json.dumps({"clouds": clouds(places, secrets)}, indent=1) + "\n", mode=0o600)


def clouds(places: Places, secrets: Secrets) -> dict[str, dict[str, Any]]:
    """Entries: `lab-admin`, and for each site `<site>-admin`, `<site>-manager` (domain-scoped), `<site>-operator`."""
    admin = {
        "username": ADMIN,
        "password": secrets[ADMIN],
        "user_domain_id": "default",
        "project_name": "admin",
        "project_domain_id": "default",
    }
    entries = {"lab-admin": _entry(places, admin)}
    for site in SITES:
        manager, operator = names.manager_user(site), names.operator_user(site)
        user = {"user_domain_name": names.domain(site)}
        entries[names.cloud_entry(site, "admin")] = _entry(places, admin)
        entries[names.cloud_entry(site, "manager")] = _entry(
            places,
            {"username": manager, "password": secrets[manager], **user, "domain_name": names.domain(site)},
        )
        entries[names.cloud_entry(site, "operator")] = _entry(
            places,
            {
                "username": operator,
                "password": secrets[operator],
                **user,
                "project_name": names.OPERATOR_PROJECT,
                "project_domain_name": names.domain(site),
            },
        )
    return entries


def _entry(places: Places, auth: dict[str, str]) -> dict[str, Any]:
    return {
        "auth_type": "password",
        "auth": {"auth_url": AUTH_URL, **auth},
        "region_name": REGION,
        "identity_api_version": "3",
        "interface": "public",
        "cacert": str(places.ca_file),
        "verify": True,
    }
