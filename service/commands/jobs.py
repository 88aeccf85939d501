"""Commands about long work: jobs, and what of it can be watched, cancelled and tried again."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from service.commands.terminal import as_json, note, opened, print_json, progress, say, writer
from service.errors import restored

if TYPE_CHECKING:
    from service.corpus import Corpus
    from service.jobs.desk import JobView
    from service.store.jobs import Job

POLL = 0.5  # seconds
_job = click.argument("job", type=click.IntRange(1), metavar="JOB")


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def jobs(context: click.Context, as_json: bool) -> None:
    """List jobs, newest first; or watch, cancel or retry one, or hand one in."""
    if context.invoked_subcommand is not None:
        return
    with opened() as corpus:
        found = corpus.jobs.listed()
    if as_json:
        from service.answers.jobs import job_item

        print_json({"jobs": [job_item(job).model_dump() for job in found]})
        return
    for job in found:
        click.echo(line(job))


@jobs.command()
@_job
@click.option("--watch", is_flag=True, help="Stay until it has ended, showing how far it is.")
@as_json
def show(job: int, watch: bool, as_json: bool) -> None:
    """Show one job, and what became of each document. Exit status 1 where it failed or was cancelled."""
    with opened() as corpus:
        found = watched(corpus, job) if watch else corpus.jobs.one(job)
    report(found, as_json=as_json)


@jobs.command()
@_job
def cancel(job: int) -> None:
    """Cancel a job that has not ended. What it has added already stays."""
    with opened() as corpus:
        click.echo(line(corpus.jobs.cancel(job)))


@jobs.command()
@_job
def retry(job: int) -> None:
    """Let a job that failed or was cancelled begin anew. What it has done already is not done twice."""
    with opened() as corpus:
        click.echo(line(corpus.jobs.retry(job, writer())))


@jobs.command()
@click.option("--watch", is_flag=True, help="Stay until it has ended, showing how far it is.")
def regroup(watch: bool) -> None:
    """Hand in that vectors and topics are brought up to date."""
    with opened() as corpus:
        handed_in(corpus, corpus.jobs.submit("regroup", by=writer()), watch=watch)


def handed_in(corpus: Corpus, job: Job, *, watch: bool, as_json: bool = False) -> None:
    """Say that a job is there, or stay until it has ended."""
    if watch:
        report(watched(corpus, job.id), as_json=as_json)
        return
    if as_json:
        from service.answers.jobs import job_item

        print_json(job_item(job).model_dump())
        return
    click.echo(line(job))
    note(f"A worker does it: counterpose serve or counterpose worker. See counterpose jobs show {job.id} --watch.")


def watched(corpus: Corpus, job: int) -> JobView:
    with progress("Working") as bar:
        while True:
            found = corpus.jobs.job(job)
            if found.total:
                bar(found.done, found.total)
            if found.ended:
                return corpus.jobs.one(job)
            time.sleep(POLL)


def report(found: JobView, *, as_json: bool) -> None:
    """Print a job. Raises SystemExit where it did not do what it was to do."""
    from service.store.jobs import JobState

    if as_json:
        from service.answers.jobs import job_answer

        print_json(job_answer(found).model_dump())
    else:
        click.echo(line(found.job))
        for each in _documents(found):
            click.echo(f"  {each}")
        if found.job.error is not None:
            say(restored(found.job.error))
    if found.job.state in (JobState.FAILED, JobState.CANCELLED):
        raise SystemExit(1)


def line(job: Job) -> str:
    from service.jobs.kinds import label

    far = f", {job.done} of {job.total}" if job.total and not job.ended else ""
    return f"job {job.id}: {label(job)}: {job.state}{far}"


def _documents(found: JobView) -> Iterator[str]:
    from service.rendering.counting import count

    for one in found.documents:
        if one.outcome is None:
            yield f"{one.name}: not added yet"
        elif "error" in one.outcome:
            yield f"{one.name}: not added: {restored(one.outcome['error'])}"
        elif one.outcome["duplicate"]:
            yield f"{one.name}: document {one.outcome['document']} already"
        else:
            yield f"{one.name}: document {one.outcome['document']}, {count(one.outcome['comparable'], 'statement')}"
