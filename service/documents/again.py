"""Again: how many of the statements searched stand in a second record of an event whose first was searched too."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from models.comparison import Comparison
from models.nomination import Position
from models.quote import Quote
from models.rival import Passage
from service.documents.rivals import Beside, rivals, set_beside
from service.store.queries import Reading


def counted_again(comparison: Comparison, first: Position, second: Position, reading: Reading) -> Comparison:
    """`comparison` of these two positions, saying of each side what it counts a second time."""
    one, other = (_again(side.quotes, reading) for side in (first, second))
    if not one + other:
        return comparison
    return replace(
        comparison,
        first_searched=replace(comparison.first_searched, again=one),
        second_searched=replace(comparison.second_searched, again=other),
    )


def _again(quotes: Sequence[Quote], reading: Reading) -> int:
    """Of each event the record with most of `quotes` counts; of the others, what it has as well, however worded."""
    said: dict[str, list[Quote]] = defaultdict(list)
    for quote in quotes:
        said[quote.document.id].append(quote)
    sizes = {document: len(some) for document, some in said.items()}
    again: set[str] = set()
    before: set[str] = set()
    for document in sorted(_alike(quotes), key=lambda one: (-sizes[one], one)):
        (row,) = reading.documents(document)
        for rival in rivals(row, reading):
            if rival.row.id in before:
                again |= _in_both(said[document], said[rival.row.id], set_beside(row, rival.row, reading))
        before.add(document)
    return len(again)


def _alike(quotes: Sequence[Quote]) -> set[str]:
    """The documents with words that another one has too: only these can be records of one event."""
    having = {(" ".join(quote.text.split()), quote.document.id) for quote in quotes}
    several = Counter(words for words, _ in having)
    return {document for words, document in having if several[words] > 1}


def _in_both(these: Sequence[Quote], those: Sequence[Quote], records: Beside) -> set[str]:
    """The ids of `these`, of the first of two records, that say what one of `those` says in the second."""
    ones, others = (sorted(quotes, key=lambda one: one.start) for quotes in (these, those))
    return {
        quote.id
        for row in records.rows
        if row.first is not None and row.second is not None and _met(others, row.second)
        for quote in _met(ones, row.first)
    }


def _met(quotes: Sequence[Quote], passage: Passage) -> Sequence[Quote]:
    """Those of the quotes, which stand in order, that a passage overlaps."""
    first = bisect_right(quotes, passage.start, key=lambda one: one.end)
    return quotes[first : bisect_left(quotes, passage.end, key=lambda one: one.start)]
