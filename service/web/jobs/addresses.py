"""Job addresses: how far each is, for people and for programs. They hold names, so not everybody may read them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from flask import Response
from flask_openapi3 import Tag

from service.answers.jobs import job_answer, job_item
from service.corpus import Corpus
from service.schema.access import WRITING
from service.schema.fields import ListQuery
from service.schema.jobs import JobAnswer, JobPath, JobsAnswer
from service.schema.refusals import refusals
from service.web.described import DescribedBlueprint
from service.web.jobs import screens
from service.web.jobs.events import Streams
from service.web.negotiation import page_or_json

JOBS = Tag(name="jobs", description="Long work, and how far it is. Takes the scope `add`.")
View = Callable[..., Response]


def blueprint(corpus: Corpus, threads: int) -> DescribedBlueprint:
    """`threads`: how many requests the server answers at once, of which streams may take half."""
    api = DescribedBlueprint("jobs", __name__)
    streams = Streams(corpus, threads // 2)

    def operation(rule: str, answer: type[Any], *refused: int) -> Callable[[View], View]:
        responses: dict[Any, Any] = {"200": answer, **refusals(*refused)}
        return cast(Callable[[View], View], api.get(rule, tags=[JOBS], responses=responses, security=WRITING))

    @operation("/jobs", JobsAnswer)
    def jobs(query: ListQuery) -> Response:
        """Jobs, newest first

        The newest 200. Portions of large ones are not listed beside them.
        """
        found = corpus.jobs.listed()
        page = partial(screens.jobs, found)
        return page_or_json(query.format, page, lambda: JobsAnswer(jobs=[job_item(job) for job in found]))

    @operation("/jobs/<int:job_id>", JobAnswer, 404)
    def job(path: JobPath, query: ListQuery) -> Response:
        """One job, and what became of each of its documents

        `/jobs/<id>/events` gives the same `job` as server-sent events, as it goes on; a stream ends after some seconds
        and is asked for again.
        """
        found = corpus.jobs.one(path.job_id)
        return page_or_json(query.format, partial(screens.job, found), lambda: job_answer(found))

    @api.route("/jobs/<int:job_id>/events")
    def events(job_id: int) -> Response:
        return streams.follow(job_id)

    return api
