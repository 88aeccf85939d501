"""API: the addresses that programs read. People get the same resources there as pages."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, cast

from flask import Response, g, jsonify, render_template, request
from flask_openapi3 import Tag

from service.answers.corpus import (
    document_answer,
    document_item,
    edits_answer,
    issue_item,
    over_time_answer,
    speaker_item,
    topic_answer,
    topic_item,
)
from service.answers.map import map_answer, map_csv
from service.answers.records import beside_answer, doubts_answer
from service.briefing import assembled
from service.budget import PAGE, WHOLE, Budget
from service.citing import passage
from service.corpus import Corpus
from service.schema.access import READING
from service.schema.brief import BriefAnswer, BriefQuery
from service.schema.cite import CiteAnswer, CiteQuery, StatementPath
from service.schema.compare import CompareQuery, CompareTexts, ComparisonAnswer, TextsQuery
from service.schema.corpus import DocumentAnswer, DocumentsAnswer, SpeakerItem, SpeakersAnswer
from service.schema.fields import DocumentPath, ListQuery, SpeakerPath, TopicPath
from service.schema.listing import DocumentsQuery, SpeakersQuery, TopicsQuery
from service.schema.map import MapAnswer, MapQuery
from service.schema.operation import HealthAnswer, ReadyAnswer
from service.schema.over_time import OverTimeAnswer, OverTimeQuery
from service.schema.records import BesideAnswer, BesidePath, DoubtsAnswer
from service.schema.refusals import refusals
from service.schema.topics import IssuesAnswer, TopicAnswer, TopicEditsAnswer, TopicsAnswer
from service.store.accounts import Scope
from service.web import charting, citing_screen, screens
from service.web.brief_screen import brief_page
from service.web.described import DescribedBlueprint
from service.web.documents import rivals as rival_screens
from service.web.forwarding import forwarded
from service.web.limits import Limits
from service.web.negotiation import brief_as, comparison_as, csv_page_or_json, demand_object, page_or_json
from service.web.paging import listing, paged
from service.web.review.api import add_review
from service.web.topics import screens as topic_screens
from service.web.topics.issue_forms import issue_page

View = Callable[..., Response]

COMPARE = Tag(name="compare", description="Two speakers side by side.")
REVIEW = Tag(name="review", description="What people decided of pairs, and what waits for them.")
CORPUS = Tag(name="corpus", description="What has been taken in: topics, speakers, documents.")
SERVICE = Tag(name="service", description="The service itself.")
_STORED_TEXT = {"description": "The stored text", "content": {"text/plain": {"schema": {"type": "string"}}}}


def blueprint(corpus: Corpus, limits: Limits) -> DescribedBlueprint:
    api = DescribedBlueprint("api", __name__)

    @api.before_request  # POST /compare is the one that takes a body here
    def demand_body() -> None:
        if request.method == "POST":
            limits.demand_comparison(request)  # before the body is read: what is no comparison costs reading, too
            demand_object()

    compare, read = partial(_operation, api, COMPARE), partial(_operation, api, CORPUS)

    @compare("get", "/compare", ComparisonAnswer, 404, 409, 410)
    def compare_speakers(query: CompareQuery) -> Response:
        """Two speakers on a topic, side by side

        Oppositions first, then agreements, each ordered by rank. A statement stands in one pair of a kind.
        No opposing pair is a normal answer: `pairs` is then empty and `searched` says how much was read.
        A topic's id or name of once redirects (308) to the topic that it became; the id of one that vanished is gone.
        """
        moved = forwarded(corpus, query.topic)
        if moved is not None:
            return moved
        found = corpus.compare(**query.asked())
        screen = partial(screens.comparison, corpus, query, found)
        link = screens.absolute(screens.settled(query, found).address())
        return comparison_as(found, query.format, screen, link, screens.caution(corpus), download=query.download)

    @compare("get", "/brief", BriefAnswer, 404, 409, 410)
    def brief(query: BriefQuery) -> Response:
        """Two speakers topic by topic, as one document

        Without `topic`: the topics on which both speak and which have a pair, of the 25 on which most is said. At most
        500 pairs in all. `left_out` lists what these limits, or the lack of a pair, left out. Pairs that were never
        judged before are judged up to a limit an answer; what it cuts is listed, or said in a notice of its comparison.
        """
        found = assembled(
            corpus, query.asked(), query.link(screens.absolute), screens.absolute(query.address()), Budget(WHOLE)
        )
        found = replace(found, caution=screens.caution(corpus))
        page = partial(brief_page, found, query)
        return brief_as(found, query.format, page, download=query.download)

    @compare("post", "/compare", ComparisonAnswer, 413, 415)
    def compare_texts(query: TextsQuery, body: CompareTexts) -> Response:
        """Two texts side by side

        Nothing of them is stored. A text may have 200,000 characters, and 1,000 different statements that are compared.
        Of long statements fewer pairs are judged, the nearest; then a notice says so.
        """
        sent = len(body.first.text) + len(body.second.text)
        limits.demand_length(request, sent)
        sides = (body.first.name, body.first.text), (body.second.name, body.second.text)
        found = corpus.compare_texts(
            *sides,
            body.topic,
            body.limit,
            body.min_confidence,
            include_unsure="unsure" in body.include,
            include_reported="reported" in body.include,
            before=partial(limits.demand_length, request, sent),
        )
        return comparison_as(found, query.format, partial(screens.texts, found))

    @read("get", "/topics", TopicsAnswer)
    def topics(query: TopicsQuery) -> Response:
        """All topics, largest first"""
        rows = corpus.topics(query.q)
        page = partial(topic_screens.topics, corpus, rows, query.q, query.page)
        return listing(
            query, rows, lambda row: row.id, page, lambda some: TopicsAnswer(topics=[topic_item(row) for row in some])
        )

    @read("get", "/topics/<topic_id>", TopicAnswer, 404, 409, 410)
    def topic(path: TopicPath, query: ListQuery) -> Response:
        """One topic, with everything said on it

        An id or name of once redirects (308) to the topic that it became; the id of one that vanished is gone.
        """
        moved = forwarded(corpus, path.topic_id)
        if moved is not None:
            return moved
        view = corpus.topic(path.topic_id)
        page = partial(topic_screens.topic, corpus, view)
        return page_or_json(query.format, page, lambda: topic_answer(view))

    @read("get", "/topic-edits", TopicEditsAnswer)
    def topic_edits(query: ListQuery) -> Response:
        """What people changed of the topics, newest first, and the topics that they hid"""
        rows, hidden = corpus.editing.journal(), corpus.hidden_topics()
        page = partial(topic_screens.topic_edits, corpus, rows, hidden)
        return page_or_json(query.format, page, lambda: edits_answer(rows, hidden))

    @compare("get", "/map", MapAnswer, 404)
    def topic_map(query: MapQuery) -> Response:
        """How each two speakers stand to each other on each topic

        Each cell counts the pairs that its comparison shows. Pairs that were never judged before are judged up to a
        limit an answer; cells beyond it are `unjudged`, and are judged when the map is asked for again.
        """
        found = corpus.map(**query.asked(), budget=Budget(PAGE))
        page = partial(charting.page, corpus, query, found)
        return csv_page_or_json(
            query.format, page, lambda: map_answer(found, query), lambda: map_csv(found, query), "map"
        )

    @read("get", "/issues", IssuesAnswer)
    def issues(query: ListQuery) -> Response:
        """The user's own list of issues, in its order

        Each is a topic too, and comes before those that are found. One on which nothing was said is in the list.
        """
        rows = corpus.issues()
        page = partial(issue_page, corpus)
        return page_or_json(query.format, page, lambda: IssuesAnswer(issues=[issue_item(row) for row in rows]))

    @read("get", "/speakers", SpeakersAnswer)
    def speakers(query: SpeakersQuery) -> Response:
        """All speakers, by name"""
        rows = corpus.speakers(query.q)
        page = partial(render_template, "speakers.html", found=paged(rows, query.page), text=query.q or "")
        return listing(
            query,
            rows,
            lambda row: row.speaker.id,
            page,
            lambda some: SpeakersAnswer(speakers=[speaker_item(row) for row in some]),
        )

    @read("get", "/speakers/<speaker_id>", SpeakerItem, 404)
    def speaker(path: SpeakerPath, query: ListQuery) -> Response:
        """One speaker"""
        row = screens.speaker_row(corpus, path.speaker_id)
        page = partial(screens.speaker, corpus, row)
        return page_or_json(query.format, page, lambda: speaker_item(row))

    @read("get", "/speakers/<speaker_id>/over-time", OverTimeAnswer, 404, 409, 410)
    def over_time(path: SpeakerPath, query: OverTimeQuery) -> Response:
        """One speaker on a topic, date by date

        What is new, said again and not said again since the date before, by similarity and relation of two statements.
        Pairs that were never judged before are judged up to a limit an answer; steps beyond it are not `judged`, and
        are when it is asked for again.
        A topic's id or name of once redirects (308) to the topic that it became; the id of one that vanished is gone.
        """
        moved = forwarded(corpus, query.topic)
        if moved is not None:
            return moved
        found = corpus.over_time(path.speaker_id, **query.asked(), budget=Budget(WHOLE))
        page = partial(screens.over_time, found, query)
        return page_or_json(query.format, page, lambda: over_time_answer(found))

    @read("get", "/cite/<statement_id>", CiteAnswer, 404, 409, 410)
    def cite(path: StatementPath, query: CiteQuery) -> Response:
        """One quote, in every form of citation

        A Web Annotation, a link to the words, records for citation programs, and footnotes in common styles.
        """
        return citing_screen.answer(passage(corpus, path.statement_id, screens.absolute("")), query.format)

    @read("get", "/documents", DocumentsAnswer)
    def documents(query: DocumentsQuery) -> Response:
        """All documents, newest first"""
        rows = corpus.documents(query.q)
        page = partial(screens.documents, corpus, paged(rows, query.page), query.q or "")
        return listing(
            query,
            rows,
            lambda row: row.id,
            page,
            lambda some: DocumentsAnswer(documents=[document_item(row) for row in some]),
        )

    @read("get", "/documents/<document_id>", DocumentAnswer, 404, 409, 410)
    def document(path: DocumentPath, query: ListQuery) -> Response:
        """One document: its turns and where its statements stand"""
        view = corpus.document(path.document_id)
        page = partial(screens.document, corpus, view)
        return page_or_json(query.format, page, lambda: document_answer(view))

    @read("get", "/documents/<document_id>.txt", _STORED_TEXT, 404, 409, 410)
    def document_text(path: DocumentPath) -> Response:
        """The stored text, exactly

        Every `start` and `end` counts its Unicode code points, and `document_sha256` is of its UTF-8.
        """
        return Response(corpus.text(path.document_id).encode(), content_type="text/plain; charset=utf-8")

    add_review(partial(_operation, api, REVIEW), corpus)

    @read("get", "/documents/<document_id>/attribution", DoubtsAnswer, 404, 409, 410)
    def attribution(path: DocumentPath, query: ListQuery) -> Response:
        """What is doubtful about who said what in a document, and who signed it off

        People read it on the document's page.
        """
        found = corpus.attributing.of(path.document_id)
        page = partial(screens.document, corpus, corpus.document(path.document_id))
        return page_or_json(query.format, page, lambda: doubts_answer(found))

    @read("get", "/documents/<document_id>/beside/<other_id>", BesideAnswer, 404, 409, 410)
    def beside(path: BesidePath, query: ListQuery) -> Response:
        """Two records of one event beside each other, in the order of both

        Any two documents can be named. Passages are whole sentences; where one record cuts a sentence in two, both.
        """
        found = corpus.rivals.beside(path.document_id, path.other_id)
        return page_or_json(query.format, partial(rival_screens.page, found), lambda: beside_answer(found))

    @_operation(api, SERVICE, "get", "/healthz", HealthAnswer)
    def health() -> Response:
        """Whether the service answers, and what it is made of"""
        found = corpus.health()
        return jsonify(found if g.visitor.may(Scope.READ) else {"status": found["status"]})

    @_operation(api, SERVICE, "get", "/readyz", ReadyAnswer)
    def ready() -> Response:
        """Whether it is ready to be sent requests: its database answers, and its models are there and whole"""
        corpus.ready()
        return jsonify(status="ready")

    return api


def _operation(
    api: DescribedBlueprint, tag: Tag, method: str, rule: str, answer: type[Any] | dict[str, Any], *refused: int
) -> Callable[[View], View]:
    """A documented view: the schema and example of its answer, and how it refuses."""
    responses = {"200": answer, **refusals(*refused)}
    register = cast(Callable[..., Callable[[View], View]], getattr(api, method))
    return register(rule, tags=[tag], responses=responses, security=READING)
