"""Limits: counted over all processes and restarts, refused with when to come again, and never against this machine."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from service.allowance import Allowance
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.errors import TooLarge, TooMany
from service.store import passing as passing_module
from service.store.passing import Passing
from service.store.store import Store

PUBLIC = "http://compare.example.org"
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}
PAGE = {"Accept": "text/html"}
TEXTS = {
    "first": {"name": "Ada", "text": "The bridge must be repaired before winter comes."},
    "second": {"name": "Grace", "text": "The bridge must not be repaired before winter comes."},
}
TRANSCRIPT = "MAYOR ONE:  We want the bridge.\n\nMINISTER TWO:  We do not want the bridge."


def passing(url: str) -> Passing:
    """As another process has it."""
    return Store(url).passing


def spent(allowance: Allowance, times: int, who: str = "a", cost: int = 1) -> list[bool]:
    """Which of so many attempts are taken."""
    found = []
    for _ in range(times):
        try:
            allowance.spend(who, cost)
            found.append(True)
        except TooMany:
            found.append(False)
    return found


# Counting --------------------------------------------------------------------------------------------------------


def test_what_is_allowed_is_shared_by_processes_and_outlives_them(database_url: str) -> None:
    one, other = (Allowance(passing(database_url), "x", "3 per hour") for _ in range(2))
    assert spent(one, 2) + spent(other, 2) == [True, True, True, False]
    assert spent(Allowance(passing(database_url), "x", "3 per hour"), 1) == [False]  # started anew
    assert spent(one, 1, who="b") == [True]
    assert spent(Allowance(passing(database_url), "y", "3 per hour"), 1) == [True]


def test_of_several_rates_each_must_have_room_and_what_is_refused_counts_in_none(database_url: str) -> None:
    allowance = Allowance(passing(database_url), "x", "2 per second; 3 per hour")
    assert spent(allowance, 5) == [True, True, False, False, False]
    time.sleep(1.1)
    assert spent(allowance, 2) == [True, False]


def test_a_cost_that_has_no_room_is_not_counted_and_a_smaller_one_still_is(database_url: str) -> None:
    allowance = Allowance(passing(database_url), "bytes", "100 per day")
    assert spent(allowance, 1, cost=80) == [True]
    assert spent(allowance, 1, cost=30) == [False]
    assert spent(allowance, 1, cost=20) == [True]
    with pytest.raises(TooLarge, match="100 per day"):
        allowance.spend("b", 101)


def test_what_never_fits_with_what_was_counted_of_it_is_too_large_at_once(database_url: str) -> None:
    allowance = Allowance(passing(database_url), "x", "3 per hour")
    allowance.spend("a")
    with pytest.raises(TooLarge):
        allowance.spend("a", 3, counted=1)
    assert spent(allowance, 3) == [True, True, False]


def test_a_refusal_says_in_how_many_seconds_to_come_again(database_url: str) -> None:
    allowance = Allowance(passing(database_url), "x", "1 per minute")
    allowance.spend("a")
    with pytest.raises(TooMany) as error:
        allowance.spend("a")
    assert error.value.retry_after is not None
    assert 50 < error.value.retry_after <= 60
    assert "1 per minute" in error.value.message


def test_a_clock_set_back_locks_nobody_out_for_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, empty_at: Callable[[Path], str]
) -> None:
    allowance = Allowance(passing(empty_at(tmp_path / "x.sqlite")), "x", "1 per minute")
    allowance.spend("a")
    monkeypatch.setattr(passing_module, "clock", lambda _: time.time() - 86_400)
    assert spent(allowance, 2) == [True, False]


def test_who_came_is_not_written_down(tmp_path: Path, empty_at: Callable[[Path], str]) -> None:
    Allowance(passing(empty_at(tmp_path / "x.sqlite")), "x", "1 per minute").spend("192.0.2.7")
    assert not any(b"192.0.2.7" in file.read_bytes() for file in tmp_path.iterdir())


def test_counting_waits_for_no_long_write_and_is_no_change_of_the_collection(
    tmp_path: Path, empty_at: Callable[[Path], str]
) -> None:
    store = Store(empty_at(tmp_path / "x.sqlite"))
    with store.reading() as reading:
        reading.revision()
    before = store.stamp()
    with store.writing():
        Allowance(store.passing, "x", "1 per minute").spend("a")
    with store.reading() as reading:
        assert reading.revision() == 1
    after = store.stamp()
    Allowance(store.passing, "y", "1 per minute").spend("a")
    assert store.stamp() == after != before
    store.close()


def test_beside_a_database_that_cannot_be_written_it_is_counted_all_the_same(
    tmp_path: Path, empty_at: Callable[[Path], str]
) -> None:
    empty_at(tmp_path / "x.sqlite")
    store = Store(f"sqlite:///file:{tmp_path / 'x.sqlite'}?mode=ro&immutable=1&uri=true")
    assert spent(Allowance(store.passing, "x", "1 per minute"), 2) == [True, False]
    assert [file.name for file in tmp_path.iterdir()] == ["x.sqlite"]
    store.close()


def _spend_often(url: str) -> int:
    return sum(spent(Allowance(passing(url), "x", "50 per hour"), 40))


def test_processes_that_count_at_once_do_not_allow_more(database_url: str) -> None:
    passing(database_url).workers()
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert sum(pool.map(_spend_often, [database_url] * 2)) == 50


def test_a_worker_is_alive_until_it_leaves_or_is_not_heard_of(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = passing(database_url), passing(database_url)
    here.beat("one")
    here.beat("one")
    there.beat("two")
    assert there.workers() == 2
    there.gone("two")
    assert here.workers() == 1
    monkeypatch.setattr(passing_module, "SILENCE", -1.0)
    assert here.workers() == 0


# Over HTTP -------------------------------------------------------------------------------------------------------


@pytest.fixture
def client_factory(council_copy: Corpus) -> Iterator[Callable[..., FlaskClient]]:
    def make(**settings: str) -> FlaskClient:
        return create_app(Config(public_url=PUBLIC, **settings), council_copy).test_client()  # type: ignore[arg-type]

    yield make
    council_copy.close()


def refused(client: FlaskClient, status: int, method: str, address: str, **given: object) -> str:
    """The message of the refusal, which says in both forms when to come again."""
    data = client.open(address, method=method, **given)  # type: ignore[arg-type]
    page = client.open(address, method=method, headers=PAGE, **given)  # type: ignore[arg-type]
    assert (data.status_code, page.status_code) == (status, status), data.text
    assert int(data.headers["Retry-After"]) >= 1
    assert int(page.headers["Retry-After"]) >= 1
    error = data.get_json()["error"]
    assert error["code"] == ("too_many" if status == 429 else "unavailable")
    assert error["remedy"]
    assert error["message"].split(":")[0] in page.text
    return str(error["message"])


def test_so_many_requests_of_one_address_are_answered_be_they_from_memory_or_not(
    client_factory: Callable[..., FlaskClient],
) -> None:
    client = client_factory(read_limit="4 per minute")
    there = {"base_url": PUBLIC, "environ_base": ELSEWHERE}
    for _ in range(2):
        for address in ("/compare", "/documents"):
            assert client.get(address, **there).status_code == 200  # type: ignore[arg-type]
    for address in ("/compare", "/documents", "/documents/nothing"):
        assert "4 per minute" in refused(client, 429, "GET", address, **there)
    for address in ("/healthz", "/static/style.css"):
        assert client.get(address, **there).status_code == 200  # type: ignore[arg-type]
    assert client.get("/documents", base_url=PUBLIC, environ_base={"REMOTE_ADDR": "192.0.2.8"}).status_code == 200
    for _ in range(6):
        assert client.get("/documents").status_code == 200  # this machine itself


def test_readers_are_not_counted_unless_it_is_asked_for(client_factory: Callable[..., FlaskClient]) -> None:
    client = client_factory()
    for _ in range(50):
        assert client.get("/compare", base_url=PUBLIC, environ_base=ELSEWHERE).status_code == 200


def test_so_many_comparisons_of_texts_are_made_for_one_address(client_factory: Callable[..., FlaskClient]) -> None:
    client = client_factory(compare_limit="1 per minute")
    there = {"base_url": PUBLIC, "environ_base": ELSEWHERE, "json": TEXTS}
    assert client.post("/compare", **there).status_code == 200  # type: ignore[arg-type]
    assert "comparisons of texts" in refused(client, 429, "POST", "/compare", **there)
    for _ in range(2):
        assert client.post("/compare", json=TEXTS).status_code == 200


def test_texts_of_which_nothing_is_judged_count_once_by_length(
    client_factory: Callable[..., FlaskClient],
) -> None:
    client = client_factory(compare_limit="3 per minute")
    there = {"base_url": PUBLIC, "environ_base": ELSEWHERE}
    long = " ".join(f"Lot {n} of the green trees needs clean water." for n in range(360))
    sides = {"first": {"name": "Ada", "text": long}, "second": {"name": "Grace", "text": "Water is wet for all."}}
    found = client.post("/compare", json={**sides, "topic": "monetary policy of the central bank"}, **there)  # type: ignore[arg-type]
    assert found.status_code == 200
    assert found.get_json()["pairs"] == []
    assert client.post("/compare", json=TEXTS, **there).status_code == 200  # type: ignore[arg-type]
    assert client.post("/compare", json=TEXTS, **there).status_code == 429  # type: ignore[arg-type]


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"first": {"name": "Ada"}}', b"\xff"])
def test_what_is_no_comparison_counts_as_one_before_its_body_is_read(
    client_factory: Callable[..., FlaskClient], body: bytes
) -> None:
    client = client_factory(compare_limit="2 per minute")
    there = {"base_url": PUBLIC, "environ_base": ELSEWHERE, "data": body, "content_type": "application/json"}
    for _ in range(2):
        assert client.post("/compare", **there).status_code == 400  # type: ignore[arg-type]
    assert "comparisons of texts" in refused(client, 429, "POST", "/compare", **there)


def test_the_many_addresses_that_one_customer_has_count_as_one(client_factory: Callable[..., FlaskClient]) -> None:
    client = client_factory(compare_limit="2 per minute", read_limit="2 per minute")

    def asked(address: str) -> tuple[int, int]:
        there = {"base_url": PUBLIC, "environ_base": {"REMOTE_ADDR": address}}
        read, compared = client.get("/documents", **there), client.post("/compare", json={}, **there)  # type: ignore[arg-type]
        return read.status_code, compared.status_code

    for address in ("2001:db8:0:1::1", "2001:db8:0:1:ffff::2"):
        assert asked(address) == (200, 400)
    assert asked("2001:db8:0:1::3") == (429, 429)
    assert asked("2001:db8:0:2::3") == (200, 400)
    for address in ("192.0.2.9", "::ffff:192.0.2.9"):
        assert asked(address) == (200, 400)
    assert asked("192.0.2.9") == (429, 429)
    assert asked("192.0.2.10") == (200, 400)


@pytest.mark.parametrize(
    ("settings", "message"),
    [({"add_limit": "1 per day"}, "documents"), ({"add_bytes_limit": "100 per day"}, "bytes of documents")],
)
def test_so_much_is_added_by_one_editor_and_what_was_typed_stays(
    client_factory: Callable[..., FlaskClient], settings: dict[str, str], message: str
) -> None:
    client = client_factory(**settings)
    form = {"text": TRANSCRIPT, "name": "a.txt", "by": "Eva"}
    assert client.post("/documents", data=form).status_code == 303
    again = {**form, "text": TRANSCRIPT.replace("bridge", "road")}
    assert refused(client, 429, "POST", "/documents", data=again)
    more = client.post("/documents", data=again, headers=PAGE)
    assert more.status_code == 429
    assert int(more.headers["Retry-After"]) > 80_000
    assert message in more.text
    assert "We want the road." in more.text
    other = {**form, "text": TRANSCRIPT.replace("bridge", "road"), "by": "Ada"}
    assert client.post("/documents", data=other).status_code == 303


def test_a_document_that_is_refused_by_one_limit_counts_in_none(client_factory: Callable[..., FlaskClient]) -> None:
    client = client_factory(add_limit="1 per day", add_bytes_limit=f"{2 * len(TRANSCRIPT)} per day")
    form = {"text": TRANSCRIPT, "name": "a.txt", "by": "Eva"}
    assert client.post("/documents", data=form).status_code == 303
    again = {**form, "text": TRANSCRIPT.replace("bridge", "street")}
    for _ in range(3):
        assert "documents, 1 per day" in refused(client, 429, "POST", "/documents", data=again)


def test_no_more_jobs_are_taken_than_may_wait(corpus_factory: Callable[..., Corpus]) -> None:
    corpus = corpus_factory(jobs_waiting=2, worker=False)
    client = create_app(corpus._config, corpus).test_client()
    for _ in range(2):
        corpus.jobs.submit("regroup")
    message = refused(client, 503, "POST", "/map/judge", data={})
    assert message == "2 jobs wait already, and no more are taken."
    added = client.post("/documents", data={"text": TRANSCRIPT, "name": "a.txt"}, headers=PAGE)
    assert (added.status_code, added.headers["Retry-After"]) == (503, "5")
    assert "jobs wait already" in added.text
    corpus.jobs.run(1)
    assert client.post("/map/judge", data={}).status_code == 303
