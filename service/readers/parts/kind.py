"""Kind: which of the named people moderate, ask for the press or speak from the audience, where the text says so.

A name alone does not tell, so these rules ask for words in the text, and leave a party's words alone in doubt:

- Somebody without an office in the label moderates who says so ("it is my honor to moderate"), whom another turn names
  as the moderator, or who opens the event, speaks at most two words in five of it and either introduces themself
  ("I'm X of ...") or keeps its time ("we'll be right back", "our town hall").
- Once somebody moderates, people without an office who speak at most one word in twelve and ask something are
  questioners: of the press if the text calls them so beside their name, else of the audience.
- "MS. X", beside people with offices and questions from the press, moderates if all she says is a few short turns that
  hand over or close.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from rapidfuzz.distance import Levenshtein

from models.naming import Name, has_office, is_honorific, parse
from models.transcript import Kind, Utterance

_MODERATES = re.compile(
    r"\b(?:my|an|the|great|such an) (?:\w+ )?(?:honou?r|pleasure|privilege)[\w\s,]{0,20}\bto moderate\b"
    r"|\bI(?:['’]m| am|['’]ll be| will be)\b[^.?!]{0,80}\b(?:your|the|tonight['’]s) (?:moderator|host)\b"
    r"|\bI(?:['’]m| am|['’]ll be| will be) moderating\b|\bI will be the moderator\b",
    re.I,
)
_NAMED_MODERATOR = re.compile(
    r"(?:moderator(?:\s+(?:is|will be|for\s+\w+)|,)?|moderated by|to moderate|your host,?)\s+(?:is\s+)?"
    r"((?:[A-Z][\w.'’-]*\s*){1,4})|((?:[A-Z][\w.'’-]*\s+){1,3})[^.?!]{0,140}\bis our moderator\b"
)
_OPENS = re.compile(r"\b(?:welcome|good (?:evening|morning|afternoon)|ladies and gentlemen|hello)\b", re.I)
_KEEPS_TIME = re.compile(
    r"\b(?:our|this|the|tonight['’]s) (?:town hall|debate|forum|program|broadcast|show|podcast|panel|interview)\b"
    r"|\b(?:right back|we['’]re back|welcome back|(?:after|take) (?:this|a|the) (?:short |quick )?break)\b"
    r"|\bnext question\b|\btwo minutes\b|\bour (?:first|next|last|final) (?:question|topic|segment)\b",
    re.I,
)
_PRESS = re.compile(
    r"\b(?:News|Times|Post|Globe|Monitor|Tribune|Herald|Journal|Press|Broadcasting|Magazine|Reuters|Bloomberg|Radio|"
    r"Network|Sun|Week|USA Today|ABC|NBC|CBS|CNN|PBS|NPR|BBC|AP|UPI|"
    r"editor|correspondent|journalist|reporter|columnist|commentator|anchor|newspapers?|news agency)\b",
)
_PANEL = re.compile(r"\b(?:panel(?:ists?)?|journalists|reporters|correspondents)\b", re.I)
_HANDS_OVER = re.compile(
    r"\b(?:questions?|press|please|remarks|journalists?|over to|thank you|thanks|welcome|conclude|close|begin)\b", re.I
)
_MODERATORS_SHARE, _QUESTIONERS_SHARE, _AIDES_SHARE = 0.4, 1 / 12, 0.06
_SHORT_TURN = 70  # words


@dataclass(frozen=True)
class _Voice:
    """One named label and all its turns."""

    label: str
    turns: tuple[str, ...]
    first: int  # how many utterances come before its first

    @cached_property
    def words(self) -> int:
        return sum(len(turn.split()) for turn in self.turns)

    @cached_property
    def name(self) -> Name:
        return parse(self.label)

    @cached_property
    def surname(self) -> str:
        return " ".join(self.name.surname or ())

    @cached_property
    def in_office(self) -> bool:
        return has_office(self.label)

    @property
    def asks(self) -> float:
        return sum("?" in turn for turn in self.turns) / len(self.turns)


def with_parts_played(text: str, utterances: tuple[Utterance, ...]) -> tuple[Utterance, ...]:
    """The utterances, with the kinds that the text bears out for people known only by name."""
    voices = _voices(text, utterances)
    if len(voices) < 2:
        return utterances
    total = sum(voice.words for voice in voices)
    moderators = _moderators(voices, total)
    kinds = dict.fromkeys(moderators, Kind.MODERATION)
    if moderators or any(u.kind is Kind.MODERATION for u in utterances):
        kinds |= _questioners(voices, moderators, total, text)
    if any(u.kind is Kind.QUESTION for u in utterances) or any(voice.in_office for voice in voices):
        kinds |= _aides(voices, total)
    if all(voice.label in kinds for voice in voices):
        return utterances  # nobody would be left to compare: the rules have misread the text
    return tuple(replace(u, kind=kinds.get(u.label or "", u.kind)) if u.kind is Kind.SPEECH else u for u in utterances)


def _voices(text: str, utterances: Iterable[Utterance]) -> list[_Voice]:
    turns: dict[str, list[str]] = {}
    first: dict[str, int] = {}
    for i, utterance in enumerate(utterances):
        if utterance.kind is Kind.SPEECH and utterance.label:
            turns.setdefault(utterance.label, []).append(text[utterance.start : utterance.end])
            first.setdefault(utterance.label, i)
    return [_Voice(label, tuple(said), first[label]) for label, said in turns.items()]


def _moderators(voices: list[_Voice], total: int) -> list[str]:
    """The labels of those who moderate, other spellings and bare given names of theirs with them."""
    eligible = [v for v in voices if not v.in_office and v.words <= total * _MODERATORS_SHARE]
    named = {
        " ".join((found[1] or found[2]).split())
        for voice in voices
        for turn in voice.turns
        for found in _NAMED_MODERATOR.finditer(turn)
    }
    sure = [v for v in eligible if _says_so(v) or any(_is_named(v, name) for name in named)]
    for voice in sorted(voices, key=lambda v: v.first):
        if voice not in eligible or not (voice in sure or _hosts(voice)):
            break
        sure.append(voice)
        if len(voice.turns) > 2:
            break  # only who speaks no more hands over to a second host
    return [v.label for v in eligible if v in sure or any(_is_same_person(v, host) for host in sure)]


def _says_so(voice: _Voice) -> bool:
    return any(_MODERATES.search(turn) for turn in voice.turns[:3])


def _hosts(voice: _Voice) -> bool:
    """Whether somebody who speaks first opens the event in a host's words."""
    opening = " ".join(voice.turns[:3])[:2500]
    if not _OPENS.search(opening):
        return False
    if re.search(
        rf"\b(?:I['’]m|I am|[Mm]y name is)\s+(?:[A-Z][\w.]*\s+){{0,3}}{re.escape(voice.surname)}\b", opening, re.I
    ):
        return True
    return sum(len(_KEEPS_TIME.findall(turn)) for turn in voice.turns) >= 2


def _is_named(voice: _Voice, name: str) -> bool:
    words = {word.strip(".,").casefold() for word in name.split()}
    own = {word.casefold() for word in (*voice.name.given, *(voice.name.surname or ())) if len(word.strip(".")) > 1}
    return voice.surname.casefold() in words and (not voice.name.given or own <= words)


def _is_same_person(voice: _Voice, host: _Voice) -> bool:
    """ "Savannah" beside "Savannah Guthrie", "George Stephanopoulus" beside "George Stephanopoulos"."""
    if not host.name.given:
        return False
    given = host.name.given[0].casefold()
    if not voice.name.given:
        return not voice.name.title and voice.surname.casefold() == given
    alike = Levenshtein.distance(voice.surname.casefold(), host.surname.casefold()) <= 1
    return voice.name.given[0].casefold() == given and alike and len(host.surname) > 5


def _questioners(voices: list[_Voice], moderators: list[str], total: int, text: str) -> Mapping[str, Kind]:
    kinds = {}
    panel = bool(_PANEL.search(text[:6000]))
    for voice in voices:
        if voice.label in moderators or voice.in_office or voice.words > total * _QUESTIONERS_SHARE:
            continue
        if is_honorific(voice.label.split()[0]) or not voice.asks:
            continue
        kinds[voice.label] = Kind.QUESTION if panel and _is_press(voice, text) else Kind.AUDIENCE
    return kinds


def _is_press(voice: _Voice, text: str) -> bool:
    """Whether the text, in speech, puts a newspaper or a journalist's trade beside the name."""
    for found in re.finditer(rf"\b{re.escape(voice.surname)}\b(?!\s*:)", text[:20000], re.I):
        beside = re.split(r"[;.?!]\s", text[found.end() : found.end() + 100])[0]
        if _PRESS.search(beside):
            return True
    return False


def _aides(voices: list[_Voice], total: int) -> Mapping[str, Kind]:
    """Labels of a mere courtesy and a surname ("MS. X") whose every turn is short and hands over or closes."""
    if not any(voice.in_office for voice in voices):
        return {}
    return {
        voice.label: Kind.MODERATION
        for voice in voices
        if not voice.in_office
        and is_honorific(voice.label.split()[0])
        and voice.words <= total * _AIDES_SHARE
        and all(len(turn.split()) <= _SHORT_TURN for turn in voice.turns)
        and sum(bool(_HANDS_OVER.search(turn)) for turn in voice.turns) * 3 >= len(voice.turns) * 2
    }
