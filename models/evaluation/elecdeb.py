"""ElecDeb60to20: relations between what candidates for US president said, across speakers only.

Within a speaker nearly all relations are support and across speakers nearly all are attack, so that a rule which knows
the speakers alone would look good on both together.
"""

from __future__ import annotations

import random
from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

import numpy as np

from models.evaluation.labelled import LabelledPairs
from models.evaluation.measures import Mask
from models.evaluation.reading import table
from models.relation import AGREES, OPPOSES

SEED = 7
MIN_WORDS = 4  # a component with fewer is a fragment that nobody could rank
COLUMNS = ("section", "relation", "subject", "object", "subject_speaker", "object_speaker")


def cross_speaker(data: Path) -> LabelledPairs:
    """Attacks oppose; supports and equivalents agree."""
    return LabelledPairs.of(
        [
            (row["subject"], row["object"], OPPOSES if row["relation"] == "Attack" else AGREES, debate(row["section"]))
            for row in _relations(data)
            if _crosses(row)
        ]
    )


def debate(section: str) -> str:
    """The debate that a section is of: 1960_07Oct of 1960_07Oct_12."""
    return section.rpartition("_")[0]


@dataclass(frozen=True, slots=True)
class DebateSection:
    """All cross-speaker pairs (n) of a section's linked components, and which of them (n,) are gold attacks.

    Gold is incomplete: pairs that nobody marked may attack as well, so that figures compare but mean little alone.
    """

    name: str
    pairs: list[tuple[str, str]]
    attacks: Mask


def sections(data: Path, count: int = 60) -> list[DebateSection]:
    """So many sections with a gold attack, drawn at random."""
    said: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    attacks: dict[str, set[frozenset[str]]] = defaultdict(set)
    for row in _relations(data):
        for role in ("subject", "object"):
            if row[f"{role}_speaker"] and _long(row[role]):
                said[row["section"]][row[f"{role}_speaker"]].add(row[role])
        if row["relation"] == "Attack" and _crosses(row) and _long(row["subject"]) and _long(row["object"]):
            attacks[row["section"]].add(frozenset((row["subject"], row["object"])))
    names = sorted(attacks)
    random.Random(SEED).shuffle(names)
    return [_section(name, said[name], attacks[name]) for name in names[:count]]


def _section(name: str, said: dict[str, set[str]], attacks: set[frozenset[str]]) -> DebateSection:
    pairs = [
        (first, second)
        for one, other in combinations(sorted(said), 2)
        for first in sorted(said[one])
        for second in sorted(said[other])
    ]
    return DebateSection(name, pairs, np.array([frozenset(pair) in attacks for pair in pairs], np.bool_))


def _relations(data: Path) -> list[dict[str, str]]:
    return table(data / "elecdeb" / "relations.csv", COLUMNS)


def _crosses(row: dict[str, str]) -> bool:
    one, other = row["subject_speaker"], row["object_speaker"]
    return bool(one and other and one != other)


def _long(text: str) -> bool:
    return len(text.split()) >= MIN_WORDS
