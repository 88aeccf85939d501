"""Debate sentences: what ElecDeb's candidates said, and which of it carries a component that was linked to another.

relations.csv lists linked components alone. A sentence without one may take a position all the same, so that the rest
are noisy negatives.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.evaluation.elecdeb import MIN_WORDS, SEED
from models.evaluation.reading import UnusableSet, table
from models.sentences import sentences

COLUMNS = ("year", "subject", "object", "subject_speaker", "object_speaker")
_TURN = re.compile(r"(?:([A-Z][A-Z_.'’ -]*):)?([^\n]*)\n?")


@dataclass(frozen=True, slots=True)
class DebateSentence:
    """One sentence of a candidate; `linked` where a linked component stands in it, in whole or in part."""

    text: str
    debate: str
    linked: bool


def debate_sentences(data: Path, count: int = 4000) -> list[DebateSentence]:
    """So many sentences, drawn at random, of those with whom any component of their year is linked."""
    components: dict[str, set[str]] = defaultdict(set)
    speakers: dict[str, set[str]] = defaultdict(set)
    for row in table(data / "elecdeb" / "relations.csv", COLUMNS):
        for role in ("subject", "object"):
            if len(row[role].split()) >= MIN_WORDS:
                components[row["year"]].add(row[role])
                speakers[row["year"]].add(row[f"{role}_speaker"])
    folder = data / "elecdeb" / "transcripts"
    found: list[DebateSentence] = []
    for path in sorted(folder.glob("*_*.txt")):
        year = path.stem.rpartition("_")[2]
        text = path.read_text("utf-8-sig", errors="replace")
        found += _sentences(text, path.stem, _covered(text, components[year]), speakers[year] - {""})
    if not found:
        raise UnusableSet(f"{folder} holds no transcript of a year in relations.csv")
    return random.Random(SEED).sample(found, min(count, len(found)))


def _sentences(text: str, debate: str, covered: bytearray, speakers: set[str]) -> Iterator[DebateSentence]:
    """The sentences of `speakers`; a line without a name goes on with the turn before it."""
    speaker = None
    for line in _TURN.finditer(text):
        speaker = line[1] or speaker
        for start, end in sentences(line[2]) if speaker in speakers else ():
            sentence = line[2][start:end].strip()
            if sentence:
                begin = line.start(2)
                yield DebateSentence(sentence, debate, any(covered[begin + start : begin + end]))


def _covered(text: str, components: set[str]) -> bytearray:
    """A byte for each character of a text: 1 where a component stands, whatever the case and punctuation."""
    kept = [(at, char) for at, letter in enumerate(text) if letter.isalnum() for char in letter.lower()]
    places = [at for at, _ in kept]
    bare = "".join(char for _, char in kept)
    covered = bytearray(len(text))
    for component in components:
        wanted = "".join(char for letter in component if letter.isalnum() for char in letter.lower())
        at = bare.find(wanted) if wanted else -1
        while at >= 0:
            first, last = places[at], places[at + len(wanted) - 1]
            covered[first : last + 1] = b"\1" * (last + 1 - first)
            at = bare.find(wanted, at + 1)
    return covered
