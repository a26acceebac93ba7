"""What the OpenStack services of the lab have in common: database access, authentication, the uWSGI server."""

from __future__ import annotations

import shutil
from pathlib import Path

from lab import credentials, environment, ports
from lab.context import Lab, ensure_folder, ini

SERVICE_USERS = ("glance", "placement", "neutron", "nova")
WEB_USER = "www-data"
"""nginx's workers; the only ones besides root who may talk to the services' sockets."""


def mysql_socket(lab: Lab) -> Path:
    return lab.places.run / "mysql" / "mysql.sock"


def memcached_socket(lab: Lab) -> Path:
    return lab.places.run / "memcached" / "memcached.sock"


def database_url(lab: Lab, user: str, database: str) -> str:
    password = lab.secrets[f"database-{user}"]
    return f"mysql+pymysql://{user}:{password}@localhost/{database}?unix_socket={mysql_socket(lab)}&charset=utf8mb3"


def database(lab: Lab, user: str, name: str) -> dict[str, object]:
    """Few connections a worker: each process serves one request at a time."""
    return {"connection": database_url(lab, user, name), "max_pool_size": 5, "max_overflow": 20}


def transport_url(lab: Lab) -> str:
    return f"rabbit://govnet:{lab.secrets['rabbitmq']}@{ports.HOST}:{ports.AMQP}/"


def login(lab: Lab, user: str) -> dict[str, object]:
    """How a service logs in to Keystone to call the others."""
    return {
        "auth_url": credentials.AUTH_URL,
        "auth_type": "password",
        "project_domain_id": "default",
        "user_domain_id": "default",
        "project_name": "service",
        "username": user,
        "password": lab.secrets[user],
        "region_name": credentials.REGION,
        "cafile": lab.places.ca_file,
    }


def authtoken(lab: Lab, user: str) -> dict[str, object]:
    """How a service checks the tokens that it is shown."""
    return login(lab, user) | {
        "www_authenticate_uri": credentials.AUTH_URL,
        "memcached_servers": f"unix:{memcached_socket(lab)}",
        "service_token_roles": "service",
        "service_token_roles_required": True,
    }


POLICY = {"enforce_scope": True, "enforce_new_defaults": True}


def shipped(lab: Lab, path: str) -> Path:
    """A file that an OpenStack package brings along below `etc/`."""
    return environment.folder(lab.places) / "etc" / path


def uwsgi_socket(lab: Lab, name: str) -> Path:
    return lab.places.run / "uwsgi" / f"{name}.sock"


def keep_wsgi(
    lab: Lab, name: str, *, path: str, module: str, workers: int, env: dict[str, str], configuration: str
) -> None:
    """Keep a WSGI application served below the URL path `path`.

    Every worker loads the application itself (lazy-apps): connections and threads made while loading do not survive a fork.
    """
    ensure_folder(lab.places.run / "uwsgi")
    temporary = lab.places.run / "tmp" / name
    if lab.processes.alive(name) is None:
        shutil.rmtree(temporary, ignore_errors=True)  # Neutron's workers elect their first by a file named after a pid
    ensure_folder(temporary, mode=0o700)
    settings = ini(
        {
            "uwsgi": {
                "socket": uwsgi_socket(lab, name),
                "chown-socket": f"root:{WEB_USER}",
                "chmod-socket": 660,
                "mount": f"{path}={module}:application",
                "manage-script-name": True,
                "home": environment.folder(lab.places),
                "master": True,
                "processes": workers,
                "lazy-apps": True,
                "need-app": True,
                "enable-threads": True,
                "thunder-lock": True,
                "die-on-term": True,
                "no-orphans": True,
                "vacuum": True,
                "listen": 128,
                "buffer-size": 65535,
                "disable-logging": True,
            }
        }
    )
    file = lab.places.etc / f"{name}-uwsgi.ini"
    configuration += lab.write(file, settings)
    lab.keep(
        name, [lab.bin / "uwsgi", "--ini", file], configuration=configuration, env=env | {"TMPDIR": str(temporary)}
    )
