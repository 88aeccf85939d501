"""Sides: who may stand on one side of a comparison: a speaker, or a delegation with all who speak for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from models.slug import slug
from models.transcript import Speaker
from service.errors import NotFound
from service.lookup import find_speaker, nearest
from service.rendering.wording import DELEGATION


@dataclass(frozen=True, slots=True)
class Side:
    """`who` is a speaker, or a delegation in one's place; `members` are the ids of those whose words are its own."""

    who: Speaker
    members: frozenset[str]

    def overlaps(self, other: Side) -> bool:
        return not self.members.isdisjoint(other.members)


def alone(speaker: Speaker) -> Side:
    return Side(speaker, frozenset((speaker.id,)))


def by_name(*sides: Side) -> tuple[Side, ...]:
    """The neutral order: alphabetical."""
    return tuple(sorted(sides, key=lambda side: (side.who.name.casefold(), side.who.id)))


def delegations(speakers: Sequence[Speaker]) -> tuple[Side, ...]:
    """By name. Names that differ in case, accents or punctuation alone are one."""
    members: dict[str, list[Speaker]] = defaultdict(list)
    for speaker in speakers:
        if speaker.delegation:
            members[slug(speaker.delegation, "delegation")].append(speaker)
    found = [
        Side(Speaker(DELEGATION + key, min(str(one.delegation) for one in those)), frozenset(one.id for one in those))
        for key, those in members.items()
    ]
    return by_name(*found)


def find_side(text: str, speakers: Sequence[Speaker]) -> Side:
    """A speaker, as `find_speaker` has it; where nobody is called so, a delegation by id or name."""
    delegation = _delegation(text, delegations(speakers))
    if delegation is not None and text.startswith(DELEGATION):
        return delegation
    try:
        return alone(find_speaker(text, speakers))
    except NotFound:
        if delegation is None:
            raise
        return delegation


def find_delegation(text: str, speakers: Sequence[Speaker]) -> Side:
    """By id or name."""
    everybody = delegations(speakers)
    found = _delegation(text, everybody)
    if found is not None:
        return found
    near = nearest(text, {side.who.name: side.who.name for side in everybody})
    offer = f"Did you mean {' or '.join(near)}?" if near else "See the list of speakers for all that are here."
    if not everybody:
        offer = "Nobody here speaks for a delegation yet."
    raise NotFound(f"There is no delegation {text!r}.", offer, near)


def _delegation(text: str, known: Sequence[Side]) -> Side | None:
    wanted = DELEGATION + slug(text.removeprefix(DELEGATION), "delegation")
    return next((side for side in known if side.who.id == wanted), None)
