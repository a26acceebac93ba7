"""Codes of the findings that reading, ledger and compiling make (rules have codes of their own, P01–P38)."""

from __future__ import annotations

from enum import StrEnum


class Code(StrEnum):
    """What kind of mistake it is."""

    FILE = "E01"
    SYNTAX = "E02"
    DUPLICATE_KEY = "E03"
    AMBIGUOUS = "E04"
    UNKNOWN_FIELD = "E05"
    MISSING_FIELD = "E06"
    VALUE = "E07"
    REFERENCE = "E08"
    DUPLICATE_ID = "E09"
    NOT_ALLOCATED = "E10"
    ADDRESS = "E11"
    SEAL = "E12"
    PEER = "E13"
    ALIAS = "E14"
