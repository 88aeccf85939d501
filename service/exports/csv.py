"""CSV: one row a pair, for a spreadsheet.

A spreadsheet runs a cell that begins with = + - or @ as a formula. A text cell that begins with one of these, with a
tab, a line break or an apostrophe is therefore written with one apostrophe before it, and no other cell is: whoever
takes one leading apostrophe off every text cell that has one holds the stored characters exactly. A byte order mark
stands first, because without it spreadsheets read the file in the wrong encoding.
"""

from __future__ import annotations

import csv
import io

from models.comparison import Comparison, Quote, marks_json
from service.rendering import attributed

NAME, LABEL, MEDIA_TYPE, SUFFIX = "csv", "CSV (spreadsheet)", "text/csv", ".csv"

_SIDE = (
    *("speaker", "text", "title", "date", "place", "publisher", "language", "record", "marks", "reported"),
    *("url", "document", "document_sha256", "start", "end", "paragraph"),
)
_HEADER = (
    *("pair", "topic", "relation", "similarity", "opposition", "confidence", "review"),
    *(f"first_{name}" for name in _SIDE),
    *(f"second_{name}" for name in _SIDE),
)


def render(comparison: Comparison, link: str | None = None) -> bytes:
    file = io.StringIO()
    table = csv.writer(file)
    table.writerow(_HEADER)
    topic = comparison.topic.name if comparison.topic else ""
    for number, pair in enumerate(comparison.pairs, start=1):
        scores = (round(value, 4) for value in (pair.similarity, pair.opposition, pair.confidence))
        row = (number, topic, str(pair.relation), *scores, "unreviewed", *_side(pair.first), *_side(pair.second))
        table.writerow(_guarded(value) if isinstance(value, str) else value for value in row)
    return file.getvalue().encode("utf-8-sig")


def _side(quote: Quote) -> tuple[str | int | None, ...]:
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


def _guarded(cell: str) -> str:
    return "'" + cell if cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "'")) else cell
