"""Jobs as programs get them."""

from __future__ import annotations

from service.jobs.desk import JobView
from service.schema.jobs import JobAnswer, JobDocumentItem, JobItem
from service.schema.refusals import ErrorDetail
from service.store.jobs import Job, JobDocument


def job_item(job: Job) -> JobItem:
    return JobItem(
        id=job.id,
        kind=job.kind,
        who=job.who,
        state=job.state.value,
        done=job.done,
        total=job.total,
        attempts=job.attempts,
        error=ErrorDetail(**job.error) if job.error is not None else None,
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )


def job_answer(found: JobView) -> JobAnswer:
    return JobAnswer(job=job_item(found.job), documents=[_document(one) for one in found.documents])


def _document(one: JobDocument) -> JobDocumentItem:
    outcome = one.outcome or {}
    return JobDocumentItem(
        name=one.name,
        document=outcome.get("document"),
        duplicate=outcome.get("duplicate", False),
        error=ErrorDetail(**outcome["error"]) if "error" in outcome else None,
    )
