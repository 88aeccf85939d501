"""Attribution: what is doubtful about who said what in a transcript, to be looked at before it is published.

Each finding is a place in the text with the words that raise the doubt. None says that a turn is wrong: a label may
have been lost, swapped or misspelt, or a speaker may be quoting. The aim is few findings that are worth a look.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import accumulate, pairwise

from models.identity import KnownSpeaker, alike
from models.naming import cased, is_honorific, parse
from models.transcript import Kind, Speaker, Utterance
from models.voices import (
    Named,
    Sentences,
    Span,
    addressed,
    asked_last,
    chairing,
    inner_labels,
    press,
    third_person,
    unquoted,
)


class Doubt(StrEnum):
    """Why a place is listed."""

    LABEL = "label"  # names nobody: "SPEAKER 2", "Q", "MODERATOR", and yet has a side
    NAME = "name"  # two speakers whose names are nearly one
    RUN_ON = "run-on"  # more than one voice in a turn
    THIRD_PERSON = "third-person"  # the speaker speaks of himself by name
    MODERATION = "moderation"  # what a moderator says, said by a side
    NOBODY = "nobody"  # a label that names nobody and says much: "SPEAKER 2", whose words are compared with nothing
    HANDS = "hands"  # another edition of the text gives the words to somebody else: see `hands`
    GONE = "gone"  # a speaker of another edition of the text has no words in this one


@dataclass(frozen=True, slots=True)
class Finding:
    """A doubt and its place: `text[start:end] == words`, both empty where it has none (GONE).

    `speaker` is whose words they are taken for, None for nobody's; `other` who is taken for somebody else, or who has
    the words in another edition.
    """

    doubt: Doubt
    start: int
    end: int
    words: str
    speaker: Speaker | None
    other: Speaker | None = None


Turn = tuple[Utterance, Speaker | None]
"""An utterance, and the side whose words it is taken for."""

_NOBODY = (
    "q|a|question|questioner|answer|reporters?|press|journalists?|moderator|host|chair|chairman|chairwoman|chairperson"
    "|presiding officer|interpreter|translator|audience|audience member|participants?|male|female|man|woman|voice|all"
    "|several|unknown|unidentified|unnamed|anonymous|speakers?|person|official|senior official|staffer|aide|delegate"
    "|senior (?:administration|state department) official|representative|spokesman|spokeswoman|spokesperson|staff"
)
_GENERIC = re.compile(
    rf"(?:the |an? )?(?:{_NOBODY})"
    "(?: (?:speaker|person|male|female|man|woman|official|participant|voice|reporter|delegate))?"
    r"(?:[ _#]*(?:\d{1,3}|[a-z]|one|two|three))?",
    re.IGNORECASE,
)


def findings(text: str, turns: Sequence[Turn], known: Sequence[KnownSpeaker] = ()) -> tuple[Finding, ...]:
    """What is doubtful in a transcript, in order of place. `known` are the speakers of the whole corpus."""
    people = _people(text, turns)
    asked = any(one.kind is Kind.QUESTION and _is_generic(one.label or "") for one, _ in turns)
    labels = {one.label for one, _ in turns if one.label is not None and len(one.label) > _SHORT}
    found = [
        *_labels(people),
        *_names(text, people, known),
        *_twice_running(text, turns),
        *_nameless(text, turns),
        *(one for said in people for one in _inside(text, said, said.named(people), labels, asked)),
    ]
    placed = {(one.start, one.end, one.doubt, one.other.id if one.other else ""): one for one in found}
    return tuple(placed[key] for key in sorted(placed))


# Who there is ------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Said:
    """One speaker and his turns. `labels` are the places of each printed form of the name, first ones only."""

    speaker: Speaker
    turns: tuple[Utterance, ...]
    labels: dict[str, tuple[int, int]]

    @cached_property
    def names(self) -> tuple[str, ...]:
        return (*self.labels, self.speaker.name)

    @cached_property
    def surnames(self) -> frozenset[str]:
        parsed = [parse(name) for name in self.names]
        return frozenset(cased(one.surname) for one in parsed if one.surname)

    @cached_property
    def given(self) -> frozenset[str]:
        parsed = [parse(name) for name in self.names]
        return frozenset(cased([word]) for one in parsed for word in one.given[:1] if len(word.strip(".")) > 2)

    @cached_property
    def offices(self) -> frozenset[str]:
        """What the speaker is addressed as: "prime minister", "secretary" (a "foreign minister" as minister too)."""
        found = set()
        for name in self.names:
            words = [word.casefold().strip(".,") for word in parse(name).title if not is_honorific(word)]
            found |= {" ".join(words[at:]) for at in range(len(words)) if words[at] not in _LESSER} if words else set()
        return frozenset(found)

    def named(self, people: Sequence[_Said]) -> Named:
        others = {office for one in people if one is not self for office in one.offices}
        return Named(self.surnames, self.given, frozenset(self.offices - others))


def _people(text: str, turns: Sequence[Turn]) -> list[_Said]:
    said: dict[str, list[Utterance]] = {}
    speakers: dict[str, Speaker] = {}
    for utterance, speaker in turns:
        if speaker is not None and utterance.kind is Kind.SPEECH:
            speakers.setdefault(speaker.id, speaker)
            said.setdefault(speaker.id, []).append(utterance)
    return [_Said(speakers[one], tuple(theirs), _places(text, theirs)) for one, theirs in said.items()]


def _places(text: str, theirs: Sequence[Utterance]) -> dict[str, tuple[int, int]]:
    places: dict[str, tuple[int, int]] = {}
    for one in theirs:
        if one.label is not None and one.label not in places:
            places[one.label] = _printed(text, one)
    return places


def _printed(text: str, utterance: Utterance) -> tuple[int, int]:
    """Where a turn's label stands; where it does not (a turn that goes on), the turn's first words."""
    label = utterance.label or ""
    at = text.rfind(label, max(0, utterance.start - len(label) - _LABEL_REACH), utterance.start) if label else -1
    return (at, at + len(label)) if at >= 0 else (utterance.start, min(utterance.end, utterance.start + _LABEL_REACH))


_LESSER = frozenset(
    ("vice", "deputy", "assistant", "under", "of", "the", "and")
)  # "vice president" is not addressed as minister
_SHORT = 3  # characters of a label that may be any word
_NUMBERED = re.compile(
    r"(?:(?:unidentified|unknown|unnamed) )?speaker[ _#]*(?:\d{1,3}|[a-z]|one|two|three)", re.IGNORECASE
)
_MUCH = 50  # words of a label that is worth a name
_LABEL_REACH = 80  # characters between a label and its words: a clock time, a mark, a colon


# Labels and names --------------------------------------------------------------------------------------------


def _labels(people: Sequence[_Said]) -> Iterator[Finding]:
    for said in people:
        for label, (start, end) in said.labels.items():
            nobody = parse(said.speaker.name).surname is None
            if _is_generic(label) or (nobody and parse(label).surname is None):
                yield Finding(Doubt.LABEL, start, end, label, said.speaker)


def _nameless(text: str, turns: Sequence[Turn]) -> Iterator[Finding]:
    """Where a label first stands that tells one voice from others, names nobody, and has no side."""
    said: dict[str, list[Utterance]] = {}
    for one, speaker in turns:
        if speaker is None and one.label is not None and _NUMBERED.fullmatch(one.label.strip().rstrip(".:")):
            said.setdefault(one.label, []).append(one)
    for theirs in said.values():
        if sum(len(text[one.start : one.end].split()) for one in theirs) >= _MUCH:
            yield _finding(text, Doubt.NOBODY, _printed(text, theirs[0]), None)


def _is_generic(label: str) -> bool:
    return _GENERIC.fullmatch(" ".join(label.replace("_", " ").split()).rstrip(".:")) is not None


def _names(text: str, people: Sequence[_Said], known: Sequence[KnownSpeaker]) -> Iterator[Finding]:
    """Speakers with a namesake: of two in one document, the one who says less."""
    here = {said.speaker.id: said for said in people}
    everybody = {one.speaker.id: one for one in known}
    for said in people:
        everybody.setdefault(said.speaker.id, KnownSpeaker(said.speaker))
        own = everybody[said.speaker.id]
        everybody[said.speaker.id] = KnownSpeaker(own.speaker, tuple(dict.fromkeys((*own.labels, *said.labels))))
    for said in people:
        for other in everybody.values():
            rival = here.get(other.speaker.id)
            if other.speaker.id == said.speaker.id or (rival is not None and _weight(rival) < _weight(said)):
                continue
            if alike(everybody[said.speaker.id], other):
                yield _finding(text, Doubt.NAME, _printed(text, said.turns[0]), said.speaker, other.speaker)


def _weight(said: _Said) -> tuple[int, str]:
    return sum(one.end - one.start for one in said.turns), said.speaker.id


# Within a turn -----------------------------------------------------------------------------------------------


def _inside(text: str, said: _Said, who: Named, labels: Collection[str], asked: bool) -> Iterator[Finding]:
    for turn in said.turns:
        yield from _within(text, said.speaker, turn, who, labels, asked)


def _within(
    text: str, speaker: Speaker, turn: Utterance, who: Named, labels: Collection[str], asked: bool
) -> Iterator[Finding]:
    words = text[turn.start : turn.end]
    own = unquoted(words)
    sentences = Sentences(text, (turn.start, turn.end))

    def placed(doubt: Doubt, spans: Iterable[Span], widened: bool = True) -> Iterator[Finding]:
        for start, end in spans:
            place = turn.start + start, turn.start + end
            yield _finding(text, doubt, sentences.around(*place) if widened else place, speaker)

    yield from placed(Doubt.RUN_ON, inner_labels(words, labels), widened=False)
    called = list(addressed(own, who))
    yield from placed(Doubt.RUN_ON, (*called, *press(own), *(asked_last(own) if asked else ())))
    spoken_of = _apart(third_person(own, who), called)
    yield from placed(Doubt.THIRD_PERSON, spoken_of)
    yield from placed(Doubt.MODERATION, chairing(own))


def _apart(spans: Iterable[Span], others: Iterable[Span]) -> Iterator[Span]:
    """The spans that none of the others overlaps."""
    known = sorted(others)
    reach = list(accumulate((end for _, end in known), max))  # of all up to each
    for start, end in spans:
        before = bisect_left(known, (end,))  # those that begin before it ends
        if not before or reach[before - 1] <= start:
            yield start, end


def _twice_running(text: str, turns: Sequence[Turn]) -> Iterator[Finding]:
    """A label printed twice with no other between: the label of a turn between may be lost, or one be swapped.

    Where clock times stand beside the labels, a long turn has several.
    """
    for (before, who), (after, speaker) in pairwise(turns):
        if speaker is None or who is None or who.id != speaker.id or after.label is None:
            continue
        place = _printed(text, after)
        timed = any(c.isdigit() for c in text[place[1] : after.start])
        if place[0] >= before.end and place[1] <= after.start and not timed:
            yield _finding(text, Doubt.RUN_ON, place, speaker)


def _finding(text: str, doubt: Doubt, place: Span, speaker: Speaker | None, other: Speaker | None = None) -> Finding:
    return Finding(doubt, *place, text[slice(*place)], speaker, other)
