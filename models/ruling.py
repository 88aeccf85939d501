"""Ruling: what a reviewer decided of two texts, kept by their content so that it outlives documents and models."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from hashlib import sha256
from itertools import product
from types import MappingProxyType
from typing import TypeAlias

from models.relation import Relation
from models.review import Review, Status

Key: TypeAlias = tuple[str, str]
"""The SHA-256 of two texts, the lesser first: one key in whichever order they come."""


class Action(StrEnum):
    """What a decision does to what the classifier made of the pair."""

    CONFIRM = "confirm"  # it is as the classifier has it
    REJECT = "reject"  # it is no pair
    RELABEL = "relabel"  # it is a pair, of another relation than the classifier has it, or than it is sure of
    PAIR = "pair"  # it is a pair that the classifier would not have made


_STATUS = {Action.CONFIRM: Status.CONFIRMED, Action.RELABEL: Status.RELABELLED, Action.PAIR: Status.PAIRED}


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision. `relation` is what the two texts are called from then on, opposes or agrees; None: no pair."""

    action: Action
    relation: Relation | None
    who: str  # as they say themselves; may be empty
    why: str
    at: str  # ISO 8601, UTC, seconds

    @property
    def review(self) -> Review:
        """What the pair shows of it. A rejected pair is not shown."""
        assert self.action is not Action.REJECT, "there is nothing to show it on"
        return Review(_STATUS[self.action], self.who, self.at, self.why)


Rulings: TypeAlias = Mapping[Key, Ruling]
NO_RULINGS: Rulings = MappingProxyType({})

Rows: TypeAlias = tuple[int, int]
"""Which text of one side, and which of the other."""


def key_of(first: str, second: str) -> Key:
    """What a ruling on two texts is kept under."""
    one, other = _hash(first), _hash(second)
    return (one, other) if one <= other else (other, one)


def placed(first: Sequence[str], second: Sequence[str], rulings: Rulings) -> dict[Rows, Ruling]:
    """The rulings on a text of `first` with one of `second`; texts with the same words share theirs."""
    if not rulings:
        return {}
    here, there = _rows(first), _rows(second)
    found: dict[Rows, Ruling] = {}
    for (one, other), ruling in rulings.items():
        for a, b in {(one, other), (other, one)}:
            if a in here and b in there:
                found.update(dict.fromkeys(product(here[a], there[b]), ruling))
    return found


def _rows(texts: Iterable[str]) -> dict[str, list[int]]:
    rows: dict[str, list[int]] = defaultdict(list)
    for at, text in enumerate(texts):
        rows[_hash(text)].append(at)
    return rows


@lru_cache(65_536)
def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
