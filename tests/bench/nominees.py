"""Nominees: what of the pairs that a free text shows is still shown where only the nearest nominees are judged.

    python tests/bench/nominees.py [stockholm] [debates] [speeches]      # minutes; speeches half an hour

All 240 nominees of each topic text are judged, and the choice one to one is made again of the nearest of them alone.
Intervals are bootstrapped over topic texts.
"""

from __future__ import annotations

import os
import sys
import tarfile
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from speeches import SPEECHES, speaker_of, year_of
from timings import SHARED, STOCKHOLM, machine

from models.comparison import decided, one_to_one
from models.embedding import Embedder
from models.nomination import Nominee, Position, nominate
from models.relation import Relation, RelationClassifier
from models.transcript import Metadata
from service.config import Config
from service.corpus import Corpus
from service.errors import NotFound
from service.positions.request import Request
from service.readers import Source
from service.store.store import Store

CAPS = (16, 20, 24, 32, 48, 96, 240)
LIMIT = 10
YEARS = ("1950", "1962", "1970", "1979", "1985", "1992", "2003", "2014", "2020")
STATES = ("CHN", "CUB", "FRA", "GBR", "IND", "IRN", "ISR", "PAK", "RUS", "USA")
MET = (("usa", "rus"), ("ind", "pak"), ("usa", "chn"), ("isr", "irn"), ("cub", "usa"), ("gbr", "fra"), ("usa", "irn"),
       ("rus", "gbr"))  # fmt: skip
REMARKS = ("Ukraine and NATO", "Ukraine", "Iran", "security guarantees", "sovereignty", "Minsk agreements",
           "Nagorno-Karabakh", "diplomacy", "Afghanistan", "arms control")  # fmt: skip
DEBATED = (
    "health care", "covid vaccine", "law and order", "climate", "taxes", "China", "the Supreme Court",
    "immigrants at the border", "police", "military bases", "peace", "jobs", "school choice", "Hunter Biden",
    "fracking", "mail-in ballots", "the economy", "abortion", "racism", "Russia", "tariffs", "oil industry",
    "pre-existing conditions", "masks", "reopening schools", "minimum wage", "Green New Deal", "the stock market",
    "Iran nuclear deal", "transition of power",
)  # fmt: skip

Asked = tuple[str, str, str]
Ids = set[tuple[str, str]]


def stockholm(corpus: Corpus) -> list[Asked]:
    corpus.add(Source(STOCKHOLM.name, STOCKHOLM.read_bytes()))
    return [("Lavrov", "Blinken", text) for text in REMARKS]


def debates(corpus: Corpus) -> list[Asked]:
    for file in sorted((SHARED / "corpus" / "us-debates-2020").glob("*debate.txt")):
        corpus.add(Source(file.name, file.read_bytes()), regroup=False)
    asked = [("Biden", "Trump", text) for text in DEBATED]
    return asked + [("Pence", "Harris", text) for text in DEBATED[:15]]


def speeches(corpus: Corpus) -> list[Asked]:
    from at_size import TEXTS

    with tarfile.open(SPEECHES) as archive:
        found = {
            Path(member.name).name: archive.extractfile(member).read()  # type: ignore[union-attr]
            for member in archive
            if member.isfile() and speaker_of(Path(member.name).name) in STATES and year_of(member.name) in YEARS
        }
    for name in sorted(found):
        date = Metadata(date=year_of(name))
        corpus.add(Source(name, found[name]), date, speaker=speaker_of(name), regroup=False)
    places = (
        (at, text, (at * 3 + more * 3 + at // len(MET)) % len(MET)) for at, text in enumerate(TEXTS) for more in (0, 1)
    )
    return list(dict.fromkeys((*MET[place], text) for _, text, place in places))


def curve(corpus: Corpus, asked: Sequence[Asked]) -> Iterator[list[tuple[Ids, Ids]]]:
    """By topic text, for each of CAPS, which pairs are shown as opposing and as agreeing."""
    for first, second, text in asked:
        try:
            near = corpus._comparing._ready_for(text)
            with corpus._store.reading() as reading:
                request = Request(first, second, text, LIMIT, 0.0, None, None, None, False, False, True)
                found = corpus._comparing._look_up(request, near, reading)
        except NotFound:
            continue
        nominees = nominate(found.first, found.second)
        pairs = [(found.first.quotes[one.first].judged, found.second.quotes[one.second].judged) for one in nominees]
        if pairs:
            rows = corpus._scoring.judge(pairs, keep=True)
            yield [shown(corpus, found.first, found.second, nominees[:cap], rows[:cap]) for cap in CAPS]


def shown(
    corpus: Corpus, first: Position, second: Position, nominees: Sequence[Nominee], rows: np.ndarray
) -> tuple[Ids, Ids]:
    ranked = decided(first, second, nominees, rows, corpus._scoring.thresholds)
    opposing, agreeing = (
        {(pair.first.id, pair.second.id) for pair in one_to_one(ranked[one])[:LIMIT]}
        for one in (Relation.OPPOSES, Relation.AGREES)
    )
    return opposing, agreeing


def report(found: list[list[tuple[Ids, Ids]]]) -> None:
    random = np.random.default_rng(0)
    draws = random.integers(len(found), size=(1000, len(found)))
    for at, cap in enumerate(CAPS):
        parts = []
        for kind, name in enumerate(("opposing", "agreeing")):
            kept = np.array([len(one[at][kind] & one[-1][kind]) for one in found])
            of = np.array([len(one[-1][kind]) for one in found])
            low, high = np.percentile(kept[draws].sum(1) / np.maximum(of[draws].sum(1), 1), [2.5, 97.5])
            parts.append(f"{name} {kept.sum()} of {of.sum()} ({low:.2f}-{high:.2f})")
        print(f"  {cap:>4} judged: {', '.join(parts)}", flush=True)


def main() -> None:
    os.environ |= {"HF_HUB_OFFLINE": "1", "TOKENIZERS_PARALLELISM": "false"}
    print(f"{machine()}; load average {os.getloadavg()[0]:.1f}")
    embedder, classifier = Embedder(), RelationClassifier()
    for fill in (stockholm, debates, speeches):
        if sys.argv[1:] and fill.__name__ not in sys.argv[1:]:
            continue
        with tempfile.TemporaryDirectory() as folder:
            database = f"sqlite:///{Path(folder) / 'nominees.sqlite'}"
            corpus = Corpus(Store(database), embedder, classifier, Config(database_url=database))
            asked = fill(corpus)
            corpus.prepare()
            found = list(curve(corpus, asked))
            print(f"{fill.__name__}: {len(found)} topic texts that nominate pairs")
            report(found)
            corpus.close()


if __name__ == "__main__":
    main()
