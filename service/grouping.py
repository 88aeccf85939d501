"""Grouping: topics and vectors kept in step with the documents and with the embedder."""

from __future__ import annotations

from dataclasses import replace
from threading import RLock

from models.embedding import Progress
from models.topic import Origin, regroup
from service.claims import claims, issue_of
from service.errors import Unavailable
from service.scoring import Scoring, matrix
from service.store import Store, Writing


class Grouping:
    """The topics are out of date after `add` with no regrouping, and after a change of embedder."""

    def __init__(self, store: Store, scoring: Scoring, lock: RLock) -> None:
        self._store = store
        self._scoring = scoring
        self._lock = lock
        self._given_up: int | None = None  # a revision whose topics could not be regrouped

    def prepare(self, progress: Progress | None = None) -> None:
        """Bring vectors and topics up to date, if they are not. Raises Unavailable where they cannot be stored."""
        embedder = self._scoring.embedder
        with self._store.reading() as reading:
            if reading.grouped_by() == embedder or not reading.documents():
                return
        with self._lock:
            with self._store.reading() as reading:
                if reading.grouped_by() == embedder:
                    return  # another thread was first
                missing = reading.without_vector(embedder)
            vectors = self._scoring.vectors(missing.values(), progress)
            with self._store.writing() as writing:
                writing.keep_vectors(embedder, vectors)
                self.regroup(writing)
                writing.note("", "regroup", "", {"embedder": embedder})

    def prepare_if_possible(self) -> None:
        """As `prepare`; a database that cannot be written keeps the topics it has, and is not tried again."""
        with self._store.reading() as reading:
            revision = reading.revision()
        if revision == self._given_up:
            return
        try:
            self.prepare()
        except Unavailable:
            self._given_up = revision

    def regroup(self, writing: Writing) -> None:
        """Group everything anew, in a write that is under way; topics that go on keep their ids."""
        embedder = self._scoring.embedder
        missing = writing.without_vector(embedder)
        if missing:
            writing.keep_vectors(embedder, self._scoring.vectors(missing.values()))
        stored = writing.statements(embedder=embedder, comparable_only=True)
        before = writing.grouping()
        issues = [one for one in before if one.settings.origin is Origin.ISSUE]
        owners = claims(stored, [issue_of(one) for one in issues], self._scoring).tolist()
        rest = [one for one, owner in zip(stored, owners, strict=True) if owner < 0]
        found = regroup(
            [one.quote.id for one in rest],
            [one.quote.text for one in rest],
            matrix([one.vector for one in rest if one.vector is not None]),
            [f"{one.quote.document.id}/{one.utterance}/{one.quote.paragraph}" for one in rest],
            [replace(one, members=()) if one in issues else one for one in before],
        )
        listed = [
            replace(one, members=tuple(sorted(s.quote.id for s, o in zip(stored, owners, strict=True) if o == at)))
            for at, one in enumerate(issues)
        ]
        topics = (*listed, *found)
        writing.set_topics(topics, embedder)
