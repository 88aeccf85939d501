"""Job screens: the list of jobs, and one as it goes on."""

from __future__ import annotations

from dataclasses import dataclass

from flask import render_template

from service.errors import CounterposeError, restored
from service.jobs.desk import JobView
from service.jobs.kinds import label
from service.store.jobs import Job, JobState
from service.translation import gettext

SHOWN = 500  # documents of one job, those first that were not added


@dataclass(frozen=True, slots=True)
class JobEntry:
    """A job in words. `far` is empty where there is nothing to count."""

    job: Job
    label: str
    state: str
    far: str

    @property
    def open(self) -> bool:
        return not self.job.ended

    @property
    def again(self) -> bool:
        """Whether it can be tried again."""
        return self.job.state in (JobState.FAILED, JobState.CANCELLED)


def jobs(found: tuple[Job, ...]) -> str:
    return render_template("jobs.html", entries=[entry(job) for job in found])


def job(found: JobView) -> str:
    error: CounterposeError | None = restored(found.job.error) if found.job.error is not None else None
    by_need = sorted(found.documents, key=lambda one: "error" not in (one.outcome or {}))
    more = max(len(by_need) - SHOWN, 0)
    return render_template("job.html", entry=entry(found.job), documents=by_need[:SHOWN], more=more, error=error)


def entry(job: Job) -> JobEntry:
    return JobEntry(job, label(job), state(job), far(job))


def state(job: Job) -> str:
    return {
        JobState.WAITING: gettext("waiting"),
        JobState.RUNNING: gettext("running"),
        JobState.DONE: gettext("done"),
        JobState.FAILED: gettext("failed"),
        JobState.CANCELLED: gettext("cancelled"),
    }[job.state]


def far(job: Job) -> str:
    """How far it is, in words."""
    if not job.total or job.ended:
        return state(job)
    return gettext("%(state)s, %(done)s of %(total)s", state=state(job), done=job.done, total=job.total)
