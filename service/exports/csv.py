"""CSV: one row a pair, for a spreadsheet; what has no pair has a row that says why."""

from __future__ import annotations

import json
from collections.abc import Iterator

from models.comparison import Comparison, Pair
from models.published import marks_json
from models.quote import Quote
from service.rendering.brief import Brief, LeftOut
from service.rendering.spreadsheet import Cell, table
from service.rendering.wording import attributed, review, silence, titled
from service.translation import N_

NAME, LABEL, MEDIA_TYPE, SUFFIX = "csv", N_("CSV (spreadsheet)"), "text/csv", ".csv"

_SIDE = (
    *("speaker", "role", "delegation", "text", "title", "date", "place", "publisher", "language", "record", "marks"),
    *("reported", "url", "retrieved", "document", "document_sha256", "start", "end", "paragraph"),
)
_HEADER = (
    *("pair", "topic", "relation", "similarity", "opposition", "confidence", "review", "notices"),
    *(f"first_{name}" for name in _SIDE),
    *(f"second_{name}" for name in _SIDE),
    "made_with",
    *(f"{side}_searched_{what}" for side in ("first", "second") for what in ("statements", "words")),
    *(f"{side}_searched_again" for side in ("first", "second")),
    *("too_close_to_call", "caution"),
)
_NOBODY: tuple[Cell, ...] = (None,) * len(_SIDE)


def render(brief: Brief) -> bytes:
    return table(_HEADER, _rows(brief))


def _rows(brief: Brief) -> Iterator[tuple[Cell, ...]]:
    for section, pairs in brief.numbered():
        rows = [_row(section.comparison, one.number, one.pair) for one in pairs] or [_silent(section.comparison)]
        yield from ((*row, section.comparison.unsure, str(brief.caution)) for row in rows)
    yield from (_left_out(one) for one in brief.left_out)


def _row(comparison: Comparison, number: int, pair: Pair) -> tuple[Cell, ...]:
    scores = (round(value, 4) for value in (pair.similarity, pair.opposition, pair.confidence))
    said = "; ".join(one.words for one in (*comparison.notices, *pair.notices))
    facts: tuple[Cell, ...] = (number, _topic(comparison), str(pair.relation), *scores, review(pair), said)
    return (*facts, *_side(pair.first), *_side(pair.second), *_made(comparison))


def _silent(comparison: Comparison) -> tuple[Cell, ...]:
    said = "; ".join((*(one.words for one in comparison.notices), silence(comparison)))
    sides = ((who.name, *_NOBODY[1:]) for who in (comparison.first, comparison.second))
    facts: tuple[Cell, ...] = (None, _topic(comparison), None, None, None, None, None, said)
    return (*facts, *(cell for side in sides for cell in side), *_made(comparison))


def _left_out(one: LeftOut) -> tuple[Cell, ...]:
    facts: tuple[Cell, ...] = (None, one.topic, None, None, None, None, None, f"left out: {one.why}")
    return (*facts, *_NOBODY, *_NOBODY, *(None,) * 9)


def _topic(comparison: Comparison) -> str:
    return comparison.topic.name if comparison.topic else ""


def _made(comparison: Comparison) -> tuple[Cell, ...]:
    first, second = comparison.first_searched, comparison.second_searched
    made = json.dumps(comparison.made_with, ensure_ascii=False)
    counted = (first.statements, first.words, second.statements, second.words)
    return (made, *counted, first.again, second.again)


def _side(quote: Quote) -> tuple[Cell, ...]:
    metadata = quote.document.metadata
    return (
        quote.speaker.name,
        quote.speaker.role,
        quote.speaker.delegation,
        quote.text,
        titled(quote.document),
        metadata.date,
        metadata.place,
        metadata.publisher,
        metadata.language,
        metadata.record and str(metadata.record),
        "; ".join(marks_json(quote)),
        "; ".join(attributed(quote)),
        metadata.source_url,
        quote.document.retrieved,
        quote.document.id,
        quote.document.sha256,
        quote.start,
        quote.end,
        quote.paragraph,
    )
