"""Rivals: the records of one event that are in the corpus, set beside each other, and what a pair of theirs must say.

A rival of a document is another that is nearly a copy of it and is not of another date. Found are those that share
statements with it word for word; any two can be named by hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from sys import getsizeof
from typing import TypeAlias

from models.comparison import Comparison, Pair
from models.near_copy import NEAR, near_copy
from models.quote import Quote
from models.review import Notice
from models.rival import Match, Passage, Row, beside
from models.statement import statements
from models.transcript import Kind, Speaker, Transcript, Utterance
from service.bounded import Bounded
from service.errors import BadValue
from service.lookup import stored_document
from service.proof import Proof
from service.rendering.wording import rendered
from service.store.queries import Reading
from service.store.store import Store, hash_of
from service.views import DocumentRow

SHARED = 0.1  # least share of a document's statements that a rival has word for word
LOOKED_AT = 10  # documents looked at as rivals of one, those that share most first
IN_MEMORY = 64
BYTES = 16 << 20  # of the rows of two records each that are in memory
WRAPPED = frozenset(("plain_text", "markdown"))  # stored as they came; every other text is one line a paragraph


@dataclass(frozen=True, slots=True)
class Rival:
    """Another record of an event, and the share of the shorter one's words that both have."""

    row: DocumentRow
    share: float


@dataclass(frozen=True, slots=True)
class Beside:
    """Two records and their passages in the order of both."""

    first: DocumentRow
    second: DocumentRow
    rows: tuple[Row, ...]

    def of(self, match: str) -> tuple[Row, ...]:
        return tuple(row for row in self.rows if row.match == match)

    @property
    def counts(self) -> dict[str, int]:
        """How many passages of each kind; those given to two speakers are counted beside that."""
        found = {match.value: len(self.of(match)) for match in Match}
        return {**found, "of_two_voices": sum(row.of_two_voices for row in self.rows)}


class Rivals:
    """Every text is proven before anything of it is shown."""

    def __init__(self, store: Store, proof: Proof) -> None:
        self._store = store
        self._proof = proof

    def of(self, document: str) -> tuple[Rival, ...]:
        """Those that are most alike first."""
        with self._store.reading() as reading:
            return rivals(stored_document(document, reading), reading)

    def beside(self, first: str, second: str) -> Beside:
        with self._store.reading() as reading:
            rows = stored_document(first, reading), stored_document(second, reading)
            if rows[0].id == rows[1].id:
                raise BadValue(f"Both are document {rows[0].id}.", "Name two different documents.")
            for row in rows:
                self._proof.of_text(row.id, row.sha256, reading)
            return set_beside(*rows, reading)


Key: TypeAlias = tuple[str, str, bool]
"""All that the passages of a document rest on: the SHA-256 of its text and of its turns, and whether it is wrapped."""


@dataclass(frozen=True, slots=True)
class _Record:
    """The same itself."""

    text: str
    sha256: str
    turns: tuple[tuple[Utterance, Speaker | None], ...]
    hard_wrapped: bool

    @property
    def key(self) -> Key:
        return self.sha256, hash_of(repr(self.turns)), self.hard_wrapped

    def passages(self) -> tuple[Passage, ...]:
        spoken = tuple(replace(one, kind=Kind.SPEECH) for one, _ in self.turns)  # questions are part of a record too
        cut = statements(Transcript(self.text, spoken, hard_wrapped=self.hard_wrapped))
        whose = [(one.start, speaker.name if speaker is not None else None, one.label) for one, speaker in self.turns]
        return tuple(Passage(one.text, one.start, one.end, *whose[one.utterance]) for one in cut)


def _rows(first: _Record, second: _Record) -> tuple[Row, ...]:
    return _beside.of(
        (first.key, second.key), lambda: beside(first.passages(), second.passages(), first.text, second.text)
    )


def _share(first: DocumentRow, second: DocumentRow, texts: Mapping[str, str]) -> float:
    def share() -> float:
        found = near_copy(texts[first.id], {"": texts[second.id]}, NEAR)
        return 0.0 if found is None else found[1]

    return _shares.of((first.sha256, second.sha256), share)


def _bytes(_: object, rows: tuple[Row, ...]) -> int:
    """About: of each row with its passages' words and marks."""
    return 1024 + sum(
        256 + 64 * (len(row.first_marks) + len(row.second_marks)) + sum(map(_passage_bytes, (row.first, row.second)))
        for row in rows
    )


def _passage_bytes(one: Passage | None) -> int:
    return 256 + getsizeof(one.text) if one is not None else 0


_beside: Bounded[tuple[Key, Key], tuple[Row, ...]] = Bounded(IN_MEMORY, BYTES, _bytes)
_shares: Bounded[tuple[str, str], float] = Bounded(64 * IN_MEMORY)


def rivals(row: DocumentRow, reading: Reading) -> tuple[Rival, ...]:
    shared = {one: n for one, n in reading.sharing_with(row.id).items() if n >= max(1, row.comparable * SHARED)}
    likely = sorted(shared, key=lambda one: (-shared[one], one))[:LOOKED_AT]
    if not likely:
        return ()
    texts = {one: text for one, (text, _) in reading.texts((row.id, *likely)).items()}
    found = [
        Rival(other, round(share, 4))
        for other in (stored_document(one, reading) for one in likely)
        if _same_day(row, other) and (share := _share(row, other, texts)) >= NEAR
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.row.id)))


def _same_day(row: DocumentRow, other: DocumentRow) -> bool:
    """Whether two dates do not contradict each other; an unknown one contradicts none, nor does "2021" its days."""
    a, b = row.metadata.date or "", other.metadata.date or ""
    return a.startswith(b) or b.startswith(a)


def set_beside(first: DocumentRow, second: DocumentRow, reading: Reading) -> Beside:
    texts = reading.texts((first.id, second.id))
    a, b = (_Record(*texts[row.id], reading.utterances(row.id), row.format in WRAPPED) for row in (first, second))
    return Beside(first, second, _rows(a, b))


def rival_notices(comparison: Comparison, reading: Reading) -> Comparison:
    """A notice beside each pair with a passage that another record of the event has otherwise, or not at all."""
    quoted = {quote.document.id for pair in comparison.pairs for quote in (pair.first, pair.second)}
    besides: dict[str, list[Beside]] = {}
    for one in sorted(quoted):
        found = reading.documents(one)
        besides[one] = [set_beside(row, rival.row, reading) for row in found for rival in rivals(row, reading)]
    if not any(besides.values()):
        return comparison
    pairs = tuple(_noticed(pair, besides) for pair in comparison.pairs)
    return replace(comparison, pairs=pairs)


def _noticed(pair: Pair, besides: dict[str, list[Beside]]) -> Pair:
    notices = [
        notice
        for quote in (pair.first, pair.second)
        for found in besides[quote.document.id]
        for notice in _of_quote(quote, found)
    ]
    return replace(pair, notices=(*pair.notices, *notices)) if notices else pair


def _of_quote(quote: Quote, found: Beside) -> Iterator[Notice]:
    other = f"The other record of this event, “{found.second.metadata.title or found.second.original_name}”,"
    for row in found.rows:
        one = row.first
        if one is None or not (one.start < quote.end and quote.start < one.end):
            continue
        path = f"/documents/{found.first.id}/beside/{found.second.id}#a{one.start}"
        if row.second is None:
            yield Notice("rival", f"{other} does not have this passage: “{rendered(one.text)}”", path)
        elif row.match is Match.OTHERWISE:
            yield Notice("rival", f"{other} has these words otherwise: “{rendered(row.second.text)}”", path)
        if row.second is not None and row.of_two_voices:
            yield Notice("rival", f"{other} gives these words to {row.second.speaker or 'nobody'}.", path)
