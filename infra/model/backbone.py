"""backbone.yaml: nodes, trunks, rings, and the border to the national extranet (documents 000, two (2) 2; 002, three (1) 2; 004, three (2) 1)."""

from __future__ import annotations

from pydantic import Field

from infra.model.access import UNREGISTERED, Bandwidth
from infra.model.base import Day, Id, Model, Text
from infra.model.enums import Medium, NodeKind, TrunkRole


class Node(Model):
    """A backbone node. `site`: empty only for the border to the national extranet, which belongs to the province."""

    id: Id
    kind: NodeKind
    site: Id
    title: Text


class Trunk(Model):
    """A line between two nodes. `conduit`: the way it takes in the ground or the air; two lines in one conduit fail together.

    `operator`: who keeps it running, when it is not whoever is responsible anyway (P32).
    """

    id: Id
    a: Id
    b: Id
    role: TrunkRole
    medium: Medium
    carrier: Text
    conduit: Text
    bandwidth_mbps: Bandwidth
    circuit: Text = UNREGISTERED
    until: Day | None = None
    operator: Text | None = None


class Ring(Model):
    """Nodes in a circle, each joined to the next and the last to the first; `bandwidth_mbps` is what every line of it must carry."""

    id: Id
    title: Text
    nodes: tuple[Id, ...] = Field(min_length=3)
    bandwidth_mbps: Bandwidth


class Backbone(Model):
    nodes: tuple[Node, ...] = Field(min_length=1)
    trunks: tuple[Trunk, ...] = ()
    rings: tuple[Ring, ...] = ()
