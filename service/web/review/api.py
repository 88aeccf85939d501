"""Review API: the addresses of the review that are read; decisions are sent to those of `review_forms`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from flask import Response, g

from service.access.visitor import Visitor
from service.answers.review import error_card_answer, queue_answer, reviewed_answer, rulings_answer
from service.corpus import Corpus
from service.schema.fields import ListQuery
from service.schema.review import (
    ErrorCardAnswer,
    QueueAnswer,
    ReviewedPairAnswer,
    ReviewPairQuery,
    ReviewQuery,
    RulingsAnswer,
    RulingsQuery,
)
from service.store.accounts import Scope
from service.web.negotiation import page_or_json
from service.web.review.screens import error_card_page, pair_page, queue_of, queue_page, rulings_asked, rulings_page

View = Callable[..., Response]


def add_review(operation: Callable[..., Callable[[View], View]], corpus: Corpus) -> None:
    """`operation` registers a documented view."""

    @operation("get", "/review", QueueAnswer, 404, 409, 410)
    def review(query: ReviewQuery) -> Response:
        """Pairs that wait for a reader

        First what comparisons show and nobody has reviewed, the least certain first; then what was too close to call.
        Nothing is judged for it: it holds what comparisons and the map judged before.
        """
        found = queue_of(corpus, query)
        page = partial(queue_page, corpus, query, found)
        return page_or_json(query.format, page, lambda: queue_answer(found, query.skip, query.limit))

    @operation("get", "/review/pair", ReviewedPairAnswer, 404, 409, 410)
    def review_pair(query: ReviewPairQuery) -> Response:
        """Two statements, as the classifier judges them and as reviewers decided

        A decision is posted to `/rulings` as a form or as JSON: `first`, `second` (ids of statements), `decision`
        (`confirm`, `reject`, `opposes`, `agrees`), `why` (all but a confirmation take a reason), `by`, and `version`,
        so that a decision made meanwhile is noticed (409). `/rulings/<id>/withdraw` takes one back. Both take
        the scope `review`; the account's name stands in the place of `by`.
        """
        view = corpus.reviewing.pair(query.first, query.second)
        page = partial(pair_page, corpus, query, view)
        return page_or_json(
            query.format,
            page,
            lambda: reviewed_answer(view, corpus.reviewing.placings(view.decisions, whole=_whole())),
        )

    @operation("get", "/rulings", RulingsAnswer, 404)
    def rulings(query: RulingsQuery) -> Response:
        """What was decided of pairs, newest first

        Without the scope `review`, quotes that no document bears out any more come without words: `text` is null.
        """
        found = corpus.reviewing.decisions(**rulings_asked(query), whole=_whole())
        return page_or_json(query.format, partial(rulings_page, corpus, query, found), lambda: rulings_answer(found))

    @operation("get", "/review/errors", ErrorCardAnswer)
    def error_card(query: ListQuery) -> Response:
        """How many of the pairs that were shown stood when somebody read them

        As of now, of what reviewers chose to read, and apart of what was drawn at random.
        """
        page = partial(error_card_page, corpus)
        return page_or_json(query.format, page, lambda: error_card_answer(corpus.reviewing.card()))


def _whole() -> bool:
    """Whether who asks reads the words of documents that are gone, too."""
    visitor: Visitor = g.visitor
    return visitor.may(Scope.REVIEW)
