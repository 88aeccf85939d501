"""Adding documents: one, or a portion of many, or the end of many, when all are grouped at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from models.transcript import Metadata, Record
from service.documents.intake import Attribution
from service.documents.library import already
from service.errors import Conflict, CounterposeError, Unavailable, kept
from service.jobs.kinds import Means
from service.jobs.run import Run
from service.readers import Source
from service.store.jobs import JobDocument
from service.translation import N_
from service.views import Added

NAME = "add"
LABEL = N_("Adding")


@dataclass(frozen=True, slots=True)
class Given:
    """A document as it was handed over: the file, what is known of it, and whose place it is to take."""

    source: Source
    known: Metadata = field(default_factory=Metadata)
    how: Attribution = field(default_factory=Attribution)
    replaces: str | None = None

    def kept(self) -> dict[str, Any]:
        """All but the file, as `given` reads it back."""
        how = {"speaker": self.how.speaker, "speakers": dict(self.how.speakers), "from_name": self.how.from_name}
        return {"known": asdict(self.known), "how": how, "replaces": self.replaces}


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
        return
    alone = run.job.parent is None
    failures = 0
    for document in own:
        run.beat()
        if document.outcome is not None:
            failures += "error" in document.outcome
            continue
        try:
            _add(means, run, document, alone=alone)
        except CounterposeError as error:
            if alone or isinstance(error, Unavailable):
                raise
            run.settle(document, {"error": kept(error)})
            failures += 1
    if failures:
        run.end(error=_not_added(failures, len(own)))


def _add(means: Means, run: Run, document: JobDocument, *, alone: bool) -> None:
    """Add one. What takes long is done first, while others write."""
    one = given(document, run.data(document))
    told = run.progress if alone else run.beat
    prepared = means.library.prepare(one.source, one.known, one.how, replaces=one.replaces, progress=told)
    there = already(prepared)
    with means.library.writing() if there is None else means.store.queueing() as writing:
        added = there or means.library.store(writing, prepared, by=run.job.who, regrouped=alone)
        run.settle(document, outcome(added), writing)
        if alone:
            run.end(writing)
    if alone:
        means.grouping.write_vectors()


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
