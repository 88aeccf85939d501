"""Jobs: long work is done once, whoever does it, and is lost neither with a worker nor with a full disk."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, text

from models.embedding import Embedder
from models.transcript import Metadata, Record
from service.budget import Budget
from service.corpus import Corpus
from service.documents import preparing
from service.documents.intake import Attribution, Given
from service.errors import BadValue, Conflict, Forbidden, NotFound, Unavailable
from service.jobs import desk as desk_module
from service.jobs.kinds import add as adding
from service.jobs.kinds import kinds
from service.jobs.run import Lost, Run
from service.jobs.worker import Sweep, working
from service.readers import Source
from service.signature import signing
from service.store.accounts import Role
from service.store.jobs import Job, JobState, JobsWriting

ROOT = Path(__file__).resolve().parents[1]


def speech(number: int, sentences: int = 6) -> Given:
    words = "roads boats water light wood trade peace schools trains coal".split()
    said = [f"In the year {number} the council wants {word} and bridges for all." for word in words[:sentences]]
    turns = f"MAYOR ONE:  {' '.join(said[::2])}\n\nMINISTER TWO:  {' '.join(said[1::2])}\n"
    return Given(Source(f"{number}.txt", turns.encode()))


@pytest.fixture
def either(corpus_factory: Callable[..., Corpus], database_url: str) -> Corpus:
    """An empty corpus, in each of the engines."""
    return corpus_factory(database_url=database_url, job_lease=1)


def beside(corpus: Corpus, corpus_factory: Callable[..., Corpus], **settings: Any) -> Corpus:
    """The same database, as another process has it."""
    return corpus_factory(database_url=corpus._config.database_url, job_lease=1, **settings)


def ended(corpus: Corpus, job: Job, seconds: float = 60) -> Job:
    until = time.monotonic() + seconds
    while not (found := corpus.jobs.one(job.id).job).ended:
        assert time.monotonic() < until, found
        time.sleep(0.05)
    return found


def claimed(corpus: Corpus, job: Job, holder: str = "somebody", seconds: float = 60) -> Run:
    """A job in the hands of a worker that does nothing with it."""
    with corpus._store.queueing() as writing:
        found = JobsWriting(writing).claim(job.id, holder, seconds)
    assert found is not None
    return Run(found, corpus._store, seconds, threading.Event())


def additions(corpus: Corpus) -> list[str]:
    return [row.subject for row in corpus.audit() if row.action == "add"]


# Adding ------------------------------------------------------------------------------------------------------


def test_a_document_handed_in_is_added_by_a_worker_and_its_file_is_let_go_of(either: Corpus) -> None:
    with working(either.jobs):
        job = either.jobs.add([speech(1)], by="Eva")
        assert ended(either, job).state is JobState.DONE
    found = either.jobs.one(job.id)
    (document,) = found.documents
    assert document.outcome is not None
    (row,) = either.documents()
    assert document.outcome["document"] == row.id
    assert (document.outcome["comparable"], document.outcome["duplicate"]) == (row.comparable, False)
    assert [one.who for one in either.audit() if one.action == "add"] == ["Eva"]
    with either._store.reading() as reading:
        assert JobsWriting(reading).data(document) == b""  # type: ignore[arg-type]
    assert found.job.error is None
    assert found.job.started_at is not None
    assert found.job.ended_at is not None


def test_what_is_known_of_a_document_goes_with_it(corpus: Corpus) -> None:
    known = Metadata(title="The roads", date="2021-12-02", record=Record.VERBATIM)
    how = Attribution(speakers={"MAYOR ONE": "Ada Novak", "MINISTER TWO": None})
    job = corpus.jobs.add([Given(speech(1).source, known, how)])
    corpus.jobs.attend(job.id, 60)
    (row,) = corpus.documents()
    assert row.metadata == known
    assert [who.name for who in row.speakers] == ["Ada Novak"]


def test_a_process_without_a_worker_does_what_it_attends_to_itself(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(1)])
    assert corpus.jobs.one(job.id).job.state is JobState.WAITING
    assert corpus.jobs.attend(job.id, 0).job.state is JobState.DONE


def test_where_others_are_to_do_jobs_they_are_waited_for_no_longer_than_was_said(
    corpus_factory: Callable[..., Corpus],
) -> None:
    corpus = corpus_factory(worker=False)
    job = corpus.jobs.add([speech(1)])
    began = time.monotonic()
    assert corpus.jobs.attend(job.id, 0.3).job.state is JobState.WAITING
    assert 0.3 <= time.monotonic() - began < 5


def test_many_are_added_in_portions_and_grouped_once_at_the_end(either: Corpus) -> None:
    number = desk_module.PORTION + 3
    with working(either.jobs):
        job = either.jobs.add([speech(number) for number in range(number)])
        assert ended(either, job).state is JobState.DONE
    assert len(additions(either)) == len(either.documents()) == number
    assert [row.action for row in either.audit()].count("regroup") == 1
    found = either.jobs.one(job.id)
    assert (found.job.done, found.job.total, len(found.documents)) == (number, number, number)
    assert [one.name for one in found.documents] == [f"{at}.txt" for at in range(number)]
    assert [one.id for one in either.jobs.listed()] == [job.id]  # its portions are not jobs of their own to a reader
    before = either.revision
    assert either.topics()
    assert either.revision == before  # nothing was left for the first reader to group


def test_readers_do_not_group_what_a_job_is_still_adding(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(number) for number in range(desk_module.PORTION + 1)])
    corpus.jobs.run(corpus.jobs._portions_of(job.id)[0])
    assert corpus.jobs.one(job.id).job.state is JobState.RUNNING
    assert len(corpus.documents()) == desk_module.PORTION
    assert corpus.topics() == ()
    corpus.jobs.attend(job.id, 60)
    assert corpus.topics() != ()


def test_a_bad_document_does_not_stop_the_others_and_a_retry_adds_no_other_twice(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(1), Given(Source("empty.txt", b"")), speech(2)])
    found = corpus.jobs.attend(job.id, 60)
    assert found.job.state is JobState.FAILED
    assert found.job.error is not None
    assert found.job.error["message"] == "Not added: 1 of 3 documents."
    outcomes = [one.outcome or {} for one in found.documents]
    assert ["error" in one for one in outcomes] == [False, True, False]
    assert "empty" in outcomes[1]["error"]["message"]
    corpus.jobs.retry(job.id)
    assert corpus.jobs.attend(job.id, 60).job.state is JobState.FAILED
    assert len(additions(corpus)) == 2


def test_bad_input_fails_at_the_first_attempt_with_what_to_do(corpus: Corpus) -> None:
    job = corpus.jobs.add([Given(Source("empty.txt", b""))])
    with working(corpus.jobs):
        found = ended(corpus, job)
    assert (found.state, found.attempts) == (JobState.FAILED, 1)
    assert found.error is not None
    assert found.error["code"] == "unreadable"
    assert found.error["remedy"]
    with corpus._store.reading() as reading:
        data = JobsWriting(reading).data(corpus.jobs.one(job.id).documents[0])  # type: ignore[arg-type]
    assert data == b""


def test_a_text_that_is_here_already_is_reported_and_nothing_is_changed(corpus: Corpus) -> None:
    added = corpus.add(speech(1).source)
    before = corpus.revision
    found = corpus.jobs.attend(corpus.jobs.add([speech(1)]).id, 60)
    assert found.job.state is JobState.DONE
    assert found.documents[0].outcome == {**adding.outcome(added), "duplicate": True, "warnings": []}
    assert corpus.revision == before


def test_of_two_workers_given_the_same_document_one_adds_it_and_the_other_says_so(
    either: Corpus, corpus_factory: Callable[..., Corpus]
) -> None:
    both = (either, beside(either, corpus_factory))
    jobs = [one.jobs.add([speech(1)]) for one in both]
    prepared = [one._library.prepare(speech(1)) for one in both]
    assert [one.same for one in prepared] == [None, None]  # both may begin before either has ended
    threads = [threading.Thread(target=one.jobs.run, args=(job.id,)) for one, job in zip(both, jobs, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcomes = [either.jobs.one(job.id).documents[0].outcome or {} for job in jobs]
    assert sorted(one["duplicate"] for one in outcomes) == [False, True]
    assert len({one["document"] for one in outcomes}) == len(additions(either)) == 1
    with either._library.writing() as writing:
        assert either._library.store(writing, prepared[1], by="").duplicate  # prepared before, stored after


def test_a_job_that_replaces_a_document_does(corpus: Corpus) -> None:
    old = corpus.add(speech(1).source).document
    job = corpus.jobs.add([Given(speech(2).source, replaces=old.id)])
    assert corpus.jobs.attend(job.id, 60).job.state is JobState.DONE
    (row,) = corpus.documents()
    assert row.original_name == "2.txt"


def test_nothing_is_handed_in_where_nothing_may_be_written(corpus_factory: Callable[..., Corpus]) -> None:
    corpus = corpus_factory(read_only=True)
    with pytest.raises(Forbidden):
        corpus.jobs.add([speech(1)])
    with pytest.raises(Forbidden):
        corpus.jobs.submit("regroup")
    with pytest.raises(Forbidden), working(corpus.jobs):
        pass


def test_no_documents_are_no_job(corpus: Corpus) -> None:
    with pytest.raises(BadValue, match="No document"):
        corpus.jobs.add([])
    assert corpus.jobs.listed() == ()


# Other kinds -------------------------------------------------------------------------------------------------


def test_every_kind_is_found_by_being_in_the_folder() -> None:
    assert sorted(kinds()) == ["add", "judge", "regroup"]


def test_topics_are_brought_up_to_date_by_a_job(corpus: Corpus) -> None:
    corpus.add(speech(1).source, regroup=False)
    job = corpus.jobs.submit("regroup")
    assert corpus.jobs.attend(job.id, 60).job.state is JobState.DONE
    revision = corpus.revision
    assert corpus.topics()
    assert corpus.revision == revision
    again = corpus.jobs.submit("regroup")  # nothing to do is done at once
    assert corpus.jobs.attend(again.id, 60).job.state is JobState.DONE
    assert corpus.revision == revision


def test_a_map_is_judged_by_a_job(topics_corpus: Corpus) -> None:
    assert topics_corpus.map(budget=Budget(0)).unjudged
    job = topics_corpus.jobs.submit("judge", {"speakers": []})
    found = topics_corpus.jobs.attend(job.id, 60).job
    assert found.state is JobState.DONE
    assert 0 < found.done == found.total
    assert not topics_corpus.map(budget=Budget(0)).unjudged


def test_a_kind_that_only_a_newer_version_knows_fails_with_what_to_do(corpus: Corpus) -> None:
    with pytest.raises(BadValue, match="no kind of job"):
        corpus.jobs.submit("dance")
    with corpus._store.queueing() as writing:
        number = JobsWriting(writing).add("dance", {}, "")
    found = corpus.jobs.attend(number, 5).job
    assert found.state is JobState.FAILED
    assert found.error is not None
    assert "Update" in found.error["remedy"]


# Once --------------------------------------------------------------------------------------------------------


def test_a_job_is_claimed_by_one(either: Corpus, corpus_factory: Callable[..., Corpus]) -> None:
    other = beside(either, corpus_factory)
    job = either.jobs.add([speech(1)])
    claimed(either, job)
    with other._store.queueing() as writing:
        assert JobsWriting(writing).claim(job.id, "another", 1) is None
    other.jobs.run(job.id)
    assert other.documents() == ()


def test_a_worker_that_comes_late_changes_nothing(either: Corpus, corpus_factory: Callable[..., Corpus]) -> None:
    """Its job was taken over after its lease and is done; its own write is undone as a whole."""
    other = beside(either, corpus_factory)
    job = either.jobs.add([speech(1)])
    late = claimed(either, job, seconds=0.01)
    (document,) = late.documents()
    prepared = either._library.prepare(speech(1))

    def store_late() -> None:
        with either._library.writing() as writing:
            added = either._library.store(writing, prepared, by="")
            assert not added.duplicate
            late.settle(document, adding.outcome(added), writing)

    time.sleep(0.05)
    (lapsed,) = other.jobs.lapsed()
    other.jobs.take_back(lapsed)
    other.jobs.run(job.id)
    assert other.jobs.one(job.id).job.state is JobState.DONE
    other.remove(other.documents()[0].id)  # so that nothing but the lease keeps the late one from adding it
    with pytest.raises(Lost):
        store_late()
    assert either.documents() == ()
    assert len(additions(either)) == 1
    with pytest.raises(Lost):
        late.progress(1, 1)


def test_a_heartbeat_keeps_a_job_through_a_step_that_takes_longer_than_the_lease(either: Corpus) -> None:
    run = claimed(either, either.jobs.add([speech(1)]), seconds=1.0)
    run._lease = 1.0
    with run.beating():
        for _ in range(14):
            time.sleep(0.1)
            assert either.jobs.lapsed() == ()
    time.sleep(1.2)
    assert len(either.jobs.lapsed()) == 1


def test_a_lease_that_has_ended_is_looked_at_twice(corpus: Corpus) -> None:
    run = claimed(corpus, corpus.jobs.add([speech(1)]), seconds=0.01)
    time.sleep(0.05)
    sweep = Sweep(corpus.jobs, grace=0.3)
    sweep()
    assert corpus.jobs.one(run.job.id).job.state is JobState.RUNNING
    run.beat()  # it was only kept waiting
    time.sleep(0.4)
    sweep()
    assert corpus.jobs.one(run.job.id).job.holder == "somebody"


def test_a_job_that_takes_its_workers_down_with_it_is_given_up(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(1)])
    for _ in range(desk_module.ATTEMPTS):
        claimed(corpus, job, seconds=0)
        time.sleep(0.01)
        (lapsed,) = corpus.jobs.lapsed()
        corpus.jobs.take_back(lapsed)
    found = corpus.jobs.one(job.id).job
    assert found.state is JobState.FAILED
    assert found.error is not None
    assert "5 times" in found.error["message"]


def test_what_may_pass_is_tried_again_later_and_later(corpus_factory: Callable[..., Corpus], tmp_path: Path) -> None:
    corpus = corpus_factory()
    missing = Corpus(corpus._store, Embedder(str(tmp_path / "none")), corpus._scoring._classifier, corpus._config)
    job = missing.jobs.add([speech(1)])
    waits = []
    for attempt in range(1, desk_module.ATTEMPTS):
        missing.jobs.run(job.id)
        found = missing.jobs.one(job.id).job
        assert (found.state, found.attempts) == (JobState.WAITING, attempt)
        assert found.error is not None
        assert "none" in found.error["message"]
        waits.append(found.due - time.time())
        missing.jobs.run(job.id)
        assert missing.jobs.one(job.id).job.attempts == attempt  # not before it is due
        with corpus._store.queueing() as writing:
            writing.connection.execute(text("UPDATE job SET due = 0"))
    assert all(1.5 < later / sooner < 2.5 for sooner, later in pairwise(waits))
    missing.jobs.run(job.id)
    assert missing.jobs.one(job.id).job.state is JobState.FAILED
    corpus.jobs.retry(job.id)  # with the embedder that there is
    assert corpus.jobs.attend(job.id, 60).job.state is JobState.DONE


def test_a_job_whose_place_in_the_queue_was_lost_is_done_all_the_same(either: Corpus) -> None:
    with either._store.queueing() as writing:
        number = JobsWriting(writing).add("regroup", {}, "")
        JobsWriting(writing).queued([number])  # which it never reached
    with working(either.jobs):
        assert ended(either, either.jobs.one(number).job).state is JobState.DONE


def test_what_stands_in_the_queue_is_no_code(corpus_factory: Callable[..., Corpus]) -> None:
    corpus = corpus_factory(worker=False)
    job = corpus.jobs.add([speech(1)])
    (held,) = corpus.jobs.queue.huey.storage.enqueued_items()
    assert json.loads(held)[3:] == [job.id]


# In whose name -----------------------------------------------------------------------------------------------


def signers(corpus: Corpus) -> Counter[tuple[str, bool]]:
    """In whose name documents were added, whether an account vouches for it, and how many."""
    return Counter((row.who, row.verified) for row in corpus.audit() if row.action == "add")


def test_what_is_tried_again_is_done_in_the_name_of_whoever_tried_it(either: Corpus) -> None:
    with signing("Ada"):
        job = either.jobs.add([speech(1)])
        either.jobs.cancel(job.id)
    with signing("Eva"):
        again = either.jobs.retry(job.id, "The President")
    assert (again.who, again.verified) == ("Eva", True)
    either.jobs.run(job.id)
    assert signers(either) == {("Eva", True): 1}


def test_so_are_the_portions_of_a_large_job_that_were_not_done(either: Corpus) -> None:
    with signing("Ada"):
        job = either.jobs.add([speech(number, 2) for number in range(desk_module.PORTION + 1)])
    first, second = either.jobs._portions_of(job.id)
    either.jobs.run(first)
    either.jobs.cancel(job.id)
    with signing("Eva"):
        either.jobs.retry(job.id)
    assert [either.jobs.job(one).who for one in (first, second, job.id)] == ["Ada", "Eva", "Eva"]
    for one in (second, job.id):
        either.jobs.run(one)
    assert signers(either) == {("Ada", True): desk_module.PORTION, ("Eva", True): 1}


def test_an_accounts_name_stays_on_no_job_that_somebody_unknown_tries_again(corpus: Corpus) -> None:
    with signing("Ada"):
        theirs = corpus.jobs.add([speech(1)])
    typed = corpus.jobs.add([speech(2)], "A. Reader")
    for job, by, who in ((theirs, "", ""), (theirs, "root", "root"), (typed, "", "A. Reader"), (typed, "root", "root")):
        corpus.jobs.cancel(job.id)
        again = corpus.jobs.retry(job.id, by)
        assert (again.who, again.verified) == (who, False)


@pytest.mark.parametrize("end", ["disable", "remove", "set_role"])
def test_jobs_of_an_account_that_is_kept_out_removed_or_made_a_reader_are_cancelled(either: Corpus, end: str) -> None:
    for name in ("Ada", "Eva"):
        either.access.people.add(name, Role.EDITOR)
    with signing("Ada"):
        alone, large = either.jobs.add([speech(1)]), either.jobs.add([speech(number, 2) for number in range(2, 12)])
        under_way = either.jobs.add([speech(12)])
        done = either.jobs.submit("regroup")
    either.jobs.run(done.id)
    run = claimed(either, under_way)
    with signing("Eva"):
        others = either.jobs.submit("regroup")
    typed = either.jobs.submit("regroup", by="Ada")  # by somebody who only said so
    either.access.people.set_role("Ada", Role.ADMIN)  # who still adds
    assert either.jobs.job(alone.id).state is JobState.WAITING
    getattr(either.access.people, end)("Ada", *([Role.READER] if end == "set_role" else []))
    cancelled = [alone.id, large.id, *either.jobs._portions_of(large.id), under_way.id]
    assert {either.jobs.job(one).state for one in cancelled} == {JobState.CANCELLED}
    assert either.jobs.job(done.id).state is JobState.DONE
    for one in (*cancelled, others.id, typed.id):
        either.jobs.run(one)
    with pytest.raises(Lost):
        adding._add(either.jobs._means, run, run.documents()[0])
    assert either.documents() == ()
    assert {either.jobs.job(one.id).state for one in (others, typed)} == {JobState.DONE}


# Interruption ------------------------------------------------------------------------------------------------


def test_a_job_cancelled_while_it_waits_is_not_done(either: Corpus) -> None:
    job = either.jobs.add([speech(1)])
    assert either.jobs.cancel(job.id).state is JobState.CANCELLED
    either.jobs.run(job.id)
    assert either.documents() == ()
    with pytest.raises(Conflict, match="has ended"):
        either.jobs.cancel(job.id)


def test_a_job_cancelled_while_it_runs_stops_at_its_next_step_with_nothing_half_done(either: Corpus) -> None:
    job = either.jobs.add([speech(1)])
    run = claimed(either, job)
    run.progress(1, 2)
    either.jobs.cancel(job.id)
    run._noted = 0.0
    with pytest.raises(Lost):
        run.progress(2, 2)
    with pytest.raises(Lost):
        adding._add(either.jobs._means, claimed_again(run), run.documents()[0])
    assert either.documents() == ()
    assert either.jobs.retry(job.id).state is JobState.WAITING
    assert either.jobs.attend(job.id, 60).job.state is JobState.DONE


def claimed_again(run: Run) -> Run:
    """The same, as if it had not noticed yet."""
    return Run(run.job, run._store, run._lease, threading.Event())


def test_a_large_job_cancelled_keeps_what_it_has_added_and_adds_no_more(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(number) for number in range(desk_module.PORTION * 2)])
    first, second = corpus.jobs._portions_of(job.id)
    corpus.jobs.run(first)
    corpus.jobs.cancel(job.id)
    for one in (second, job.id):
        corpus.jobs.run(one)
    assert len(corpus.documents()) == desk_module.PORTION
    assert corpus.jobs.one(job.id).job.state is JobState.CANCELLED
    corpus.jobs.retry(job.id)
    assert corpus.jobs.attend(job.id, 60).job.state is JobState.DONE
    assert len(additions(corpus)) == desk_module.PORTION * 2


def test_a_worker_that_is_to_stop_hands_back_what_it_has_in_hand(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(1)])
    corpus.jobs.stop()
    corpus.jobs.run(job.id)
    found = corpus.jobs.one(job.id).job
    assert (found.state, found.attempts, found.holder) == (JobState.WAITING, 0, None)
    assert corpus.documents() == ()


def test_an_interrupted_document_is_gone_on_with_from_the_vectors_that_are_kept(
    corpus_factory: Callable[..., Corpus], monkeypatch: pytest.MonkeyPatch
) -> None:
    from models import embedding

    monkeypatch.setattr(embedding, "BLOCK", 4)
    monkeypatch.setattr(preparing, "PORTION", 4)

    class Interrupted(Exception):
        pass

    def interrupt(done: int, total: int) -> None:
        assert total == 10
        if done == 8:
            raise Interrupted

    corpus, whole = corpus_factory(), corpus_factory()
    source = speech(1, sentences=10).source
    with pytest.raises(Interrupted):
        corpus._library.prepare(Given(source), interrupt)
    with corpus._store.reading() as reading:
        texts = whole._library.prepare(Given(source)).texts
        assert len(reading.with_vector(corpus._scoring.embedder, texts)) == 4
    steps: list[int] = []
    corpus.add(source, progress=lambda _done, total: steps.append(total))
    whole.add(source)
    assert set(steps) == {6}  # the rest
    vectors = []
    for one in (corpus, whole):
        with one._store.reading() as reading:
            vectors.append(reading.vectors(one._scoring.embedder, texts))
    assert len(vectors[0]) == 10
    assert vectors[0] == vectors[1]  # to the last bit


def test_vectors_that_went_with_another_document_meanwhile_are_made_anew(corpus: Corpus) -> None:
    other = corpus.add(speech(1, sentences=4).source).document
    prepared = corpus._library.prepare(speech(1, sentences=8))
    corpus.remove(other.id)
    with corpus._library.writing() as writing:
        corpus._library.store(writing, prepared, by="")
    with corpus._store.reading() as reading:
        assert reading.with_vector(corpus._scoring.embedder, prepared.texts) == prepared.texts.keys()


@pytest.fixture
def full(corpus_factory: Callable[..., Corpus]) -> Iterator[tuple[Corpus, Callable[[bool], None]]]:
    """A corpus whose disk can be made full, as SQLite sees it: no page can be added to its file."""
    corpus = corpus_factory()
    engine = corpus._store._engine
    limit = {"pages": 1_000_000}

    @event.listens_for(engine, "begin")
    def set_limit(connection: Any) -> None:
        connection.exec_driver_sql(f"PRAGMA max_page_count={limit['pages']}")

    def fill(filled: bool) -> None:
        with engine.connect() as connection:
            used = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit["pages"] = used if filled else 1_000_000

    yield corpus, fill
    corpus.close()


def test_a_disk_that_fills_fails_the_job_and_leaves_the_database_as_it_was(
    full: tuple[Corpus, Callable[[bool], None]],
) -> None:
    corpus, fill = full
    kept = corpus.add(speech(1).source).document
    long = Given(Source("long.txt", (b"MAYOR ONE:  " + b"We want bridges for all of the people. " * 3_000)))
    job = corpus.jobs.add([long])
    revision = corpus.revision
    fill(True)
    corpus.jobs.run(job.id)
    found = corpus.jobs.one(job.id).job
    assert found.state is JobState.FAILED
    assert found.error is not None
    assert (found.error["code"], found.attempts) == ("no_space", 1)
    assert "Free some disk space" in found.error["remedy"]
    assert [row.id for row in corpus.documents()] == [kept.id]
    assert corpus.revision == revision
    with corpus._store._engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar_one() == "ok"
    fill(False)
    corpus.jobs.retry(job.id)
    assert corpus.jobs.attend(job.id, 60).job.state is JobState.DONE
    assert len(corpus.documents()) == 2


def worker(url: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "COUNTERPOSE_DATABASE_URL": url, "COUNTERPOSE_JOB_LEASE": "2", "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "service", "worker"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)


def test_a_worker_killed_in_the_middle_is_followed_by_another_and_nothing_is_added_twice(
    either: Corpus, database_url: str
) -> None:
    number = 3 * desk_module.PORTION
    job = either.jobs.add([speech(one, sentences=10) for one in range(number)])
    killed = worker(database_url)
    try:
        until = time.monotonic() + 90
        while not either.jobs.one(job.id).job.done:
            assert time.monotonic() < until
            time.sleep(0.02)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait()
    left = either.jobs.one(job.id)
    assert left.job.state is JobState.RUNNING
    assert 0 < left.job.done < number
    assert killed.stdout is not None
    killed.stdout.close()
    with working(either.jobs):
        assert ended(either, job, 90).state is JobState.DONE
    assert len(additions(either)) == len(set(additions(either))) == number
    assert len(either.documents()) == number
    assert [row.action for row in either.audit()].count("regroup") == 1


# Asking ------------------------------------------------------------------------------------------------------


def test_a_job_that_there_is_not_is_not_found(corpus: Corpus) -> None:
    for ask in (corpus.jobs.one, corpus.jobs.cancel, corpus.jobs.retry):
        with pytest.raises(NotFound, match="no job 7"):
            ask(7)


def test_a_portion_is_changed_with_the_whole_job_only(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(1), speech(2)])
    (portion,) = corpus.jobs._portions_of(job.id)
    with pytest.raises(Conflict, match=f"portion of job {job.id}"):
        corpus.jobs.cancel(portion)


def test_a_job_that_did_not_fail_is_not_retried(corpus: Corpus) -> None:
    job = corpus.jobs.add([speech(1)])
    with pytest.raises(Conflict, match="waiting"):
        corpus.jobs.retry(job.id)


def test_jobs_that_ended_long_ago_are_forgotten_with_what_they_could_not_add(corpus: Corpus) -> None:
    old = corpus.jobs.add([Given(Source("empty.txt", b""))])
    corpus.jobs.attend(old.id, 5)
    with corpus._store.queueing() as writing:
        writing.connection.execute(text("UPDATE job SET ended_at = '2020-01-01T00:00:00+00:00'"))
    new = corpus.jobs.add([speech(1)])
    with corpus.jobs.manned():
        assert [job.id for job in corpus.jobs.listed()] == [new.id]
    with corpus._store.reading() as reading:
        count = "SELECT count(*) FROM job_document"
        assert reading.connection.execute(text(count)).scalar_one() == 1


def test_a_database_without_a_file_has_no_queue(corpus_factory: Callable[..., Corpus], tmp_path: Path) -> None:
    from service.store.queue import Queue

    for address in ("sqlite:///:memory:", f"sqlite:///file:{tmp_path}/x.sqlite?mode=ro&uri=true"):
        with pytest.raises(Unavailable, match="no queue"):
            Queue(address, print)
