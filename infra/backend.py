"""Where the state of a stack is kept: files of this checkout, or a team's PostgreSQL with one role and one table a site.

The choice of a team is one line in `stacks/backend`, a URL with `{site}` where the site's id goes:

    postgres://govnet_{site}@state.example.cn:5432/govnet?table=govnet_{site}&sslmode=verify-full

Without that file the state lives in `.govnet/state`, that of the embedded cloud in a folder of its own for each cloud: after a reset of the
lab another cloud answers, and nothing that is remembered of the old one is true. A shared table would show every city's state to every city, and a shared role
would let every city write it; so both must carry `{site}`. Passwords are PostgreSQL's own business (`~/.pgpass`).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from infra.errors import UsageError
from lab import ownership
from lab.places import default_places

_LOOPBACK = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class Backend:
    """`template`: a backend URL in which `{site}` stands for the site, or one without it for all sites."""

    template: str

    @property
    def folder(self) -> Path | None:
        """The folder of a file backend, else `None`."""
        return Path(self.template.removeprefix("file://")) if self.template.startswith("file://") else None

    def url(self, site: str) -> str:
        return self.template.replace("{site}", site)


def choose(root: Path, clouds: Path | None) -> Backend:
    """The backend of a checkout that uses this clouds.yaml. Raises `UsageError` with everything that is wrong with the team's line."""
    choice = root / "stacks" / "backend"
    if not choice.exists():
        return Backend(f"file://{root / '.govnet' / 'state' / _embedded(clouds)}")
    lines = [line.strip() for line in choice.read_text(encoding="utf-8").splitlines()]
    urls = [line for line in lines if line and not line.startswith("#")]
    if problems := ["应当恰好有一行 URL"] if len(urls) != 1 else wrong_with(urls[0]):
        raise UsageError(f"{choice} 写得不对：" + ";".join(problems) + "。", "写法见 docs/engineer.md“团队的状态”。")
    return Backend(urls[0])


def _embedded(clouds: Path | None) -> str:
    """Which embedded cloud answers for a clouds.yaml; empty when it is somebody's own."""
    places = default_places()
    owner = ownership.owner(places) if clouds == places.clouds_file else None
    return owner.cloud if owner else ""


def wrong_with(template: str) -> list[str]:
    """What is wrong with a team's URL; nothing in it may let one site read another, or send state unprotected."""
    url = urlsplit(template)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    problems = []
    if url.scheme != "postgres":
        problems.append("只支持 postgres://")
    if "{site}" not in (url.username or ""):
        problems.append("用户名里要有 {site}（每个站点一个角色）")
    if "{site}" not in query.get("table", ""):
        problems.append("要有 table=…{site}…（每个站点一张表）")
    if url.password is not None or "password" in query:
        problems.append("不能写口令，口令放在 ~/.pgpass")
    if url.hostname not in _LOOPBACK and query.get("sslmode") != "verify-full":
        problems.append("不在本机的数据库要有 sslmode=verify-full")
    return problems
