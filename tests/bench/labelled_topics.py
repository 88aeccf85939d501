"""Labelled topics: three public sets of sentences with gold topics, and names and descriptions of ours for these."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embedder
from models.topic import in_context

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """Sentences with their gold topics; `vectors` as they are, `drawn` towards their paragraphs."""

    name: str
    topics: NDArray[np.str_]
    texts: tuple[str, ...]
    vectors: NDArray[np.float32]
    drawn: NDArray[np.float32]


def rows(file: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened, delimiter=delimiter))


def asked(file: str, of: str) -> list[dict[str, str]]:
    """Lines of issues.tsv or keywords.tsv for one set."""
    return [row for row in rows(HERE / file, "\t") if row["set"] == of]


def labelled_sets(data: Path, embedder: Embedder) -> Iterator[LabelledSet]:
    """ArgKP, CAP and M-Arg. Paragraphs: an argument; four sentences; what one speaks without a break."""
    said = {
        (row["topic"], row["argument"].strip("` ")): None for row in rows(data / "argkp2021/ArgKP-2021_dataset.csv")
    }
    found = {"ArgKP": [(topic, text, str(at)) for at, (topic, text) in enumerate(said)]}
    cap = rows(data / "cap_manifesto/df_cap_sotu_test.csv")
    found["CAP"] = [
        (row["label_cap2_text"], row["text_original"], f"{row['doc_id']}/{int(row['id_original']) // 4}") for row in cap
    ]
    turns, turn, before = count(), 0, ("", "")
    found["M-Arg"] = []
    for row in rows(data / "marg_topics/sentences.csv"):
        if (row["debate"], row["speaker"]) != before:
            turn, before = next(turns), (row["debate"], row["speaker"])
        found["M-Arg"].append((row["topic"], row["text"], str(turn)))
    for name, lines in found.items():
        vectors = embedder.embed([text for _, text, _ in lines])
        drawn = in_context(vectors, [paragraph for _, _, paragraph in lines])
        topics = np.array([topic for topic, _, _ in lines])
        yield LabelledSet(name, topics, tuple(text for _, text, _ in lines), vectors, drawn)
