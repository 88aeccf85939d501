"""Weighing: about how many bytes it takes to keep what answers are made of, for memories that are bounded by that."""

from __future__ import annotations

from collections.abc import Iterable
from sys import getsizeof

from models.comparison import Comparison, Pair
from models.quote import Quote
from models.why import Difference, Shared

OBJECT = 512  # a small object with its fields, names and numbers in it


def of_comparison(found: Comparison) -> int:
    """With its runners-up and the nearest unsure pair."""
    others = (found.nearest, *(pair.runner_up for pair in found.pairs))
    pairs = (*found.pairs, *(pair for pair in others if pair is not None))
    words = sum(getsizeof(one.words) for one in found.notices)
    return 8 * OBJECT + words + sum(map(_of_pair, pairs)) + of_quotes(q for p in pairs for q in (p.first, p.second))


def of_quotes(quotes: Iterable[Quote]) -> int:
    """Each counts once, as it is held."""
    distinct = {id(quote): quote for quote in quotes}.values()
    return sum(4 * OBJECT + sum(map(getsizeof, (one.text, one.before, one.after))) for one in distinct)


def _of_pair(pair: Pair) -> int:
    reasons: list[Shared | Difference] = [*pair.why.shared, *pair.why.differences] if pair.why is not None else []
    spans = sum(len(one.first) + len(one.second) for one in reasons)
    notices = sum(OBJECT + getsizeof(one.words) for one in pair.notices)
    return 2 * OBJECT + notices + OBJECT * len(reasons) + OBJECT // 2 * spans
