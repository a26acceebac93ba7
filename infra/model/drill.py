"""sites/<site>/drills.yaml: restores that were tried, because a copy that was never restored is a hope."""

from __future__ import annotations

import json

from pydantic import Field

from infra.model.base import Count, Day, Id, Model, Sha256, Text

SIGNED_FOR = "govnet-drill"
"""What a signature of a drill is for (the namespace of `ssh-keygen -Y`): one made for something else is none."""


class Measured(Model):
    """What `govnet drill restore` measured. `snapshot`: the copy, by its id; `files`: how many were compared; `lost_minutes`: how old the
    data in the copy were when the drill began; `signature`: of everything else in the record, by one of the site's `drill_signers`."""

    snapshot: Sha256
    files: Count
    lost_minutes: Count
    signature: Text


class Drill(Model):
    """A restore that was tried. `subject`: whose data, such as `service:monitoring` or `tenant:suqian_renshe`, of a site's deployment state
    `site:suqian`, of the declarations `province:jiangsu`; `copy_at`: the site whose copy was used; `minutes`: how long it took; `equal`:
    whether what came back was what had been saved; `by`: the post that did it. `measured`: by the program; without it a person says so.
    """

    id: Id
    subject: Text
    tested: Day
    copy_at: Id
    minutes: Count
    equal: bool
    by: Text
    example: bool = False
    measured: Measured | None = None

    def said(self) -> str:
        """What a signature is over: everything but itself, in one spelling."""
        told = self.model_dump(mode="json", exclude={"measured": {"signature"}})
        return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


class Drills(Model):
    drills: tuple[Drill, ...] = Field(min_length=1)
