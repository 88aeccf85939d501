"""Several processes at one address."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from models.embedding import bundled_folder
from models.files import WEIGHTS
from models.relation import BUNDLED
from service.corpus import Corpus
from tests.test_attack import DOUBTFUL, HIDDEN, POSTED, said
from tests.torture.memory import uss

ROOT = Path(__file__).parents[1]
PROCESSES = 2


@pytest.fixture(scope="module")
def served(grouped_corpus: Corpus, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """The address, and the process that the others were forked from."""
    from service.store.backup import back_up

    database = tmp_path_factory.mktemp("prefork") / "x.sqlite"
    back_up(grouped_corpus._config.resolved_database_url(), database, lambda *_: None)
    env = {
        **os.environ,
        "COUNTERPOSE_DATABASE_URL": f"sqlite:///{database}",
        "COUNTERPOSE_PROCESSES": str(PROCESSES),
        "PYTHONPATH": str(ROOT),
    }
    command = [sys.executable, "-m", "service", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        match = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline())
        assert match is not None
        yield match[0], process.pid
        process.terminate()
        assert process.wait(30) == 0


def get(address: str, path: str) -> bytes:
    with urllib.request.urlopen(address + path, timeout=120) as answer:
        return bytes(answer.read())


def children(pid: int, *, working: bool = False) -> list[int]:
    """Those that answer, or those that do jobs."""
    found = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(FileNotFoundError, ProcessLookupError):  # one that ends at this moment
            if (b"worker" in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")) == working:
                found.append(int(child))
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_each_process_judges_by_itself_with_weights_that_are_shared(served: tuple[str, int]) -> None:
    address, pid = served
    for topic in (
        "fishing%20boats",
        "gas%20pipelines",
        "vaccines%20for%20children",
    ):  # text that is no topic: a model reads it
        assert json.loads(get(address, f"/compare?topic={topic}"))["made_with"]
    assert len(children(pid)) == PROCESSES
    assert len(children(pid, working=True)) == 1, "nobody does the jobs"
    weights = sum((folder / WEIGHTS).stat().st_size for folder in (bundled_folder(), BUNDLED)) / 2**20
    own = max(uss(child) for child in children(pid))  # 154 MiB were seen, and 477 where each reads the weights itself
    assert own < 2 * weights


def test_metrics_are_those_of_all_processes(served: tuple[str, int]) -> None:
    address, _ = served
    pattern = rb'counterpose_requests_total\{method="GET",route="/topics",status="200"\} (\d+)'

    def asked() -> float:
        found = re.search(pattern, get(address, "/metrics"))
        return float(found[1]) if found else 0

    before = asked()
    for _ in range(12):
        get(address, "/topics")
    assert asked() == before + 12


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_a_process_that_is_killed_is_replaced(served: tuple[str, int]) -> None:
    address, pid = served
    get(address, "/healthz")
    victim = children(pid)[0]
    os.kill(victim, signal.SIGKILL)
    until = time.monotonic() + 30
    while victim in children(pid) or len(children(pid)) < PROCESSES:
        assert time.monotonic() < until, "nobody took its place"
        time.sleep(0.1)
    assert json.loads(get(address, "/healthz"))["status"] == "ok"


def test_no_header_says_which_page_is_asked_for(served: tuple[str, int]) -> None:
    address, _ = served
    get(address, "/healthz")
    head = (b"GET /healthz HTTP/1.1", b"Host: 127.0.0.1", b"Connection: close")
    plain = said(address, *head)
    told = said(address, *head, b"PATH_INFO: /documents", b"SCRIPT_NAME: /healthz", b"X-Forwarded-Proto: https")
    assert b" 200 " in plain.splitlines()[0]
    assert told.split(b"\r\n\r\n")[1] == plain.split(b"\r\n\r\n")[1]


@pytest.mark.parametrize("lines", DOUBTFUL)
def test_where_a_request_ends_is_never_in_doubt(served: tuple[str, int], lines: tuple[bytes, ...]) -> None:
    address, _ = served
    get(address, "/healthz")
    answer = said(address, *POSTED, *lines, body=HIDDEN)
    assert re.match(rb"HTTP/1\.[01] (400|501)", answer), answer[:200]
    assert answer.count(b"HTTP/1.") == 1
