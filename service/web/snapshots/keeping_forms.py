"""Keeping forms: freezing a comparison, and answering the errors that readers reported."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from service.corpus import Corpus
from service.errors import BadValue, CounterposeError
from service.schema.snapshots import Freeze
from service.store.reports import State
from service.web.again import Page, again
from service.web.negotiation import invalid, reads_pages

SEE_OTHER = 303


def add_keeping_forms(pages: Blueprint, corpus: Corpus) -> None:
    @pages.post("/compare/freeze")
    def freeze() -> Response:
        held = {**request.form.to_dict(), "include": request.form.getlist("include")}
        try:
            wanted = Freeze.model_validate(held)
        except ValidationError as error:
            raise invalid(error) from None
        return redirect(corpus.snapshots.freeze(**wanted.asked()).path, SEE_OTHER)

    @pages.get("/reports")
    def reports() -> str:
        return _reports()

    @pages.get("/reports/<number>")
    def amending(number: str) -> str:
        found = corpus.corrections.one(_number(number))
        held = {"state": found.report.state.value, "answer": found.report.answer}
        return render_template("reports.html", found=(found,), error=None, at=number, typed=held, alone=True)

    @pages.post("/reports/<number>/answer")
    def answer(number: str) -> Response | Page:
        try:
            corpus.corrections.answer(
                _number(number),
                _state(),
                request.form.get("answer", ""),
                request.form.get("by", ""),
                decision=request.form.get("decision", ""),
                amend="amend" in request.form,
            )
        except CounterposeError as error:
            if not reads_pages():
                raise
            return again(_reports(error, number), error)
        return redirect(f"/corrections#r{number}", SEE_OTHER)

    def _reports(error: CounterposeError | None = None, at: str = "") -> str:
        alone = "amend" in request.form
        found = (corpus.corrections.one(_number(at)),) if alone else corpus.corrections.open()
        return render_template("reports.html", found=found, error=error, at=at, typed=request.form, alone=alone)


def _number(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise BadValue(f"A report's number is “{text[:80]}”.", "Open the list of reports again. Nothing was changed.")
    return int(text)


def _state() -> State:
    wanted = request.form.get("state", "")
    if wanted not in (State.CORRECTED, State.DECLINED, State.ANSWERED):
        raise BadValue(
            "Nothing says whether it was corrected, declined or answered.", "Choose one. Nothing was changed."
        )
    return State(wanted)
