"""Printing: a document as it is printed, its turns cut into statements and what stands between them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from models.transcript import Transcript, Utterance
from service.readers import left_out
from service.store.queries import Reading, Stored
from service.views import DocumentRow, DocumentView, Segment, UtteranceView


def printed(row: DocumentRow, text: str, reading: Reading) -> DocumentView:
    """The view of a document whose `text` is proven."""
    turns = reading.utterances(row.id)
    said: dict[int, list[Stored]] = defaultdict(list)
    for one in reading.statements(document=row.id):
        said[one.utterance].append(one)
    utterances = tuple(
        UtteranceView(
            speaker=speaker,
            label=one.label,
            kind=one.kind,
            marks=one.marks,
            start=one.start,
            end=one.end,
            segments=tuple(_segments(text, one, said[position])),
        )
        for position, (one, speaker) in enumerate(turns)
    )
    return DocumentView(row, text, utterances, left_out(Transcript(text, tuple(one for one, _ in turns))))


def _segments(text: str, utterance: Utterance, said: Sequence[Stored]) -> Iterator[Segment]:
    at = utterance.start
    for one in said:
        quote = one.quote
        if at < quote.start:
            yield Segment(text[at : quote.start], at, quote.start)
        words = text[quote.start : quote.end]
        yield Segment(words, quote.start, quote.end, quote, one.comparable)
        at = quote.end
    if at < utterance.end:
        yield Segment(text[at : utterance.end], at, utterance.end)
