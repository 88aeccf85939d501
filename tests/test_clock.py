"""A clock that is set back: what came later still counts as later, and nothing waits for the clock to catch up."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta, tzinfo

import pytest

from service.access.access import Access
from service.config import Config
from service.corpus import Corpus
from service.errors import TooManySignIns, Unauthorized
from service.jobs.kinds.add import Given
from service.readers import Source
from service.store import store
from service.store.audit import verified
from service.store.jobs import JobState, JobsWriting
from service.store.store import Store

DAY = 86_400.0
LATER = b"ADA: The bridge must be repaired before winter comes.\n\nGRACE: The bridge must not be repaired this year.\n"


@pytest.fixture
def set_back(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Set the clocks of this process back by so many seconds."""
    real = time.time

    def back(seconds: float) -> None:
        class Earlier(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> datetime:
                return datetime.now(tz) - timedelta(seconds=seconds)

        monkeypatch.setattr(store, "datetime", Earlier)
        monkeypatch.setattr(time, "time", lambda: real() - seconds)

    return back


def test_what_people_write_is_in_the_order_in_which_they_wrote_it(
    topics_corpus: Corpus, set_back: Callable[[float], None]
) -> None:
    corpus = topics_corpus
    pair = corpus.compare().pairs[0]
    topic = corpus.topics()[0].id
    corpus.reviewing.rule(pair.first.id, pair.second.id, "reject", why="Read it.", by="Eva")
    corpus.editing.rename(topic, "The first name", by="Eva")
    revision = corpus.revision
    set_back(DAY)
    corpus.reviewing.rule(pair.first.id, pair.second.id, "agrees", why="Read it again.", by="Eva")
    corpus.editing.rename(topic, "The second name", by="Eva")
    added = corpus.add(Source("later.txt", LATER), by="Eva").document
    rows = list(corpus.audit())
    assert [row.id for row in rows] == list(range(1, len(rows) + 1))
    assert rows[-1].at < rows[0].at, "the clock was not set back"
    assert verified(map(asdict, rows)).broken is None
    assert corpus.revision > revision
    held = corpus.reviewing.pair(pair.first.id, pair.second.id).held
    assert held is not None
    assert held.ruling.why == "Read it again."
    assert corpus.topic(topic).row.name == "The second name"
    assert corpus.editing.journal()[0].edit.what.endswith("“The second name”")
    newest = corpus.changes()
    assert newest is not None
    assert newest.subject == added.id


def test_a_job_whose_worker_died_before_is_taken_over_and_one_that_waits_is_done(
    corpus: Corpus, set_back: Callable[[float], None]
) -> None:
    jobs = [corpus.jobs.add([Given(Source(f"{at}.txt", LATER.replace(b"bridge", b"bridge %d" % at)))]) for at in (1, 2)]
    with corpus._store.queueing() as writing:
        held = JobsWriting(writing)
        assert held.claim(jobs[0].id, "somebody who died", 30) is not None
        waiting = held.claim(jobs[1].id, "somebody who handed it back", 30)
        assert waiting is not None
        held.hand_back(waiting, None, 16)
    assert corpus.jobs.lapsed() == ()
    set_back(DAY)
    (lapsed,) = corpus.jobs.lapsed()
    corpus.jobs.take_back(lapsed)
    for job in jobs:
        corpus.jobs.run(job.id)
        assert corpus.jobs.one(job.id).job.state is JobState.DONE
    assert len(corpus.documents()) == 2


def test_who_has_to_wait_before_signing_in_waits_no_longer_for_it(database_url: str) -> None:
    at = [1_800_000_000.0]
    held = Store(database_url)
    access = Access(held, Config(), lambda: at[0])

    def attempt() -> None:
        access.sign_in("Eva", "not the password", "192.0.2.7")

    for _ in range(5):
        with pytest.raises(Unauthorized):
            attempt()
        at[0] += 1
    with pytest.raises(TooManySignIns):
        attempt()
    at[0] -= DAY
    with pytest.raises(Unauthorized):
        attempt()
    with pytest.raises(TooManySignIns):
        attempt()
    held.close()
