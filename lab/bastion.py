"""The bastions of the lab: a foot a site in operations management, and on it the site's package cache, and how the cloud itself is.

Machines have no way to the internet. What they install comes from the bastion's address: a relay in its namespace hands their questions
through a Unix socket to the cache, which alone asks the mirror that this machine uses.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from infra.errors import LabError, ProbeError
from lab import answers, foot, namespaces, package_source
from lab.cloud import opened
from lab.context import Lab, NotReady, ensure_folder
from lab.foot import Foot

PORT = 3142
"""As the blueprint's flow `packages` says."""
HEALTH = 9100
"""As the blueprint's flow `monitoring` says."""
LOOK = 1.0
"""Seconds between two looks whether the bastions still stand."""
_CACHE, _HEALTH = "package-cache", "cloud-health"


def namespace(site: str) -> str:
    """The namespace of a site's bastion."""
    return f"{namespaces.PREFIX}{site}-bastion"


def stand(bastions: Mapping[str, Foot]) -> None:
    """Put the bastions of these sites down, with the package cache behind each. Raises `ProbeError` when the lab refuses."""
    lab = opened()
    foot.attach(list(bastions.values()))
    _keep_cache(lab)
    _keep_health(lab)
    for site, standing in bastions.items():
        for address in standing.addresses:
            if ":" not in address:
                _keep_relay(lab, site, address.partition("/")[0])
                _keep_health_relay(lab, site, address.partition("/")[0])


@contextmanager
def standing(bastions: Mapping[str, Foot]) -> Iterator[None]:
    """Put the bastions down, and keep them so while the block runs. Raises `ProbeError` when the lab refuses at first.

    A switch that dies leaves them on dead devices, and nobody else would put them on those of the next (docs/surprises.md): connections
    would be tried again in vain.
    """
    carrier = foot.switch()
    stand(bastions)
    over = threading.Event()
    keeper = threading.Thread(target=_keep_standing, args=(bastions, carrier, over), daemon=True)
    keeper.start()
    try:
        yield
    finally:
        over.set()
        keeper.join()


def _keep_standing(bastions: Mapping[str, Foot], carrier: str, over: threading.Event) -> None:
    """What cannot be mended now is tried again: it is seen by whoever stands on a bastion, and told there."""
    while not over.wait(LOOK):
        try:
            now = foot.switch()
            if now != carrier:
                stand(bastions)
                carrier = now
        except (LabError, ProbeError):
            continue


def _socket(lab: Lab) -> str:
    return f"{lab.places.run}/packages/cache.sock"


def _keep_cache(lab: Lab) -> None:
    """Packages never change under their name and are kept; lists are asked for again after a while."""
    run = ensure_folder(lab.places.run / "packages")
    kept = ensure_folder(lab.places.cache / "packages")
    mirror = package_source.mirror()
    locations = "\n".join(
        f"    location /{path}/ {{ proxy_pass {mirror}/{path}/; proxy_cache packages; proxy_cache_valid 200 {days}; }}"
        for archive in ("debian", "debian-security")
        for path, days in ((f"{archive}/pool", "90d"), (f"{archive}/dists", "10m"))
    )
    settings = _nginx(
        lab,
        _CACHE,
        f"""\
  proxy_cache_path {kept} levels=2 keys_zone=packages:4m max_size=2g inactive=90d use_temp_path=off;
  proxy_cache_lock on;
  proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;
  proxy_ignore_headers Expires Cache-Control Set-Cookie;
  proxy_ssl_server_name on;
  proxy_http_version 1.1;
  proxy_set_header Connection "";
  server {{
    listen unix:{_socket(lab)};
    location / {{ return 404; }}
{locations}
  }}""",
    )
    if lab.processes.alive(_CACHE) is None:
        (run / "cache.sock").unlink(missing_ok=True)
    lab.keep(_CACHE, ["nginx", "-e", "stderr", "-c", lab.places.etc / f"{_CACHE}.conf"], configuration=settings)
    # Asked itself: its relays answer before it does, and also when it could not find its mirror and is gone.
    _await(lab, _CACHE, "软件包缓存", lambda: answers.connect(_socket(lab)))


def _keep_relay(lab: Lab, site: str, address: str) -> None:
    name = f"packages-{site}"
    settings = _nginx(
        lab,
        name,
        f"""\
  server {{
    listen {address}:{PORT};
    location / {{ proxy_pass http://unix:{_socket(lab)}; proxy_http_version 1.1; proxy_set_header Connection ""; }}
  }}""",
    )
    inside = (Path("/run/netns") / namespace(site)).stat().st_ino  # a new namespace of the same name wants a new relay
    file = str(lab.places.etc / f"{name}.conf")
    argv = ["ip", "netns", "exec", namespace(site), "nginx", "-e", "stderr", "-c", file]
    lab.keep(name, argv, configuration=f"{settings}{inside}")
    _await(lab, name, f"{site} 的软件包缓存", partial(_answers, site, address, PORT))


def _keep_health(lab: Lab) -> None:
    """`lab.health` tells how the cloud is, by the checks with which the lab is brought up."""
    socket = f"{lab.places.run}/packages/health.sock"
    lab.keep(_HEALTH, [sys.executable, "-m", "lab.health", socket], configuration=_program("health.py", "status.py"))
    _await(lab, _HEALTH, "云自身的状态", lambda: answers.connect(socket))


def _program(*files: str) -> str:
    """The text of programs of ours: a process that runs older ones is replaced."""
    return "".join(Path(__file__).with_name(file).read_text(encoding="utf-8") for file in files)


def _keep_health_relay(lab: Lab, site: str, address: str) -> None:
    inside = (Path("/run/netns") / namespace(site)).stat().st_ino
    listen = f"TCP-LISTEN:{HEALTH},bind={address},fork,reuseaddr,max-children=16"
    argv = ["ip", "netns", "exec", namespace(site), "socat", "-T", "20", listen]
    name = f"{_HEALTH}-{site}"
    lab.keep(name, [*argv, f"UNIX-CONNECT:{lab.places.run}/packages/health.sock"], configuration=str(inside))
    _await(lab, name, f"{site} 的云状态", partial(_answers, site, address, HEALTH))


def _await(lab: Lab, process: str, called: str, question: Callable[[], None]) -> None:
    try:
        answers.until_living(lab, process, question, seconds=20)
    except NotReady as reason:
        raise ProbeError(f"{called}没有应答：{reason}", remedy=f"用 govnet lab logs {process} 查看日志。") from reason


def _answers(site: str, address: str, port: int) -> None:
    try:
        namespaces.inside(namespace(site), f"socat -u OPEN:/dev/null TCP:{address}:{port},connect-timeout=2")
    except LabError as problem:
        raise NotReady(problem.message) from problem


def _nginx(lab: Lab, name: str, http: str) -> str:
    """Write a configuration of nginx; its text."""
    temporary = "\n".join(
        f"  {kind}_temp_path {lab.places.run}/packages/{name}-{kind};"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    settings = f"""\
daemon off;
user root;
worker_processes 1;
pid {lab.places.run}/packages/{name}.pid;
error_log stderr error;
events {{ worker_connections 256; }}
http {{
  access_log off;
{temporary}
{http}
}}
"""
    return lab.write(lab.places.etc / f"{name}.conf", settings)
