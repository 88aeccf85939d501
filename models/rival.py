"""Rival: two records of one event set beside each other, sentence by sentence, in the order of both.

Sentences with the same words go together (see `alignment`). Then come those whose words are nearly the same
(rapidfuzz), longest first, as long as the order of both holds. A sentence that the other record cuts in two goes with
both parts.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from rapidfuzz.distance import Indel

from models.alignment import aligned, same_runs
from models.length import is_long
from models.words import WORD

NEARLY = 0.5  # least share of words in common (twice the common ones by all) of one sentence in two records
NOMINEES = 4  # sentences of the other record looked at for each
PARTS = 12  # in which the other record may have cut a sentence

Key = tuple[str, ...]


class Match(StrEnum):
    """How two records stand to each other at one place."""

    SAME = "same"
    OTHERWISE = "otherwise"
    FIRST = "first"  # only the first has it
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a record: its text at `start:end`, where its turn starts, and whose words it is taken for.

    `speaker` is None for moderators, the press and the audience; `label` is as printed.
    """

    text: str
    start: int
    end: int
    turn: int
    speaker: str | None = None
    label: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A passage in two records. The marks are stretches of each passage's text that the other has otherwise."""

    match: Match
    first: Passage | None
    second: Passage | None
    first_marks: tuple[tuple[int, int], ...] = ()
    second_marks: tuple[tuple[int, int], ...] = ()

    @property
    def of_two_voices(self) -> bool:
        """Whether the records give the words to different speakers."""
        return self.first is not None and self.second is not None and self.first.speaker != self.second.speaker


def beside(first: Sequence[Passage], second: Sequence[Passage], first_text: str, second_text: str) -> tuple[Row, ...]:
    """All sentences of two records, given in order; what stands in one row has one place in both."""
    keys = [[_key(one.text) for one in side] for side in (first, second)]
    found: list[tuple[Sequence[Passage], Sequence[Passage]]] = []
    i = j = 0
    for k, m, size in (*aligned(*keys), (len(first), len(second), 0)):
        found += _Gap(first[i:k], second[j:m], keys[0][i:k], keys[1][j:m]).rows()
        i, j = k + size, m + size
        found += [((a,), (b,)) for a, b in zip(first[k:i], second[m:j], strict=True)]
    return tuple(_row(one, first_text, second_text) for one in found if any(one))


def _key(text: str) -> Key:
    return tuple(word.lower().replace("’", "'") for word in WORD.findall(text)) or (text.strip(),)


@dataclass(frozen=True, slots=True)
class _Gap:
    """What stands between two places where the records are the same."""

    first: Sequence[Passage]
    second: Sequence[Passage]
    first_keys: Sequence[Key]
    second_keys: Sequence[Key]

    def rows(self) -> Iterator[tuple[Sequence[Passage], Sequence[Passage]]]:
        """Passages that belong together; one of the two is empty where the other record has nothing."""
        i = j = 0
        pairs = self._pairs()
        for at, (a, b) in enumerate(pairs):
            beyond = pairs[at + 1] if at + 1 < len(pairs) else (len(self.first), len(self.second))
            low, high, left, right = self._grown((a, b), (i, j), beyond)
            yield from (((one,), ()) for one in self.first[i:low])
            yield from (((), (one,)) for one in self.second[j:left])
            yield self.first[low:high], self.second[left:right]
            i, j = high, right
        yield from (((one,), ()) for one in self.first[i:])
        yield from (((), (one,)) for one in self.second[j:])

    def _pairs(self) -> list[tuple[int, int]]:
        """Sentences that are nearly the same, those with most words in common first, in one order."""
        found = []
        for i, j in self._nominees():
            a, b = self.first_keys[i], self.second_keys[j]
            if Indel.normalized_similarity(a, b) >= NEARLY:
                apart = abs(i / len(self.first) - j / len(self.second))
                found.append((Indel.distance(a, b) - len(a) - len(b), apart, i, j))
        kept: list[tuple[int, int]] = []
        for _common, _apart, i, j in sorted(found):
            at = bisect(kept, (i, j))
            before, after = kept[at - 1] if at else (-1, -1), kept[at] if at < len(kept) else (i + 1, j + 1)
            if before[0] < i < after[0] and before[1] < j < after[1]:
                kept.insert(at, (i, j))
        return kept

    def _nominees(self) -> Iterator[tuple[int, int]]:
        """For each sentence, those of the other record that share most pairs of neighbouring words with it."""
        having: dict[Key, list[int]] = defaultdict(list)
        for j, key in enumerate(self.second_keys):
            for pair in set(_shingles(key)) if not is_long(self.second[j].text) else ():
                having[pair].append(j)
        for i, key in enumerate(self.first_keys):
            if is_long(self.first[i].text):
                continue
            votes = Counter(j for pair in set(_shingles(key)) if len(having[pair]) <= _COMMON for j in having[pair])
            yield from ((i, j) for j, _ in sorted(votes.items(), key=lambda one: (-one[1], abs(one[0] - i)))[:NOMINEES])

    def _grown(self, pair: tuple[int, int], low: tuple[int, int], high: tuple[int, int]) -> tuple[int, int, int, int]:
        """The pair with what stands beside it in the same turn, as long as that makes the two more alike."""
        i, k, j, m = pair[0], pair[0] + 1, pair[1], pair[1] + 1
        while k - i + m - j <= PARTS + 1:
            here = self._alike(i, k, j, m)
            wider = [
                (i - 1, k, j, m) if i > low[0] and self.first[i - 1].turn == self.first[i].turn else None,
                (i, k + 1, j, m) if k < high[0] and self.first[k].turn == self.first[i].turn else None,
                (i, k, j - 1, m) if j > low[1] and self.second[j - 1].turn == self.second[j].turn else None,
                (i, k, j, m + 1) if m < high[1] and self.second[m].turn == self.second[j].turn else None,
            ]
            best = max((one for one in wider if one is not None), key=lambda one: self._alike(*one), default=None)
            if best is None or self._alike(*best) <= here:
                break
            i, k, j, m = best
        return i, k, j, m

    def _alike(self, i: int, k: int, j: int, m: int) -> float:
        a, b = (sum(keys, ()) for keys in (self.first_keys[i:k], self.second_keys[j:m]))
        return Indel.normalized_similarity(a, b)


_COMMON = 50  # sentences of a gap that a pair of words may stand in to say anything


def _shingles(key: Key) -> list[Key]:
    return [key[i : i + 2] for i in range(len(key) - 1)] or [key]


def _row(found: tuple[Sequence[Passage], Sequence[Passage]], first_text: str, second_text: str) -> Row:
    first, second = _whole(found[0], first_text), _whole(found[1], second_text)
    if first is None or second is None:
        assert first is not None or second is not None
        return Row(Match.FIRST if second is None else Match.SECOND, first, second)
    marks = otherwise(first.text, second.text) if first.text != second.text else ((), ())
    return Row(Match.OTHERWISE if any(marks) else Match.SAME, first, second, *marks)


def _whole(passages: Sequence[Passage], text: str) -> Passage | None:
    """Neighbouring passages of a turn as one."""
    if len(passages) < 2:
        return passages[0] if passages else None
    start, end = passages[0].start, passages[-1].end
    return replace(passages[0], text=text[start:end], end=end)


def otherwise(a: str, b: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
    """The words of each that the other has otherwise, neighbouring ones as one stretch."""
    words = [list(WORD.finditer(text)) for text in (a, b)]
    keys = [[word[0].lower().replace("’", "'") for word in each] for each in words]
    marks: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    i = j = 0
    for k, m, size in (*same_runs(*keys), (len(keys[0]), len(keys[1]), 0)):
        for side, low, high in ((0, i, k), (1, j, m)):
            if low < high:
                marks[side].append((words[side][low].start(), words[side][high - 1].end()))
        i, j = k + size, m + size
    return tuple(marks[0]), tuple(marks[1])
