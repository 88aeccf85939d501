"""How well sentences of a labelled topic are ranked for a query: python -m tests.bench.free_text FOLDER (minutes).

docs/free-text.md says what is measured.
"""

from __future__ import annotations

import sqlite3
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embedder
from service.topics.free_text import FLOOR, FUSION, SHARE, keywords
from tests.bench.labelled_topics import LabelledSet, asked, labelled_sets

WEIGHTS = (0.1, 0.25, 0.5, 1.0)
QUERIES = (
    ("names", "issues.tsv", "name"),
    ("descriptions", "issues.tsv", "description"),
    ("keywords", "keywords.tsv", "name"),
)
FIRST = "meaning, drawn to the paragraph"

Scores = NDArray[np.float64]


def index(data: LabelledSet) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE said USING fts5(text, tokenize='porter unicode61 remove_diacritics 2')")
    connection.executemany("INSERT INTO said (rowid, text) VALUES (?, ?)", list(enumerate(data.texts)))
    return connection


def holding(words: sqlite3.Connection, query: str, between: str) -> list[int]:
    phrases = [f'"{phrase}"' for phrase in keywords(query)]
    if not phrases:
        return []
    ask = "SELECT rowid, round(bm25(said), 9) AS score FROM said WHERE said MATCH ? ORDER BY score, rowid"
    return [row for row, _ in words.execute(ask, (between.join(phrases),))]


def reciprocal(ranked: list[int] | NDArray[np.int64], n: int) -> Scores:
    score = np.zeros(n)
    score[ranked] = 1 / (FUSION + np.arange(1, len(ranked) + 1))
    return score


def rankings(
    data: LabelledSet, words: sqlite3.Connection, query: str, vector: NDArray[np.float32]
) -> dict[str, Scores]:
    n = len(data.texts)
    drawn = np.round(data.drawn @ vector, 6)
    meaning = reciprocal(np.argsort(-drawn, kind="stable"), n)
    some, every = (reciprocal(holding(words, query, between), n) for between in (" OR ", " AND "))
    found = {
        FIRST: drawn,
        "meaning, the sentence alone": np.round(data.vectors @ vector, 6),
        "words, any of them": some,
    }
    for weight in WEIGHTS:
        found[f"fused, any word, weight {weight}"] = meaning + weight * some
        found[f"fused, all words, weight {weight}"] = meaning + weight * every
    return found


def measures(score: Scores, right: NDArray[np.bool_]) -> tuple[float, float]:
    """nDCG@10 and average precision."""
    gains = right[np.argsort(-score, kind="stable")].astype(float)
    discounts = 1 / np.log2(np.arange(2, 12))
    ideal = discounts[: int(right.sum())].sum()
    precision = np.cumsum(gains) / np.arange(1, len(gains) + 1)
    return float((gains[:10] * discounts).sum() / ideal), float((precision * gains).sum() / right.sum())


def main(folder: Path) -> None:
    embedder = Embedder()
    found: dict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for data in labelled_sets(folder, embedder):
        words = index(data)
        for kind, file, field in QUERIES:
            queries = [(row[field], row["gold"]) for row in asked(file, data.name)]
            counts = np.zeros(5, np.int64)
            for (query, gold), vector in zip(queries, embedder.embed([query for query, _ in queries]), strict=True):
                right = data.topics == gold
                scores = rankings(data, words, query, vector)
                for name, score in scores.items():
                    found[kind, name].append(measures(score, right))
                near = scores[FIRST] >= max(FLOOR, SHARE * scores[FIRST].max())
                hold = np.isin(np.arange(len(right)), holding(words, query, " AND "))
                added = hold & ~near
                counts += [(near & right).sum(), near.sum(), hold.sum(), (added & right).sum(), added.sum()]
            print(
                f"{data.name}, {kind}: near {counts[1]}, right {counts[0]}; hold the words {counts[2]}, "
                f"not near {counts[4]}, of these right {counts[3]}",
                flush=True,
            )
    rng = np.random.default_rng(0)
    for (kind, name), each in found.items():
        values, difference = np.array(each), np.array(each) - np.array(found[kind, FIRST])
        samples = difference[rng.integers(0, len(values), (2000, len(values)))].mean(axis=1)
        low, high = np.percentile(samples, (2.5, 97.5), axis=0)
        shown = (
            f"{mean:.3f} ({a:+.3f} to {b:+.3f})" for mean, a, b in zip(values.mean(axis=0), low, high, strict=True)
        )
        print(f"{kind}, {name}: nDCG@10, MAP " + ", ".join(shown))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
