"""Pairs of real speech that were read and labelled, by reference: sources and offsets, never the texts.

A language model read the pairs of `labelled/*.tsv` under the guideline in that folder's README, those that oppose or
agree twice; the documents are those that `kept_aside` does not keep for measuring.
"""

from __future__ import annotations

import csv
import tarfile
from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path

from models.training.examples import AGREES, DIFFERS, OPPOSES, Example, Target

LABELLED = Path(__file__).parent / "labelled"
SPEECHES = "speeches"  # pairs of many kinds
CONTESTED = "contested"  # pairs that an earlier classifier took for clashes, most of them wrongly
_TARGETS = {"A": AGREES, "O": OPPOSES, "D": DIFFERS}


def kept_aside(file_name: str) -> bool:
    """Whether a transcript may only measure: half of them, by a hash of the file's name."""
    return sha256(file_name.encode()).digest()[0] % 2 == 0


@cache
def united_nations(corpus: Path) -> Mapping[str, str]:
    """Text of each UN General Debate speech by `CCC_session_year`, byte order mark dropped."""
    found: dict[str, str] = {}
    with tarfile.open(corpus / "un-general-debate-1946-2021.tar.xz") as archive:
        for member in archive:
            file = archive.extractfile(member) if member.name.endswith(".txt") else None
            if file is not None:
                found[Path(member.name).stem] = file.read().decode("utf-8-sig", errors="replace")
    return found


def passage(corpus: Path, source: str, start: int, end: int) -> str:
    """The words at code points `start:end` of `un/RUS_70_2015` or `white-house/<file>`, white space collapsed."""
    folder, _, name = source.partition("/")
    if folder == "un":
        text = united_nations(corpus)[name]
    else:
        with (corpus / folder / name).open(encoding="utf-8-sig", newline="") as file:
            text = file.read()
    return " ".join(text[start:end].split())


def calibrates(source: str) -> bool:
    """Whether the pairs that begin with a document calibrate rather than train: a quarter of the documents."""
    return sha256(source.encode()).digest()[1] % 4 == 0


def labelled_pairs(corpus: Path, name: str = SPEECHES, calibration: bool = False) -> list[Example]:
    """The pairs of `labelled/<name>.tsv` that train, or else those that calibrate."""
    found: list[Example] = []
    with (LABELLED / f"{name}.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            if calibrates(row["first_source"]) is not calibration:
                continue
            first, second = (
                passage(corpus, row[f"{side}_source"], int(row[f"{side}_start"]), int(row[f"{side}_end"]))
                for side in ("first", "second")
            )
            found.append(Example(first, second, _target(row["labels"]), name))
    return found


def settled(target: Target) -> Target:
    """The label that readers agree on; a pair on which they do not is not clear enough to be shown, so it differs."""
    return target if 1.0 in target else DIFFERS


def _target(labels: str) -> Target:
    """What readers said of a pair, a letter each: their mean."""
    agrees, opposes, differs = (
        sum(column) / len(labels) for column in zip(*map(_TARGETS.__getitem__, labels), strict=True)
    )
    return (agrees, opposes, differs)
