"""Job forms: what hands jobs in, cancels them and tries them again."""

from __future__ import annotations

from flask import Blueprint, g, redirect, request
from pydantic import ValidationError
from werkzeug.wrappers import Response

from service.corpus import Corpus
from service.documents.intake import Attribution, Given
from service.errors import restored
from service.jobs.kinds import scope
from service.jobs.kinds.judge import NAME as JUDGE
from service.schema.map import MapQuery
from service.store.jobs import JobState
from service.web.documents.draft import Draft
from service.web.guard import Guard
from service.web.negotiation import invalid

SEE_OTHER = 303
SIDES = "sides"
PATIENCE = 2.0  # seconds that a reader waits for a document before being shown how far it is


def add_job_forms(pages: Blueprint, corpus: Corpus, guard: Guard) -> None:
    @pages.post("/jobs/<int:job_id>/cancel")
    def cancel_job(job_id: int) -> Response:
        guard.demand_scope(g.visitor, corpus.jobs.one(job_id).scope)
        return redirect(f"/jobs/{corpus.jobs.cancel(job_id).id}", SEE_OTHER)

    @pages.post("/jobs/<int:job_id>/retry")
    def retry_job(job_id: int) -> Response:
        guard.demand_scope(g.visitor, corpus.jobs.one(job_id).scope)  # who tries it again answers for it
        found = corpus.jobs.retry(job_id, request.form.get("by", "").strip())
        return redirect(f"/jobs/{found.id}", SEE_OTHER)

    @pages.post("/map/judge")
    def judge_map() -> Response:
        guard.demand_scope(g.visitor, scope(JUDGE))
        held = {name: request.form.getlist(name) for name in ("speaker", "delegation")}
        sides = request.form.get(SIDES, "")  # a map's `by` says what its sides are, a form's who sends it
        try:
            query = MapQuery.model_validate({**request.form.to_dict(), **held, "by": sides})
        except ValidationError as error:
            raise invalid(error) from None
        job = corpus.jobs.submit(JUDGE, query.whole(), request.form.get("by", "").strip())
        return redirect(f"/jobs/{job.id}", SEE_OTHER)


def added(corpus: Corpus, draft: Draft) -> str:
    """Hand the draft in; the address of its document, or of its job where that takes longer. Raises what failed."""
    how = Attribution(draft.speaker or None, draft.speakers)
    job = corpus.jobs.add([Given(draft.source(), draft.given(), how, draft.replaces or None)], draft.by)
    found = corpus.jobs.attend(job.id, PATIENCE)
    (document,) = found.documents
    if found.job.state is JobState.FAILED and found.job.error is not None:
        corpus.jobs.forget(job.id)  # the form has it, with what was typed
        raise restored(found.job.error)
    if found.job.state is JobState.DONE and document.outcome is not None:
        return f"/documents/{document.outcome['document']}?added=1"
    return f"/jobs/{job.id}"
