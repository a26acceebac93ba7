from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import ClassVar

from infra.findings import Finding
from infra.model.facility import MachineRoom
from policies.rule import Context, Rule
from policies.sources import NEW_SINCE, Article, Document


@dataclass(frozen=True, slots=True)
class Room:
    """A department's machine room at a site."""

    site: str
    room: MachineRoom


class NoNewMachineRoom(Rule[Room]):
    """A department neither builds nor rebuilds a machine room, nor buys machines for the one it has.

    003 speaks of the province's departments in another province; 004 asks the same of all (推进电子政务集约化建设), so it is read for every
    department here, from the day of 004 on. Buying hosts is read as enlarging the room. What stood before is left as it is.
    """

    id: ClassVar[str] = "P12"
    title: ClassVar[str] = "部门不再新建或改造机房"
    article: ClassVar[Article] = Article(Document.HAINAN_2007, "三（二）1", "省直各部門原則上不再新建或改造機房")
    right: ClassVar[str] = "业务部署到省、市政务云（sites/<站点>/tenants/）；确需建设的，报领导小组批准后登记例外"

    def subjects(self, context: Context) -> Iterable[Room]:
        for site in context.estate.sites.values():
            for room in site.facilities.machine_rooms:
                yield Room(site.id, room)

    def check(self, subject: Room, context: Context) -> Iterator[Finding]:
        room = subject.room
        for field, what, day in (
            ("built", "是新建的机房", room.built),
            ("rebuilt", "改造了机房", room.rebuilt),
            ("hosts_bought", "又添置了服务器", room.hosts_bought),
        ):
            if day is not None and day > NEW_SINCE:
                yield self.finding(
                    context,
                    f"room:{room.id}",
                    f"“{room.title}”{what}",
                    field=field,
                    wrong=str(day),
                    site=subject.site,
                )
