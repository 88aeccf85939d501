"""Differences: what is another in two comparisons of one question, pair by pair."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rapidfuzz.distance import Indel

from models.comparison import Comparison, Pair
from models.published import as_json
from models.rival import otherwise

NEARLY = 0.7  # least share of words in common (twice the common ones by all) of each of two quotes
_MADE = "made_with"
_SCORES = ("similarity", "opposition", "confidence")
_PLACES = ("id", "document", "document_sha256", "start", "end", "paragraph", "before", "after")
_MARKS = ("marks", "reported")


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a comparison that is no pair, as its JSON has it: `framings`, `searched`, `made_with.corpus`, ..."""

    name: str
    then: Any
    now: Any

    @property
    def lines(self) -> tuple[tuple[str, Any, Any], ...]:
        """Name, then, now of each thing in it that is another: `corpus, documents`, 1, 2."""
        name = self.name.removeprefix(f"{_MADE}.")
        if self.name == "nearest":
            if self.then is None or self.now is None:
                return ((name, _in_words(self.then), _in_words(self.now)),)
            return tuple(_of_pair(self.then, self.now))
        if not (isinstance(self.then, Mapping) and isinstance(self.now, Mapping)):
            return ((name, self.then, self.now),)
        both = ((each, self.then.get(each), self.now.get(each)) for each in dict.fromkeys((*self.then, *self.now)))
        return tuple((f"{name}, {each}", then, now) for each, then, now in both if then != now)


def _in_words(pair: Mapping[str, Any] | None) -> str | None:
    """A published pair by the beginnings of its quotes."""
    return (
        None if pair is None else " / ".join(" ".join(pair[side]["text"].split()[:8]) for side in ("first", "second"))
    )


def _of_pair(then: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    """What is another in two published pairs; of two texts, the words from where they part."""
    for name in then:
        before, after = then[name], now[name]
        if before == after:
            continue
        if name == "why":
            yield f"nearest, {name}", "those of then", "others"
        elif name not in ("first", "second"):
            yield f"nearest, {name}", before, after
        elif before["text"] != after["text"]:
            yield (f"nearest, {name}", *_from_where_they_part(before["text"], after["text"]))
        else:
            yield from (
                (f"nearest, {name}, {key}", before[key], after[key]) for key in before if before[key] != after[key]
            )


def _from_where_they_part(then: str, now: str) -> tuple[str, str]:
    texts = then.split(), now.split()
    same = next((at for at, (a, b) in enumerate(zip(*texts, strict=False)) if a != b), min(map(len, texts)))
    start = max(same - 3, 0)
    before, after = (
        ("… " if start else "") + " ".join(words[start : start + 10]) + (" …" if len(words) > start + 10 else "")
        for words in texts
    )
    return before, after


@dataclass(frozen=True, slots=True)
class ChangedPair:
    """Two texts that both comparisons pair, or nearly the same two of the same speakers, and what of it is another.

    `what` holds some of relation, scores, why, review, notices, and of its quotes words, source, speaker, marks.
    """

    then: Pair
    now: Pair
    what: tuple[str, ...]

    def marks(self, side: str) -> tuple[tuple[tuple[int, int], ...], tuple[tuple[int, int], ...]]:
        """What of a side's quote is in other words, then and now: ranges of each text."""
        return otherwise(getattr(self.then, side).text, getattr(self.now, side).text)


@dataclass(frozen=True, slots=True)
class Differences:
    """Empty exactly where the published JSON of the two is the same."""

    parts: tuple[Part, ...]
    gone: tuple[Pair, ...]
    new: tuple[Pair, ...]
    changed: tuple[ChangedPair, ...]
    reordered: bool  # the pairs that both have stand in another order

    @property
    def same(self) -> bool:
        return not (self.parts or self.gone or self.new or self.changed or self.reordered)

    def part(self, name: str) -> Part | None:
        return next((part for part in self.parts if part.name == name), None)

    def changed_in(self, what: str) -> tuple[ChangedPair, ...]:
        return tuple(one for one in self.changed if what in one.what)


def differences(then: Comparison, now: Comparison) -> Differences:
    """What is another `now`.

    A pair is the same pair while its words are, wherever they stand; where a few of them are others, it is changed.
    """
    before, after = as_json(then), as_json(now)
    matches = sorted(_matches(then.pairs, now.pairs))
    kept = {at for at, _ in matches}, {at for _, at in matches}
    found = (
        (then.pairs[one], now.pairs[other], _aspects(before["pairs"][one], after["pairs"][other]))
        for one, other in matches
    )
    return Differences(
        parts=tuple(_parts(before, after)),
        gone=tuple(pair for at, pair in enumerate(then.pairs) if at not in kept[0]),
        new=tuple(pair for at, pair in enumerate(now.pairs) if at not in kept[1]),
        changed=tuple(ChangedPair(*one) for one in found if one[2]),
        reordered=[at for _, at in matches] != sorted(kept[1]),
    )


def _matches(then: Sequence[Pair], now: Sequence[Pair]) -> Iterator[tuple[int, int]]:
    """The places of pairs in the one and in the other: by their statements, and what is left by their words."""
    left = dict(enumerate(then)), dict(enumerate(now))
    keys: tuple[Callable[[Pair], Hashable], ...] = (
        lambda pair: (pair.first.id, pair.first.text, pair.second.id, pair.second.text),
        lambda pair: (pair.first.text, pair.second.text),
    )
    for key in keys:
        waiting: dict[Hashable, list[int]] = defaultdict(list)
        for at, pair in left[1].items():
            waiting[key(pair)].append(at)
        for at, pair in tuple(left[0].items()):
            if waiting[key(pair)]:
                other = waiting[key(pair)].pop(0)
                del left[0][at], left[1][other]
                yield at, other
    near = ((_likeness(one, other), at, to) for at, one in left[0].items() for to, other in left[1].items())
    for alike, at, to in sorted(near, key=lambda one: (-one[0], one[1:])):
        if alike >= NEARLY and at in left[0] and to in left[1]:
            del left[0][at], left[1][to]
            yield at, to


def _likeness(then: Pair, now: Pair) -> float:
    """0 to 1: how like the less like of the two quotes is to that of then; 0 where others speak."""
    if (then.first.speaker.id, then.second.speaker.id) != (now.first.speaker.id, now.second.speaker.id):
        return 0.0
    sides = ((then.first, now.first), (then.second, now.second))
    return min(Indel.normalized_similarity(a.text.split(), b.text.split()) for a, b in sides)


def _parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Part]:
    for name in dict.fromkeys((*before, *after)):
        then, now = before.get(name), after.get(name)
        if name == _MADE and isinstance(then, Mapping) and isinstance(now, Mapping):
            inner = ((f"{name}.{each}", then.get(each), now.get(each)) for each in dict.fromkeys((*then, *now)))
            yield from (Part(*one) for one in inner if one[1] != one[2])
        elif name != "pairs" and then != now:
            yield Part(name, then, now)


def _aspects(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """What differs of a pair, each once, in the order of its JSON."""
    found: list[str] = []
    for name in before:
        if name in ("first", "second"):
            found += [_of_quote(each) for each in before[name] if before[name][each] != after[name][each]]
        elif before[name] != after[name]:
            found.append("scores" if name in _SCORES else name)
    if "source" in found and "why" in found and _words(before["why"]) == _words(after["why"]):
        found.remove("why")  # the same reasons, in another place
    return tuple(dict.fromkeys(found))


def _words(value: Any) -> Any:
    """A part of a pair's JSON without the places in which its words stand."""
    if isinstance(value, Mapping):
        return {name: _words(each) for name, each in value.items() if name not in _PLACES}
    return [_words(each) for each in value] if isinstance(value, list) else value


def _of_quote(name: str) -> str:
    if name in ("speaker", "text"):
        return "words" if name == "text" else name
    return "marks" if name in _MARKS else "source"
