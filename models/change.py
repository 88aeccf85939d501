"""Change: what one speaker says again, newly and no longer on a topic, from one date to the next.

Statements of two dates are matched, and nothing is said of why one has no match: a later one is then new, an earlier
one is not said again. docs/change.md says how the thresholds were chosen and how often the matches err.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.date import span
from models.nomination import Position
from models.quote import Quote
from models.relation import AGREES, OPPOSES

ALIKE, AGREEING = 0.65, 0.9  # least cosine, and least probability that they agree, of two that say the same
SAME = 0.75  # cosine from which nothing more is asked than that they do not oppose
PERHAPS_ALIKE, PERHAPS_AGREEING = 0.6, 0.5  # the same of two that perhaps do
NEAREST = 3  # statements of the other date judged with each

Dates = tuple[str, ...]
JudgeWithin = Callable[[Sequence[tuple[str, str]]], NDArray[np.float64] | None]
"""As `models.comparison.Judge`, within limits; None where not all of these pairs are judged yet."""


@dataclass(frozen=True, slots=True)
class Repeat:
    """A statement and the earlier one that it says again, for `sure` or perhaps.

    Numbers are rounded to 4 decimals, as those of a pair.
    """

    earlier: Quote
    later: Quote
    sure: bool
    similarity: float
    agreement: float


@dataclass(frozen=True, slots=True)
class Step:
    """What was said on one date, or on several that cannot be put in order, beside what was said on the one before.

    Of `quotes`, some are the later ones of `repeats` and the rest is `new`; of the quotes of the step before, some are
    the earlier ones of `kept` and the rest is `dropped`. The first step has none of the four, nor has one that is not
    `judged`: it was not set beside the step before yet.
    """

    dates: Dates
    quotes: tuple[Quote, ...]
    repeats: tuple[Repeat, ...] = ()
    new: tuple[Quote, ...] = ()
    kept: tuple[Repeat, ...] = ()
    dropped: tuple[Quote, ...] = ()
    judged: bool = True

    @property
    def again(self) -> tuple[Repeat, ...]:
        """The repeats that are sure."""
        return tuple(one for one in self.repeats if one.sure)

    @property
    def perhaps(self) -> tuple[Repeat, ...]:
        """The repeats that are not."""
        return tuple(one for one in self.repeats if not one.sure)


@dataclass(frozen=True, slots=True)
class Course:
    """A position over time, oldest step first. `undated` stands in no order to it and is matched with nothing."""

    steps: tuple[Step, ...] = ()
    undated: tuple[Quote, ...] = ()

    @property
    def unjudged(self) -> int:
        """How many steps were not set beside the one before yet."""
        return sum(not step.judged for step in self.steps)


def course(position: Position, topic: Collection[str], judge: JudgeWithin) -> Course:
    """Put the statements of a topic, named by their ids, in the order of their dates, and match date with date.

    `position` is all that the speaker said, on whatever topic: a statement is new, or not said again, only where
    nothing at all of the other date matches it.
    """
    dated, undated = in_order(quote for quote in position.quotes if quote.id in topic)
    matching = _Matching(position, judge)
    steps = [Step(*one) for one in dated[:1]]
    for (dates, quotes), (_, earlier) in zip(dated[1:], dated, strict=False):
        matches = matching.between(steps[-1].dates, earlier, dates, quotes)
        if matches is None:
            steps.append(Step(dates, quotes, judged=False))
            continue
        repeated = {one.later.id: one for one in reversed(matches)}
        still = {one.earlier.id: one for one in reversed(matches)}
        repeats = tuple(repeated[quote.id] for quote in quotes if quote.id in repeated)
        keeping = tuple(still[quote.id] for quote in earlier if quote.id in still)
        new = tuple(quote for quote in quotes if quote.id not in repeated)
        dropped = tuple(quote for quote in earlier if quote.id not in still)
        steps.append(Step(dates, quotes, repeats, new, keeping, dropped))
    return Course(tuple(steps), undated)


def in_order(quotes: Iterable[Quote]) -> tuple[list[tuple[Dates, tuple[Quote, ...]]], tuple[Quote, ...]]:
    """Dates with what was said on them, oldest first, and what has no date.

    Dates of which one covers the other ("2021", "2021-12-02") cannot be ordered and are taken together, with all that
    either covers.
    """
    undated: list[Quote] = []
    days: list[tuple[str, str, str, Quote]] = []
    for quote in sorted(quotes, key=lambda one: (one.document.id, one.start)):
        date = quote.document.metadata.date
        known = span(date) if date is not None else None
        if date is None or known is None:
            undated.append(quote)
        else:
            days.append((*known, date, quote))
    groups: list[list[tuple[str, Quote]]] = []
    last = ""
    for start, end, date, quote in sorted(days, key=lambda one: one[:3]):
        if start > last:
            groups.append([])
        groups[-1].append((date, quote))
        last = max(last, end)
    dated = [(tuple(dict.fromkeys(date for date, _ in group)), tuple(quote for _, quote in group)) for group in groups]
    return dated, tuple(undated)


def says_again(similarity: float, probabilities: NDArray[np.float64]) -> bool:
    """Whether one of two statements says the other again, by their cosine and a row of the classifier's judgement."""
    if int(np.argmax(probabilities)) == OPPOSES:
        return False
    return similarity >= SAME or bool(similarity >= ALIKE and probabilities[AGREES] >= AGREEING)


def perhaps_says_again(similarity: float, probabilities: NDArray[np.float64]) -> bool:
    """Whether it might: what does not even reach this is called new."""
    near = similarity >= PERHAPS_ALIKE and bool(probabilities[AGREES] >= PERHAPS_AGREEING)
    return near or says_again(similarity, probabilities)


class _Matching:
    """Matches of what was said on two dates."""

    def __init__(self, position: Position, judge: JudgeWithin) -> None:
        self._row = {quote.id: at for at, quote in enumerate(position.quotes)}
        self._vectors = position.vectors
        self._judge = judge
        self._said: dict[str | None, list[Quote]] = defaultdict(list)
        for quote in position.quotes:
            self._said[quote.document.metadata.date].append(quote)

    def between(
        self, before: Dates, earlier: Sequence[Quote], after: Dates, later: Sequence[Quote]
    ) -> tuple[Repeat, ...] | None:
        """Matches, best first, of `earlier` with anything said `after` and of `later` with anything said `before`.

        None where not all that may match is judged yet.
        """
        near = dict(self._near(earlier, after))
        near |= {(one, other): similarity for (other, one), similarity in self._near(later, before)}
        pairs = sorted(near, key=lambda pair: (pair[1].id, pair[0].id))
        rows = self._judge([(one.judged, other.judged) for one, other in pairs]) if pairs else np.zeros((0, 3))
        if rows is None:
            return None
        return _matched(
            Repeat(*pair, says_again(near[pair], row), round(near[pair], 4), round(float(row[AGREES]), 4))
            for pair, row in zip(pairs, rows, strict=True)
            if perhaps_says_again(near[pair], row)
        )

    def _near(self, quotes: Sequence[Quote], dates: Dates) -> Iterator[tuple[tuple[Quote, Quote], float]]:
        """Each of `quotes` with the nearest of what was said on `dates`, and their cosine."""
        others = [other for date in dates for other in self._said[date]]
        vectors = self._vectors[[self._row[other.id] for other in others]]
        for quote in quotes:
            cosine = np.round(vectors @ self._vectors[self._row[quote.id]], 6)
            for at in np.argsort(-cosine, kind="stable")[:NEAREST].tolist():
                if cosine[at] >= PERHAPS_ALIKE:
                    yield (quote, others[at]), float(cosine[at])


def _matched(found: Iterable[Repeat]) -> tuple[Repeat, ...]:
    """The best matches in which no statement stands twice, greedily, ties by id; then those of what is left over.

    What is said twice on one date shares a match with its double: called new, or not said again, it would be untrue.
    """
    ordered = sorted(found, key=lambda each: (not each.sure, -each.similarity, each.later.id, each.earlier.id))
    earlier: set[str] = set()
    later: set[str] = set()
    chosen = []
    for alone in (True, False):
        for one in ordered:
            free = one.earlier.id not in earlier, one.later.id not in later
            if all(free) if alone else any(free):
                earlier.add(one.earlier.id)
                later.add(one.later.id)
                chosen.append(one)
    return tuple(chosen)
