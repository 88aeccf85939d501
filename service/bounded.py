"""Bounded: a cache shared by threads that forgets what was least recently asked for."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Bounded(Generic[K, V]):
    """At most `size` values, which together weigh no more than `most`. A value is never None."""

    def __init__(
        self, size: int, most: int | None = None, weigh: Callable[[K, V], int] = lambda _key, _value: 0
    ) -> None:
        """`most` is in whatever `weigh` tells of a key and its value; what alone weighs more is not kept."""
        self._size = size
        self._most = most
        self._weigh = weigh
        self._weight = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()  # with what it weighed, for that may grow
        self._lock = Lock()

    def get(self, key: K) -> V | None:
        with self._lock:
            if key not in self._kept:
                return None
            self._kept.move_to_end(key)
            return self._kept[key][0]

    def of(self, key: K, make: Callable[[], V]) -> V:
        """What is kept of a key, or else what `make` gives, which is then kept; several threads may make it at once."""
        found = self.get(key)
        return found if found is not None else self.put(key, make())

    def put(self, key: K, value: V) -> V:
        weight = self._weigh(key, value)
        with self._lock:
            if key in self._kept:
                self._weight -= self._kept.pop(key)[1]
            if self._most is None or weight <= self._most:
                self._kept[key] = value, weight
                self._weight += weight
            while len(self._kept) > self._size or (self._most is not None and self._weight > self._most):
                self._weight -= self._kept.popitem(last=False)[1][1]
        return value
