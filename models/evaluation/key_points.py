"""Key point analysis 2021: arguments of one topic agree where they take the same stance, else oppose; others differ."""

from __future__ import annotations

import random
from collections import defaultdict
from pathlib import Path

from models.evaluation.labelled import LabelledPairs
from models.evaluation.reading import table
from models.relation import AGREES, DIFFERS, OPPOSES

SEED = 7


def key_points(data: Path, split: str, within: int = 300, across: int = 150) -> LabelledPairs:
    """So many pairs within each topic of a split, and so many of one of its arguments and one of another topic."""
    topics: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in table(data / "kpa2021" / f"arguments_{split}.csv", ("topic", "argument", "stance")):
        topics[row["topic"]].append((row["argument"].strip("`"), row["stance"]))
    draw = random.Random(SEED)
    found: list[tuple[str, str, int, str]] = []
    for topic in sorted(topics):
        others = [other for other in sorted(topics) if other != topic]
        for _ in range(within):
            (first, stance), (second, other_stance) = draw.sample(topics[topic], 2)
            found.append((first, second, AGREES if stance == other_stance else OPPOSES, topic))
        for _ in range(across):
            first, _ = draw.choice(topics[topic])
            second, _ = draw.choice(topics[draw.choice(others)])
            found.append((first, second, DIFFERS, topic))
    return LabelledPairs.of(found)
