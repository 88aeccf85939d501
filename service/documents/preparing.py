"""Preparing: all of adding a document that needs no lock: it is read, cut and embedded, by whoever is free to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from models.embedding import BLOCK, Progress
from models.near_copy import fingerprints, near_copy
from models.statement import Statement, statements
from service.documents.intake import Attribution, Given, Taken, take
from service.errors import Unavailable
from service.lookup import stored_document
from service.scoring import Scoring
from service.store.queries import Reading
from service.store.store import Store, hash_of
from service.views import DocumentRow

Beat = Callable[[], None]
"""Called as long work goes on; raises what ends it."""

# Vectors held until they are kept; whole blocks, so that work resumed gives the same bits.
PORTION = 4 * BLOCK
COPY_LENGTHS = 0.5  # only texts whose lengths differ by less than this share are looked at as copies
COPIES_READ = 8  # texts at most that are looked at as copies
COMMON = 1 / 16  # least share of fingerprints in common: of texts half of whose runs of words are the same, a third is


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document ready to be stored. `vectors` are those not kept yet; `same` is the document with this very text."""

    taken: Taken
    how: Attribution
    cut: tuple[Statement, ...]
    vectors: Mapping[str, bytes]
    fingerprints: tuple[int, ...]
    copies: tuple[tuple[DocumentRow, float], ...]
    same: DocumentRow | None
    old: DocumentRow | None  # the document whose place it is to take

    @property
    def id(self) -> str:
        return hash_of(self.taken.transcript.text)[:12]

    @property
    def settled(self) -> bool:
        """Whether this very text is here, other than in the document whose place it is to take."""
        return self.same is not None and (self.old is None or self.same.id != self.old.id)

    @property
    def texts(self) -> dict[str, str]:
        """What is compared of it, by SHA-256."""
        return {hash_of(one.text): one.text for one in self.cut if one.comparable}

    def missing(self, reading: Reading, embedder: str) -> dict[str, str]:
        """What of it is to be embedded, by SHA-256: nothing of a text that is here."""
        if self.settled:
            return {}
        kept = reading.with_vector(embedder, self.texts)
        return {key: text for key, text in self.texts.items() if key not in kept}


@dataclass(frozen=True, slots=True)
class Draft:
    """A document read and cut, of which the database was asked nothing yet."""

    given: Given
    taken: Taken
    cut: tuple[Statement, ...]
    fingerprints: tuple[int, ...]


def draft(given: Given, max_bytes: int, beat: Beat = lambda: None) -> Draft:
    """Raises what `take` does, and what `beat` does, which is called between the steps and as statements are cut."""
    taken = take(given.source, given.known, given.how, max_bytes)
    beat()
    cut = tuple(statements(taken.transcript, beat))
    beat()
    return Draft(given, taken, cut, fingerprints(taken.transcript.text))


def placed(one: Draft, reading: Reading) -> Prepared:
    """A draft beside what is here, without vectors and copies. Raises NotFound where what it is to replace is not."""
    old = stored_document(one.given.replaces, reading) if one.given.replaces is not None else None
    there = same(one.taken.transcript.text, reading)
    return Prepared(one.taken, one.given.how, one.cut, {}, one.fingerprints, (), there, old)


def compared(found: Prepared, reading: Reading) -> Prepared:
    """With the documents that it is a copy of."""
    if found.settled:
        return found
    copies = near_copies(found.taken, found.fingerprints, reading)
    return replace(found, copies=tuple((row, share) for row, share in copies if row != found.old))


def prepare(
    given: Given,
    store: Store,
    scoring: Scoring,
    max_bytes: int,
    progress: Progress | None = None,
    beat: Beat = lambda: None,
) -> Prepared:
    """Read, cut and embed a document. Of more than a PORTION of new vectors, all but the last are kept already, so
    that whoever does it again after an interruption goes on from there."""
    one = draft(given, max_bytes, beat)
    with store.reading() as reading:
        found = placed(one, reading)
        missing = found.missing(reading, scoring.embedder)
        found = compared(found, reading)
    return replace(found, vectors=embedded(missing.values(), store, scoring, progress))


def embedded(
    texts: Iterable[str], store: Store, scoring: Scoring, progress: Progress | None = None
) -> dict[str, bytes]:
    """The vectors of texts that are not kept yet: of more than a PORTION, all but the last are then kept already."""
    ordered = sorted(set(texts), key=lambda text: (len(text), text))  # as the embedder has them
    held: dict[str, bytes] = {}

    def told(now: int, _all: int) -> None:
        if progress:
            progress(done + now, len(ordered))

    for done in range(0, len(ordered), PORTION):
        held |= scoring.vectors(ordered[done : done + PORTION], told)
        if done + PORTION < len(ordered):
            with suppress(Unavailable), store.caching() as caching:  # where they can't be kept now, they are in the end
                caching.keep_vectors(scoring.embedder, held)
                held = {}
    return held


def same(text: str, reading: Reading) -> DocumentRow | None:
    """The document with this very text."""
    digest = hash_of(text)
    return stored_document(digest[:12], reading) if reading.sha256(digest[:12]) == digest else None


def near_copies(taken: Taken, own: Collection[int], reading: Reading) -> tuple[tuple[DocumentRow, float], ...]:
    """The document that this one is a copy of but for corrections, if there is one.

    Read are the texts of about its length that have most fingerprints in common with it: a copy that was cut down, or
    whose lines are broken elsewhere, has many, and whatever else there is has none.
    """
    text = taken.transcript.text
    common = Counter(one for documents in reading.with_fingerprints(own).values() for one in documents)
    spoken = sum(len(text[one.start : one.end].split()) for one in taken.transcript.utterances)
    lengths = reading.lengths([one for one, number in common.items() if number >= COMMON * len(own)])
    near = [one for one, length in lengths.items() if abs(length - spoken) <= COPY_LENGTHS * spoken]
    likely = sorted(near, key=lambda one: (-common[one], one))[:COPIES_READ]
    if not likely:
        return ()
    found = near_copy(text, {one: other for one, (other, _) in reading.texts(likely).items()})
    return () if found is None else ((stored_document(found[0], reading), round(found[1], 4)),)
