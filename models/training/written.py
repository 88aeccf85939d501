"""Statements written for training: blocks of an issue with two sides, and minimal sets around one base sentence.

The files stand in `written/`. A language model wrote them under the rules at the head of each file; they hold no
sentence of any real speech and no debate that measures the classifier.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

from models.training.examples import AGREES, DIFFERS, OPPOSES, Example, Taken, indirect
from models.training.labelled import passage

WRITTEN = Path(__file__).parent / "written"

_TWO_SIDED = re.compile(r"([+-])([a-z])?\s+(\S.*)|0\s+(\S.*)")
_MINIMAL = re.compile(r"([=AOD])\s+(\S.*)")


def _blocks(name: str) -> Iterator[list[str]]:
    block: list[str] = []
    for line in (WRITTEN / f"{name}.txt").read_text("utf-8").splitlines():
        if line.startswith("# "):
            yield block
            block = []
        elif line.strip() and not line.startswith("%"):
            block.append(line.strip())
    yield block


def two_sided(
    name: str, draw: random.Random, indirect_pairs: int = 12, neutral_pairs: int = 10, kept: float = 0.55
) -> list[Example]:
    """Pairs of `written/<name>.txt`: every pair that makes or attacks one point, and some of each other kind.

    `kept`: how much of an indirect pair's target stays with its side (see `indirect`).
    """
    found: list[Example] = []
    neutral_before: list[str] = []
    for block in _blocks(name):
        sides: list[Taken] = []
        neutral: list[str] = []
        for line in block:
            match = _TWO_SIDED.fullmatch(line)
            if match is None:
                raise ValueError(f"{name}.txt: neither a side nor neutral: {line!r}")
            if match[4]:
                neutral.append(match[4])
            else:
                sides.append(Taken(match[3], match[1] == "+", match[2]))
        loose: list[Example] = []
        for one, two in combinations(sides, 2):
            target = AGREES if one.side == two.side else OPPOSES
            if one.point == two.point:
                found.append(Example(one.text, two.text, target, f"written-{name}"))
            else:
                loose.append(Example(one.text, two.text, indirect(target, kept), f"written-{name}"))
        found += draw.sample(loose, min(indirect_pairs, len(loose)))
        about = [Example(n, t.text, DIFFERS, f"written-{name}") for n in neutral for t in sides]
        about += [Example(a, b, DIFFERS, f"written-{name}") for a, b in combinations(neutral, 2)]
        found += draw.sample(about, min(neutral_pairs, len(about)))
        if sides and neutral_before:
            found += [
                Example(draw.choice(neutral_before), draw.choice(sides).text, DIFFERS, f"written-{name}")
                for _ in range(3)
            ]
        neutral_before = neutral + [t.text for t in sides]
    return found


def minimal_sets(name: str, draw: random.Random) -> list[Example]:
    """Pairs of `written/<name>.txt`: base, agreeing (A), opposing (O) and differing (D) sentences, each with each."""
    found: list[Example] = []
    source = f"written-{name}"
    for letters in _minimal(name):
        same = letters["="] + letters["A"]
        found += [Example(a, b, AGREES, source) for a, b in combinations(same, 2)]
        found += [Example(a, b, AGREES, source) for a, b in combinations(letters["O"], 2)]
        found += [Example(a, b, OPPOSES, source) for a in same for b in letters["O"]]
        found += [
            Example(d, t, DIFFERS, source)
            for d in letters["D"]
            for t in draw.sample(same + letters["O"], min(3, len(same)))
        ]
    return found


_REFERENCE = re.compile(r"@(\S+):(\d+)-(\d+)")


def answers(name: str, corpus: Path) -> list[Example]:
    """Pairs of `written/<name>.txt`, where others answer a base sentence in ways of their own.

    Two that oppose the base need not agree with each other, nor need one that agrees and one that differs, so that
    only pairs with the base and of an A and an O are taken. A base `@source:start-end` is read from `corpus`.
    """
    found: list[Example] = []
    source = f"written-{name}"
    targets = {"A": AGREES, "O": OPPOSES, "D": DIFFERS}
    for letters in _minimal(name):
        if not letters["="]:
            continue
        base = letters["="][0]
        if place := _REFERENCE.fullmatch(base):
            base = passage(corpus, place[1], int(place[2]), int(place[3]))
        found += [Example(base, text, target, source) for letter, target in targets.items() for text in letters[letter]]
        found += [Example(a, o, OPPOSES, source) for a in letters["A"] for o in letters["O"]]
        found += [Example(a, b, AGREES, source) for a, b in combinations(letters["A"], 2)]
        found += [Example(o, d, DIFFERS, source) for o, d in zip(letters["O"], letters["D"], strict=False)]
    return found


def _minimal(name: str) -> Iterator[dict[str, list[str]]]:
    for block in _blocks(name):
        letters: dict[str, list[str]] = {"=": [], "A": [], "O": [], "D": []}
        for line in block:
            match = _MINIMAL.fullmatch(line)
            if match is None:
                raise ValueError(f"{name}.txt: not one of = A O D: {line!r}")
            letters[match[1]].append(match[2])
        yield letters
