"""References of operations: posts that offers and playbooks name, sites and patterns of rosters, and weeks in which somebody is always there."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from infra.codes import Code
from infra.model.enums import Hours
from infra.model.operations import (
    EXERCISE_SIGNED_FOR,
    Duty,
    Exercise,
    Offer,
    Pattern,
    Playbook,
    Post,
    doubled,
    moment,
    unwatched,
)
from infra.reading.nodes import Document, Path
from infra.reading.references import repeated, unknown
from infra.signatures import is_by


def check_duty(document: Document, duty: Duty, sites: Collection[str] | None) -> None:
    """Every site has one roster, and every pattern has one watch at every minute. `sites`: none when nobody knows which there are."""
    for base, rows in (("posts", duty.posts), ("patterns", duty.patterns)):
        repeated(document, base, "id", (row.id for row in rows), "标识")
    repeated(document, "rosters", "site", (row.site for row in duty.rosters), "站点的值班表")
    for number, pattern in enumerate(duty.patterns):
        _check_week(document, ("patterns", number, "shifts"), pattern)
        for place, shift in enumerate(pattern.shifts):
            _check_post(document, ("patterns", number, "shifts", place, "post"), shift.post, duty.posts)
    patterns = [row.id for row in duty.patterns]
    for number, row in enumerate(duty.rosters):
        if sites is not None and row.site not in sites:
            unknown(document, ("rosters", number, "site"), "站点", row.site, sites)
        if row.pattern not in patterns:
            unknown(document, ("rosters", number, "pattern"), "值班方式", row.pattern, patterns)
    for site in sorted(set(sites or ()) - {row.site for row in duty.rosters}):
        right = f"{{site: {site}, desk: ……, pattern: {patterns[0]}}}"
        document.add(Code.MISSING_FIELD, ("rosters",), "站点没有人值班（须 7×24 小时有人）", wrong=site, right=right)


def _check_week(document: Document, path: Path, pattern: Pattern) -> None:
    for message, found, right in (
        ("一周里有时段没人值班", unwatched(pattern.shifts), "每一分钟恰有一班"),
        ("一周里有时段两班重叠，不知道归谁", doubled(pattern.shifts), "前一班结束时后一班开始"),
    ):
        if found:
            document.add(Code.VALUE, path, message, wrong=_said(found), right=right)


def _said(spans: Sequence[tuple[int, int]]) -> str:
    """The first spans in words, and how many more there are."""
    words = [f"{moment(begin)} 至 {moment(end)}" for begin, end in spans[:3]]
    return "；".join(words) + (f"；等 {len(spans)} 段" if len(spans) > len(words) else "")


def check_offers(document: Document, offers: Iterable[Offer], duty: Duty | None) -> None:
    """Whoever takes up what is offered around the clock is there around the clock. `duty`: none when it could not be read."""
    rows = tuple(offers)
    repeated(document, "services", "id", (row.id for row in rows), "运维服务标识")
    for number, row in enumerate(rows):
        if row.restore_minutes < row.respond_minutes:
            right = f"不小于 respond_minutes（{row.respond_minutes}）"
            path = ("services", number, "restore_minutes")
            document.add(Code.VALUE, path, "解决时限短于响应时限", wrong=str(row.restore_minutes), right=right)
        if duty is None:
            continue
        path = ("services", number, "post")
        _check_post(document, path, row.post, duty.posts)
        standing = set.intersection(*({shift.post for shift in pattern.shifts} for pattern in duty.patterns))
        if row.hours is Hours.ALWAYS and row.post in {post.id for post in duty.posts} - standing:
            message = "7×24 小时的服务由不参加值班的岗位受理"
            document.add(Code.VALUE, path, message, wrong=row.post, right="、".join(sorted(standing)) or "值班的岗位")


def check_playbooks(document: Document, playbooks: Sequence[Playbook], duty: Duty | None) -> None:
    """A step is a check of ours or a question, not both and not nothing."""
    repeated(document, "playbooks", "id", (row.id for row in playbooks), "预案标识")
    for number, playbook in enumerate(playbooks):
        seen: set[str] = set()
        for place, step in enumerate(playbook.steps):
            path: Path = ("playbooks", number, "steps", place)
            if step.id in seen:
                document.add(Code.DUPLICATE_ID, (*path, "id"), "步骤标识重复", wrong=step.id, right="预案内唯一")
            seen.add(step.id)
            if (step.check is None) == (step.ask is None):
                wrong = "都没有" if step.ask is None else "两个都写了"
                message = "一步要么由程序检查，要么问岗位"
                document.add(Code.VALUE, path, message, wrong=wrong, right="check 与 ask 只写其一")
            if duty is not None:
                _check_post(document, (*path, "post"), step.post, duty.posts)


def check_exercises(
    document: Document, exercises: Sequence[Exercise], playbooks: Iterable[Playbook], signers: Collection[str]
) -> None:
    """A record is of a playbook that is there, and signed by who may sign for the site."""
    repeated(document, "exercises", "id", (row.id for row in exercises), "演练标识")
    known = [row.id for row in playbooks]
    for number, row in enumerate(exercises):
        if row.playbook not in known:
            unknown(document, ("exercises", number, "playbook"), "预案", row.playbook, known)
        if not any(is_by(key, row.signature, row.said(), EXERCISE_SIGNED_FOR) for key in signers):
            message = "演练记录不是本站点登记的签名人签的，或签后被改过"
            right = "由 govnet drill incident 写入；公钥登记在 site.yaml 的 drill_signers"
            document.add(Code.SEAL, ("exercises", number, "signature"), message, wrong=row.id, right=right)


def _check_post(document: Document, path: Path, post: str, posts: Iterable[Post]) -> None:
    known = [row.id for row in posts]
    if post not in known:
        unknown(document, path, "岗位", post, known)
