"""Topic screens: the list of topics, a topic's page with what those see who may edit it, and the page of all edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations, islice

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from models.change import in_order
from models.quote import Quote
from models.topic import Origin
from models.transcript import Speaker
from service.corpus import Corpus
from service.errors import CounterposeError
from service.schema.compare import CompareQuery
from service.store.edit import Edit
from service.topics.edits import JournalRow
from service.topics.report import report
from service.views import TopicRow, TopicView
from service.web.addresses import over_time_address, topic_address
from service.web.paging import paged

MOST_COUPLES = 15  # on a topic's page; the rest is in the pickers


@dataclass(frozen=True, slots=True)
class TopicEntry:
    """A topic in the list, and where it leads: to its comparison, or to its page where only one speaks on it."""

    row: TopicRow
    address: str
    page: str


@dataclass(frozen=True, slots=True)
class Attempt:
    """An edit that was refused: the form, why, and what was typed into it."""

    form: str
    error: CounterposeError
    typed: MultiDict[str, str] = field(default_factory=MultiDict)


@dataclass(frozen=True, slots=True)
class Editing:
    """What the forms of a topic's page start from."""

    address: str
    others: tuple[TopicRow, ...]
    done: Edit | None
    seen: TopicRow | None  # the other topic of what was done, where it is there
    attempt: Attempt | None

    def open(self, form: str) -> bool:
        return self.attempt is not None and self.attempt.form == form

    @property
    def by(self) -> str:
        """Who made the edit that led here: likely who makes the next one."""
        return self.done.who if self.done is not None else ""

    def typed(self, form: str, name: str, otherwise: str = "") -> str:
        """What a field holds: what was typed into it, if its form was refused."""
        return self.attempt.typed.get(name, otherwise) if self.attempt is not None and self.open(form) else otherwise

    @property
    def marked(self) -> frozenset[str]:
        return frozenset(self.attempt.typed.getlist("statement")) if self.attempt is not None else frozenset()

    @property
    def offered(self) -> tuple[str, ...]:
        """The topics that a refusal named."""
        return self.attempt.error.nearest if self.attempt is not None else ()


def editing(corpus: Corpus, topic_id: str, address: str, attempt: Attempt | None) -> Editing:
    rows = corpus.all_topics()
    done = _done(corpus, topic_id)
    seen = next((row for row in rows if done is not None and row.id == done.other_id != topic_id), None)
    return Editing(address, tuple(row for row in rows if row.id != topic_id), done, seen, attempt)


def topics(corpus: Corpus, rows: tuple[TopicRow, ...], text: str | None, page: int = 1) -> str:
    first, second = request.args.get("first"), request.args.get("second")
    entries = [TopicEntry(row, entry_address(row, first, second), topic_address(row.id)) for row in rows]
    found = paged(sorted(entries, key=_group), page)
    listed, shared, alone = ([entry for entry in found.rows if _group(entry) == group] for group in range(3))
    return render_template(
        "topics.html",
        topics=len(entries),
        found=found,
        listed=listed,
        shared=shared,
        alone=alone,
        number_alone=sum(_group(entry) == 2 for entry in entries),
        changes=report(changed) if (changed := corpus.changes()) is not None else None,
        text=text or "",
        speakers=corpus.speakers(),
        first=first,
        second=second,
    )


def _group(entry: TopicEntry) -> int:
    """Of the user's list; of two speakers or more; of one alone."""
    if entry.row.settings.origin is Origin.ISSUE:
        return 0
    return 1 if len(entry.row.speakers) > 1 else 2


def entry_address(row: TopicRow, first: str | None, second: str | None) -> str:
    if len(row.speakers) < 2:
        return topic_address(row.id)
    return CompareQuery(first=first, second=second, topic=row.id).address()


def topic(corpus: Corpus, view: TopicView, attempt: Attempt | None = None) -> str:
    ids = [(who, CompareQuery(topic=view.row.id)) for who, _ in view.row.speakers]
    couples = [
        (query.address(first=first.id, second=second.id), first, second)
        for (first, query), (second, _) in (
            sorted(couple, key=lambda each: (each[0].name.casefold(), each[0].id))
            for couple in islice(combinations(ids, 2), MOST_COUPLES)
        )
    ]
    forms = editing(corpus, view.row.id, topic_address(view.row.id), attempt)
    return render_template("topic.html", view=view, sides=_sides(view), couples=couples, editing=forms)


def _sides(view: TopicView) -> tuple[tuple[Speaker, tuple[Quote, ...], str | None], ...]:
    """What each speaker said on the topic, most statements first, and where it is followed over two dates or more."""
    sides = []
    for who, _ in view.row.speakers:
        quotes = tuple(quote for quote in view.quotes if quote.speaker.id == who.id)
        dates, _ = in_order(quotes)
        sides.append((who, quotes, over_time_address(who.id, view.row.id) if len(dates) > 1 else None))
    return tuple(sides)


def topic_edits(
    corpus: Corpus, rows: Sequence[JournalRow], hidden: Sequence[TopicRow], error: CounterposeError | None = None
) -> str:
    lost = [row for row in rows if row.lost is not None]
    there = {row.id: row.name for row in corpus.all_topics()}
    return render_template("topic_edits.html", rows=rows, lost=lost, hidden=hidden, there=there, error=error)


def _done(corpus: Corpus, topic_id: str) -> Edit | None:
    """The edit that led to this page, if it is one of this topic."""
    number = request.args.get("done")
    edit = corpus.editing.edit(number) if number is not None else None
    return edit if edit is not None and topic_id in edit.topics else None
