"""sites/<site>/drills.yaml: restores that were tried, because a copy that was never restored is a hope."""

from __future__ import annotations

from pydantic import Field

from infra.model.base import Count, Day, Id, Model, Text


class Drill(Model):
    """A restore that was tried. `subject`: whose data, such as `service:monitoring` or `tenant:suqian_renshe`; `copy_at`: the site whose
    copy was used; `minutes`: how long it took; `equal`: whether what came back was what had been saved; `by`: the post that did it.
    """

    id: Id
    subject: Text
    tested: Day
    copy_at: Id
    minutes: Count
    equal: bool
    by: Text
    example: bool = False


class Drills(Model):
    drills: tuple[Drill, ...] = Field(min_length=1)
