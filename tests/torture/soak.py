"""Soak: a server under mixed load for a while, at a stated rate: what it answers, how fast, and what it grows to.

    python -m tests.torture.soak [--minutes 10] [--rate 4] [--seed 1] [--growth 60]

`counterpose serve` in two processes, with an account, a token and the models that come with it. Of each ten requests
seven read (pages, data, comparisons), two review (decisions, marks, reports), one adds. Exits with 1 on any 5xx, on an
addition that was not done in the end, and where a process's own memory (USS) rises by more MiB than `--growth` between
the middle and the end, when all caches have had their time to fill.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import os
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

import numpy as np

from tests.torture.memory import Memory
from tests.torture.operations import speech

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = 8
AT_ONCE = 8
READING, REVIEWING, ADDING = "read", "review", "add"
MIX = (READING,) * 7 + (REVIEWING,) * 2 + (ADDING,)
PATIENCE = 120.0
READ = (
    *("/", "/topics", "/speakers", "/documents", "/map?budget=0", "/review", "/corrections", "/healthz"),
    *("/compare", "/compare?format=json", "/compare?format=md", "/compare?topic=boats+along+the+coast"),
    *("/documents/{document}", "/documents/{document}.txt", "/speakers/{speaker}", "/openapi.json", "/rulings"),
)


@dataclass(slots=True)
class Seen:
    """What was answered: seconds by kind, how many by kind and status. 0 is a connection that broke."""

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, kind: str, status: int, seconds: float, request: str) -> None:
        with self.lock:
            self.seconds[kind].append(seconds)
            self.statuses[kind, status] += 1
            if status >= 500 or not status:
                self.faults.append(f"{status} {request}")


@dataclass(frozen=True, slots=True)
class Site:
    """A server, and what of its collection is asked for."""

    port: int
    pid: int
    token: str
    documents: tuple[str, ...]
    speakers: tuple[str, ...]
    pairs: tuple[tuple[str, str], ...]

    def ask(self, seen: Seen, kind: str, method: str, path: str, form: dict[str, str] | None = None) -> str:
        headers = {"Authorization": f"Bearer {self.token}"}
        body = None
        if form is not None:
            body = urlencode(form).encode()
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Accept": "text/html"}
        began, status, said = time.perf_counter(), 0, ""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            said, status = answer.read().decode(errors="replace"), answer.status
        except (OSError, http.client.HTTPException) as error:
            said = repr(error)
        finally:
            connection.close()
        seen.note(kind, status, time.perf_counter() - began, f"{method} {path}: {said[:200]}")
        return said


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--rate", type=float, default=4, help="Requests a second.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--growth", type=float, default=60, help="MiB that a process may grow from the middle on.")
    given = parser.parse_args()
    print(f"{given.minutes:g} minutes at {given.rate:g} a second, seed {given.seed}; load {os.getloadavg()[0]:.1f}")
    seen = Seen()
    with tempfile.TemporaryDirectory(prefix="soak-") as folder, served(Path(folder)) as site:
        memory = Memory(site.pid)
        sent = loaded(site, seen, given.minutes * 60, given.rate, random.Random(given.seed), memory)
        missing = not_added(site, sent, seen)
    sys.exit(reported(seen, memory, missing, given.growth))


def loaded(site: Site, seen: Seen, seconds: float, rate: float, drawn: random.Random, memory: Memory) -> list[str]:
    """Requests as they are due, whatever became of those before; the names of what was to be added."""
    began = time.monotonic()
    looks = iter([0.0, 0.25, 0.5, 0.625, 0.75, 0.875])
    look = next(looks)
    numbers, names = itertools.count(1), list[str]()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for at in itertools.count():
            due = began + at / rate
            if due - began >= seconds:
                break
            if look is not None and due - began >= look * seconds:
                memory.look(time.monotonic() - began)
                look = next(looks, None)
            time.sleep(max(0.0, due - time.monotonic()))
            kind = MIX[at % len(MIX)]
            name = f"soak{next(numbers):05d}" if kind == ADDING else ""
            names += [name] * bool(name)
            pool.submit(one_request, site, seen, kind, name, random.Random(drawn.random()))
        late = time.monotonic() - began - seconds
    ended = time.monotonic() - began
    memory.look(ended)
    print(f"the last request was sent {max(late, 0):.1f} s late; the last answer came {ended:.1f} s after the first")
    return names


def one_request(site: Site, seen: Seen, kind: str, name: str, drawn: random.Random) -> None:
    if kind == READING:
        path = drawn.choice(READ).format(document=drawn.choice(site.documents), speaker=drawn.choice(site.speakers))
        site.ask(seen, kind, "GET", path)
    elif kind == ADDING:
        text = speech(name, drawn.randrange(10_000))
        site.ask(seen, kind, "POST", "/documents", {"text": text, "name": f"{name}.txt", "title": name})
    else:
        first, second = drawn.choice(site.pairs)
        pair = {"first": first, "second": second}
        what = drawn.choice(("rule", "mark", "report"))
        if what == "rule":
            decided = {"decision": drawn.choice(("opposes", "agrees")), "why": f"Read at {drawn.random():.6f}."}
            site.ask(seen, kind, "POST", "/rulings", {**pair, **decided})
        elif what == "mark":
            sides = dict(zip(("first", "second"), site.speakers[:2], strict=True))
            site.ask(seen, kind, "POST", "/handling", {**sides, "owner": f"Desk {drawn.randrange(100)}"})
        else:
            site.ask(seen, kind, "POST", "/report", {**pair, "words": "The label is another's."})


def not_added(site: Site, names: list[str], seen: Seen) -> list[str]:
    """What was handed in and is not there when the jobs have had their time."""
    until = time.monotonic() + PATIENCE
    while True:
        listed = site.ask(Seen(), READING, "GET", "/documents?format=json&limit=1000")
        missing = [name for name in names if name not in listed]
        if not missing or time.monotonic() > until:
            return [name for name in missing if seen.statuses[ADDING, 303]]
        time.sleep(1)


def reported(seen: Seen, memory: Memory, missing: list[str], growth: float) -> bool:
    """Print the figures; whether anything is as it should not be."""
    print(f"\n{'':<10}{'requests':>10}{'p50':>10}{'p95':>10}{'p99':>10}   statuses")
    for kind, seconds in sorted(seen.seconds.items()):
        p = [f"{1e3 * value:.0f} ms" for value in np.percentile(seconds, (50, 95, 99))]
        statuses = {status: number for (of, status), number in sorted(seen.statuses.items()) if of == kind}
        shown = ", ".join(f"{number} × {status or 'broken'}" for status, number in statuses.items())
        print(f"{kind:<10}{len(seconds):>10}{p[0]:>10}{p[1]:>10}{p[2]:>10}   {shown}")
    print()
    grown = memory.report()
    for fault in seen.faults:
        print(f"FAULT: {fault}")
    for name in missing:
        print(f"NOT ADDED: {name}")
    if grown > growth:
        print(f"GROWN: {grown:.1f} MiB from the middle to the end, more than {growth:g}")
    return bool(seen.faults or missing or grown > growth)


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    environment = {
        **os.environ,
        "COUNTERPOSE_DATABASE_URL": f"sqlite:///{folder / 'soaked.sqlite'}",
        "COUNTERPOSE_PROCESSES": "2",
        "COUNTERPOSE_REPORT_LIMIT": "1000000 per hour",
        "HF_HUB_OFFLINE": "1",
        "TOKENIZERS_PARALLELISM": "false",
        "PYTHONPATH": str(ROOT),
    }
    program = [sys.executable, "-m", "service"]

    def counterpose(*arguments: str) -> str:
        done = subprocess.run([*program, *arguments], env=environment, capture_output=True, text=True, check=False)
        return done.stdout if not done.returncode else sys.exit(done.stderr)

    for number in range(DOCUMENTS):
        (folder / f"before{number}.txt").write_text(speech(f"before{number}", 10 * number))
    counterpose("add", *(str(path) for path in sorted(folder.glob("before*.txt"))))
    counterpose("users", "add", "Eva", "--link")
    scopes = [one for scope in ("add", "edit", "review") for one in ("--scope", scope)]
    token = counterpose("tokens", "add", "Eva", "--for", "soak", *scopes).split()[-1]
    with subprocess.Popen(
        [*program, "serve", "--port", "0"], env=environment, stdout=subprocess.PIPE, text=True
    ) as one:
        assert one.stdout is not None
        port = re.search(r"127\.0\.0\.1:(\d+)", one.stdout.readline())
        assert port is not None, "the server did not start"
        try:
            yield _known(Site(int(port[1]), one.pid, token, (), (), ()))
        finally:
            one.terminate()


def _known(site: Site) -> Site:
    """With what is there: documents, speakers, pairs of statements of two of them."""
    seen = Seen()
    documents = [one["id"] for one in json.loads(site.ask(seen, READING, "GET", "/documents?format=json"))["documents"]]
    said: dict[str, list[str]] = defaultdict(list)
    for document in documents:
        for turn in json.loads(site.ask(seen, READING, "GET", f"/documents/{document}?format=json"))["utterances"]:
            if turn["speaker"] is not None:
                said[turn["speaker"]["id"]] += [one["id"] for one in turn["statements"] if one["comparable"]]
    speakers = sorted(said)
    pairs = tuple(zip(said[speakers[0]], said[speakers[1]], strict=False))
    return Site(site.port, site.pid, site.token, tuple(documents), tuple(speakers), pairs)


if __name__ == "__main__":
    main()
