"""How requests arrive, over real sockets: what is too large is not taken in, and who is slow keeps nobody else out."""

from __future__ import annotations

import json
import os
import re
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from http.client import HTTPResponse
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from waitress.wasyncore import close_all

from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.web import alone, patience
from service.web.patience import ADDRESS_BYTES, HEAD_BYTES
from service.web.sizes import TWO_TEXTS

ROOT = Path(__file__).parents[1]
Address = tuple[str, int]
BEGUN = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\nX-More: "
POSTED = b"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
QUICK = 1.0  # seconds that a request may take to arrive, in these tests


@contextmanager
def answering(app: Any, config: Config) -> Iterator[Address]:
    """What one process serves, as `counterpose serve` does."""
    server = alone.server(app, config, socket.create_server(("127.0.0.1", 0)))
    thread = threading.Thread(target=server.run, name="waitress", daemon=True)
    thread.start()
    yield "127.0.0.1", server.effective_port
    server.task_dispatcher.shutdown()
    with suppress(OSError):
        server.trigger.pull_trigger(partial(close_all, server._map))
    thread.join(timeout=5)


@pytest.fixture
def one(corpus: Corpus) -> Iterator[Address]:
    with answering(create_app(Config(), corpus), Config()) as address:
        yield address


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Address]:
    """Two processes, of one thread each, that wait for no request for longer than is `QUICK`."""
    env = {
        **os.environ,
        "COUNTERPOSE_DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('several') / 'x.sqlite'}",
        "COUNTERPOSE_PROCESSES": "2",
        "COUNTERPOSE_THREADS": "1",
        "COUNTERPOSE_WORKER": "0",
        "PYTHONPATH": str(ROOT),
    }
    code = (
        f"from service.web import patience\npatience.SECONDS = {QUICK}\n"
        "from service.__main__ import commands\ncommands(['serve', '--port', '0'])"
    )
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = re.search(r"http://127\.0\.0\.1:(\d+)", process.stdout.readline())
        assert match is not None
        assert status(("127.0.0.1", int(match[1])), timeout=120) == 200
        yield "127.0.0.1", int(match[1])
        process.terminate()
        assert process.wait(30) == 0


def answer(address: Address, data: bytes, timeout: float = 10) -> bytes:
    """The first line that is answered; none where the connection is closed without a word."""
    with socket.create_connection(address, timeout) as line:
        line.sendall(data)
        with suppress(ConnectionResetError):
            return line.recv(65_536).partition(b"\r\n")[0]
    return b""


def status(address: Address, path: str = "/healthz", more: bytes = b"", timeout: float = 10) -> int:
    head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n".encode()
    return int(answer(address, head + more + b"\r\n", timeout).split()[1])


def dripped(address: Address, begun: bytes, *, every: float = 0.1, patience: float = 10) -> float:
    """A byte now and then, until the other side has had enough; after how many seconds that was."""
    began = time.monotonic()
    with socket.create_connection(address, patience) as line:
        line.sendall(begun)
        line.settimeout(every)
        while time.monotonic() - began < patience:
            try:
                if not line.recv(1):
                    break
            except TimeoutError:
                with suppress(OSError):
                    line.sendall(b"x")
            except OSError:
                break
    return time.monotonic() - began


# How large -------------------------------------------------------------------------------------------------------


def test_a_body_that_the_application_would_not_take_is_refused_before_it_comes(one: Address, corpus: Corpus) -> None:
    size = create_app(Config(), corpus).config["MAX_CONTENT_LENGTH"]
    for length in (size + 1, 1_000_000_000):
        assert answer(one, POSTED + b"Content-Length: %d\r\n\r\na=" % length).split()[1] == b"413"
    with pytest.raises(TimeoutError):  # it is waited for
        answer(one, POSTED + b"Content-Length: %d\r\n\r\na=" % size, timeout=1)


PUBLIC = b"POST /sign-in HTTP/1.1\r\nHost: compare.example.org\r\n"
COOKIE, TOKEN = b"Cookie: __Host-counterpose-session=it\r\n", b"Authorization: Bearer it\r\n"


HEADS = (  # and whether it may be of somebody who is known
    (POSTED, True),  # this machine
    (POSTED + b"X-Forwarded-For: 192.0.2.7\r\n", False),
    (PUBLIC, False),
    (PUBLIC + COOKIE, True),
    (PUBLIC + TOKEN, True),
    (PUBLIC + b"Cookie: seen=1\r\n", False),
    (POSTED.replace(b"127.0.0.1", b"[") + b"X-A: 1\r\n", False),
)


def test_more_than_two_texts_is_taken_in_of_those_who_may_be_known_alone(corpus: Corpus) -> None:
    with ExitStack() as stack:
        begun: dict[socket.socket, bytes] = {}  # what is waited for
        for read_only in (False, True):
            config = Config(read_only=read_only, public_url="https://compare.example.org")
            address = stack.enter_context(answering(create_app(config, corpus), config))
            for head, known in HEADS:
                large = head + b"Content-Length: %d\r\n" % (TWO_TEXTS + 1)
                taken = [head + b"Content-Length: %d\r\n\r\n" % TWO_TEXTS]
                if known and not read_only:
                    taken.append(large + b"\r\n")
                else:
                    for more in (b"\r\n", b"Expect: 100-continue\r\n\r\n"):
                        assert answer(address, large + more).split()[1] == b"413", (large, read_only)
                for data in taken:
                    line = stack.enter_context(socket.create_connection(address, 10))
                    line.sendall(data)
                    begun[line] = data
        assert len(begun) == 2 * len(HEADS) + 3
        answered, _, _ = select.select(begun, [], [], 0.5)
        assert [begun[one] for one in answered] == []


def test_a_body_of_unknown_length_ends_where_it_is_too_large(corpus: Corpus) -> None:
    config = Config(public_url="https://compare.example.org")
    chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
    with answering(create_app(config, corpus), config) as address, socket.create_connection(address, 10) as line:
        line.sendall(PUBLIC + b"Transfer-Encoding: chunked\r\n\r\n")
        for _ in range(TWO_TEXTS // 0x10000):
            line.sendall(chunk)
        line.settimeout(0.5)
        with pytest.raises(TimeoutError):
            line.recv(1)
        line.settimeout(10)
        line.sendall(chunk)
        assert line.recv(1000).split()[1] == b"413"


def test_one_that_the_application_would_take_reaches_it(one: Address) -> None:
    form = b"name=Eva&password=none"
    assert answer(one, POSTED + b"Content-Length: %d\r\n\r\n%s" % (len(form), form)).split()[1] == b"401"


def test_a_long_address_that_has_sense_is_answered_and_a_longer_head_is_refused(one: Address, several: Address) -> None:
    brief = "/brief?first=a&second=b" + "".join(f"&topic={'road+' * 50}{number}" for number in range(25))
    typed = f"/compare?topic={'%D0%BC' * 500}"  # as many letters of another alphabet as a topic may have
    assert ADDRESS_BYTES - 100 > len(brief) > 6_000
    for address in (one, several):
        assert status(address, brief) == 404  # there are no such speakers here
        assert status(address, typed) in (200, 404)
        assert status(address, "/healthz", b"Cookie: " + b"c" * 4_000 + b"\r\n") == 200
        assert status(address, "/healthz?" + "a" * HEAD_BYTES) in (400, 414, 431)


def whole(address: Address, data: bytes) -> HTTPResponse:
    with socket.create_connection(address, 10) as line:
        line.sendall(data)
        response = HTTPResponse(line)
        response.begin()
        response.body = response.read()  # type: ignore[attr-defined]
        return response


REFUSED = {
    "too large a body": (POSTED + b"Content-Length: 1000000000\r\n", 413, "too_large"),
    "too large a head": (b"GET /?%s HTTP/1.1\r\nHost: 127.0.0.1\r\n" % (b"a" * HEAD_BYTES), 431, "too_large"),
    "no head": (b"GET / HTTP/1.1\r\nHost 127.0.0.1\r\n", 400, "bad_request"),
    "an unknown way": (POSTED + b"Transfer-Encoding: xchunked\r\n", 501, "not_implemented"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_the_server_refuses_has_the_form_of_every_refusal(one: Address, what: str) -> None:
    head, status, code = REFUSED[what]
    response: Any = whole(one, head + b"\r\n")
    assert (response.status, response.headers["Content-Type"]) == (status, "application/json")
    error = json.loads(response.body)["error"]
    assert error["code"] == code
    assert error["message"]
    assert error["remedy"]
    assert response.headers["Connection"] == "close"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Request-ID"]


def test_who_reads_pages_is_told_on_a_page(one: Address) -> None:
    response: Any = whole(one, POSTED + b"Accept: text/html\r\nContent-Length: 1000000000\r\n\r\n")
    assert (response.status, response.headers["Content-Type"]) == (413, "text/html; charset=utf-8")
    assert b"more than this server takes at once" in response.body


def test_what_is_refused_is_counted_neither_as_read_nor_answered_from_memory(corpus: Corpus) -> None:
    config = Config(read_limit="1 per minute", public_url="https://compare.example.org")
    asked = b"GET /topics HTTP/1.1\r\nHost: compare.example.org\r\nX-Forwarded-For: 192.0.2.7\r\n"
    with answering(create_app(config, corpus), config) as address:
        for _ in range(3):
            assert whole(address, asked + b"Content-Length: 1000000000\r\n\r\n").status == 413
        assert whole(address, asked + b"\r\n").status == 200
        assert whole(address, asked + b"\r\n").status == 429


def test_where_the_application_fails_as_a_whole_the_answer_has_that_form_too(corpus: Corpus) -> None:
    app = create_app(Config(), corpus)
    app.wsgi_app = lambda *_: 1 / 0  # type: ignore[method-assign, assignment]
    with answering(app, Config()) as address:
        for head in (BEGUN + b"it\r\n", REFUSED["too large a body"][0]):
            response: Any = whole(address, head + b"\r\n")
            assert (response.status, json.loads(response.body)["error"]["code"]) == (500, "internal")


# How slow --------------------------------------------------------------------------------------------------------


def test_a_request_that_comes_a_byte_at_a_time_is_waited_for_no_longer_than_any(
    one: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", QUICK)
    with ThreadPoolExecutor() as pool:
        took = list(pool.map(partial(dripped, one), (BEGUN, POSTED + b"Content-Length: 50000\r\n\r\n")))
    assert all(QUICK <= seconds < QUICK + 3 for seconds in took), took
    assert status(one) == 200


@pytest.mark.parametrize(("size", "pause"), [(300, QUICK / 4), (15_000, QUICK / 2)])
def test_one_that_comes_steadily_or_in_large_parts_with_pauses_has_all_the_time_it_needs(
    one: Address, several: Address, monkeypatch: pytest.MonkeyPatch, size: int, pause: float
) -> None:
    monkeypatch.setattr(patience, "SECONDS", QUICK)
    parts = int(3 * QUICK / pause)
    for address in (one, several):
        with socket.create_connection(address, 10) as line:
            line.sendall(POSTED + b"Content-Length: %d\r\n\r\na=" % (2 + parts * size))
            for _ in range(parts):
                time.sleep(pause)
                line.sendall(b"x" * size)
            assert line.recv(1000).split()[1] == b"401"


def test_who_has_sent_much_and_falls_silent_is_waited_for_no_longer_than_anybody(
    one: Address, several: Address, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "SECONDS", QUICK)
    much = POSTED + b"Content-Length: 50000\r\n\r\na=" + b"x" * 20_000  # enough for 20 seconds, were they saved up
    ways = list(product((one, several), (0.1, 10.0)))  # a byte now and then, or none
    with ThreadPoolExecutor() as pool:
        took = list(pool.map(lambda way: dripped(way[0], much, every=way[1]), ways))
    assert all(QUICK <= seconds < QUICK + 3 for seconds in took), took
    assert (status(one), status(several)) == (200, 200)


def test_those_who_connect_and_send_nothing_keep_nobody_out(one: Address) -> None:
    with ExitStack() as stack:
        for _ in range(200):
            stack.enter_context(socket.create_connection(one, 10))
        assert status(one, timeout=5) == 200


@pytest.mark.parametrize("begun", [BEGUN, POSTED + b"Content-Length: 50000\r\n\r\n"])
def test_several_processes_are_not_held_up_by_as_many_slow_requests_as_they_have_threads(
    several: Address, begun: bytes
) -> None:
    took: list[float] = []

    def slow() -> None:
        took.append(dripped(several, begun, patience=20))

    threads = [threading.Thread(target=slow) for _ in range(6)]
    for thread in threads:
        thread.start()
    time.sleep(0.2)
    assert status(several, timeout=15) == 200
    for thread in threads:
        thread.join()
    assert max(took) < 15


def test_nor_by_those_who_do_not_read_their_answers(several: Address) -> None:
    asked = b"GET /static/swagger-ui-5.35.0/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(8):
            line = stack.enter_context(socket.create_connection(several, 10))
            line.sendall(asked * 8)  # more than any buffer holds
        time.sleep(0.2)
        assert status(several, timeout=25) == 200


def test_what_comes_in_one_connection_after_another_request_has_its_own_time(several: Address) -> None:
    with socket.create_connection(several, 10) as line:
        for _ in range(3):
            line.sendall(b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n")
            time.sleep(QUICK / 2)
            line.sendall(b"\r\n")
            response = HTTPResponse(line)
            response.begin()
            assert response.status == 200
            response.read()
