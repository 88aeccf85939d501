"""Corrected: what was said of a pair when an error in it was corrected, told beside it wherever it is shown."""

from __future__ import annotations

from dataclasses import replace

from models.comparison import Comparison, Pair
from models.review import Notice
from service.rendering.wording import day
from service.store.queries import Reading
from service.store.reports import Key, Report, Reports
from service.store.store import hash_of


def corrected(comparison: Comparison, reading: Reading) -> Comparison:
    """By content: a correction stays with two texts, whatever documents they stand in and whoever judges them."""
    keys = {_key(pair) for pair in comparison.pairs}
    found = Reports(reading).corrected(keys) if keys else {}
    if not found:
        return comparison
    pairs = (
        replace(pair, notices=(*pair.notices, *map(_notice, found.get(_key(pair), ())))) for pair in comparison.pairs
    )
    return replace(comparison, pairs=tuple(pairs))


def _key(pair: Pair) -> Key:
    one, other = sorted((hash_of(pair.first.text), hash_of(pair.second.text)))
    return one, other


def _notice(report: Report) -> Notice:
    when = day((report.answered_at or "")[:10])
    return Notice("corrected", f"Corrected on {when}: {report.answer}", f"/corrections#r{report.id}")
