"""Issue forms: a list on its way in, first its preview, then the list itself; nothing is stored meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from flask import Blueprint, Request, redirect, render_template, request
from werkzeug.wrappers import Response

from models.issue import Issue
from service.corpus import Corpus
from service.errors import CounterposeError
from service.readers import Source
from service.readers.parts.decoding import decode
from service.topics.issue_file import as_csv, read_issues
from service.topics.issue_list import notes
from service.topics.report import report
from service.web.again import Page, again
from service.web.negotiation import reads_pages

TYPED = "The list"
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class IssueDraft:
    """What the form holds, as typed. A chosen file comes before the text, and is text from then on."""

    text: str = ""
    name: str = TYPED
    by: str = ""
    clear: bool = False  # whether the list is to go
    data: bytes | None = None  # of a file just chosen

    @classmethod
    def sent(cls, request: Request) -> IssueDraft:
        chosen = request.files.get("file")
        name, data = (chosen.filename, chosen.read()) if chosen and chosen.filename else (None, None)
        form = request.form
        return cls(
            text=form.get("text", "").replace("\r\n", "\n"),
            name=name or form.get("name", "").strip() or TYPED,
            by=form.get("by", "").strip(),
            clear="clear" in form,
            data=data,
        )

    def issues(self) -> tuple[Issue, ...]:
        if self.clear:
            return ()
        return read_issues(Source(self.name, self.text.encode() if self.data is None else self.data))

    def typed(self) -> str:
        """The list as text, for the next form."""
        return self.text if self.data is None else decode(self.data, self.name)


def issue_page(corpus: Corpus, draft: IssueDraft | None = None, error: CounterposeError | None = None) -> str:
    rows = corpus.issues()
    changed = corpus.changes("")
    changes = report(changed) if changed is not None and changed.action == "set-issues" else None
    saved = changes is not None and "saved" in request.args
    if draft is None:
        issues = [Issue(row.name, row.settings.description, row.settings.example) for row in rows]
        by = changes.who if changes is not None and saved else ""
        draft = IssueDraft(text=as_csv(issues) if issues else "", by=by)
    return render_template("issues.html", rows=rows, draft=draft, error=error, changes=changes, saved=saved)


def issue_forms(pages: Blueprint, corpus: Corpus) -> None:
    @pages.post("/issues")
    def preview_issues() -> str | Page:
        draft = IssueDraft.sent(request)
        return _or_form(corpus, draft, lambda: _preview(corpus, draft))

    @pages.post("/issues/form")
    def change_issues() -> str:
        return issue_page(corpus, IssueDraft.sent(request))

    @pages.post("/issues/save")
    def save_issues() -> Response | str | Page:
        draft = IssueDraft.sent(request)
        return _or_form(corpus, draft, lambda: _save(corpus, draft))


def _preview(corpus: Corpus, draft: IssueDraft) -> str:
    change = corpus.preview_issues(draft.issues())
    said = [(each, notes(each)) for each in change.prospects]
    return render_template("issues_preview.html", change=change, said=said, draft=draft)


def _save(corpus: Corpus, draft: IssueDraft) -> Response:
    corpus.set_issues(draft.issues(), by=draft.by)
    return redirect("/issues?saved=1", 303)


def _or_form(corpus: Corpus, draft: IssueDraft, answer: Callable[[], Answer]) -> Answer | Page:
    """`answer`; or to people the form again, with what was typed and what was wrong with it."""
    try:
        return answer()
    except CounterposeError as error:
        if not reads_pages():
            raise
        kept = IssueDraft(draft.text, TYPED, draft.by)  # a file that was refused has to be chosen again
        return again(issue_page(corpus, kept, error), error)
