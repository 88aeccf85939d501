"""Notices: what a reader must be told of a comparison beside its words, found for every comparison that is made."""

from __future__ import annotations

from collections.abc import Callable

from models.comparison import Comparison
from service.documents.attributing import attribution_notices
from service.documents.rivals import rival_notices
from service.notices.corrected import corrected
from service.notices.rejected import told_of_rejections
from service.store.handling import handled
from service.store.queries import Reading
from service.translation import ENGLISH, speaking

SOURCES: tuple[Callable[[Comparison, Reading], Comparison], ...] = (
    corrected,
    handled,
    attribution_notices,
    rival_notices,
    told_of_rejections,
)
"""Each adds its notices to a comparison or to pairs of it; here is the place to add one."""


def noticed(comparison: Comparison, reading: Reading) -> Comparison:
    """`comparison` with all that is to be told of it today, in English: notices are frozen, and compared as words."""
    with speaking(ENGLISH):
        for add in SOURCES:
            comparison = add(comparison, reading)
    return comparison
