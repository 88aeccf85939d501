"""Snapshots: comparisons frozen under the SHA-256 of their JSON, which never changes; and what is told beside them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from hashlib import sha256
from sys import getsizeof
from threading import RLock
from typing import Any

from models.comparison import Comparison
from models.published import from_json
from models.quote import Document, Quote
from models.review import OF_OTHERS, PARTLY_JUDGED
from service.bounded import Bounded
from service.documents.attributing import demand_signed_off
from service.editions import written_of
from service.errors import Conflict, NotFound, read_only
from service.exports import export
from service.given import said_by
from service.notices.sources import noticed
from service.positions.comparing import all_quotes
from service.proof import Proof
from service.rendering.heading import heading
from service.snapshots.fates import Replaced, fates, sources_today
from service.snapshots.replaying import Ask, Replayed, replayed
from service.snapshots.since import told
from service.store.archive import Archive, ArchiveWriting, SnapshotRow
from service.store.queries import Reading
from service.store.store import Store
from service.translation import ENGLISH, speaking
from service.views import AuditRow
from service.weighing import OBJECT

FREEZE = "freeze"  # what the audit calls it
KNOWN_IN_MEMORY = 4096  # snapshots whose heading and documents are known without reading them again
BYTES = 8 << 20  # of what is known of these together
_NAME = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Listed:
    """A snapshot in a list: what it is called, and what became of the documents that it quotes (see `fates`), in one
    word and in words."""

    row: SnapshotRow
    heading: str
    sources: str
    notices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Known:
    """What a list shows of a snapshot's body: its heading in English, and the documents that it quotes, by id."""

    heading: str
    documents: tuple[Document, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen comparison as it is shown today: with notices of what changed since, its quotes proven just now.

    `linked`: every document that it quotes is here as it was.
    """

    row: SnapshotRow
    comparison: Comparison
    replayed: Replayed
    linked: bool
    audit: AuditRow | None


class Snapshots:
    """A snapshot whose source was removed is Gone; one that its stored texts do not bear out is a Conflict."""

    def __init__(self, store: Store, proof: Proof, ask: Ask, lock: RLock, *, read_only: bool) -> None:
        self._store = store
        self._ask = ask
        self._lock = lock
        self._read_only = read_only
        self._proof = proof
        self._known: Bounded[str, _Known] = Bounded(KNOWN_IN_MEMORY, BYTES, lambda _, known: _weight(known))

    def freeze(self, by: str = "", **asked: Any) -> SnapshotRow:
        """Freeze what `Corpus.compare` answers to `asked`; the same answer is one snapshot, however often frozen.

        Raises Conflict where it is doubtful who said what in a document it quotes and nobody has signed that off.
        """
        if self._read_only:
            raise read_only()
        who, found = said_by(by), self._ask(**asked)
        body = export(found, "json")
        name = sha256(body).hexdigest()
        with self._store.reading() as reading:
            demand_signed_off({quote.document.id for quote in all_quotes(found)}, reading)
            known = Archive(reading).row(name)
        if known is not None:
            return known
        with self._lock, self._store.writing() as writing:
            archive = ArchiveWriting(writing)
            if archive.row(name) is None:  # nobody was faster
                archive.keep(name, who, found.title, body)
                writing.note(who, FREEZE, name, {"title": found.title, "asked": found.made_with["asked"]})
            row = archive.row(name)
        assert row is not None, "it was kept in this transaction"
        return row

    def rows(self) -> tuple[Listed, ...]:
        """Newest first."""
        with self._store.reading() as reading, speaking(ENGLISH):  # as all notices
            archive = Archive(reading)
            held = [(row, self._of(row.sha256, archive)) for row in archive.rows()]
            written = written_of({one.id for _, known in held for one in known.documents}, reading)
            return tuple(
                Listed(row, known.heading, *sources_today(known.documents, written, reading)) for row, known in held
            )

    def heading(self, name: str) -> str:
        """What a snapshot that is here is called, in English."""
        with self._store.reading() as reading, speaking(ENGLISH):
            return self._of(name, Archive(reading)).heading

    def _of(self, name: str, archive: Archive) -> _Known:
        return self._known.of(name, lambda: _known(archive.body(name) or b""))

    def body(self, name: str) -> bytes:
        """The frozen JSON, to the byte."""
        with self._store.reading() as reading:
            body = _body(name, reading)
            self._fates(from_json(json.loads(body)), reading)
        return body

    def snapshot(self, name: str) -> Snapshot:
        with self._store.reading() as reading:
            then = from_json(json.loads(_body(name, reading)))
            replaced = self._fates(then, reading)
            today = noticed(_bare(_dated(then, reading)), reading)
            row = Archive(reading).row(name)
            written = next((one for one in reading.audit(name) if one.action == FREEZE), None)
        assert row is not None, "it was there in the same transaction"
        again = replayed(then, self._ask, self._store)
        return Snapshot(row, told(row, today, again, replaced), again, not replaced, written)

    def _fates(self, then: Comparison, reading: Reading) -> tuple[Replaced, ...]:
        return fates(all_quotes(then), self._proof, reading)


def _weight(known: _Known) -> int:
    """Bytes, about."""
    return OBJECT + getsizeof(known.heading) + 4 * OBJECT * len(known.documents)


def _known(body: bytes) -> _Known:
    then = from_json(json.loads(body))
    documents = {quote.document.id: quote.document for quote in all_quotes(then)}
    return _Known(heading(then), tuple(documents[one] for one in sorted(documents)))


def _body(name: str, reading: Reading) -> bytes:
    body = Archive(reading).body(name) if _NAME.fullmatch(name) else None
    if body is None:
        raise NotFound(f"There is no snapshot {name}.", "See /snapshots for all of them.")
    if sha256(body).hexdigest() != name:
        raise Conflict(
            f"What is stored of the snapshot {name} is not what was frozen, so it is not shown.",
            "Take it from a copy of the database, or freeze the comparison anew.",
        )
    return body


def _dated(then: Comparison, reading: Reading) -> Comparison:
    """With the days on which its documents were taken in, as far as they are here."""
    ids = {quote.document.id for pair in then.pairs for quote in (pair.first, pair.second)}
    days = {row.id: row.added_at[:10] for one in sorted(ids) for row in reading.documents(one)}

    def dated(quote: Quote) -> Quote:
        return replace(quote, document=replace(quote.document, retrieved=days.get(quote.document.id)))

    pairs = (replace(pair, first=dated(pair.first), second=dated(pair.second)) for pair in then.pairs)
    return replace(then, pairs=tuple(pairs))


def _bare(then: Comparison) -> Comparison:
    """Without the notices of then, but those of what was asked and judged: those that still hold are found again."""
    kept = tuple(one for one in then.notices if one.kind in (OF_OTHERS, PARTLY_JUDGED))
    return replace(then, notices=kept, pairs=tuple(replace(pair, notices=()) for pair in then.pairs))
