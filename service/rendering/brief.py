"""Brief: one comparison, or those of two speakers topic by topic, as the one document that every export renders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from models.comparison import Comparison, Pair
from models.published import as_json
from models.quote import Quote
from models.review import Notice
from models.slug import slug
from service.rendering.caution import GENERAL, Caution
from service.rendering.counting import count
from service.rendering.heading import framed, heading
from service.rendering.wording import headings, searched, silence, silent
from service.translation import gettext


@dataclass(frozen=True, slots=True)
class Section:
    """A comparison and the absolute address of its page, where there is one.

    `across`: it holds the pairs alone whose two statements stand in two topics, or in none.
    """

    comparison: Comparison
    link: str | None = None
    across: bool = False

    @property
    def topic(self) -> str:
        """What it is called in a list of contents."""
        if self.across:
            return gettext("Across topics")
        return self.comparison.topic.name if self.comparison.topic else gettext("All topics")

    @property
    def framing(self) -> str | None:
        """The sides set against each other, where they may be; pairs across topics have nothing in common to frame."""
        return heading(self.comparison) if framed(self.comparison) and not self.across else None

    @property
    def about(self) -> str:
        """How much was searched for it."""
        if self.across:
            return gettext("Pairs whose two statements stand in two topics, or in none.")
        return searched(self.comparison)

    @property
    def silence(self) -> str | None:
        """What is said where nothing opposes."""
        return silence(self.comparison) if silent(self.comparison) and not self.across else None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A topic that was asked for and is not in the document, and why."""

    topic: str
    why: str
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Numbered:
    """A pair by its place in the document; pair n has the notes 2n - 1 and 2n."""

    number: int
    pair: Pair

    @property
    def sides(self) -> tuple[tuple[int, Quote], tuple[int, Quote]]:
        """Each quote with its note's number."""
        return (2 * self.number - 1, self.pair.first), (2 * self.number, self.pair.second)


def by_relation(pairs: Iterable[Numbered]) -> tuple[tuple[str, tuple[Numbered, ...]], ...]:
    """Under the heading of each relation; one without a pair is left out."""
    held = tuple(pairs)
    found = ((heading, tuple(one for one in held if one.pair.relation is name)) for name, heading in headings().items())
    return tuple((heading, these) for heading, these in found if these)


@dataclass(frozen=True, slots=True)
class Brief:
    """`link` leads to the document as it would be today. With `single`, it is one comparison and nothing around it."""

    title: str
    sections: tuple[Section, ...]
    link: str | None
    made_with: Mapping[str, Any]
    left_out: tuple[LeftOut, ...] = ()
    single: bool = False
    caution: Caution = GENERAL

    @property
    def comparisons(self) -> tuple[Comparison, ...]:
        return tuple(one.comparison for one in self.sections)

    @property
    def pairs(self) -> tuple[Pair, ...]:
        """Of all comparisons, in the order in which they are read."""
        return tuple(pair for one in self.comparisons for pair in one.pairs)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Those that stand over more than one of its comparisons, to be said once."""
        said = Counter(notice for one in self.comparisons for notice in dict.fromkeys(one.notices))
        return tuple(notice for notice, times in said.items() if times > 1)

    def notices_of(self, section: Section) -> tuple[Notice, ...]:
        """Those over one section that the brief did not say at its beginning."""
        return tuple(one for one in section.comparison.notices if one not in self.notices)

    @property
    def extent(self) -> str:
        """'2 topics, 5 pairs', '2 topics and across topics, 5 pairs', '1 pair across topics'."""
        topics = [one for one in self.sections if not one.across]
        held = {"topics": count(len(topics), "topic"), "pairs": count(len(self.pairs), "pair")}
        if len(topics) == len(self.sections):
            return gettext("%(topics)s, %(pairs)s", **held)
        if not topics:
            return gettext("%(pairs)s across topics", pairs=held["pairs"])
        return gettext("%(topics)s and across topics, %(pairs)s", **held)

    @property
    def file(self) -> str:
        """What a file of it is called, without its ending: 'lavrov-blinken-nato', 'lavrov-blinken-brief'; ASCII."""
        if not self.sections:
            return "brief"
        one = self.comparisons[0]
        topic = (one.topic.id or one.topic.name) if one.topic else "all-topics"
        words = slug(f"{one.first.id} {one.second.id} {topic[:40] if self.single else 'brief'}")
        return slug(words.encode("ascii", "ignore").decode(), "comparison" if self.single else "brief")

    def numbered(self) -> Iterator[tuple[Section, tuple[Numbered, ...]]]:
        """Each section with its pairs, numbered through the whole."""
        number = 0
        for section in self.sections:
            pairs = section.comparison.pairs
            yield section, tuple(Numbered(number + at, pair) for at, pair in enumerate(pairs, start=1))
            number += len(pairs)

    def notes(self) -> Iterator[tuple[int, Quote]]:
        """Every quote with the number of its note, in the order in which they are read."""
        return (side for _, pairs in self.numbered() for one in pairs for side in one.sides)


def of(comparison: Comparison, link: str | None = None, caution: Caution = GENERAL) -> Brief:
    """One comparison as a brief."""
    sections, made_with = (Section(comparison, link),), comparison.made_with
    return Brief(heading(comparison), sections, link, made_with, single=True, caution=caution)


def brief_json(brief: Brief) -> dict[str, Any]:
    """The published JSON object: of a single comparison, that comparison's own."""
    if brief.single:
        return as_json(brief.comparisons[0])
    return {
        "title": brief.title,
        "comparisons": [as_json(one) for one in brief.comparisons],
        "left_out": [{"topic": one.topic, "why": one.why} for one in brief.left_out],
        "made_with": dict(brief.made_with),
    }
