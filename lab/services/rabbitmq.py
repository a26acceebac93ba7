"""RabbitMQ: Nova's services talk through it. Its node, and the name service of that node, are the lab's own."""

from __future__ import annotations

import shutil

from infra.files import write_whole
from lab import answers, ports
from lab.context import Lab, NotReady, Service, ending, ensure_folder

NAME = "rabbitmq"
_NAMES = "rabbitmq-epmd"
_USER = "rabbitmq"


def start(lab: Lab) -> None:
    home = ensure_folder(lab.places.data / "rabbitmq", owner=_USER, mode=0o700)
    settings = "\n".join(
        [
            f"listeners.tcp.1 = {ports.HOST}:{ports.AMQP}",
            "default_user = govnet",
            f"default_pass = {lab.secrets['rabbitmq']}",
            "log.console = true",
            "log.console.level = warning",
            "log.file = false",
            "vm_memory_high_watermark.absolute = 256MB",
            "disk_free_limit.absolute = 200MB",
            "",
        ]
    )
    file = home / "rabbitmq.conf"
    write_whole(file, settings, mode=0o600)
    shutil.chown(file, _USER, _USER)
    names = {"ERL_EPMD_PORT": str(ports.ERLANG_NAMES), "ERL_EPMD_ADDRESS": ports.HOST}
    lab.keep(_NAMES, ["epmd", "-port", str(ports.ERLANG_NAMES), "-address", ports.HOST], user=_USER)
    lab.keep(
        NAME,
        ["/usr/lib/rabbitmq/bin/rabbitmq-server"],
        user=_USER,
        configuration=settings,
        env=names
        | {
            "HOME": str(home),
            "RABBITMQ_NODENAME": "govnet@localhost",
            "RABBITMQ_CONFIG_FILE": str(file),
            "RABBITMQ_MNESIA_BASE": str(home / "mnesia"),
            "RABBITMQ_LOG_BASE": str(home / "log"),
            "RABBITMQ_LOGS": "-",
            "RABBITMQ_PID_FILE": str(home / "pid"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(home / "plugins"),
            "RABBITMQ_DIST_PORT": str(ports.ERLANG_NODE),
            # Schedulers that spin while idle cost a tenth of a core, and two of them are plenty.
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": (
                "+S 1:1 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"
            ),
        },
    )


def ready(lab: Lab) -> None:
    answer = answers.exchange((ports.HOST, ports.AMQP), b"AMQP\x00\x00\x09\x01")
    if not answer.startswith(b"\x01\x00\x00"):  # a method frame on channel 0: connection.start
        raise NotReady(f"RabbitMQ: {answer[:20]!r}")


SERVICE = Service(NAME, needs=(), processes=(_NAMES, NAME), start=start, ready=ready, stop=ending(NAME, _NAMES))
