"""A database that cannot be had for a moment: the reader is told so and when to ask again, and nothing is lost."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.errors import NoSpace
from service.jobs.kinds.add import Given
from service.jobs.worker import working
from service.readers import Source
from service.store import database
from service.store.jobs import JobState
from service.store.store import Store

PAGE = {"Accept": "text/html"}
ADDRESSES = ("/topics", "/documents", "/compare?topic=bridges", "/healthz")


def speech(number: int, times: int = 1) -> Given:
    words = f"We want {number} bridges for all of the people. They must be built before winter comes. " * times
    answer = f"Nobody needs so many bridges. The old ones must do for {number} years."
    turns = f"MAYOR ONE:  {words}\n\nMINISTER TWO:  {answer}\n"
    return Given(Source(f"{number}.txt", turns.encode()))


def refused(client: FlaskClient, address: str) -> None:
    """It is refused in both forms, with when to ask again."""
    data, page = client.get(address), client.get(address, headers=PAGE)
    for answer in (data, page):
        assert (answer.status_code, answer.headers.get("Retry-After")) == (503, "5"), answer.text
    error = data.get_json()["error"]
    assert error["code"] == "unavailable"
    assert error["message"]
    assert error["remedy"]
    assert "<h1" in page.text


def answered(client: FlaskClient, address: str) -> None:
    for headers in ({}, PAGE):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200, answer.text


# All connections in use ------------------------------------------------------------------------------------------


@pytest.fixture
def pool_seconds() -> float:
    """For how long a connection is waited for."""
    return 0.2


@pytest.fixture
def tiny(
    corpus_factory: Callable[..., Corpus], database_url: str, monkeypatch: pytest.MonkeyPatch, pool_seconds: float
) -> Iterator[Corpus]:
    """A corpus in each of the engines, over two connections."""
    monkeypatch.setattr(database, "BESIDE", 0)
    monkeypatch.setattr(database, "POOL_SECONDS", pool_seconds)
    held = corpus_factory(database_url=database_url)
    corpus = Corpus(Store(database_url, threads=1), held._scoring._embedder, held._scoring._classifier, held._config)
    held.close()
    corpus.add(speech(1).source)
    yield corpus
    corpus.close()


def test_a_request_that_gets_no_connection_in_time_is_told_to_ask_again(tiny: Corpus) -> None:
    client = create_app(Config(), tiny).test_client()
    for address in ADDRESSES:
        answered(client, address)
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(tiny._store.reading())
        for address in (*ADDRESSES[:2], "/compare?topic=bridges&limit=7", "/healthz"):  # one that is not in memory
            refused(client, address)
        assert "in use" in client.get("/topics").get_json()["error"]["message"]
    for address in ADDRESSES:
        answered(client, address)


@pytest.mark.parametrize("pool_seconds", [20])
def test_a_request_waits_for_a_connection_before_it_is_refused(tiny: Corpus) -> None:
    client = create_app(Config(), tiny).test_client()
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(tiny._store.reading())
        threading.Timer(0.2, stack.pop_all().close).start()
        assert client.get("/healthz").status_code == 200


def test_there_are_connections_for_all_threads_and_for_the_worker_beside_them(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'x.sqlite'}", threads=3)
    with ExitStack() as stack:
        for _ in range(2 * 3 + database.BESIDE):
            stack.enter_context(store.reading())
    store.close()


# A server that stops and comes back ------------------------------------------------------------------------------


@pytest.fixture
def restarted(own_postgresql: Any, corpus_factory: Callable[..., Corpus]) -> Iterator[tuple[Any, Corpus]]:
    own_postgresql.psql("CREATE DATABASE counterpose")
    corpus = corpus_factory(database_url=own_postgresql.get_uri(database="counterpose"), job_lease=1)
    corpus.add(speech(1).source)
    yield own_postgresql, corpus
    corpus.close()
    own_postgresql.psql("DROP DATABASE counterpose WITH (FORCE)")


def test_a_server_that_is_away_is_waited_for_and_the_next_request_after_it_is_answered(
    restarted: tuple[Any, Corpus],
) -> None:
    server, corpus = restarted
    client = create_app(Config(), corpus).test_client()
    for address in ADDRESSES:
        answered(client, address)
    server.stop()
    for address in (*ADDRESSES, "/readyz"):
        refused(client, address)
    server.ensure_postgres_running()
    for address in ADDRESSES:
        answered(client, address)
    server.stop()
    server.ensure_postgres_running()  # between two requests: nobody sees it
    for address in ADDRESSES:
        answered(client, address)


def test_jobs_go_on_after_their_database_was_away(restarted: tuple[Any, Corpus]) -> None:
    server, corpus = restarted
    job = corpus.jobs.add([speech(number) for number in range(2, 19)])
    with working(corpus.jobs):
        until = time.monotonic() + 60
        while not corpus.jobs.one(job.id).job.done:
            assert time.monotonic() < until
            time.sleep(0.02)
        server.stop()
        time.sleep(1.5)  # longer than a lease
        server.ensure_postgres_running()
        while not (found := corpus.jobs.one(job.id).job).ended:
            assert time.monotonic() < until + 60, found
            time.sleep(0.05)
    assert found.state is JobState.DONE
    added = [row.subject for row in corpus.audit() if row.action == "add"]
    assert len(added) == len(set(added)) == len(corpus.documents()) == 18


# A full disk -----------------------------------------------------------------------------------------------------


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 48 MB that others may enter."""
    folder = tmp_path / "small"
    folder.mkdir()
    for one in (folder, *folder.parents):
        if one.owner() == "root" and one != Path("/"):
            one.chmod(one.stat().st_mode | 0o055)
    mount = ["mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can only be mounted by root")
    folder.chmod(0o777)
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


def fill(file: Path) -> None:
    with file.open("wb", buffering=0) as opened, suppress(OSError):
        while True:
            opened.write(b"x" * 4096)


def test_a_server_whose_disk_is_full_says_so_and_has_lost_nothing(
    small_disk: Path, own_postgresql: Any, corpus_factory: Callable[..., Corpus]
) -> None:
    import pwd

    place = small_disk / "place"
    place.mkdir()
    os.chown(place, pwd.getpwnam(own_postgresql.system_user).pw_uid, -1)
    own_postgresql.psql(f"CREATE TABLESPACE small LOCATION '{place}'")
    own_postgresql.psql("CREATE DATABASE counterpose TABLESPACE small")
    corpus = corpus_factory(database_url=own_postgresql.get_uri(database="counterpose"))
    kept = corpus.add(speech(1).source).document
    filler = small_disk / "filler"
    fill(filler)
    long = speech(2, times=400)
    with pytest.raises(NoSpace, match="No space left"):
        corpus.add(long.source)
    assert [row.id for row in corpus.documents()] == [kept.id]
    answered(create_app(Config(), corpus).test_client(), "/documents")
    filler.unlink()
    corpus.add(long.source)
    assert len(corpus.documents()) == 2
    corpus.close()
    own_postgresql.psql("DROP DATABASE counterpose")
    own_postgresql.psql("DROP TABLESPACE small")
