"""Budget: how many pairs may be judged afresh for one answer, and which of those that it would take."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from models.nomination import NOMINEES

Asked = tuple[str, str]  # two texts, as the classifier reads them
PAGE = NOMINEES  # for a page of the map: as many as the first look at one comparison can take
WHOLE = 5 * PAGE  # for a brief, or a position over time


class Budget:
    """What is judged already costs nothing, each other pair counts once. Where there is no budget, all is judged."""

    def __init__(self, pairs: int) -> None:
        self.left = pairs
        self._counted: set[Asked] = set()

    def first(self, pairs: Sequence[Asked], known: Collection[Asked]) -> Sequence[Asked]:
        """Of these pairs the first ones that may be judged, up to that for which nothing is left."""
        for at, pair in enumerate(pairs):
            fresh = self._fresh([pair], known)
            if len(fresh) > self.left:
                return pairs[:at]
            self._count(fresh)
        return pairs

    def whole(self, pairs: Collection[Asked], known: Collection[Asked]) -> bool:
        """Whether all of these pairs may be judged; where not, none of them counts."""
        fresh = self._fresh(pairs, known)
        if len(fresh) > self.left:
            return False
        self._count(fresh)
        return True

    def spend(self, pairs: Collection[Asked], known: Collection[Asked]) -> None:
        """Count pairs that are judged whatever is left."""
        self._count(self._fresh(pairs, known))

    def _fresh(self, pairs: Collection[Asked], known: Collection[Asked]) -> set[Asked]:
        return {pair for pair in pairs if pair not in known and pair not in self._counted}

    def _count(self, fresh: set[Asked]) -> None:
        self._counted |= fresh
        self.left = max(self.left - len(fresh), 0)
