"""Other domains: sets whose relations are near ours but not ours, such as inference between captions.

An attack or contradiction opposes, a support or entailment agrees, anything else differs.
"""

from __future__ import annotations

import random
from pathlib import Path

from models.evaluation.labelled import LabelledPairs
from models.evaluation.reading import UnusableSet, objects, table
from models.relation import AGREES, DIFFERS, OPPOSES

SEED = 7
RELATIONS = {"support": AGREES, "attack": OPPOSES, "no relation": DIFFERS}
INFERENCES = {"entailment": AGREES, "contradiction": OPPOSES, "neutral": DIFFERS}


def argument_relations(data: Path) -> LabelledPairs:
    """The test split of six corpora of argument relations; each is a cluster."""
    path = data / "argument_relations" / "test.csv"
    rows = table(path, ("corpus", "relation", "source", "target"))
    if unknown := {row["relation"] for row in rows} - set(RELATIONS):
        raise UnusableSet(f"{path} has the unknown relations {sorted(unknown)}")
    return LabelledPairs.of([(row["source"], row["target"], RELATIONS[row["relation"]], row["corpus"]) for row in rows])


def inferences(data: Path, source: str, count: int = 1000) -> LabelledPairs:
    """So many pairs, drawn at random, of the sources whose name begins so; pairs of one premise are a cluster."""
    path = data / "nli" / "nli.jsonl.gz"
    try:
        rows = [
            (row["premise"], row["hypothesis"], INFERENCES[row["label"]], row["premise"])
            for row in objects(path)
            if row["source"].startswith(source)
        ]
    except (KeyError, TypeError) as error:
        raise UnusableSet(f"{path} has a line without premise, hypothesis, source or a known label") from error
    if not rows:
        raise UnusableSet(f"{path} has nothing of {source}")
    return LabelledPairs.of(random.Random(SEED).sample(rows, min(count, len(rows))))
