"""An OpenStack through openstacksdk: whole lists, as its APIs tell them, and the removal of a single thing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, cast
from urllib.parse import parse_qsl, urlsplit

from keystoneauth1.exceptions import ClientException
from openstack.config import OpenStackConfig
from openstack.connection import Connection
from openstack.exceptions import SDKException

from infra.errors import CloudError
from infra.facts.cloud import Raw

Service = Literal["identity", "network", "compute"]

TIMEOUT = 60
"""Seconds after which an API that says nothing counts as silent."""


class Api:
    """A cloud seen with one credential. Every method raises `CloudError` when the cloud does not answer as it should.

    Environment variables are not looked at: a stray `OS_*` must not decide which cloud is compared.
    """

    def __init__(self, clouds: Path, entry: str) -> None:
        self._entry = entry
        try:
            config = OpenStackConfig(config_files=[str(clouds)], secure_files=[], vendor_files=[], load_envvars=False)
            self._connection = Connection(config=config.get_one(cloud=entry, api_timeout=TIMEOUT))
        except (SDKException, ClientException) as problem:
            raise self._unusable(str(problem)) from problem

    def log_in(self) -> None:
        """Fetch the token now, so that lists read side by side share it."""
        try:
            self._connection.authorize()
        except (SDKException, ClientException) as problem:
            raise self._unusable(str(problem)) from problem

    def list(self, service: Service, path: str, key: str, filters: Sequence[tuple[str, str]] = ()) -> Sequence[Raw]:
        """All resources of a list, over as many pages as the cloud cuts it into."""
        found: list[Raw] = []
        query: Sequence[tuple[str, str]] | None = filters
        while query is not None:
            body = self.get(service, path, query)
            if key not in body:
                raise self._unusable(f"{service} {path} 的回答里没有 {key}")
            found += body[key]
            query = _next(body, key)
        return found

    def get(self, service: Service, path: str, filters: Sequence[tuple[str, str]] = ()) -> dict[str, Any]:
        """The body of one answer."""
        try:
            answer = getattr(self._connection, service).get(path, params=list(filters))
        except (SDKException, ClientException) as problem:
            raise self._unusable(str(problem)) from problem
        if answer.status_code != 200:
            raise self._unusable(f"{service} {path} 回答 {answer.status_code}：{answer.text[:200]}")
        try:
            return cast("dict[str, Any]", answer.json())
        except ValueError as problem:
            raise self._unusable(f"{service} {path} 回答的不是 JSON") from problem

    def delete(self, service: Service, path: str) -> None:
        """Remove one thing; that it is gone already is as good."""
        try:
            answer = getattr(self._connection, service).delete(path)
        except (SDKException, ClientException) as problem:
            raise self._unusable(str(problem)) from problem
        if answer.status_code not in (204, 404):
            raise self._unusable(f"{service} {path} 删除时回答 {answer.status_code}：{answer.text[:200]}")

    @property
    def project(self) -> str | None:
        """The project of the credential; `None` when it is one of a domain."""
        try:
            return self._connection.current_project_id
        except (SDKException, ClientException) as problem:
            raise self._unusable(str(problem)) from problem

    def _unusable(self, why: str) -> CloudError:
        return CloudError(
            f"问不到云（clouds.yaml 条目 {self._entry}）：{why}",
            "请检查云是否在运行（govnet lab status），以及该条目的地址、账号和证书。",
        )


def _next(body: dict[str, Any], key: str) -> list[tuple[str, str]] | None:
    """Query of the next page: Neutron and Nova say `<key>_links`, Keystone `links.next`."""
    links = body.get(f"{key}_links") or []
    following = next((link["href"] for link in links if link["rel"] == "next"), None)
    following = following or (body.get("links") or {}).get("next")
    return parse_qsl(urlsplit(following).query) if following else None
