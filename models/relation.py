"""Relation: opposes / agrees / differs / unsure between two statements (cross-encoder)."""

from __future__ import annotations

from enum import StrEnum


class Relation(StrEnum):
    """What the classifier says of two texts; never a property of people."""

    OPPOSES = "opposes"
    AGREES = "agrees"
    DIFFERS = "differs"
    UNSURE = "unsure"
