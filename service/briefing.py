"""Briefing: two speakers topic by topic as one brief, within limits, and with a list of what these left out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from models.comparison import Comparison
from models.review import PARTLY_JUDGED
from models.standing import Standing
from service.budget import Budget
from service.corpus import Corpus
from service.errors import BadValue, Conflict
from service.positions.mapping import TOPICS_SHOWN, MapRow, TopicMap
from service.rendering.brief import Brief, LeftOut, Section
from service.rendering.caution import Caution
from service.rendering.wording import DELEGATION
from service.sides import Side, find_side
from service.translation import N_, gettext

MOST_TOPICS = TOPICS_SHOWN
MOST_PAIRS = 500  # 1,000 footnotes

_REASONS = {
    Standing.PAST: N_("both speak on it, and no pair opposes or agrees"),
    Standing.UNJUDGED: N_("not all of it is judged yet; ask again, and more is"),
}


@dataclass(frozen=True, slots=True)
class BriefRequest:
    """Without `topics`: all on which both speak and which have a pair. The rest is as `Corpus.compare` takes it."""

    first: str
    second: str
    topics: tuple[str, ...] = ()
    limit: int = 10
    min_confidence: float | None = None
    since: str | None = None
    until: str | None = None
    document: str | None = None

    def __post_init__(self) -> None:
        if len(self.topics) > MOST_TOPICS:
            raise BadValue(f"{len(self.topics)} topics were named.", f"Name at most {MOST_TOPICS}, or none for all.")


Link = Callable[[str | None], str | None]
"""From a topic's id, or its words where it has none, to their comparison on it; from None to that on all."""


def assembled(
    corpus: Corpus,
    request: BriefRequest,
    link: Link = lambda _: None,
    home: str | None = None,
    budget: Budget | None = None,
) -> Brief:
    """The brief asked for; `home` is its own address. Every comparison in it is proven, and all are of one state.

    Of all topics whole ones are judged afresh, and what is across them as far as is left of the budget; of topics that
    were named, as far as it goes, and one pair of each at least.
    """
    speakers = [row.speaker for row in corpus.speakers()]
    first, second = (find_side(text, speakers) for text in (request.first, request.second))
    if first.overlaps(second):
        raise BadValue(f"{first.who.name} and {second.who.name} are not two sides.", "Name two different speakers.")
    topics, left_out = tuple(dict.fromkeys(request.topics)), list[LeftOut]()
    made: list[Mapping[str, Any]] = []
    if not topics:
        shared = _map(corpus, request, (first, second), 1, budget)
        made.append(shared.made_with)
        topics = tuple(row.id for row in shared.rows if _shown(row))
        left_out = [*_without(shared.rows, link), *_beyond(corpus, request, (first, second), shared.pages, link)]
    sections: list[Section] = []
    for topic in topics:
        found = _compared(corpus, request, topic, budget)
        made.append({name: value for name, value in found.made_with.items() if name != "asked"})
        reason = _too_much(found, sections, named=bool(request.topics))
        name = found.topic.name if found.topic else topic
        if reason:
            left_out.append(LeftOut(name, reason, link(topic)))
        else:
            sections.append(Section(found, link(topic)))
    if not request.topics:
        across, unjudged = _across(corpus, request, sections, link, budget)
        sections += across
        left_out += unjudged
    if any(_state(one) != _state(made[0]) for one in made):
        raise Conflict("The collection was changed while the brief was made.", "Ask for it again.")
    title = gettext("%(first)s and %(second)s, topic by topic", first=first.who.name, second=second.who.name)
    caution = Caution(corpus.reviewing.card().stood)
    return Brief(title, tuple(sections), home, _made_with(made), tuple(left_out), caution=caution)


def _across(
    corpus: Corpus, request: BriefRequest, sections: Iterable[Section], link: Link, budget: Budget | None
) -> tuple[list[Section], list[LeftOut]]:
    """The pairs of all that the two said which stand in two topics, and so in none of the sections; mostly nothing.

    Left out where none is found and not all of it is judged yet.
    """
    whole = _compared(corpus, request, None, budget)
    shown = {(pair.first.id, pair.second.id) for one in sections for pair in one.comparison.pairs}
    across = tuple(
        pair
        for pair in whole.pairs
        if (pair.first.topic is None or pair.first.topic != pair.second.topic)
        and (pair.first.id, pair.second.id) not in shown
    )
    found = Section(replace(whole, pairs=across, unsure=0, nearest=None, hidden=0, rejected=0), link(None), across=True)
    if across:
        return [found], []
    if any(one.kind == PARTLY_JUDGED for one in whole.notices):
        return [], [LeftOut(found.topic, gettext(_REASONS[Standing.UNJUDGED]), found.link)]
    return [], []


def _state(made_with: Mapping[str, Any]) -> Mapping[str, Any]:
    """The models and the collection; how many pairs are judged at most differs from topic to topic."""
    thresholds = {name: value for name, value in made_with["thresholds"].items() if name != "nominees"}
    return {**made_with, "thresholds": thresholds}


def _made_with(made: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    """What all of it was made with; of the pairs judged at most, the most."""
    most = max(one["thresholds"]["nominees"] for one in made)
    return {**made[0], "thresholds": {**made[0]["thresholds"], "nominees": most}}


def _compared(corpus: Corpus, request: BriefRequest, topic: str | None, budget: Budget | None) -> Comparison:
    return corpus.compare(
        request.first,
        request.second,
        topic,
        limit=request.limit,
        min_confidence=request.min_confidence,
        since=request.since,
        until=request.until,
        document=request.document,
        budget=budget,
    )


def _too_much(found: Comparison, sections: Iterable[Section], named: bool) -> str | None:
    """Why a comparison is not taken in; a topic that was asked for by name is, though it may have no pair."""
    if not found.pairs and not named:
        return gettext("no pair reaches the confidence asked for")
    if sum(len(one.comparison.pairs) for one in sections) + len(found.pairs) > MOST_PAIRS:
        return gettext("with it the document would hold more than %(most)s pairs", most=MOST_PAIRS)
    return None


def _map(corpus: Corpus, request: BriefRequest, sides: tuple[Side, Side], page: int, budget: Budget | None) -> TopicMap:
    """How the two stand to each other, topic by topic: those on which both speak first, and of these the largest."""
    ids = [side.who.id for side in sides]
    groups = [one for one in ids if one.startswith(DELEGATION)]
    return corpus.map(
        speakers=[one for one in ids if one not in groups],
        delegations=groups,
        by="delegation" if groups else "speaker",
        since=request.since,
        until=request.until,
        document=request.document,
        page=page,
        budget=budget,
    )


def _shown(row: MapRow) -> bool:
    return row.cells[0].standing in (Standing.OPPOSED, Standing.AGREED)


def _without(rows: Iterable[MapRow], link: Link) -> Iterator[LeftOut]:
    for row in rows:
        reason = _REASONS.get(row.cells[0].standing)
        if reason:
            yield LeftOut(row.name, gettext(reason), link(row.id))


def _beyond(
    corpus: Corpus, request: BriefRequest, sides: tuple[Side, Side], pages: int, link: Link
) -> Iterator[LeftOut]:
    """Topics after the first so many on which both speak, until there are no more."""
    for page in range(2, pages + 1):
        found = _map(corpus, request, sides, page, Budget(0))
        rows = [row for row in found.rows if row.cells[0].standing != Standing.SILENT]
        if not rows:
            return
        why = gettext("not among the first %(most)s topics", most=MOST_TOPICS)
        yield from (LeftOut(row.name, why, link(row.id)) for row in rows)
