"""ArguAna: to find a point's counter among all points and counters of its debate."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from models.evaluation.reading import table

SENTENCES = 2  # of a paragraph, from its beginning
MAX_CHARACTERS = 400
MIN_OTHERS = 3  # a ranking of fewer shows nothing

_REFERENCE = re.compile(r"\[\w+\]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


@dataclass(frozen=True, slots=True)
class Query:
    """A point, what else was said in its debate, and which of that (a row of `others`) is its counter."""

    debate: str
    point: str
    others: tuple[str, ...]
    counter: int


def queries(data: Path, debates: int = 80) -> list[Query]:
    """The points of the first so many debates of the test split."""
    said: dict[str, list[tuple[str, str]]] = defaultdict(list)
    path = data / "arguana" / "point_counter_pairs.tsv"
    for row in table(path, ("split", "debate", "point", "counter"), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row["split"] == "test":
            said[row["debate"]].append((opening(row["point"]), opening(row["counter"])))
    found = []
    for debate in sorted(said)[:debates]:
        pool = sorted({text for pair in said[debate] for text in pair})
        for point, counter in said[debate]:
            others = tuple(text for text in pool if text != point)
            if counter in others and len(others) >= MIN_OTHERS:
                found.append(Query(debate, point, others, others.index(counter)))
    return found


def opening(paragraph: str) -> str:
    """A paragraph's first sentences, without references such as [1]."""
    return " ".join(_SENTENCE_END.split(_REFERENCE.sub("", paragraph))[:SENTENCES])[:MAX_CHARACTERS]
