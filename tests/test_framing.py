"""A framing is in a side's own words, and costs no embedding where no pair is shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from models.framing import SILENT, Own, framings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.embedding import Embedder

WORDS = re.compile(r"[\w’'-]+")
MINISTER = (
    "The coal mines feed ten thousand families in the northern valleys.",
    "Closing the coal mines would empty the northern valleys.",
    "A wind farm needs no miners.",
)
SENATOR = ("The wind farm on the coast has paid for itself.", "Clean air is worth more than cheap coal.")


def own(texts: Sequence[str], embedder: Embedder) -> Own:
    return Own(texts, embedder.embed(texts))


def never(texts: Sequence[str]) -> NDArray[np.float32]:
    raise AssertionError(f"embedded: {texts}")


def test_without_a_pair_nothing_is_embedded_and_every_word_is_the_sides_own(embedder: Embedder) -> None:
    found = framings(own(MINISTER, embedder), own(SENATOR, embedder), None, never)
    for framing, texts in zip(found, (MINISTER, SENATOR), strict=True):
        assert framing in " ".join(texts)
    assert found[0] != found[1]


def test_what_is_said_often_and_by_one_side_alone_frames_it(embedder: Embedder) -> None:
    first, _ = framings(own(MINISTER, embedder), own(SENATOR, embedder), None, never)
    assert first in ("northern valleys", "coal mines")


def test_with_a_pair_its_own_phrases_are_chosen_from(embedder: Embedder) -> None:
    lead = (MINISTER[1], SENATOR[1])
    found = framings(own(MINISTER, embedder), own(SENATOR, embedder), lead, embedder.embed)
    for framing, text in zip(found, lead, strict=True):
        assert set(WORDS.findall(framing)) <= set(WORDS.findall(text))


def test_a_side_that_said_nothing_says_so(embedder: Embedder) -> None:
    silent = Own((), np.zeros((0, 0), np.float32))
    assert framings(own(MINISTER, embedder), silent, None, never)[1] == SILENT
    assert framings(silent, silent, None, never) == (SILENT, SILENT)
