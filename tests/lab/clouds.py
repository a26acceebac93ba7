"""Straight at the APIs with one credential: raw calls whose answers the tests judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from openstack.config import OpenStackConfig
from openstack.connection import Connection
from requests import Response

from infra.cloudconfig import entries
from lab.places import default_places

CLOUDS = default_places().clouds_file


class Cloud:
    """The lab's cloud seen with one credential. Calls never raise for an answer, whatever its status."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def call(self, method: str, service: str, path: str, **body: Any) -> Response:
        """One call; `service` is identity, network, compute or image; keyword arguments are the JSON body."""
        proxy = getattr(self.connection, service)
        answer: Response = proxy.request(path, method, json=body or None, raise_exc=False)
        return answer

    def must(self, method: str, service: str, path: str, **body: Any) -> dict[str, Any]:
        """One call that has to succeed; the single object of its answer."""
        answer = self.call(method, service, path, **body)
        assert answer.ok, f"{method} {service} {path}: {answer.status_code} {answer.text}"
        if not answer.content:
            return {}
        (found,) = answer.json().values()
        return dict(found)

    def listed(self, service: str, path: str) -> list[dict[str, Any]]:
        """A list that has to be answered."""
        answer = self.call("GET", service, path)
        assert answer.ok, f"GET {service} {path}: {answer.status_code} {answer.text}"
        return next(value for value in answer.json().values() if isinstance(value, list))

    def one(self, service: str, path: str, name: str) -> dict[str, Any]:
        """The one thing of a list that has this name."""
        (found,) = (thing for thing in self.listed(service, path) if thing["name"] == name)
        return found


def of(entry: str) -> Cloud:
    """With an entry of the lab's clouds.yaml."""
    return Cloud(_connection(entry, {}))


def user(site: str, project: str, name: str, password: str) -> Cloud:
    """As a person of a site's domain, in one of its projects; address and certificate are those of the site's operator."""
    entry = f"{site}-operator"
    auth_url = entries(CLOUDS)[entry]["auth"]["auth_url"]
    auth = {
        "auth_url": auth_url,
        "username": name,
        "password": password,
        "user_domain_name": site,
        "project_name": project,
        "project_domain_name": site,
    }
    return Cloud(_connection(entry, {"auth": auth}))


def _connection(entry: str, overrides: dict[str, Any]) -> Connection:
    config = OpenStackConfig(config_files=[str(Path(CLOUDS))], secure_files=[], vendor_files=[], load_envvars=False)
    return Connection(config=config.get_one(cloud=entry, **overrides))
