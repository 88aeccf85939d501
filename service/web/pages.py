"""Pages: what only people do. The front page, and every form that changes something."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from flask import Blueprint, g, redirect, render_template, request
from werkzeug.wrappers import Response

from models.transcript import FACTS
from service.corpus import Corpus
from service.errors import BadValue, CounterposeError, Forbidden
from service.jobs.kinds import scope
from service.jobs.kinds.add import NAME as ADD
from service.web import screens
from service.web.again import Page, again
from service.web.documents.draft import Draft, metadata
from service.web.documents.sign_off_forms import sign_off_forms
from service.web.guard import Guard
from service.web.jobs.forms import add_job_forms, added
from service.web.limits import Limits
from service.web.negotiation import reads_pages
from service.web.review.forms import add_review_forms
from service.web.review.marking_forms import add_marking_forms
from service.web.snapshots.keeping_forms import add_keeping_forms
from service.web.topics.forms import add_topic_forms
from service.web.topics.issue_forms import issue_forms
from service.web.topics.screens import topics

SEE_OTHER = 303

Answer = TypeVar("Answer")


def blueprint(corpus: Corpus, guard: Guard, limits: Limits) -> Blueprint:
    """What each of them takes stands in `access.needed`."""
    pages = Blueprint("pages", __name__)

    @pages.get("/")
    def front() -> str:
        text = request.args.get("topic", "").strip()
        page = request.args.get("page", "")
        return topics(
            corpus,
            corpus.topics(text or None),
            text,
            int(page) if page.isascii() and page.isdigit() and len(page) < 10 else 1,
        )

    @pages.get("/docs")
    def docs() -> str:
        return render_template("docs.html")

    _adding(pages, corpus, guard, limits)
    issue_forms(pages, corpus)
    _documents(pages, corpus)
    sign_off_forms(pages, corpus)
    _speakers(pages, corpus)
    add_topic_forms(pages, corpus)
    add_review_forms(pages, corpus)
    add_marking_forms(pages, corpus)
    add_keeping_forms(pages, corpus)
    add_job_forms(pages, corpus, guard)
    return pages


def _adding(pages: Blueprint, corpus: Corpus, guard: Guard, limits: Limits) -> None:
    """A transcript in: the form, the preview, and only then the document."""

    @pages.get("/add")
    def add() -> str:
        return screens.add(corpus, Draft(replaces=request.args.get("replaces", "")))

    @pages.post("/add")
    def preview() -> str | Page:
        draft = Draft.sent(request)
        return _or_form(corpus, draft, lambda: screens.preview(corpus, _fetched(corpus, draft)))

    @pages.post("/add/form")
    def change() -> str:
        return screens.add(corpus, Draft.sent(request))

    @pages.post("/documents")
    def confirm() -> Response | str | Page:
        draft = Draft.sent(request)
        guard.demand_scope(g.visitor, scope(ADD, replacing=bool(draft.replaces)))

        def add() -> Response:
            limits.demand_addition(request, draft.by, len(draft.source().data))
            return _go(added(corpus, draft))

        return _or_form(corpus, draft, add)

    @pages.post("/sample")
    def sample() -> Response:
        corpus.add_sample()
        return _go("/")


def _documents(pages: Blueprint, corpus: Corpus) -> None:
    @pages.post("/documents/<document_id>/facts")
    def correct(document_id: str) -> Response:
        cleared = [name for name in FACTS if not request.form.get(name, "").strip()]
        corpus.correct(document_id, metadata(request.form), _by(), clear=cleared)
        return _go(f"/documents/{document_id}")

    @pages.get("/documents/<document_id>/remove")
    def removal(document_id: str) -> str:
        return render_template("remove.html", row=corpus.document(document_id).row)

    @pages.post("/documents/<document_id>/remove")
    def remove(document_id: str) -> Response:
        return _go(f"/documents?removed={corpus.remove(document_id, _by()).id}")


def _speakers(pages: Blueprint, corpus: Corpus) -> None:
    @pages.post("/speakers/<speaker_id>/name")
    def rename(speaker_id: str) -> Response:
        found = corpus.rename_speaker(speaker_id, _needed("name", "The new name"), _by())
        return _go(f"/speakers/{found.id}")

    @pages.post("/speakers/<speaker_id>/delegation")
    def set_delegation(speaker_id: str) -> Response:
        found = corpus.set_delegation(speaker_id, request.form.get("delegation"), _by())
        return _go(f"/speakers/{found.id}")

    @pages.post("/speakers/<speaker_id>/merge")
    def merge(speaker_id: str) -> Response:
        found = corpus.merge_speakers(speaker_id, _needed("merged", "The other speaker"), _by())
        return _go(f"/speakers/{found.id}")

    @pages.post("/speakers/<speaker_id>/split")
    def split(speaker_id: str) -> Response:
        documents, labels = request.form.getlist("document"), request.form.getlist("label")
        name = _needed("name", "The name of the other speaker")
        found = corpus.split_speaker(speaker_id, name, _by(), documents=documents, labels=labels)
        return _go(f"/speakers/{found.id}")


def _fetched(corpus: Corpus, draft: Draft) -> Draft:
    """The draft with the page that it names by its address, if it names one."""
    if not draft.url:
        return draft
    if not corpus.adds_by_url:
        raise Forbidden("Pages are not fetched by their address here.", "Save the page, and choose the file.")
    return draft.with_page(corpus.fetch(draft.url))


def _or_form(corpus: Corpus, draft: Draft, answer: Callable[[], Answer]) -> Answer | Page:
    """`answer`; or to people the form again, with what was typed and what was wrong with it."""
    try:
        return answer()
    except CounterposeError as error:
        if not reads_pages():
            raise
        return again(screens.add(corpus, draft, error), error)


def _needed(name: str, what: str) -> str:
    value = request.form.get(name, "").strip()
    if not value:
        raise BadValue(f"{what} is missing.", "Go back and fill it in. Nothing was changed.")
    return value


def _by() -> str:
    return request.form.get("by", "").strip()


def _go(address: str) -> Response:
    return redirect(address, SEE_OTHER)
