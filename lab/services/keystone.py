"""Keystone: who somebody is and what they may do. Also registers the other services in its catalogue."""

from __future__ import annotations

import base64
import os
from pathlib import Path

from infra.files import write_whole
from lab import answers, commands, credentials, databases, openstack, ports
from lab.answers import Api
from lab.context import Lab, Service, ending, ensure_folder, ini

NAME = "keystone"

_CATALOGUE = (
    ("glance", "image", "/image"),
    ("placement", "placement", "/placement"),
    ("neutron", "network", "/networking"),
    ("nova", "compute", "/compute/v2.1"),
)


def start(lab: Lab) -> None:
    file, text = _configure(lab)
    manage = (lab.bin / "keystone-manage", "--config-file", file)
    databases.ensure(lab, NAME, (NAME,), lambda: databases.run_sync(lab, *manage, "db_sync"))
    openstack.keep_wsgi(
        lab,
        NAME,
        path="/identity",
        module="keystone.wsgi.api",
        workers=2,
        env={"OS_KEYSTONE_CONFIG_DIR": str(file.parent)},
        configuration=text,
    )
    if not databases.has_remark(lab, NAME, "catalogue"):
        _bootstrap(lab, file)
        answers.until_living(lab, NAME, lambda: answers.api_answers(lab, "/identity/v3"), seconds=60)
        _register(lab)
        databases.remark(lab, NAME, "catalogue")


def _configure(lab: Lab) -> tuple[Path, str]:
    folder = lab.places.etc / NAME
    keys = lab.places.data / NAME
    for purpose in ("fernet-keys", "credential-keys"):
        _ensure_keys(keys / purpose)
    text = ini(
        {
            "database": openstack.database(lab, NAME, NAME),
            "fernet_tokens": {"key_repository": keys / "fernet-keys"},
            "fernet_receipts": {"key_repository": keys / "fernet-keys"},
            "credential": {"key_repository": keys / "credential-keys"},
            "cache": {
                "enabled": True,
                "backend": "dogpile.cache.memcached",
                "memcache_servers": f"unix:{openstack.memcached_socket(lab)}",
            },
            # The passwords are 192 random bits; a slow hash would protect nothing and cost 0.2 s at every login.
            "identity": {"password_hash_rounds": 4},
            "oslo_policy": openstack.POLICY,
        }
    )
    return folder / "keystone.conf", lab.write(folder / "keystone.conf", text)


def _ensure_keys(folder: Path) -> None:
    """Fernet keys: `1` is the primary, `0` the staged next one."""
    ensure_folder(folder, mode=0o700)
    for name in ("0", "1"):
        if not (folder / name).exists():
            write_whole(folder / name, base64.urlsafe_b64encode(os.urandom(32)).decode(), mode=0o600)


def _bootstrap(lab: Lab, file: Path) -> None:
    """The first administrator, roles, region and Keystone's own catalogue entry; may be repeated."""
    urls = [
        word
        for kind in ("admin", "internal", "public")
        for word in (f"--bootstrap-{kind}-url", credentials.IDENTITY_URL)
    ]
    commands.run(
        [
            lab.bin / "keystone-manage",
            "--config-file",
            file,
            "bootstrap",
            "--bootstrap-region-id",
            credentials.REGION,
            *urls,
        ],
        env=lab.process_env() | {"OS_BOOTSTRAP_PASSWORD": lab.secrets[credentials.ADMIN]},
        failure="Keystone 初始化失败",
    )


def _register(lab: Lab) -> None:
    """Service users and catalogue entries of the other services, each only if it is missing."""
    with Api(lab.places.ca_file) as api:
        api.login(credentials.ADMIN, lab.secrets[credentials.ADMIN], "admin")
        roles = {role["name"]: role["id"] for role in api.ask("GET", "/identity/v3/roles").body["roles"]}
        project = _ensure(api, "project", {"name": "service", "domain_id": "default"})
        for user in openstack.SERVICE_USERS:
            account = {"name": user, "domain_id": "default", "password": lab.secrets[user]}
            identifier = _ensure(api, "user", account)
            for role in ("admin", "service"):
                api.ask("PUT", f"/identity/v3/projects/{project}/users/{identifier}/roles/{roles[role]}")
        for name, kind, path in _CATALOGUE:
            service = _ensure(api, "service", {"name": name, "type": kind})
            url = f"https://{ports.HOST}:{ports.API}{path}"
            for interface in ("public", "internal", "admin"):
                endpoint = {"service_id": service, "interface": interface, "region_id": credentials.REGION, "url": url}
                _ensure(api, "endpoint", endpoint, same=("service_id", "interface"))


def _ensure(api: Api, kind: str, wanted: dict[str, str], same: tuple[str, ...] = ("name",)) -> str:
    """The id of the resource that agrees with `wanted` in the fields `same`; created if there is none."""
    query = "&".join(f"{field}={wanted[field]}" for field in same)
    found = api.ask("GET", f"/identity/v3/{kind}s?{query}").body[f"{kind}s"]
    if found:
        return str(found[0]["id"])
    return str(api.ask("POST", f"/identity/v3/{kind}s", {kind: wanted}).body[kind]["id"])


def ready(lab: Lab) -> None:
    with Api(lab.places.ca_file) as api:
        api.login(credentials.ADMIN, lab.secrets[credentials.ADMIN], "admin")


SERVICE = Service(
    NAME, needs=("mariadb", "memcached", "gateway"), processes=(NAME,), start=start, ready=ready, stop=ending(NAME)
)
