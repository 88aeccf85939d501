"""Marking: who answers for a comparison, its status and its caveat, set in one transaction with its audit row."""

from __future__ import annotations

from threading import RLock

from models.handling import Handling
from models.transcript import Speaker
from service.errors import BadValue, NotFound, TooLarge, read_only
from service.given import storable
from service.lookup import unknown_topic
from service.sides import find_side
from service.store.handling import MarksWriting
from service.store.queries import Reading
from service.store.store import Store, now
from service.topics.succession import topic_today

CHARACTERS = 300  # of each of the three


class Marking:
    """A mark is on two sides, in either order, and on a topic or on all; one without words is none."""

    def __init__(self, store: Store, lock: RLock, *, read_only: bool) -> None:
        self._store = store
        self._lock = lock
        self._read_only = read_only

    def mark(
        self,
        first: str,
        second: str,
        topic: str | None = None,
        *,
        owner: str = "",
        status: str = "",
        caveat: str = "",
        by: str = "",
    ) -> Handling | None:
        """Set the mark, or with three empty words take it away. Sides and topic are named by id or name."""
        if self._read_only:
            raise read_only()
        who = storable("The name", by.strip())
        said = [_tidy(name, text) for name, text in (("owner", owner), ("status", status), ("caveat", caveat))]
        with self._lock, self._store.writing() as writing:
            sides = _sides(first, second, writing)
            topic_id = _topic(topic, writing) if topic else None
            mark = Handling(said[0], said[1], said[2], who, now(), topic_id) if any(said) else None
            marks = MarksWriting(writing)
            old = marks.of(sides[0].id, sides[1].id).get(topic_id)
            if mark is None and old is None:
                raise BadValue("There is no mark, and nothing to set.", "Give an owner, a status or a caveat.")
            marks.put(topic_id, sides[0].id, sides[1].id, mark)
            detail = {"topic": topic_id, "before": old.words if old else None, "after": mark.words if mark else None}
            marks.note(who, "mark", " / ".join(sorted(side.id for side in sides)), detail)
        return mark


def _sides(first: str, second: str, reading: Reading) -> tuple[Speaker, Speaker]:
    speakers = [row.speaker for row in reading.known_speakers()]
    one, other = (find_side(storable("The name", text), speakers) for text in (first, second))
    if one.overlaps(other):
        raise BadValue(f"{one.who.name} and {other.who.name} are not two sides.", "Name two different speakers.")
    return one.who, other.who


def _topic(text: str, reading: Reading) -> str:
    rows = reading.topics(hidden=True)
    row = topic_today(storable("The topic", text), rows, reading)
    if row is None:
        raise NotFound(
            unknown_topic(text, rows).message,
            "A mark is on a topic of the list, or on all topics: free text cannot be marked.",
        )
    return row.id


def _tidy(name: str, text: str) -> str:
    tidy = " ".join(storable(f"The {name}", text).split())
    if len(tidy) > CHARACTERS:
        raise TooLarge(f"The {name} has {len(tidy):,} characters.", f"Give at most {CHARACTERS}.")
    return tidy
