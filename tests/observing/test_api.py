from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest

from infra.errors import CloudError
from infra.observing.api import Api, _next


@pytest.fixture
def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def test_a_cloud_that_does_not_answer_is_an_error_and_not_an_empty_cloud(tmp_path: Path, closed_port: int) -> None:
    clouds = tmp_path / "clouds.yaml"
    auth = {"auth_url": f"http://127.0.0.1:{closed_port}/v3", "username": "a", "password": "b", "project_name": "c"}
    domains = {"user_domain_id": "default", "project_domain_id": "default"}
    clouds.write_text(json.dumps({"clouds": {"nobody": {"auth": {**auth, **domains}}}}))
    with pytest.raises(CloudError, match=r"问不到云（clouds\.yaml 条目 nobody）"):
        Api(clouds, "nobody").log_in()


def test_an_entry_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    clouds = tmp_path / "clouds.yaml"
    clouds.write_text(json.dumps({"clouds": {}}))
    with pytest.raises(CloudError, match="条目 missing"):
        Api(clouds, "missing")


@pytest.mark.parametrize(
    ("body", "query"),
    [
        ({"ports": []}, None),
        ({"ports": [], "ports_links": [{"rel": "previous", "href": "http://x/ports?marker=a"}]}, None),
        (
            {"ports": [], "ports_links": [{"rel": "next", "href": "http://x/ports?limit=2&marker=a"}]},
            [("limit", "2"), ("marker", "a")],
        ),
        ({"ports": [], "links": {"next": None, "self": "http://x/ports"}}, None),
        ({"ports": [], "links": {"next": "http://x/ports?marker=b"}}, [("marker", "b")]),
    ],
    ids=["no pages", "last page", "Neutron's next page", "Keystone's only page", "Keystone's next page"],
)
def test_the_next_page_of_a_list_is_found(body: dict[str, object], query: list[tuple[str, str]] | None) -> None:
    """A list that is cut into pages must be read to its end."""
    assert _next(body, "ports") == query
