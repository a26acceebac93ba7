"""Placement: what machines' hosts have left to give; Nova asks it."""

from __future__ import annotations

from lab import answers, databases, openstack
from lab.context import Lab, Service, ending, ini

NAME = "placement"


def start(lab: Lab) -> None:
    folder = lab.places.etc / NAME
    file = folder / "placement.conf"
    text = lab.write(
        file,
        ini(
            {
                "placement_database": openstack.database(lab, NAME, NAME),
                "api": {"auth_strategy": "keystone"},
                "keystone_authtoken": openstack.authtoken(lab, NAME),
                "oslo_policy": openstack.POLICY,
            }
        ),
    )
    manage = (lab.bin / "placement-manage", "--config-file", file)
    databases.ensure(lab, NAME, (NAME,), lambda: databases.run_sync(lab, *manage, "db", "sync"))
    openstack.keep_wsgi(
        lab,
        NAME,
        path="/placement",
        module="placement.wsgi.api",
        workers=1,
        env={"OS_PLACEMENT_CONFIG_DIR": str(folder)},
        configuration=text,
    )


def ready(lab: Lab) -> None:
    answers.api_answers(lab, "/placement/")


SERVICE = Service(NAME, needs=("mariadb", "gateway"), processes=(NAME,), start=start, ready=ready, stop=ending(NAME))
