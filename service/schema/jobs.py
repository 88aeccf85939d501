"""Jobs: long work, how far it is and what became of it, as programs get it."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from service.schema.fields import documented
from service.schema.refusals import ErrorDetail

_JOB = {
    "id": 7,
    "kind": "add",
    "who": "R. Okafor",
    "state": "failed",
    "done": 2,
    "total": 2,
    "attempts": 1,
    "error": {
        "code": "conflict",
        "message": "Not added: 1 of 2 documents.",
        "remedy": "The others are there. See why for each, then retry these.",
        "nearest": [],
    },
    "created_at": "2026-03-01T09:00:00+00:00",
    "started_at": "2026-03-01T09:00:01+00:00",
    "ended_at": "2026-03-01T09:00:09+00:00",
}
_UNREADABLE = {
    "code": "unreadable",
    "message": "empty.txt is empty.",
    "remedy": "Give a file with the text of what was said.",
    "nearest": [],
}
_DOCUMENTS = [
    {"name": "remarks.md", "document": "3f1c08a2b5de", "duplicate": False, "error": None},
    {"name": "empty.txt", "document": None, "duplicate": False, "error": _UNREADABLE},
]


class JobItem(BaseModel):
    id: int
    kind: str = Field(description="`add`, `regroup`, `judge`, or what a newer version brings.")
    who: str
    state: Literal["waiting", "running", "done", "failed", "cancelled"]
    done: int = Field(description="Steps done; what a step is depends on the kind of job.")
    total: int = Field(description="Steps in all; 0 while that is not known.")
    attempts: int
    error: ErrorDetail | None = Field(description="Why it failed, or why it waits to be tried again.")
    created_at: str
    started_at: str | None
    ended_at: str | None


class JobDocumentItem(BaseModel):
    name: str
    document: str | None = Field(description="The document's id, once it is added.")
    duplicate: bool = Field(description="Whether this text was here already.")
    error: ErrorDetail | None


class JobsAnswer(BaseModel):
    model_config = documented({"jobs": [_JOB]})
    jobs: list[JobItem]


class JobAnswer(BaseModel):
    model_config = documented({"job": _JOB, "documents": _DOCUMENTS})
    job: JobItem
    documents: list[JobDocumentItem]


class JobPath(BaseModel):
    job_id: int = Field(description="A job's number.", ge=1, le=2_147_483_647)
