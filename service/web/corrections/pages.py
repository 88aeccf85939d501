"""Correction pages: the form with which anybody reports an error in a pair, the log of what was answered, its feed."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, redirect, render_template, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from werkzeug.wrappers import Response as AnyResponse

from models.published import quote_from_json
from service.answers.corpus import answer_item
from service.corpus import Corpus
from service.errors import BadValue, CounterposeError
from service.schema.corrections import CorrectionsAnswer
from service.web import screens
from service.web.corrections.feed import feed
from service.web.guard import Guard
from service.web.negotiation import page_or_json

SEE_OTHER = 303


def limiter() -> Limiter:
    """Counts in this process's memory, by the address that a request came from."""
    return Limiter(get_remote_address, storage_uri="memory://", headers_enabled=True)


def blueprint(corpus: Corpus, guard: Guard, limits: Limiter, limit: str) -> Blueprint:
    pages = Blueprint("corrections", __name__)

    @pages.get("/corrections")
    def corrections() -> Response:
        found, waiting = corpus.corrections.answered(), corpus.corrections.number_open()
        page = partial(render_template, "corrections.html", found=found, waiting=waiting, sent="sent" in request.args)
        return page_or_json(
            request.args.get("format"),
            page,
            lambda: CorrectionsAnswer(corrections=[answer_item(one) for one in found], open=waiting),
        )

    @pages.get("/corrections.atom")
    def atom() -> Response:
        found = feed(corpus.corrections.answered(), screens.absolute)
        return Response(found, content_type="application/atom+xml; charset=utf-8")

    @pages.get("/report")
    def report() -> str:
        first, second = request.args.get("first", ""), request.args.get("second", "")
        if not (first and second):
            raise BadValue(
                "No pair of quotes is named.",
                "Open the comparison that is wrong: beside each of its pairs is “Report an error”.",
            )
        return _form(first, second, request.args.get("snapshot"))

    @pages.post("/report")
    @limits.limit(limit)
    def send() -> AnyResponse | tuple[str, int]:
        guard.demand_report()
        given = {name: request.form.get(name, "") for name in ("first", "second", "snapshot", "words", "by")}
        seen = corpus.corrections.pair(given["first"], given["second"], given["snapshot"] or None)
        try:
            corpus.corrections.report(seen, given["words"], given["by"])
        except CounterposeError as error:
            return _form(given["first"], given["second"], given["snapshot"], error), error.status
        return redirect("/corrections?sent=1", SEE_OTHER)

    def _form(first: str, second: str, snapshot: str | None, error: CounterposeError | None = None) -> str:
        seen = corpus.corrections.pair(first, second, snapshot or None)
        quotes = tuple(quote_from_json(seen[side]) for side in ("first", "second"))
        taken = guard.takes_reports
        return render_template(
            "report.html", quotes=quotes, snapshot=snapshot or "", error=error, typed=request.form, taken=taken
        )

    return pages
