"""Correction pages: the form with which anybody reports an error in a pair, the log of what was answered, its feed."""

from __future__ import annotations

from functools import partial

from flask import Response, redirect, render_template, request
from flask_openapi3 import Tag
from werkzeug.wrappers import Response as AnyResponse

from models.published import quote_from_json
from service.answers.corpus import answer_item
from service.corpus import Corpus
from service.errors import BadValue, CounterposeError
from service.schema.access import READING
from service.schema.corrections import CorrectionsAnswer
from service.schema.fields import ListQuery
from service.schema.refusals import refusals
from service.web import screens
from service.web.again import Page, again
from service.web.corrections.feed import feed
from service.web.described import DescribedBlueprint
from service.web.guard import Guard
from service.web.limits import Limits
from service.web.negotiation import page_or_json, reads_pages

CORRECTIONS = Tag(name="corrections", description="Errors that readers reported, and what was answered.")
SEE_OTHER = 303


def blueprint(corpus: Corpus, guard: Guard, limits: Limits) -> DescribedBlueprint:
    pages = DescribedBlueprint("corrections", __name__)

    @pages.get("/corrections", tags=[CORRECTIONS], responses={"200": CorrectionsAnswer, **refusals()}, security=READING)
    def corrections(query: ListQuery) -> Response:
        """Errors that readers reported, as they were answered, the newest answer first

        As an Atom feed at `/corrections.atom`. What is reported and not answered yet is for editors.
        """
        found, waiting = corpus.corrections.answered(), corpus.corrections.number_open()
        page = partial(render_template, "corrections.html", found=found, waiting=waiting, sent="sent" in request.args)
        return page_or_json(
            query.format,
            page,
            lambda: CorrectionsAnswer(corrections=[answer_item(one) for one in found], open=waiting),
        )

    @pages.get("/corrections.atom", doc_ui=False)
    def atom() -> Response:
        found = feed(corpus.corrections.answered(), screens.absolute)
        return Response(found, content_type="application/atom+xml; charset=utf-8")

    @pages.get("/report", doc_ui=False)
    def report() -> str:
        first, second = request.args.get("first", ""), request.args.get("second", "")
        if not (first and second):
            raise BadValue(
                "No pair of quotes is named.",
                "Open the comparison that is wrong: beside each of its pairs is “Report an error”.",
            )
        return _form(first, second, request.args.get("snapshot"))

    @pages.post("/report", doc_ui=False)
    def send() -> AnyResponse | Page:
        guard.demand_report()
        limits.demand_report(request)
        given = {name: request.form.get(name, "") for name in ("first", "second", "snapshot", "words", "by")}
        seen = corpus.corrections.pair(given["first"], given["second"], given["snapshot"] or None)
        try:
            corpus.corrections.report(seen, given["words"], given["by"])
        except CounterposeError as error:
            if not reads_pages():
                raise
            return again(_form(given["first"], given["second"], given["snapshot"], error), error)
        return redirect("/corrections?sent=1", SEE_OTHER)

    def _form(first: str, second: str, snapshot: str | None, error: CounterposeError | None = None) -> str:
        seen = corpus.corrections.pair(first, second, snapshot or None)
        quotes = tuple(quote_from_json(seen[side]) for side in ("first", "second"))
        taken = guard.takes_reports
        return render_template(
            "report.html", quotes=quotes, snapshot=snapshot or "", error=error, typed=request.form, taken=taken
        )

    return pages
