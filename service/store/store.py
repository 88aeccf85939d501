"""Store: everything kept, in SQLite or PostgreSQL. One write is one transaction; rows never leave it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from functools import cached_property
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, and_, delete, func, insert, select, text, update

from models.statement import Statement
from models.transcript import Kind, Metadata, Speaker, Transcript
from service.signature import signed
from service.store import tables as t
from service.store.chain import FIRST, hash_of_row
from service.store.database import BUSY_SECONDS, CACHE_SECONDS, THREADS, open_engine, translated
from service.store.passing import Passing, beside
from service.store.queries import Reading
from service.store.stamp import Stamp
from service.store.vectors import Vectors
from service.store.vectors.choice import vectors_of

SHARED = 50  # documents at most that keep a fingerprint


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document ready to be stored. `speakers` says whose each (label, kind) is; those left out are nobody's."""

    id: str
    sha256: str
    transcript: Transcript
    metadata: Metadata
    format: str
    original_name: str
    original: bytes
    speakers: Mapping[tuple[str | None, Kind], str]
    statements: tuple[Statement, ...]
    fingerprints: tuple[int, ...]


def hash_of(words: str) -> str:
    """Hex SHA-256 of a text's UTF-8: what vectors, scores and proofs go by."""
    return sha256(words.encode()).hexdigest()


class Writing(Reading):
    """The changes. They happen together, or not at all."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        self._left: set[str] = set()  # the words of documents deleted so far, as SHA-256

    def raise_revision(self) -> None:
        """First in every write: where writers are not queued yet (PostgreSQL), this row queues them."""
        self._connection.execute(update(t.state).values(revision=t.state.c.revision + 1))

    def add(self, new: NewDocument) -> None:
        """The speakers named in it must be there already."""
        count = {index: len(words.split()) for index, words in enumerate(_utterance_texts(new))}
        self._connection.execute(
            insert(t.document).values(
                id=new.id,
                sha256=new.sha256,
                text=new.transcript.text,
                original=new.original,
                original_name=new.original_name,
                format=new.format,
                words=sum(count.values()),
                added_at=now(),
                **_columns(new.metadata),
            )
        )
        self._keep_fingerprints(new.id, new.fingerprints)
        labels = {
            (printed, kind): self._connection.execute(
                insert(t.label)
                .values(document_id=new.id, printed=printed, kind=kind, speaker_id=new.speakers.get((printed, kind)))
                .returning(t.label.c.id)
            ).scalar_one()
            for printed, kind in dict.fromkeys((one.label, one.kind) for one in new.transcript.utterances)
        }
        utterances = new.transcript.utterances
        if utterances:
            self._connection.execute(
                insert(t.utterance),
                [
                    {
                        "document_id": new.id,
                        "position": position,
                        "label_id": labels[one.label, one.kind],
                        "start": one.start,
                        "end": one.end,
                        "marks": " ".join(one.marks),
                        "words": count[position],
                    }
                    for position, one in enumerate(utterances)
                ],
            )
        if new.statements:
            # with RETURNING they come as one statement of SQL, or few: the word index writes what it holds to disk, and
            # merges what lies there, before each
            self._connection.execute(
                insert(t.statement).returning(t.statement.c.id),
                [
                    {
                        "id": statement_id(new.id, one.start, one.end),
                        "document_id": new.id,
                        "label_id": labels[utterances[one.utterance].label, utterances[one.utterance].kind],
                        "position": one.utterance,
                        "start": one.start,
                        "end": one.end,
                        "paragraph": one.paragraph,
                        "marks": " ".join(one.marks),
                        "comparable": one.comparable,
                        "text": one.text,
                        "before": one.before,
                        "after": one.after,
                        "text_sha256": hash_of(one.text),
                    }
                    for one in new.statements
                ],
            )

    def _keep_fingerprints(self, document_id: str, values: Collection[int]) -> None:
        """All but those that SHARED others keep: they tell little, and to look one up is to read no more than those."""
        kept = self.with_fingerprints(values)
        rows = [
            {"document_id": document_id, "value": value}
            for value in sorted(values)
            if len(kept.get(value, ())) < SHARED
        ]
        if rows:
            self._connection.execute(insert(t.fingerprint), rows)

    def delete(self, document_id: str) -> None:
        """A document with its turns and statements; `prune` takes away what they leave behind."""
        words = select(t.statement.c.text_sha256).where(t.statement.c.document_id == document_id)
        self._left.update(self._connection.scalars(words))
        self._connection.execute(delete(t.document).where(t.document.c.id == document_id))

    def prune(self) -> None:
        """Speakers that nothing stored refers to any more, and, where documents were deleted, vectors and scores."""
        left = select(t.label.c.id).where(t.label.c.speaker_id == t.speaker.c.id).exists()
        self._connection.execute(delete(t.speaker).where(~left))
        if not self._left:
            return  # nothing but an addition: a scan of all vectors would find what it found before
        for table, column in (
            (t.embedding, t.embedding.c.text_sha256),
            (t.relation, t.relation.c.first),
            (t.relation, t.relation.c.second),
        ):
            used = select(t.statement.c.id).where(t.statement.c.text_sha256 == column).exists()
            self._connection.execute(delete(table).where(~used))

    def forget_words(self) -> None:
        """Write the word index anew without what was deleted, of which SQLite otherwise keeps the words for a while."""
        if self._connection.dialect.name == "sqlite":
            self._connection.exec_driver_sql("INSERT INTO statement_words(statement_words) VALUES ('optimize')")

    def set_metadata(self, document_id: str, metadata: Metadata) -> None:
        self._connection.execute(update(t.document).where(t.document.c.id == document_id).values(**_columns(metadata)))

    def add_speaker(self, speaker: Speaker) -> None:
        self._connection.execute(insert(t.speaker).values(**_columns(speaker)))

    def set_speaker(self, speaker: Speaker) -> None:
        self._connection.execute(update(t.speaker).where(t.speaker.c.id == speaker.id).values(**_columns(speaker)))

    def give(
        self,
        from_speaker: str,
        to_speaker: str,
        *,
        documents: Collection[str] | None = None,
        labels: Collection[str] | None = None,
    ) -> int:
        """Hand labels from one speaker to another: all, or those in these documents and of these forms. How many."""
        conditions = [t.label.c.speaker_id == from_speaker]
        if documents is not None:
            conditions.append(t.label.c.document_id.in_(sorted(documents)))
        if labels is not None:
            conditions.append(t.label.c.printed.in_(sorted(labels)))
        change = update(t.label).where(and_(*conditions)).values(speaker_id=to_speaker)
        return int(self._connection.execute(change).rowcount)

    def labels_of(self, speaker_id: str) -> int:
        count = select(func.count()).select_from(t.label).where(t.label.c.speaker_id == speaker_id)
        return int(self._connection.execute(count).scalar_one())

    def outdate_topics(self) -> None:
        self._connection.execute(update(t.state).values(grouped_by=None))

    def keep_vectors(self, embedder: str, vectors: Mapping[str, bytes]) -> None:
        """By the SHA-256 of their texts; those kept already stay."""
        statement = text(
            "INSERT INTO embedding (embedder, text_sha256, vector) VALUES (:embedder, :text_sha256, :vector) "
            "ON CONFLICT DO NOTHING"
        )
        rows = [{"embedder": embedder, "text_sha256": key, "vector": vector} for key, vector in sorted(vectors.items())]
        if rows:
            self._connection.execute(statement, rows)

    def keep_relations(self, classifier: str, scores: Mapping[tuple[str, str], tuple[float, float, float]]) -> None:
        """By the SHA-256 of the two texts, the lesser first; (agrees, opposes, differs)."""
        statement = text(
            "INSERT INTO relation (classifier, first, second, agrees, opposes, differs) "
            "VALUES (:classifier, :first, :second, :agrees, :opposes, :differs) ON CONFLICT DO NOTHING"
        )
        rows = [
            dict(
                zip(
                    ("classifier", "first", "second", "agrees", "opposes", "differs"),
                    (classifier, *key, *score),
                    strict=True,
                )
            )
            for key, score in sorted(scores.items())
        ]
        if rows:
            self._connection.execute(statement, rows)

    def note(self, who: str, action: str, subject: str, detail: Mapping[str, Any]) -> int:
        """Add to the audit: who did what to what; its id. Who is signed in is verified, whatever `who` says."""
        newest = select(t.audit.c.id, t.audit.c.hash).order_by(t.audit.c.id.desc()).limit(1)
        number, previous = self._connection.execute(newest).one_or_none() or (0, FIRST)
        row = {
            "id": number + 1,
            "at": now(),
            "who": signed() or who,
            "verified": signed() is not None,
            "action": action,
            "subject": subject,
            "detail": dict(detail),
            "previous": previous,
        }
        self._connection.execute(insert(t.audit).values(**row, hash=hash_of_row(row)))
        return number + 1


class Store:
    """The database. Safe to share between threads."""

    def __init__(self, address: str, threads: int = THREADS) -> None:
        """`threads`: how many of this process use it at once."""
        self._engine = open_engine(address, threads=threads)
        self._stamp = Stamp(self._engine)

    @cached_property
    def vectors(self) -> Vectors:
        """Statements found by what they mean."""
        return vectors_of(self._engine)

    @cached_property
    def passing(self) -> Passing:
        """What is counted for a while."""
        return beside(self._engine)

    def stamp(self) -> tuple[object, ...]:
        """The same for as long as nothing is written, by this program or by any other."""
        with translated(self._engine):
            return self._stamp.now()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        with translated(self._engine), self._engine.connect() as connection:
            if self._engine.dialect.name != "sqlite":  # which reads one state anyway
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield Reading(connection)

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """One transaction and a new revision, undone by any exception. Writers queue up."""
        with self._transaction(BUSY_SECONDS) as writing:
            writing.raise_revision()
            yield writing

    @contextmanager
    def queueing(self, patience: int = BUSY_SECONDS) -> Iterator[Writing]:
        """A transaction for jobs. No new revision, since nothing that is compared changes."""
        with self._transaction(patience) as writing:
            yield writing

    @contextmanager
    def caching(self) -> Iterator[Writing]:
        """A transaction for what can be computed again: vectors and scores. No new revision, no long wait."""
        with self._transaction(CACHE_SECONDS) as writing:
            yield writing

    def parted(self) -> None:
        """Leave the connections to the process that this one was forked from, and open its own."""
        self._engine.dispose(close=False)
        if "passing" in self.__dict__:
            self.passing.parted()

    def close(self) -> None:
        self._stamp.close()
        if "passing" in self.__dict__:
            self.passing.close()
        self._engine.dispose()

    @contextmanager
    def _transaction(self, patience: int) -> Iterator[Writing]:
        with translated(self._engine), self._engine.connect() as connection:
            connection.execution_options(writing=True, patience=patience)
            with connection.begin():
                if self._engine.dialect.name != "sqlite":  # which has been told so as it began
                    connection.execute(text(f"SET LOCAL lock_timeout = '{patience}s'"))
                yield Writing(connection)


def statement_id(document_id: str, start: int, end: int) -> str:
    return f"{document_id}-{start}-{end}"


def _columns(value: Metadata | Speaker) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _utterance_texts(new: NewDocument) -> Iterator[str]:
    for one in new.transcript.utterances:
        yield new.transcript.text[one.start : one.end]


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
