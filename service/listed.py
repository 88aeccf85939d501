"""Listed: what is long to list and is the same until something is written: documents, speakers, topics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from service.bounded import Bounded
from service.store.queries import Reading
from service.views import DocumentRow, SpeakerRow, TopicRow

LISTS_IN_MEMORY = 12  # of the newest revision, and of the one before

Found = TypeVar("Found")


class Listed:
    """Each list as it is at the revision that is read, from memory if it was asked for before."""

    def __init__(self) -> None:
        self._lists: Bounded[tuple[int, str], Any] = Bounded(LISTS_IN_MEMORY)

    def documents(self, reading: Reading) -> tuple[DocumentRow, ...]:
        return self("documents", reading, Reading.documents)

    def speakers(self, reading: Reading) -> tuple[SpeakerRow, ...]:
        return self("speakers", reading, Reading.speakers)

    def topics(self, reading: Reading) -> tuple[TopicRow, ...]:
        """All there are, hidden ones and empty ones too."""
        return self("all topics", reading, lambda reading: reading.topics(hidden=True))

    def __call__(self, name: str, reading: Reading, ask: Callable[[Reading], Found]) -> Found:
        return cast(Found, self._lists.of((reading.revision(), name), lambda: ask(reading)))
