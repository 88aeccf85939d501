"""Rejected: that a comparison leaves out what reviewers rejected, and where that is listed."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from models.comparison import Comparison
from models.review import Notice
from service.rendering.counting import count
from service.store.queries import Reading


def told_of_rejections(comparison: Comparison, reading: Reading) -> Comparison:  # noqa: ARG001
    if not comparison.rejected:
        return comparison
    is_not = "is" if comparison.rejected == 1 else "are"
    words = f"{count(comparison.rejected, 'pair')} that a reader rejected {is_not} not shown."
    sides = {"action": "reject", "first": comparison.first.id, "second": comparison.second.id}
    return replace(
        comparison,
        notices=(*comparison.notices, Notice("rejected", words, f"/rulings?{urlencode(sides)}")),
    )
