"""Topic screens: what a topic's page shows to those who may edit it, and the page of all edits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import render_template, request
from werkzeug.datastructures import MultiDict

from service.corpus import Corpus
from service.edit import Edit
from service.errors import CounterposeError
from service.topic_edits import JournalRow
from service.views import TopicRow


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
