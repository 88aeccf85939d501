"""Overlap: how many of the texts measured on were trained on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]+")


@dataclass(frozen=True, slots=True)
class Overlap:
    """Of the distinct texts of a set, how many stand in the training texts: none may."""

    set: str
    texts: int
    trained_on: int


def overlaps(measured: Mapping[str, Iterable[str]], training: Iterable[str]) -> list[Overlap]:
    """The overlap of each set, by name."""
    trained = set(map(normalised, training))
    found = {name: set(map(normalised, texts)) for name, texts in measured.items()}
    return [Overlap(name, len(texts), len(texts & trained)) for name, texts in found.items()]


def normalised(text: str) -> str:
    """Lower case, letters and digits only."""
    return _NEITHER_LETTER_NOR_DIGIT.sub("", text.lower())
