"""Ahead: texts embedded in a thread of their own, while whoever asked for it stores documents and reads others."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from threading import Event

from service.documents.preparing import embedded
from service.scoring import Scoring
from service.store.store import Store


class Ahead:
    """Embeds what it is given, one after the other, until it is closed."""

    def __init__(self, store: Store, scoring: Scoring) -> None:
        self._store = store
        self._scoring = scoring
        self._thread = ThreadPoolExecutor(1, "embedding-ahead")
        self._unwanted = Event()

    def embed(self, texts: Collection[str]) -> Embedding:
        steps: SimpleQueue[float | None] = SimpleQueue()

        def told(done: int, total: int) -> None:
            if self._unwanted.is_set():
                raise _UnwantedError
            steps.put(done / total)

        def made() -> dict[str, bytes]:
            try:
                return embedded(texts, self._store, self._scoring, told)
            finally:
                steps.put(None)

        return Embedding(self._thread.submit(made), steps)

    def close(self) -> None:
        """End after the batch that is under way; nothing is begun any more."""
        self._unwanted.set()
        self._thread.shutdown(cancel_futures=True)


class Embedding:
    """The vectors of some texts, under way."""

    def __init__(self, future: Future[dict[str, bytes]], steps: SimpleQueue[float | None]) -> None:
        self._future = future
        self._steps = steps

    def steps(self) -> Iterator[float]:
        """What share of them is done, at each step, until none is under way."""
        return iter(self._steps.get, None)

    def vectors(self) -> dict[str, bytes]:
        """By the SHA-256 of their text, as `embedded` gives them. Raises what it does."""
        return self._future.result()


class _UnwantedError(Exception):
    """Nobody waits for these vectors any more."""
