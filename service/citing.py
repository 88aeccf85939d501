"""Citing: one quote in every form of citation there is."""

from __future__ import annotations

from dataclasses import dataclass

from service.citations import citations
from service.citations.parts.passage import Passage
from service.corpus import Corpus
from service.errors import Conflict
from service.translation import gettext


@dataclass(frozen=True, slots=True)
class Form:
    """A quote in one form of citation; `text` is None where it cannot be had, and `why` says why not."""

    name: str
    label: str
    note: str
    media_type: str
    text: str | None
    why: str | None


def passage(corpus: Corpus, statement_id: str, home: str | None) -> Passage:
    """A statement with the text that it stands in, both proven; `home` is this service's own address."""
    quote = corpus.quote(statement_id)
    return Passage(quote, corpus.text(quote.document.id), home)


def forms(found: Passage) -> tuple[Form, ...]:
    """All, by name."""
    return tuple(_form(found, name) for name in citations())


def _form(found: Passage, name: str) -> Form:
    how = citations()[name]
    try:
        text, why = how.render(found), None
    except Conflict as error:  # it lacks what this form needs
        text, why = None, f"{error.message} {error.remedy}"
    return Form(name, gettext(how.LABEL), gettext(how.NOTE), how.MEDIA_TYPE, text, why)
