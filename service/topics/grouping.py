"""Grouping: topics and vectors kept in step with the documents, with people's decisions and with the embedder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import RLock

import numpy as np
from numpy.typing import NDArray

from models.cluster import centres
from models.embedding import Progress
from models.topic import GROWTH, Decided, Moves, Origin, Topic, join, moves, regroup
from service.errors import Unavailable
from service.scoring import Scoring, matrix
from service.store.grouped import Grouped
from service.store.jobs import Jobs
from service.store.store import Store, Writing, hash_of
from service.topics.claims import issue_of, probes

REPORTED = 200  # moved statements named in the audit, and flows from topic to topic
PORTION = 20_000  # vectors held until they are kept: of a million there is no room for all, nor is an hour's work lost


class Grouping:
    """The topics are out of date after `add` with no regrouping, and after a change of embedder."""

    def __init__(self, store: Store, scoring: Scoring, lock: RLock) -> None:
        self._store = store
        self._scoring = scoring
        self._lock = lock
        self._given_up: int | None = None  # a revision whose topics could not be regrouped

    def prepare(
        self, progress: Progress | None = None, settle: Callable[[Writing], None] | None = None
    ) -> Moves | None:
        """Bring vectors and topics up to date, if they are not. Raises Unavailable where they cannot be stored.

        `settle` is called last in the write; what it raises undoes all.
        """
        embedder = self._scoring.embedder
        with self._store.reading() as reading:
            if reading.grouped_by() == embedder or not reading.has_documents():
                return None
        with self._lock:
            with self._store.reading() as reading:
                if reading.grouped_by() == embedder:
                    return None  # another thread was first
            vectors = self._missing(embedder, progress)
            with self._store.writing() as writing:
                writing.keep_vectors(embedder, vectors)
                found = self.regroup(writing)
                writing.note("", "regroup", "", {"embedder": embedder, "topics": moves_detail(found)})
                if settle is not None:
                    settle(writing)
        self.write_vectors()
        return found

    def write_vectors(self) -> None:
        """Bring what is searched up to date with what was just added, so that no reader waits for it.

        Where it cannot be written now, the next reader of it does it.
        """
        embedder, make = self._scoring.embedder, self._scoring.made
        with suppress(Unavailable, OSError):
            self._store.vectors.keep_up(embedder, make)
            with self._store.reading() as reading:
                self._store.vectors.write_down(reading, embedder, make)

    def _missing(self, embedder: str, progress: Progress | None) -> dict[str, bytes]:
        """The vectors that are missing, ready to be kept; of more than a PORTION, all but the last are kept already."""
        with self._store.reading() as reading:
            texts = sorted(reading.without_vector(embedder).values())
        done = 0

        def told(now: int, _all: int) -> None:
            if progress:
                progress(done + now, len(texts))

        while len(texts) - done > PORTION:
            vectors = self._scoring.vectors(texts[done : done + PORTION], told)
            with self._store.caching() as caching:
                caching.keep_vectors(embedder, vectors)
            done += PORTION
        return self._scoring.vectors(texts[done:], told)

    def prepare_if_possible(self) -> None:
        """As `prepare`; a database that cannot be written keeps the topics it has, and is not tried again."""
        with self._store.reading() as reading:
            revision = reading.revision()
            if revision == self._given_up or Jobs(reading).adding():  # a job that groups all when it has added all
                return
        try:
            self.prepare()
        except Unavailable:
            self._given_up = revision

    def words(self, writing: Writing) -> Mapping[str, Collection[str]]:
        """Which words each topic has, to be handed to `keep_up` by a write that replaces a document."""
        return Grouped(writing).words()

    def held_by(self, writing: Writing, document_id: str) -> Mapping[str, int]:
        """How many statements of a document each topic has, to be handed to `keep_up` by a write that removes it."""
        return Counter(one.quote.topic for one in writing.statements(document=document_id) if one.quote.topic)

    def keep_up(
        self,
        writing: Writing,
        *,
        added: str | None = None,
        gone: int = 0,
        left: Mapping[str, int] | None = None,
        words: Mapping[str, Collection[str]] | None = None,
    ) -> Moves:
        """Make topics fit a document just added and `gone` statements taken away, in a write that is under way.

        `left` says how many of these each topic had. The topics stay as they are and new statements join them, until
        more than GROWTH of all have come or gone; then all are grouped anew.
        """
        grouped = Grouped(writing)
        embedder = self._scoring.embedder
        said = grouped.said(embedder, document=added) if added is not None else None
        total, since = grouped.since()
        change = gone + (len(said) if said is not None else 0)
        if writing.grouped_by() != embedder or since + change > GROWTH * total:
            return _with_names(replace(self.regroup(writing, words), left=left or {}), grouped)
        ended = grouped.drop_empty() if gone else ()
        if said is None or not len(said):  # a document may hold nothing but courtesies
            grouped.join({}, (), embedder, change)
            return _with_names(Moves(ended=ended, left=left or {}), grouped)
        topics = tuple(self._with_centre(topic, grouped) for topic in grouped.topics())
        decided = self.decided(grouped, topics, said.keys)
        places, changed = join(said, topics, grouped.sizes(), decided, self._phrases)
        found = {one: place for one, place in zip(said.ids, places, strict=True) if place is not None}
        grouped.join(found, changed, embedder, change)
        known = {topic.id for topic in topics}
        begun = tuple(topic.id for topic in changed if topic.id not in known)
        return _with_names(Moves(begun=begun, ended=ended, joined=Counter(found.values())), grouped)

    def regroup(
        self,
        writing: Writing,
        words: Mapping[str, Collection[str]] | None = None,
        topics: Sequence[Topic] | None = None,
    ) -> Moves:
        """Group everything anew, in a write that is under way; topics that go on keep their ids.

        `words` are those that the topics had, where some of their statements have been taken away already; `topics`
        those to go on from, where they are not those that there are.
        """
        embedder = self._scoring.embedder
        missing = writing.without_vector(embedder)
        if missing:
            writing.keep_vectors(embedder, self._scoring.vectors(missing.values()))
        grouped = Grouped(writing)
        said = grouped.said(embedder)
        there = {one.id: one.name for one in grouped.topics()}
        previous = grouped.topics(embedder) if topics is None else topics
        decided = self.decided(grouped, previous)
        had = grouped.words() if words is None else words
        known = {one.id: {*had.get(one.id, ()), *decided.known.get(one.id, ())} for one in previous}
        was = grouped.places()
        found = regroup(said, previous, replace(decided, known=known), self._phrases)
        grouped.replace(found, embedder, len(said))
        after: dict[str, str | None] = dict.fromkeys(said.ids)
        after |= {member: topic.id for topic in found for member in topic.members}
        changed = moves({one: was.get(one) for one in said.ids} if was else {}, after)
        ended = tuple(sorted({*changed.ended, *(there.keys() - {one.id for one in found})}))
        renamed = {one.id: there[one.id] for one in found if one.id in there and there[one.id] != one.name}
        return _with_names(replace(changed, ended=ended, renamed=renamed, anew=True), grouped)

    def _phrases(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of phrases that names are chosen from: neither stored nor remembered, since nothing asks again."""
        found = self._scoring.vectors(texts)
        return matrix([found[hash_of(text)] for text in texts])

    def decided(self, grouped: Grouped, topics: Collection[Topic], keys: Iterable[str] | None = None) -> Decided:
        """What people decided of these topics, and of the statements with these words (None: of all)."""
        issues = {topic.id: issue_of(topic) for topic in topics if topic.settings.origin is Origin.ISSUE}
        near = dict(zip(issues, probes(list(issues.values()), self._scoring), strict=True))
        return Decided(grouped.decided(keys), grouped.edited_words(), near, grouped.gone())

    def _with_centre(self, topic: Topic, grouped: Grouped) -> Topic:
        """The topic with its centre, computed anew where an edit made it out of date."""
        if topic.centre is not None or not topic.settings.open:
            return topic
        said = grouped.said(self._scoring.embedder, topic=topic.id)
        if not len(said):
            return topic
        return replace(topic, centre=centres(said.drawn, np.zeros(len(said), np.int64))[0])


def _with_names(found: Moves, grouped: Grouped) -> Moves:
    wanted, names = found.topics, grouped.names()
    return replace(found, names={one: names[one] for one in sorted(wanted) if one in names})


def moves_detail(found: Moves) -> dict[str, object]:
    """What a grouping changed, as the audit keeps it. `flows`: how many statements went from which topic to which."""
    flows = sorted(found.flows.items(), key=lambda item: (-item[1], item[0][0] or "", item[0][1] or ""))
    return {
        "begun": list(found.begun),
        "ended": list(found.ended),
        "joined": dict(found.joined),
        "moved": len(found.moved),
        "entered": sum(before is None for _, before, _ in found.moved),
        "dropped": sum(after is None for _, _, after in found.moved),
        "which": [list(one) for one in found.moved[:REPORTED]],
        "flows": [[before, after, number] for (before, after), number in flows[:REPORTED]],
        "left": dict(found.left),
        "renamed": dict(found.renamed),
        "names": dict(found.names),
        "anew": found.anew,
    }
