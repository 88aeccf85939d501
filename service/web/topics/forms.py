"""Topic forms: the addresses that the forms of a topic's page, and of the page of all edits, are sent to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from service.corpus import Corpus
from service.errors import BadValue, CounterposeError
from service.store.edit import Edit
from service.web.addresses import topic_address
from service.web.again import Page, again
from service.web.negotiation import reads_pages
from service.web.topics.screens import Attempt, topic, topic_edits

SEE_OTHER = 303
Answer = Response | Page


def add_topic_forms(pages: Blueprint, corpus: Corpus) -> None:
    editing = corpus.editing

    @pages.post("/topics/<topic_id>/name")
    def rename_topic(topic_id: str) -> Answer:
        return _edited(corpus, topic_id, "name", lambda: editing.rename(topic_id, _field("name"), **_editor()))

    @pages.post("/topics/<topic_id>/merge")
    def merge_topic(topic_id: str) -> Answer:
        def merge() -> Edit:
            return editing.merge(topic_id, _chosen("merged", "The topic to merge"), **_editor())

        return _edited(corpus, topic_id, "merge", merge)

    @pages.post("/topics/<topic_id>/split")
    def split_topic(topic_id: str) -> Answer:
        def split() -> Edit:
            return editing.split(topic_id, request.form.getlist("statement"), _field("name"), **_editor())

        return _edited(corpus, topic_id, "members", split)

    @pages.post("/topics/<topic_id>/move")
    def move_statements(topic_id: str) -> Answer:
        def move() -> Edit:
            to = _chosen("to", "The topic to move to")
            statements = request.form.getlist("statement")
            return editing.move(statements, None if to == NOWHERE else to, seen_in=topic_id, **_editor())

        return _edited(corpus, topic_id, "members", move)

    @pages.post("/topics/<topic_id>/lock")
    def lock_topic(topic_id: str) -> Answer:
        return _edited(corpus, topic_id, "lock", lambda: editing.lock(topic_id, _switched(), **_editor()))

    @pages.post("/topics/<topic_id>/hide")
    def hide_topic(topic_id: str) -> Answer:
        return _edited(corpus, topic_id, "hide", lambda: editing.hide(topic_id, _switched(), **_editor()))

    @pages.post("/topic-edits/<edit_id>/undo")
    def undo_topic_edit(edit_id: str) -> Answer:
        try:
            edit = editing.undo(_number("edit", edit_id), by=_field("by"), why=_field("why"))
        except CounterposeError as error:
            if not reads_pages():
                raise
            return again(topic_edits(corpus, editing.journal(), corpus.hidden_topics(), error), error)
        topic = _there(corpus, edit.topic_id) if "topic" in request.form else None
        return _go(f"{topic_address(topic)}?done={edit.id}" if topic else f"/topic-edits#e{edit.id}")


NOWHERE = "-"  # no topic's id: a slug has no hyphen at its ends


def _edited(corpus: Corpus, topic_id: str, form: str, edit: Callable[[], Edit]) -> Answer:
    """Back to the topic with what was done; or to people the topic as it is now, with what was typed and was wrong."""
    try:
        done = edit()
    except CounterposeError as error:
        if not reads_pages() or _there(corpus, topic_id) is None:
            raise
        attempt = Attempt(form, error, request.form)
        return again(topic(corpus, corpus.topic(topic_id), attempt), error)
    return _go(f"{topic_address(done.topic_id)}?done={done.id}")


def _there(corpus: Corpus, topic_id: str) -> str | None:
    return next((row.id for row in corpus.all_topics() if row.id == topic_id), None)


def _editor() -> dict[str, Any]:
    """Who edits, why, and which version of the topic they saw."""
    version = _field("version")
    return {"by": _field("by"), "why": _field("why"), "version": _number("version", version) if version else None}


def _number(name: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadValue(f"{name} is “{text[:80]}”.", "Open the page again. Nothing was changed.")
    return int(text)


def _field(name: str) -> str:
    return request.form.get(name, "").strip()


def _chosen(name: str, what: str) -> str:
    value = _field(name)
    if not value:
        raise BadValue(f"{what} is missing.", "Choose one. Nothing was changed.")
    return value


def _switched() -> bool:
    return _field("value") == "on"


def _go(address: str) -> Response:
    return redirect(address, SEE_OTHER)
