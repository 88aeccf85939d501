"""Chance pairs: sentences of two states in dispute, drawn at random, which nearly always neither oppose nor agree.

Readers look for what clashes, and what is mined by a classifier is what it takes for a clash; both leave out the
courtesy beside an accusation that fills a real page. Half of the pairs share a word of their subject, as a page's
nominees do.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from pathlib import Path

from models.sentences import sentences
from models.training.examples import Example, Target
from models.training.labelled import calibrates, kept_aside, united_nations
from models.words import topic_words

TARGET: Target = (0.02, 0.01, 0.97)  # a reader found 3 agreements and no clash among 200 (docs/relation.md)
WORDS = range(8, 100)  # of a sentence; courtesies run long
PER_MEETING = 24  # pairs of two states in one session
WRAPPED = 100  # characters; a speech most of whose lines are shorter was cut at the page's margin, in mid-sentence
DISPUTES = tuple(
    tuple(pair.split("-"))
    for pair in """
    ARM-AZE BLR-USA CHN-JPN CHN-RUS CHN-USA CHN-VNM CUB-COL CUB-USA CYP-TUR DZA-MAR EGY-ISR ERI-ETH GBR-ARG GBR-RUS
    GEO-RUS GRC-TUR IND-PAK IRN-IRQ IRN-ISR IRN-SAU IRN-USA IRQ-KWT IRQ-USA ISR-JOR ISR-LBN ISR-PSE ISR-SAU ISR-SYR
    JPN-PRK KHM-VNM KOR-PRK LBY-USA NIC-USA PAK-AFG PRK-USA RUS-UKR RUS-USA SRB-ALB SYR-TUR SYR-USA UGA-TZA USA-VEN
    VEN-GUY ZAF-ZMB
    """.split()
)


def chance_pairs(corpus: Path, draw: random.Random) -> list[Example]:
    """Pairs of each dispute's sessions in which both spoke and neither speech measures or calibrates."""
    speeches = {name: text for name, text in united_nations(corpus).items() if _trains(name)}
    found: list[Example] = []
    for one, two in DISPUTES:
        for session in sorted(name[4:] for name in speeches if name.startswith(f"{one}_")):
            first, second = (f"{state}_{session}" for state in (one, two))
            if second in speeches:
                found += _meeting(list(_sentences(speeches, first)), list(_sentences(speeches, second)), draw)
    return found


def spoken(corpus: Path) -> list[str]:
    """Sentences of the disputes' speeches and of White House remarks, of all that neither measures nor calibrates."""
    states = {state for dispute in DISPUTES for state in dispute}
    speeches = {name: text for name, text in united_nations(corpus).items() if name[:3] in states and _trains(name)}
    found = [text for name in speeches for text in _sentences(speeches, name)]
    for path in sorted((corpus / "white-house").glob("*.md")):
        if not kept_aside(path.name) and not calibrates(f"white-house/{path.name}"):
            found += _sentences({path.name: path.read_text("utf-8-sig")}, path.name)
    return found


def _meeting(first: list[str], second: list[str], draw: random.Random) -> Iterator[Example]:
    if not first or not second:
        return
    for at in range(PER_MEETING):
        one, two = draw.choice(first), draw.choice(second)
        if at % 2:
            subject = set(topic_words(one))
            shared = [text for text in second if subject & set(topic_words(text))]
            two = draw.choice(shared or second)
        yield Example(one, two, TARGET, "chance")


def _sentences(speeches: Mapping[str, str], name: str) -> Iterator[str]:
    """The sentences of a speech whose lines are paragraphs."""
    paragraphs = [line for line in speeches[name].split("\n") if line.strip()]
    if not paragraphs or sorted(map(len, paragraphs))[4 * len(paragraphs) // 5] < WRAPPED:
        return
    for paragraph in paragraphs:
        for start, end in sentences(paragraph):
            text = " ".join(paragraph[start:end].split())
            if len(text.split()) in WORDS and text[0].isupper() and text[-1] in ".!?":
                yield text


def _trains(name: str) -> bool:
    return not kept_aside(f"{name}.txt") and not calibrates(f"un/{name}")
