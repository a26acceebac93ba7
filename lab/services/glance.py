"""Glance: images of machines, kept as files."""

from __future__ import annotations

from lab import answers, databases, openstack
from lab.context import Lab, Service, ending, ensure_folder, ini

NAME = "glance"


def start(lab: Lab) -> None:
    folder = lab.places.etc / NAME
    file = folder / "glance-api.conf"
    work = ensure_folder(lab.places.data / NAME, mode=0o700)
    text = lab.write(
        file,
        ini(
            {
                "DEFAULT": {"enabled_backends": "files:file", "node_staging_uri": f"file://{work}/staging"},
                "database": openstack.database(lab, NAME, NAME),
                "glance_store": {"default_backend": "files"},
                "files": {"filesystem_store_datadir": ensure_folder(work / "images")},
                "os_glance_staging_store": {"filesystem_store_datadir": ensure_folder(work / "staging")},
                "os_glance_tasks_store": {"filesystem_store_datadir": ensure_folder(work / "tasks")},
                "paste_deploy": {
                    "flavor": "keystone",
                    "config_file": openstack.shipped(lab, "glance/glance-api-paste.ini"),
                },
                "keystone_authtoken": openstack.authtoken(lab, NAME),
                "oslo_policy": openstack.POLICY,
            }
        ),
    )
    manage = (lab.bin / "glance-manage", "--config-file", file)
    databases.ensure(lab, NAME, (NAME,), lambda: databases.run_sync(lab, *manage, "db_sync"))
    openstack.keep_wsgi(
        lab,
        NAME,
        path="/image",
        module="glance.wsgi.api",
        workers=1,
        env={"OS_GLANCE_CONFIG_DIR": str(folder)},
        configuration=text,
    )


def ready(lab: Lab) -> None:
    answers.api_answers(lab, "/image/versions")


SERVICE = Service(NAME, needs=("mariadb", "gateway"), processes=(NAME,), start=start, ready=ready, stop=ending(NAME))
