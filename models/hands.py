"""Hands: whose words change hands between two editions of a text, or are nobody's any more.

An edition is a document's replacement, or a near copy of one that is here. Sentences are told by their words, white
space and case aside; short ones ("Thank you very much.") anybody may say, and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from models.attribution import Doubt, Finding, Turn
from models.statement import statements
from models.transcript import Kind, Speaker, Transcript, Utterance

LEAST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Edition:
    """A text and who is taken to say what in it."""

    text: str
    turns: tuple[Turn, ...]
    hard_wrapped: bool = True

    @property
    def speakers(self) -> dict[str, Speaker]:
        return {one.id: one for _, one in self.turns if one is not None}


@dataclass(frozen=True, slots=True)
class _Sentence:
    key: str
    start: int
    end: int
    turn: int
    speaker: Speaker | None


def changed_hands(new: Edition, old: Edition, *, replaced: bool) -> tuple[Finding, ...]:
    """Doubts about `new`: a run of sentences in one turn that `old` gives to somebody else (`other`), and who had words
    in `old` and has none now, at no place: of a near copy that is not `replaced` only where some of them stand in it.
    """
    whose: dict[str, dict[str, Speaker | None]] = defaultdict(dict)
    for one in _sentences(old):
        whose[one.key][one.speaker.id if one.speaker is not None else ""] = one.speaker
    runs: list[tuple[int, int, Speaker | None, Speaker]] = []
    last, turn = -1, -1
    for at, one in enumerate(_sentences(new)):
        held = whose.get(one.key, {})
        now = one.speaker.id if one.speaker is not None else ""
        before = next((who for who in held.values() if who is not None), None)
        if before is None or now in held:
            continue
        if runs and (last, turn) == (at - 1, one.turn) and runs[-1][2:] == (one.speaker, before):
            runs[-1] = (runs[-1][0], one.end, one.speaker, before)
        else:
            runs.append((one.start, one.end, one.speaker, before))
        last, turn = at, one.turn
    moved = [Finding(Doubt.HANDS, start, end, new.text[start:end], who, other) for start, end, who, other in runs]
    losing = {one.other.id for one in moved if one.other is not None}
    gone = [who for key, who in old.speakers.items() if key not in new.speakers and (replaced or key in losing)]
    return (*(Finding(Doubt.GONE, 0, 0, "", None, who) for who in gone), *moved)


def _sentences(edition: Edition) -> Iterator[_Sentence]:
    turns = list(_everything(edition))
    spoken = tuple(replace(one, kind=Kind.SPEECH) for one, _ in turns)
    for one in statements(Transcript(edition.text, spoken, hard_wrapped=edition.hard_wrapped)):
        words = one.text.casefold().split()
        if len(words) >= LEAST_WORDS:
            yield _Sentence(" ".join(words), one.start, one.end, one.utterance, turns[one.utterance][1])


def _everything(edition: Edition) -> Iterator[Turn]:
    """The turns, and what stands between them as turns of nobody."""
    at = 0
    for one, speaker in edition.turns:
        yield from _between(edition.text, at, one.start)
        yield one, speaker
        at = one.end
    yield from _between(edition.text, at, len(edition.text))


def _between(text: str, start: int, end: int) -> Sequence[Turn]:
    long = len(text[start:end].split()) >= LEAST_WORDS
    return ((Utterance(None, Kind.SPEECH, start, end), None),) if long else ()
