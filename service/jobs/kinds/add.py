"""Adding documents: one, or a portion of many, or the end of many, when all are grouped at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from models.transcript import Metadata, Record
from service.documents.intake import Attribution, Given
from service.documents.library import already
from service.documents.preparing import Prepared
from service.errors import Conflict, CounterposeError, Unavailable, kept
from service.jobs.kinds import Means
from service.jobs.run import Run
from service.readers import Source
from service.store.accounts import Scope
from service.store.jobs import JobDocument
from service.translation import N_
from service.views import Added

NAME = "add"
LABEL = N_("Adding")


def scope(*, replacing: bool) -> Scope:
    return Scope.EDIT if replacing else Scope.ADD


def given(document: JobDocument, data: bytes) -> Given:
    record = document.how["known"]["record"]
    known = Metadata(**{**document.how["known"], "record": record and Record(record)})
    how = Attribution(**document.how["how"])
    return Given(Source(document.name, data), known, how, document.how["replaces"])


def work(means: Means, run: Run) -> None:
    documents = run.documents()
    own = [one for one in documents if one.job == run.job.id]
    if not own:
        _group(means, run, documents)
    elif run.job.parent is None:
        _add(means, run, own[0])
    else:
        _add_portion(means, run, own)


def _add(means: Means, run: Run, document: JobDocument) -> None:
    """Add one that stands alone. What takes long is done first, while others write."""
    run.beat()
    prepared = means.library.prepare(given(document, run.data(document)), run.progress, run.beat)
    there = already(prepared)
    run.beat()
    with means.library.writing() if there is None else means.store.queueing() as writing:
        added = there or means.library.store(writing, prepared, by=run.job.who)
        run.settle(document, outcome(added), writing)
        run.end(writing)
    means.grouping.write_vectors()


def _add_portion(means: Means, run: Run, own: Sequence[JobDocument]) -> None:
    """Add those that are open, embedded together; one after the other where the portion was tried before, so that a
    document which takes its worker down takes no other with it."""
    waiting = [one for one in own if one.outcome is None]
    failures = sum("error" in one.outcome for one in own if one.outcome is not None)
    for some in [waiting] if run.job.attempts == 1 else [[one] for one in waiting]:
        prepared = means.library.prepare_many((given(one, run.data(one)) for one in some), run.beat, run.beat)
        for document, found in zip(some, prepared, strict=True):
            run.beat()
            failures += not _stored(means, run, document, found)
    if failures:
        run.end(error=_not_added(failures, len(own)))


def _stored(means: Means, run: Run, document: JobDocument, found: Prepared | CounterposeError) -> bool:
    """Store one document of a portion, or keep why not; whether it is there."""
    try:
        if isinstance(found, CounterposeError):
            raise found
        there = already(found)
        with means.library.writing() if there is None else means.store.queueing() as writing:
            added = there or means.library.store(writing, found, by=run.job.who, regrouped=False)
            run.settle(document, outcome(added), writing)
    except Unavailable:
        raise
    except CounterposeError as error:
        run.settle(document, {"error": kept(error)})
        return False
    return True


def _group(means: Means, run: Run, documents: Sequence[JobDocument]) -> None:
    """All are there: group them at once, and say which are not."""
    failures = sum(one.outcome is None or "error" in one.outcome for one in documents)
    error = _not_added(failures, len(documents)) if failures else None
    means.grouping.prepare(run.beat, lambda writing: run.end(writing, error))
    run.end(error=error)


def _not_added(failures: int, number: int) -> CounterposeError:
    return Conflict(
        f"Not added: {failures} of {number} documents.", "The others are there. See why for each, then retry these."
    )


def outcome(added: Added) -> Mapping[str, Any]:
    """What became of a document, as its job keeps it."""
    return {
        "document": added.document.id,
        "duplicate": added.duplicate,
        "statements": added.statements,
        "comparable": added.comparable,
        "speakers": [who.name for who in added.speakers],
        "warnings": list(added.warnings),
    }
