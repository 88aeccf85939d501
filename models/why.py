"""Why: what two texts share and in what they differ, every reason a range of characters in one of them.

Nothing is worded here. A reason names words of the texts and says what kind it is; where the texts leave a doubt, there
is none. Ranges are Unicode code points within the text given, end exclusive.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import product

from models.actor import actors, possible_actors
from models.clause import Word, adjacent, words
from models.demand import demands, may_command
from models.length import is_long
from models.negation import asserted, negations
from models.opposites import VALUE, Said, sayings

Keys = frozenset[tuple[str, str]]
Place = tuple[int, int, int]
"""Of which text, and from where to where in it."""

PAIRS = 4000  # of words that two texts have in common, beyond which runs of them are not looked for
SAYINGS = 30  # of a text that are set against those of the other: each of them may be opposed to each


class Kind(StrEnum):
    """In what two texts differ."""

    NEGATION = "negation"
    ACTOR = "actor"
    DEMAND = "demand"
    EVALUATION = "evaluation"
    OPPOSITE = "opposite"
    NUMBER = "number"
    TIME = "time"


class Role(StrEnum):
    """What a marked word does: the `cue` makes the difference, the `word` is what it is said of."""

    CUE = "cue"
    WORD = "word"


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`text[start:end]`."""

    start: int
    end: int
    role: Role = Role.WORD


@dataclass(frozen=True, slots=True)
class Shared:
    """A word or phrase that both texts have, by its lemmas: every place of it in each."""

    first: tuple[Span, ...]
    second: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What one text has and the other has not (its side is empty), or has otherwise."""

    kind: Kind
    first: tuple[Span, ...]
    second: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Why:
    """The reasons that can be checked by eye."""

    shared: tuple[Shared, ...]
    differences: tuple[Difference, ...]


def why(first: str, second: str) -> Why:
    """What two texts share and in what they differ. Swapping the texts swaps the sides and nothing else.

    Nothing is told of a text that is too long to be read closely.
    """
    if is_long(first) or is_long(second):
        return Why((), ())
    shared = _shared(first, second)
    things = _keys(word for word in words(first) if word.issue) & _keys(words(second))
    denied = [*_either_way(first, second, _negated)]
    cues = {span for one in denied for span in (*one.first, *one.second) if span.role is Role.CUE}
    found = [
        *denied,
        *_actors(first, second),
        *_either_way(first, second, _demanded),
        *(
            one for one in _opposed(first, second, things) if not cues & {*one.first, *one.second}
        ),  # "reject": once is enough
        *_numbers(first, second, things),
        *_times(first, second),
    ]
    order = list(Kind)
    return Why(shared, tuple(sorted(set(found), key=lambda one: (order.index(one.kind), one.first, one.second))))


# Shared ----------------------------------------------------------------------------------------------------------


def _shared(first: str, second: str) -> tuple[Shared, ...]:
    """The longest runs of issue words that both have, in the order of the first text."""
    sides = tuple(tuple(word for word in words(text) if word.issue) for text in (first, second))
    runs = [
        [(at, side[row].start, _end(side[row + length - 1])) for at, side, row in zip((0, 1), sides, rows, strict=True)]
        for rows, length in _runs((first, second), sides)
    ]
    found = [
        tuple(tuple(Span(start, end) for at, start, end in sorted(places) if at == side) for side in (0, 1))
        for places in _joined(runs)  # other inflections of one lemma
    ]
    return tuple(Shared(*one) for one in sorted(found))


def _joined(runs: Iterable[Sequence[Place]]) -> list[set[Place]]:
    """The places of runs, those together that a chain of runs leads to from each other (union-find)."""
    above: dict[Place, Place] = {}

    def top(place: Place) -> Place:
        while (higher := above.setdefault(place, place)) != place:
            above[place] = above[higher]
            place = higher
        return place

    for one, other in runs:
        above[top(one)] = top(other)
    found: dict[Place, set[Place]] = defaultdict(set)
    for place in list(above):
        found[top(place)].add(place)
    return list(found.values())


def _runs(texts: tuple[str, str], sides: Sequence[Sequence[Word]]) -> list[tuple[tuple[int, int], int]]:
    """((row of the first, row of the second), length) of each run, but for those within a longer one on both sides.

    Of texts that say some words over and over, single words: each with one of the other side, so that all are named.
    """
    having = [_rows(side) for side in sides]
    shared = [(having[0][key], having[1][key]) for key in having[0].keys() & having[1].keys()]
    if sum(len(rows) * len(others) for rows, others in shared) > PAIRS:
        pairs = {pair for rows, others in shared for pair in (*product(rows, others[:1]), *product(rows[:1], others))}
        return [(pair, 1) for pair in sorted(pairs)]
    same = {pair for rows, others in shared for pair in product(rows, others)}
    beside = [
        [at > 0 and adjacent(text, side[at - 1], side[at]) for at in range(len(side))]
        for text, side in zip(texts, sides, strict=True)
    ]

    def goes_on(i: int, j: int) -> bool:
        """Whether the words before these two match too and stand next to them."""
        return (i, j) in same and (i - 1, j - 1) in same and beside[0][i] and beside[1][j]

    runs = []
    for i, j in sorted(same):
        if not goes_on(i, j):
            length = 1
            while goes_on(i + length, j + length):
                length += 1
            runs.append(((i, j), length))
    longest = [[0] * len(side) for side in sides]
    for at, length in runs:
        for side, row in zip(longest, at, strict=True):
            side[row : row + length] = [max(length, known) for known in side[row : row + length]]
    return [
        (at, length)
        for at, length in runs
        if any(max(side[row : row + length]) == length for side, row in zip(longest, at, strict=True))
    ]


def _rows(side: Sequence[Word]) -> dict[tuple[str, str], list[int]]:
    """Where the words with each key stand."""
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for at, word in enumerate(side):
        for key in word.keys:
            found[key].append(at)
    return found


def _keys(said: Iterable[Word]) -> Keys:
    return frozenset[tuple[str, str]]().union(*(word.keys for word in said))


def _same(one: Word, other: Word) -> bool:
    return bool(one.keys & other.keys)


def _end(word: Word) -> int:
    """The end of a word without its possessive ending."""
    if word.printed.endswith(("’s", "'s")):
        return word.end - 2
    return word.end - 1 if word.possessive else word.end


# Differences -----------------------------------------------------------------------------------------------------


def _either_way(first: str, second: str, of: Callable[[str, str], Iterator[Difference]]) -> Iterator[Difference]:
    """What the first text has and the second has not, then the reverse."""
    yield from of(first, second)
    for one in of(second, first):
        yield Difference(one.kind, one.second, one.first)


def _negated(text: str, other: str) -> Iterator[Difference]:
    """What is denied in `text` and said in `other`, with no doubt about either.

    It is said of the same: "not build a nation" does not deny "build the foundation". So the two clauses must have
    another word in common.
    """
    sure = asserted(other)
    for denied in negations(text):
        same = [one for one in words(text) if one.issue and _same(one, denied.word)]
        plain = [one for one in words(other) if one.issue and _same(one, denied.word)]
        once = same == [denied.word] and plain and sure.issuperset(plain)
        if once and any(_beside(text, denied.word) & _beside(other, one) for one in plain):
            marked = sorted((Span(*denied.cue, Role.CUE), _span(denied.word)))
            yield Difference(Kind.NEGATION, tuple(marked), tuple(map(_span, plain)))


def _beside(text: str, word: Word) -> Keys:
    """The keys of the other issue words in a word's clause."""
    said = (one for one in words(text) if one.clause == word.clause and one.issue and not _same(one, word))
    return frozenset().union(*(one.keys for one in said))


def _demanded(text: str, other: str) -> Iterator[Difference]:
    """What is demanded in `text` where `other` demands nothing."""
    found = demands(text)
    if found and not demands(other) and not _DEONTIC.search(other) and not may_command(other):
        cues = [Span(*one.cue, Role.CUE) for one in found]
        said = [_span(one.word) for one in found if one.word is not None and one.word.issue]
        yield Difference(Kind.DEMAND, tuple(sorted(cues + said)), ())


# Where these stand, a text may demand in a way that is not counted as a demand: better to say nothing.
_DEONTIC = re.compile(
    r"""\b(?:must|shall|should|ought|(?:have|has|had|having|got)\s+to|need\w*|let[’']s|let\s+us|urg\w+
        |call\w*\s+(?:(?:up)?on|for)|appeal\w*|demand\w*|requir\w+|insist\w*|implor\w+|invit\w+|encourag\w+|ask\w*|necessary|imperative|essential
        |vital|indispensable|obligat\w+|obliged|dut(?:y|ies)|responsibilit(?:y|ies)|task|only\s+way|time\s+(?:to|for)|better)\b""",
    re.I | re.X,
)


def _actors(first: str, second: str) -> Iterator[Difference]:
    """Named actors, where none of the one text's is one of the other's."""
    sides = actors(first), actors(second)
    names = [{word.name for word in side} for side in sides]
    possible = possible_actors(first), possible_actors(second)
    if all(names) and not possible[0] & possible[1]:
        yield Difference(Kind.ACTOR, tuple(map(_span, sides[0])), tuple(map(_span, sides[1])))


def _opposed(first: str, second: str, things: Keys) -> Iterator[Difference]:
    """Words of the two ends of a scale that are said of the same thing in the same way, where no side says both."""
    sides = sayings(first, things), sayings(second, things)

    @cache
    def says_both(how: Said, scale: str, thing: Keys) -> bool:
        alike = [
            {say.sign for say in side if (say.how, say.scale) == (how, scale) and say.thing.keys & thing}
            for side in sides
        ]
        return any(len(signs) > 1 for signs in alike)

    for one in sides[0][:SAYINGS]:
        for other in sides[1][:SAYINGS]:
            same = one.thing.keys & other.thing.keys and (one.how, one.scale) == (other.how, other.scale)
            opposed = same and one.sign == -other.sign and not _same(one.word, other.word)
            if opposed and not says_both(one.how, one.scale, one.thing.keys):
                kind = Kind.EVALUATION if one.scale == VALUE else Kind.OPPOSITE
                yield Difference(
                    kind,
                    *(
                        tuple(sorted((Span(say.word.start, say.word.end, Role.CUE), _span(say.thing))))
                        for say in (one, other)
                    ),
                )


_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w-])")
_YEAR = re.compile(
    r"\b(by|until|before|after|since)\s+(?:the\s+(?:year|end\s+of)\s+)?((?:19|20)\d\d)(?![\w-])", re.IGNORECASE
)


def _numbers(first: str, second: str, things: Keys) -> Iterator[Difference]:
    """Different numbers of one thing: "5,000 troops", "20,000 troops"."""
    sides = _counted(first, things), _counted(second, things)
    for number, thing in sides[0]:
        for other, counted in sides[1]:
            if _same(thing, counted) and len(sides[0]) == len(sides[1]) == 1:
                values = {
                    number_in[n.start : n.end].replace(",", "") for number_in, n in ((first, number), (second, other))
                }
                if len(values) == 2:
                    yield Difference(Kind.NUMBER, (number, _span(thing)), (other, _span(counted)))


def _counted(text: str, things: Keys) -> list[tuple[Span, Word]]:
    said = words(text)
    found = []
    for match in _NUMBER.finditer(text):
        later = next((word for word in said if word.start >= match.end()), None)
        if (
            later is not None
            and text[match.end() : later.start].isspace()
            and later.keys & things
            and later.can_be("NOUN")
        ):
            found.append((Span(match.start(), match.end(), Role.CUE), later))
    return found


def _times(first: str, second: str) -> Iterator[Difference]:
    """Different years after the same preposition, where each text has one such: "by 2030", "by 2050"."""
    a, b = _YEAR.findall(first), _YEAR.findall(second)
    if len(a) == len(b) == 1 and a[0][0].lower() == b[0][0].lower() and a[0][1] != b[0][1]:
        spans = [next(_YEAR.finditer(text)) for text in (first, second)]
        one, other = ((Span(m.start(1), m.end(2), Role.CUE),) for m in spans)
        yield Difference(Kind.TIME, one, other)


def _span(word: Word) -> Span:
    return Span(word.start, _end(word))
