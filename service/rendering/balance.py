"""Balance: how the words that were searched are shared between the two sides of a comparison."""

from __future__ import annotations

from dataclasses import dataclass

from models.comparison import Comparison


@dataclass(frozen=True, slots=True)
class Balance:
    """Each side's share in whole per cent; the two add up to 100, and only a side without a word has 0."""

    first: int
    second: int


def balance(comparison: Comparison) -> Balance | None:
    """The shares; None where neither side said anything."""
    first, second = comparison.first_searched.words, comparison.second_searched.words
    if not first + second:
        return None
    share = round(100 * first / (first + second))
    if first and second:
        share = min(max(share, 1), 99)
    return Balance(share, 100 - share)
