"""Placing: which statements of today a decision is about; where none are, why, and which are nearest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache
from typing import Any

from rapidfuzz import fuzz, process

from models.ruling import Key
from service.store.docket import Decision, Docket, Place
from service.store.store import hash_of

LIKE = 60  # rapidfuzz's ratio of 100 from which a text may be the one that was decided on, corrected
READ = 5000  # statements of a speaker at most among which it is looked for


_NO_WORDS: dict[str, Any] = {"text": None, "before": "", "after": "", "reported": None, "clipped": []}


class State(StrEnum):
    """What a decision does today."""

    HOLDS = "holds"
    REPLACED = "replaced"  # a newer one on the same pair holds
    WITHDRAWN = "withdrawn"
    LOST = "cannot be placed"  # it holds, and what it is about is not here


@dataclass(frozen=True, slots=True)
class Near:
    """The statement most like one that is not here any more; `share` of 1 is the same text."""

    statement: str
    text: str
    share: float


@dataclass(frozen=True, slots=True)
class Placing:
    """A decision, and where it stands: the statements it is about, as `seen` has them in order; or why not."""

    decision: Decision
    state: State
    places: tuple[str, str] | None
    speakers: tuple[str, str] | None  # whose the two statements are today, by id
    lost: str | None
    near: tuple[Near | None, Near | None]  # of the first and of the second, where it is missing

    def without_words(self) -> Placing:
        """For readers, once a document that it quotes is gone: who spoke and where, and what was decided."""
        seen = self.decision.seen
        sides = {side: {**seen[side], **_NO_WORDS} for side in ("first", "second")}
        return replace(self, decision=replace(self.decision, seen={**seen, **sides}), near=(None, None))


Nearest = Callable[[str, str], Near | None]


def placings(
    decisions: Sequence[Decision], holding: Mapping[Key, Decision], docket: Docket, *, near: bool = False
) -> tuple[Placing, ...]:
    """In their order; `holding` are the decisions that hold, of all there are. `near`: look for what is nearest."""
    places = docket.places({key for one in decisions for key in one.key})
    said_by = cache(lambda speaker: docket.said_by(speaker, READ))

    def nearest(speaker: str, text: str) -> Near | None:
        found = process.extractOne(text, said_by(speaker), scorer=fuzz.ratio, score_cutoff=LIKE)
        return None if found is None else Near(found[2], found[0], round(found[1] / 100, 4))

    return tuple(_placing(one, holding, places, nearest if near else lambda *_: None) for one in decisions)


def _placing(
    one: Decision, holding: Mapping[Key, Decision], places: Mapping[str, list[Place]], nearest: Nearest
) -> Placing:
    """Texts with the same words are one, so the two are told apart by which of the key was the first when seen."""
    first, second = (places.get(key, []) for key in _in_order(one))
    pair = next(
        ((a, b) for a in first for b in second if a.speaker != b.speaker and a.comparable and b.comparable),
        next(((a, b) for a in first for b in second if a.speaker != b.speaker), None),
    )
    state = _state(one, holding, pair is not None)
    lost = _lost(one, first, second) if state is State.LOST else None
    near: tuple[Near | None, Near | None] = (None, None)
    if state is State.LOST:
        sides = ((one.seen["first"], first), (one.seen["second"], second))
        a, b = (None if there else nearest(side["speaker"]["id"], side["text"]) for side, there in sides)
        near = (a, b)
    return Placing(
        one,
        state,
        None if pair is None else (pair[0].statement, pair[1].statement),
        None if pair is None else (pair[0].speaker.id, pair[1].speaker.id),
        lost,
        near,
    )


def _in_order(one: Decision) -> Key:
    first = hash_of(one.seen["first"]["text"])
    return one.key if first == one.key[0] else (one.key[1], one.key[0])


def _state(one: Decision, holding: Mapping[Key, Decision], placed: bool) -> State:
    if one.withdrawn is not None:
        return State.WITHDRAWN
    if holding[one.key].id != one.id:
        return State.REPLACED
    return State.HOLDS if placed else State.LOST


def _lost(one: Decision, first: Sequence[Place], second: Sequence[Place]) -> str:
    missing = [one.seen[side]["speaker"]["name"] for side, there in (("first", first), ("second", second)) if not there]
    if missing:
        return f"What {' and '.join(missing)} said is not here any more, word for word."
    return f"Both statements are {first[0].speaker.name}’s now."
