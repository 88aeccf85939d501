"""Bulk: many documents on their way in, read ahead of being stored, so that their statements are embedded together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field, replace

from models.embedding import Progress
from service.documents.ahead import Ahead, Embedding
from service.documents.intake import Given
from service.documents.preparing import Beat, Draft, Prepared, compared, draft, placed
from service.errors import CounterposeError
from service.scoring import Scoring
from service.store.store import Store

AHEAD = 2048  # new texts embedded together: some 130 batches, so that hardly a core waits for another's last one
CHARACTERS = 4_000_000  # of documents read ahead, where few of their texts are new


@dataclass(slots=True)
class _Portion:
    """Documents read ahead: drafts, or what kept one from being read; and their texts without a vector, by SHA-256."""

    read: list[Draft | CounterposeError] = field(default_factory=list)
    missing: dict[str, str] = field(default_factory=dict)
    characters: int = 0

    @property
    def full(self) -> bool:
        return len(self.missing) >= AHEAD or self.characters >= CHARACTERS


def prepare_many(
    wanted: Iterable[Given | CounterposeError],
    store: Store,
    scoring: Scoring,
    max_bytes: int,
    progress: Progress | None = None,
    beat: Beat = lambda: None,
) -> Iterator[Prepared | CounterposeError]:
    """What `prepare` gives for each, in order; in the place of what could not be prepared, the error.

    What is wanted is asked for as it is needed, and held are only the documents of two portions, each of AHEAD new
    texts or CHARACTERS of text and the document that went beyond: while one is embedded, the one before is stored by
    the caller, and the next is read. Whether a text is here, and what it is a copy of, is looked up when it is its
    turn: whoever stores each before asking for the next gets what one by one would have given. `progress` is told how
    many documents are embedded, of those read so far; of a portion, by its statements. `beat` is called as one is read.
    Both are called by the caller's thread, and what they raise ends it all.
    """
    done = 0

    def finished(some: _Portion, under_way: Embedding) -> Iterator[Prepared | CounterposeError]:
        nonlocal done
        failed: CounterposeError | None = None
        try:
            for share in under_way.steps():
                if progress:
                    progress(done + int(len(some.read) * share), done + len(some.read))
            vectors: Mapping[str, bytes] = under_way.vectors()
        except CounterposeError as error:  # the model's, or the disk's: so it is of all that needed it
            vectors, failed = {}, error
        for one in some.read:
            yield one if isinstance(one, CounterposeError) else _prepared(one, vectors, store, failed, some.missing)
        done += len(some.read)

    with closing(Ahead(store, scoring)) as ahead:
        before: tuple[_Portion, Embedding] | None = None
        for some in _portions(wanted, store, scoring, max_bytes, beat):
            known = before[0].missing if before is not None else {}
            now = some, ahead.embed([text for key, text in some.missing.items() if key not in known])
            if before is not None:
                yield from finished(*before)
            before = now
        if before is not None:
            yield from finished(*before)


def _portions(
    wanted: Iterable[Given | CounterposeError], store: Store, scoring: Scoring, max_bytes: int, beat: Beat
) -> Iterator[_Portion]:
    some = _Portion()
    for one in wanted:
        try:
            read = one if isinstance(one, CounterposeError) else draft(one, max_bytes, beat)
            if isinstance(read, Draft):
                with store.reading() as reading:
                    some.missing |= placed(read, reading).missing(reading, scoring.embedder)
                some.characters += len(read.taken.transcript.text)
        except CounterposeError as error:
            read = error
        some.read.append(read)
        if some.full:
            yield some
            some = _Portion()
    if some.read:
        yield some


def _prepared(
    one: Draft,
    vectors: Mapping[str, bytes],
    store: Store,
    failed: CounterposeError | None,
    missing: Collection[str],
) -> Prepared | CounterposeError:
    try:
        with store.reading() as reading:
            found = compared(placed(one, reading), reading)
    except CounterposeError as error:
        return error
    texts = found.texts
    if failed is not None and not found.settled and not texts.keys().isdisjoint(missing):
        return failed
    return replace(found, vectors={key: vectors[key] for key in texts if key in vectors})
