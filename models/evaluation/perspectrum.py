"""Perspectrum, claims of the test split: perspectives on a claim that support or undermine it."""

from __future__ import annotations

import random
from pathlib import Path

from models.evaluation.labelled import LabelledPairs
from models.evaluation.reading import UnusableSet, document
from models.relation import AGREES, DIFFERS, OPPOSES

SEED = 7
SIDES = ("SUPPORT", "UNDERMINE")


def perspectives(data: Path, within: int = 6, across: int = 3) -> LabelledPairs:
    """Of each test claim so many pairs of its perspectives, and so many of one with another claim's.

    Perspectives on a claim agree where both take the same side, else oppose; those on different claims differ. A claim
    with a single perspective has pairs across claims only.
    """
    claims = _claims(data / "perspectrum")
    draw = random.Random(SEED)
    found: list[tuple[str, str, int, str]] = []
    for claim in sorted(claims):
        others = [other for other in sorted(claims) if other != claim]
        for _ in range(within if len(claims[claim]) > 1 else 0):
            (first, side), (second, other_side) = draw.sample(claims[claim], 2)
            found.append((first, second, AGREES if side == other_side else OPPOSES, claim))
        for _ in range(across if others else 0):
            first, _ = draw.choice(claims[claim])
            second, _ = draw.choice(claims[draw.choice(others)])
            found.append((first, second, DIFFERS, claim))
    return LabelledPairs.of(found)


def _claims(folder: Path) -> dict[str, list[tuple[str, str]]]:
    """The perspectives of each test claim, with the side that each takes."""
    split = document(folder / "dataset_split_v1.0.json")
    claims = document(folder / "perspectrum_with_answers_v1.0.json")
    try:
        text = {row["pId"]: row["text"] for row in document(folder / "perspective_pool_v1.0.json")}
        found = {
            str(claim["cId"]): [
                (text[one], cluster["stance_label_3"])
                for cluster in claim["perspectives"]
                if cluster["stance_label_3"] in SIDES
                for one in cluster["pids"]
                if one in text
            ]
            for claim in claims
            if split[str(claim["cId"])] == "test"
        }
    except (KeyError, TypeError) as error:
        raise UnusableSet(f"{folder} has not the form of Perspectrum 1.0: {error!r}") from error
    return {claim: taken for claim, taken in found.items() if taken}
