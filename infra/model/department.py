"""departments.yaml: the units of the province that may be tenants or own a legacy network."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from infra.model.base import Id, Model, Text
from infra.model.enums import UnitClass


class Department(Model):
    """A provincial department; its counterparts in cities and counties carry the same id."""

    id: Id
    code: Annotated[str, StringConstraints(pattern=r"^[0-9]{2}$")]
    name: Text
    english: Text
    unit_class: UnitClass = Field(alias="class")


class Departments(Model):
    departments: tuple[Department, ...] = Field(min_length=1)
