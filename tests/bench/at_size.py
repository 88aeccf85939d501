"""At size: /compare over a hundred thousand statements, or a million: cold, warm, and what a process holds.

`make bench-size` prints it. The database is filled and grouped first (`speeches.py`), which is not measured, and stays
in the temporary folder for the next run. Cold: topic texts that nobody asked for before; most of what these take is the
models' time, so it stands beside. Warm: answers given again, beside a bare Flask route that returns the same bytes.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from speeches import SPEECHES, fill
from timings import environment, line, machine, milliseconds, request_time, seconds, serving

CORES = 2
PLACE = Path(tempfile.gettempdir())
WARM = 4000
CLIENTS = 4
TEXTS = (
    "nuclear weapons in outer space", "climate change finance", "Kashmir", "piracy off Somalia", "apartheid sanctions",
    "landmines", "fisheries in the North Atlantic", "torture of prisoners", "the debt of poor countries", "malaria",
    "reform of the veto", "Palestinian refugees", "the Falkland Islands", "drug trafficking", "women in peace talks",
    "chemical weapons in Syria", "Antarctica", "foreign military bases", "child soldiers", "locusts", "Cyprus",
    "the law of the sea", "the price of oil", "mercenaries", "earthquake relief", "cyber attacks", "Western Sahara",
    "the International Criminal Court", "hijacking of aircraft", "the Korean peninsula", "Ebola", "small arms",
    "decolonization of Namibia", "food security in the Sahel", "the rights of indigenous peoples", "nuclear testing",
)  # fmt: skip
SIDES = (("usa", "rus"), ("gbr", "fra"), ("ind", "pak"), ("bra", None), (None, None), ("cub", "chn"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=100_000, help="at least so many comparable ones")
    parser.add_argument("--database", type=Path, help="one that is filled and grouped already")
    parser.add_argument("--cold", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--bare", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    if arguments.bare:
        bare(arguments.bare)
    elif arguments.cold:
        print(json.dumps(cold()))
    else:
        print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
        report(arguments.database or filled(arguments.statements))


def filled(statements: int) -> Path:
    if not SPEECHES.is_file():
        raise SystemExit(f"not measured, {SPEECHES} is absent (COUNTERPOSE_TEST_SHARED)")
    database = PLACE / f"counterpose-size-{statements}.sqlite"
    if not database.is_file():
        fill(database, statements)
    prepare = "from service.config import Config; from service.corpus import Corpus; "
    prepare += "Corpus.open(Config.from_environment()).prepare()"
    subprocess.run([sys.executable, "-c", prepare], env=environment(database), check=True)
    return database


def report(database: Path) -> None:
    done = subprocess.run(
        [sys.executable, __file__, "--cold", str(database)],
        env=environment(database),
        stdout=subprocess.PIPE,
        text=True,
    )
    if done.returncode != 0:
        raise SystemExit(f"measuring cold answers failed with status {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout)
    print(f"{found['statements']:,} statements, {found['documents']:,} documents, {found['topics']:,} topics")
    print(f"{'':<58}{'measured':>12}{'target':>12}")
    line("lists of documents, speakers, topics, after a write", seconds(found["lists"]), "")
    line("the vectors' file opened and checked, or made", seconds(found["vectors"]), "")
    rows = found["cold"]
    line(f"cold, {len(rows)} unseen topic texts: p50", seconds(part(rows, "took", 0.5)), "")
    line("cold: p95", seconds(part(rows, "took", 0.95)), "1 s")
    line(
        "cold: nominees judged, median and most",
        f"{part(rows, 'judged', 0.5):.0f}, {part(rows, 'judged', 1):.0f}",
        "240",
    )
    line("cold without the models: p50", milliseconds(part(rows, "rest", 0.5)), "")
    line("cold without the models: p95", milliseconds(part(rows, "rest", 0.95)), "")
    line("cold: judging, p50", seconds(part(rows, "judging", 0.5)), "")
    line("cold: embedding the text and what frames the sides, p50", seconds(part(rows, "embedding", 0.5)), "")
    line(
        "the process that answered these: its own; with its share",
        f"{found['uss']:.2f}, {found['pss']:.2f} GiB",
        "1 GB",
    )
    warm(database, rows[0]["asked"])


def warm(database: Path, asked: dict[str, str]) -> None:
    path = "/compare?" + urlencode(asked)
    with serving(environment(database)) as connection:
        for _ in range(3):
            request_time(connection, path)
        connection.request("GET", path, headers={"Accept": "application/json"})
        body = connection.getresponse().read()
        ours = load(connection.port, path)
    file = database.with_suffix(".answer")
    file.write_bytes(body)
    with subprocess.Popen(
        [sys.executable, __file__, "--bare", str(file)], stdout=subprocess.PIPE, text=True
    ) as process:
        port = int((process.stdout or sys.stdin).readline())
        theirs = load(port, "/")
        process.terminate()
    line(f"warm, {len(body):,} bytes: requests a second", f"{ours[0]:.0f}", "")
    line("a bare Flask route with the same bytes: requests a second", f"{theirs[0]:.0f}", "")
    line("warm: share of the bare route's", f"{ours[0] / theirs[0]:.2f}", "0.5")
    line(f"warm: p95, {CLIENTS} at a time", milliseconds(ours[1]), "20 ms")
    line(f"bare: p95, {CLIENTS} at a time", milliseconds(theirs[1]), "")


def load(port: int, path: str) -> tuple[float, float]:
    """Requests a second, and the 95th percentile of the time of one, with CLIENTS asking at a time."""

    def ask(_: int) -> list[float]:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        return [request_time(connection, path) for _ in range(WARM // CLIENTS)]

    begun = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        times = sorted(each for some in pool.map(ask, range(CLIENTS)) for each in some)
    return len(times) / (time.perf_counter() - begun), times[int(0.95 * len(times))]


def bare(file: Path) -> None:
    from flask import Flask, Response
    from waitress.server import create_server

    body, app = file.read_bytes(), Flask("bare")
    app.add_url_rule("/", "bare", lambda: Response(body, mimetype="application/json"))
    server = create_server(app, host="127.0.0.1", port=0, threads=4)
    print(server.effective_port, flush=True)
    server.run()


# Measuring, in a process of its own ------------------------------------------------------------------------------


def cold() -> dict[str, Any]:
    from service.config import Config
    from service.corpus import Corpus
    from service.errors import NotFound

    corpus = Corpus.open(Config.from_environment())
    corpus.prepare()
    forget(corpus._store)
    scoring = corpus._scoring
    _, lists = timed(lambda: (corpus.documents(), corpus.speakers(), corpus.all_topics()))
    corpus.load_models()
    scoring.embed(["to load the model"])
    scoring.judge([("to load", "the model")])
    with corpus._store.reading() as reading:
        _, vectors = timed(lambda: corpus._store.vectors.at(reading, scoring.embedder, scoring.made))
    rows: list[dict[str, Any]] = []
    judging, judged, embedding = watched(scoring._classifier, "judge"), [], watched(scoring._embedder, "embed")
    for number, text in enumerate(TEXTS):
        first, second = SIDES[number % len(SIDES)]
        asked = {name: value for name, value in (("first", first), ("second", second), ("topic", text)) if value}
        judging.clear()
        embedding.clear()
        try:
            _, took = timed(lambda asked=asked: corpus.compare(**asked))
        except NotFound:
            continue
        judged = sum(size for size, _ in judging)
        models = [sum(each for _, each in some) for some in (judging, embedding)]
        rows.append(
            {"asked": asked, "took": took, "judged": judged, "judging": models[0], "embedding": models[1]}
            | {"rest": took - sum(models)}
        )
    private, shared = held()
    return {
        "statements": sum(row.comparable for row in corpus.documents()),
        "documents": len(corpus.documents()),
        "topics": len(corpus.topics()),
        "lists": lists,
        "vectors": vectors,
        "cold": rows,
        "uss": private,
        "pss": shared,
    }


def forget(store: Any) -> None:
    """What earlier runs left: judged pairs, and vectors of phrases that frame the sides."""
    from sqlalchemy import text

    phrases = "SELECT text_sha256 FROM embedding EXCEPT SELECT text_sha256 FROM statement"
    with store.writing() as writing:
        writing.connection.execute(text("DELETE FROM relation"))
        writing.connection.execute(text(f"DELETE FROM embedding WHERE text_sha256 IN ({phrases})"))


def watched(model: Any, name: str) -> list[tuple[int, float]]:
    """How many texts or pairs each call from now on is about, and how long it takes."""
    found: list[tuple[int, float]] = []
    work = getattr(model, name)

    def call(asked: Any, *more: Any) -> Any:
        answer, took = timed(lambda: work(asked, *more))
        found.append((len(asked), took))
        return answer

    setattr(model, name, call)
    return found


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    found = work()
    return found, time.perf_counter() - begun


def held() -> tuple[float, float]:
    """GiB that only this process holds, and with its part of what others hold too (Linux)."""
    rows = dict(row.split(":") for row in Path("/proc/self/smaps_rollup").read_text().splitlines()[1:])
    size = {name: int(value.split()[0]) / 2**20 for name, value in rows.items()}
    return size["Private_Clean"] + size["Private_Dirty"], size["Pss"]


def part(rows: list[dict[str, Any]], name: str, share: float) -> float:
    ordered = sorted(row[name] for row in rows)
    return statistics.median(ordered) if share == 0.5 else ordered[min(int(share * len(ordered)), len(ordered) - 1)]


if __name__ == "__main__":
    main()
