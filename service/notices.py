"""Notices: what a reader must be told of a comparison beside its words, found for every comparison that is made."""

from __future__ import annotations

from collections.abc import Callable

from models.comparison import Comparison
from service.corrected import corrected
from service.queries import Reading

SOURCES: tuple[Callable[[Comparison, Reading], Comparison], ...] = (corrected,)
"""Each adds its notices to a comparison or to pairs of it; here is the place to add one."""


def noticed(comparison: Comparison, reading: Reading) -> Comparison:
    """`comparison` with all that is to be told of it today."""
    for add in SOURCES:
        comparison = add(comparison, reading)
    return comparison
