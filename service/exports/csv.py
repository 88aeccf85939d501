"""CSV: one row a pair, for a spreadsheet."""

from __future__ import annotations

from models.comparison import Comparison, Quote, marks_json
from service.rendering import attributed, review
from service.spreadsheet import Cell, table

NAME, LABEL, MEDIA_TYPE, SUFFIX = "csv", "CSV (spreadsheet)", "text/csv", ".csv"

_SIDE = (
    *("speaker", "text", "title", "date", "place", "publisher", "language", "record", "marks", "reported"),
    *("url", "document", "document_sha256", "start", "end", "paragraph"),
)
_HEADER = (
    *("pair", "topic", "relation", "similarity", "opposition", "confidence", "review", "notices"),
    *(f"first_{name}" for name in _SIDE),
    *(f"second_{name}" for name in _SIDE),
    *(f"{side}_searched_{what}" for side in ("first", "second") for what in ("statements", "words")),
)


def render(comparison: Comparison, link: str | None = None) -> bytes:
    topic = comparison.topic.name if comparison.topic else ""
    searched = [
        count
        for side in (comparison.first_searched, comparison.second_searched)
        for count in (side.statements, side.words)
    ]
    rows: list[tuple[Cell, ...]] = []
    for number, pair in enumerate(comparison.pairs, start=1):
        scores = (round(value, 4) for value in (pair.similarity, pair.opposition, pair.confidence))
        said = "; ".join(one.words for one in (*comparison.notices, *pair.notices))
        facts: tuple[Cell, ...] = (number, topic, str(pair.relation), *scores, review(pair), said)
        rows.append((*facts, *_side(pair.first), *_side(pair.second), *searched))
    return table(_HEADER, rows)


def _side(quote: Quote) -> tuple[Cell, ...]:
    metadata = quote.document.metadata
    return (
        quote.speaker.name,
        quote.text,
        metadata.title,
        metadata.date,
        metadata.place,
        metadata.publisher,
        metadata.language,
        metadata.record and str(metadata.record),
        "; ".join(marks_json(quote)),
        "; ".join(attributed(quote)),
        metadata.source_url,
        quote.document.id,
        quote.document.sha256,
        quote.start,
        quote.end,
        quote.paragraph,
    )
