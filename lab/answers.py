"""Asking running services: commands, sockets, the API over verified TLS. What does not answer is NotReady, with the reason."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, Self

from lab import ports
from lab.context import Lab, NotReady

_PATIENCE = 30.0
"""Seconds for one answer. Ready checks give up sooner."""


def command(lab: Lab, *argv: str | Path, text: str | None = None, patience: float = _PATIENCE) -> str:
    """Standard output of a command in the lab's environment; NotReady when it fails or takes longer than `patience` seconds."""
    try:
        done = subprocess.run(
            [str(word) for word in argv],
            input=text,
            capture_output=True,
            text=True,
            env=lab.process_env(),
            timeout=patience,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise NotReady(f"{argv[0]} 在 {patience:.0f} 秒内没有返回") from late
    if done.returncode:
        raise NotReady(f"{argv[0]}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


def until(question: Callable[[], None], seconds: float) -> None:
    """Ask until there is an answer; the last NotReady passes when `seconds` are over."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return question()
        except NotReady:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def until_living(lab: Lab, process: str, question: Callable[[], None], seconds: float) -> None:
    """The same, but a LabError with the last log lines as soon as the process that should answer is gone."""

    def living() -> None:
        try:
            question()
        except NotReady:
            lab.processes.must_live(process)
            raise

    until(living, seconds)


def exchange(address: tuple[str, int] | str, question: bytes) -> bytes:
    """Send bytes to a TCP address or Unix socket and read the first answer."""
    family = socket.AF_UNIX if isinstance(address, str) else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(address)
            connection.sendall(question)
            return connection.recv(256)
    except OSError as error:
        raise NotReady(f"{address}: {error}") from error


def connect(address: str) -> None:
    """NotReady unless somebody listens at this Unix socket."""
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(2)
            connection.connect(address)
    except OSError as error:
        raise NotReady(f"{address}: {error}") from error


@dataclass(frozen=True)
class Answer:
    """An HTTP answer: status, headers in lower case, decoded JSON (None when there is no body)."""

    status: int
    headers: Mapping[str, str]
    body: Any


class Api:
    """The lab's API over one TLS connection that is kept open, verified against the lab's own authority."""

    def __init__(self, ca_file: Path, patience: float = _PATIENCE) -> None:
        context = ssl.create_default_context(cafile=str(ca_file))
        self._connection = http.client.HTTPSConnection(ports.HOST, ports.API, context=context, timeout=patience)
        self._token: str | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def login(self, username: str, password: str, project: str) -> None:
        """Take a token of a user of the default domain, scoped to one of its projects."""
        user = {"name": username, "domain": {"id": "default"}, "password": password}
        scope = {"project": {"name": project, "domain": {"id": "default"}}}
        identity = {"methods": ["password"], "password": {"user": user}}
        answer = self.ask("POST", "/identity/v3/auth/tokens", {"auth": {"identity": identity, "scope": scope}})
        self._token = answer.headers["x-subject-token"]

    def ask(self, method: str, path: str, body: object = None) -> Answer:
        """One request; NotReady when the answer is missing or not a success."""
        return self._send(method, path, None if body is None else json.dumps(body), "application/json")

    def upload(self, path: str, file: Path) -> None:
        """Put a file there; NotReady as of `ask`. Its length is said, or it would go in chunks, which uWSGI cannot take."""
        with file.open("rb") as content:
            self._send("PUT", path, content, "application/octet-stream", {"Content-Length": str(file.stat().st_size)})

    def _send(
        self, method: str, path: str, body: str | BinaryIO | None, kind: str, more: Mapping[str, str] | None = None
    ) -> Answer:
        headers = {"Content-Type": kind, **(more or {})} | ({"X-Auth-Token": self._token} if self._token else {})
        try:
            self._connection.request(method, path, body, headers)
            response = self._connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException) as error:
            self._connection.close()
            raise NotReady(f"{method} {path}: {error}") from error
        if response.status >= 400:
            raise NotReady(f"{method} {path}: HTTP {response.status} {content[:300].decode(errors='replace')}")
        lower = {key.lower(): value for key, value in response.getheaders()}
        return Answer(response.status, lower, json.loads(content) if content else None)


def status(lab: Lab, path: str) -> int:
    """The status of the answer at this path, whatever its body is."""
    context = ssl.create_default_context(cafile=str(lab.places.ca_file))
    connection = http.client.HTTPSConnection(ports.HOST, ports.API, context=context, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        raise NotReady(f"GET {path}: {error}") from error
    finally:
        connection.close()


def api_answers(lab: Lab, path: str) -> None:
    """Raise NotReady unless the API answers at this path."""
    with Api(lab.places.ca_file, patience=5) as api:
        api.ask("GET", path)
