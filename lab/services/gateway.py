"""nginx: the one TLS port of the API. Keeps clients' connections open, so that a call costs no handshake."""

from __future__ import annotations

import hashlib

from lab import authority, ports
from lab.answers import Api
from lab.context import Lab, NotReady, Service, ending, ensure_folder
from lab.openstack import WEB_USER, uwsgi_socket

NAME = "gateway"

PATHS = {
    "/identity": "keystone",
    "/image": "glance",
    "/placement": "placement",
    "/networking": "neutron",
    "/compute": "nova-api",
}
"""Where each API stands below the one port, and the uWSGI server behind it."""


def paths(lab: Lab) -> dict[str, str]:
    """All paths of this cloud. Metadata stands at the root, because whoever asks for it knows no other place."""
    return PATHS | ({"/": "nova-metadata"} if lab.machines else {})


def start(lab: Lab) -> None:
    ensure_folder(lab.places.run / "nginx", owner=WEB_USER, mode=0o700)
    certificate, key = authority.server_files(lab.places)
    locations = "\n".join(
        f"    location {path} {{ uwsgi_pass unix:{uwsgi_socket(lab, name)}; }}" for path, name in paths(lab).items()
    )
    settings = f"""\
daemon off;
user {WEB_USER};
worker_processes 2;
pid {lab.places.run}/nginx/nginx.pid;
error_log stderr warn;
events {{ worker_connections 1024; }}
http {{
  access_log off;
  client_max_body_size 0;
  keepalive_timeout 300s;
  keepalive_requests 1000000;
  client_body_temp_path {lab.places.run}/nginx/body;
  uwsgi_temp_path {lab.places.run}/nginx/uwsgi;
  proxy_temp_path {lab.places.run}/nginx/proxy;
  fastcgi_temp_path {lab.places.run}/nginx/fastcgi;
  scgi_temp_path {lab.places.run}/nginx/scgi;
  server {{
    listen {ports.HOST}:{ports.API} ssl;
    ssl_certificate {certificate};
    ssl_certificate_key {key};
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_session_cache shared:tls:1m;
    uwsgi_read_timeout 600s;
    uwsgi_send_timeout 600s;
    uwsgi_param QUERY_STRING $query_string;
    uwsgi_param REQUEST_METHOD $request_method;
    uwsgi_param CONTENT_TYPE $content_type;
    uwsgi_param CONTENT_LENGTH $content_length;
    uwsgi_param REQUEST_URI $request_uri;
    uwsgi_param PATH_INFO $document_uri;
    uwsgi_param REQUEST_SCHEME $scheme;
    uwsgi_param HTTPS on;
    uwsgi_param SERVER_PROTOCOL $server_protocol;
    uwsgi_param REMOTE_ADDR $remote_addr;
    uwsgi_param REMOTE_PORT $remote_port;
    uwsgi_param SERVER_PORT $server_port;
    uwsgi_param SERVER_NAME $server_name;
    location = /ready {{ return 204; }}
{locations}
  }}
}}
"""
    file = lab.places.etc / "nginx.conf"
    identity = hashlib.sha256(certificate.read_bytes()).hexdigest()
    lab.keep(NAME, ["nginx", "-e", "stderr", "-c", file], configuration=lab.write(file, settings) + identity)


def ready(lab: Lab) -> None:
    with Api(lab.places.ca_file, patience=3) as api:
        answer = api.ask("GET", "/ready")
    if answer.status != 204:
        raise NotReady(f"nginx: HTTP {answer.status}")


SERVICE = Service(NAME, needs=(), processes=(NAME,), start=start, ready=ready, stop=ending(NAME))
