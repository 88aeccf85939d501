"""Glued: the same job put together from sentence-transformers and BERTopic, beside ours: measured, never tested.

    python tests/bench/glued.py [--statements 10000]

Ours adds speeches of the UN General Debate to a new database until they hold so many statements, groups them, and makes
the first comparison, of the largest topic and its two speakers with most statements. The glued script is given the
statements as they were cut, each with its speaker: it encodes them by SentenceTransformer, groups them by BERTopic, and
of the largest topics and their two speakers with most statements takes the pairs nearest by cosine, as many as ours
judged, and judges these by CrossEncoder, in both orders as ours does. The models are the same and loaded before; all
settings are the libraries' own, among them that the classifier runs in fp16, as it is stored; fp32 stands beside it.
Each side has a process of its own. Ours also reads, cuts, stores, indexes and names, which the glued script does not.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from adding import added, opened
from speeches import SPEECHES, drawn
from timings import line, machine, seconds

LEAST = 0.3  # cosine of a nominee, as ours has it


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--statements", type=int, default=10_000)
    parser.add_argument("--ours", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--glued", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.ours or given.glued:
        print(json.dumps(ours(given.statements, given.ours) if given.ours else glued(given.glued)))
        return
    if not SPEECHES.is_file():
        print(f"not measured: {SPEECHES} is absent (COUNTERPOSE_TEST_SHARED)")
        return
    if find_spec("bertopic") is None:
        print("not measured: pip install bertopic")
        return
    print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder:
        said = Path(folder) / "said.json"
        mine = in_a_process_of_its_own("--ours", said, "--statements", str(given.statements))
        other = in_a_process_of_its_own("--glued", said)
    show(mine, other)
    print(f"load average at the end {os.getloadavg()[0]:.1f}")


def show(mine: dict[str, Any], other: dict[str, Any]) -> None:
    print(f"{mine['statements']:,} statements; {mine['pairs']} and {other['pairs']} pairs judged, in both orders")
    print(f"{'':<52}{'ours':>12}{'glued':>12}")
    steps = (
        ("read, cut, embedded and stored; or encoded", "added", "encoded"),
        ("grouped and named", "grouped", "grouped"),
    )
    for what, one, another in steps:
        line(what, seconds(mine[one]), seconds(other[another]))
    line("topics", str(mine["topics"]), str(other["topics"]))
    whole = mine["added"] + mine["grouped"] + mine["compared"]
    for precision in ("fp16", "fp32"):
        line(f"compared; or nominated and judged in {precision}", seconds(mine["compared"]), seconds(other[precision]))
        sum_of = other["encoded"] + other["grouped"] + other[precision]
        line(f"in all, judged in {precision}", seconds(whole), seconds(sum_of))
        line("  times as fast", f"{sum_of / whole:.2f}", "5 wanted")


def in_a_process_of_its_own(*arguments: str | Path) -> dict[str, Any]:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    command = [sys.executable, __file__, *map(str, arguments)]
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    began = time.perf_counter()
    return work(), time.perf_counter() - began


# Ours ------------------------------------------------------------------------------------------------------------


def ours(wanted: int, said: Path) -> dict[str, Any]:
    from sqlalchemy import func, select

    from models.embedding import Embedder
    from service.store import tables as t

    speeches = enough(wanted)
    with tempfile.TemporaryDirectory() as folder:
        corpus = opened(Path(folder), Embedder())
        corpus.load_models()
        _, adding = timed(lambda: added(corpus, speeches))
        _, grouping = timed(corpus.prepare)
        topics = corpus.topics()
        _, comparing = timed(lambda: corpus.compare(topic=topics[0].id))
        with corpus._store.reading() as reading:
            rows = [(one.quote.speaker.id, one.quote.text) for one in reading.statements(comparable_only=True)]
            pairs = reading.connection.execute(select(func.count()).select_from(t.relation)).scalar_one()
        corpus.close()
    said.write_text(json.dumps({"said": rows, "pairs": pairs}), "utf-8")
    figures = {"added": adding, "grouped": grouping, "compared": comparing, "topics": len(topics)}
    return {**figures, "statements": len(rows), "pairs": pairs}


def enough(wanted: int) -> list[tuple[str, bytes]]:
    """Speeches that hold so many comparable statements."""
    from speeches import cut

    chosen, held = [], 0
    for speech in drawn():
        chosen.append(speech)
        held += sum(one.comparable for one in cut(speech).statements)
        if held >= wanted:
            break
    return chosen


# The glued script ------------------------------------------------------------------------------------------------


def glued(said: Path) -> dict[str, Any]:
    from bertopic import BERTopic
    from sentence_transformers import CrossEncoder, SentenceTransformer
    from torch import float32

    from models.embedding import bundled_folder
    from models.relation import BUNDLED

    given = json.loads(said.read_text("utf-8"))
    speakers, texts = zip(*given["said"], strict=True)
    encoder = SentenceTransformer(str(bundled_folder()), device="cpu")
    stored = CrossEncoder(str(BUNDLED), device="cpu")
    single = CrossEncoder(str(BUNDLED), device="cpu", model_kwargs={"dtype": float32})
    vectors, encoding = timed(lambda: encoder.encode(list(texts)))
    (topics, _), grouping = timed(lambda: BERTopic().fit_transform(list(texts), vectors))
    pairs, nominating = timed(lambda: nominated(topics, speakers, vectors, given["pairs"]))
    both = [(texts[a], texts[b]) for one in pairs for a, b in (one, one[::-1])]
    figures = {
        precision: nominating + timed(lambda: judge.predict(both))[1]  # noqa: B023 (called at once)
        for precision, judge in (("fp16", stored), ("fp32", single))
    }
    number = len(set(topics) - {-1})
    return {**figures, "encoded": encoding, "grouped": grouping, "topics": number, "pairs": len(pairs)}


def nominated(topics: list[int], speakers: tuple[str, ...], vectors: Any, wanted: int) -> list[tuple[int, int]]:
    """Nearest pairs of a topic's two speakers with most statements, largest topics first, until they are enough."""
    members: dict[int, list[int]] = defaultdict(list)
    for at, topic in enumerate(topics):
        if topic != -1:
            members[topic].append(at)
    found: list[tuple[int, int]] = []
    for some in sorted(members.values(), key=len, reverse=True):
        sides = [name for name, _ in Counter(speakers[at] for at in some).most_common(2)]
        if len(sides) == 2 and len(found) < wanted:
            found += nearest(*([at for at in some if speakers[at] == side] for side in sides), vectors)
    return found[:wanted]


def nearest(first: list[int], second: list[int], vectors: Any) -> Iterator[tuple[int, int]]:
    cosines = vectors[first] @ vectors[second].T
    for place in (-cosines).argsort(axis=None).tolist():
        a, b = divmod(place, len(second))
        if cosines[a, b] >= LEAST:
            yield first[a], second[b]


if __name__ == "__main__":
    main()
