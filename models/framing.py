"""Framing: the phrase of its own that says best what one side, and not the other, speaks of."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embed
from models.phrases import Phrase, noun_phrases

SILENT = "no statements"  # the one framing that is not a side's own words: it had none
CONTENDERS = 20  # best phrases a side of which the pair is chosen
LENGTH_BONUS = 0.08  # a word; two words frame better than one
SELDOM = 1  # beside how often a phrase is said: said once, its closeness counts half, said twice two thirds
SHARED_COST = 0.3  # for each word that both framings have

Vectors = NDArray[np.float32]

_LINKS = frozenset("of the and".split())  # in a name: "Federal Republic of Germany"


@dataclass(frozen=True, slots=True)
class Own:
    """What a side asserts itself: texts, and unit vectors (n, d) of their statements, row by row."""

    texts: Sequence[str]
    vectors: Vectors

    @property
    def centre(self) -> Vectors:
        mean = self.vectors.mean(axis=0)
        unit: Vectors = mean / max(float(np.linalg.norm(mean)), 1e-9)
        return unit


def framings(first: Own, second: Own, lead: tuple[str, str] | None, embed: Embed) -> tuple[str, str]:
    """How each side's statements frame the matter, every word their own.

    `lead` is the pair shown first, which the title is to fit: its phrases are chosen from. Without one, all that a side
    says is. A phrase is scored by its closeness (cosine) to its side and its lead, less its closeness to the other
    side: KeyBERT's idea, contrastive. Only the lead's phrases are embedded; elsewhere a phrase is as close as the
    statements that hold it are on average, so that hundreds of phrases take no time.
    """
    sides = (first, second)
    dimensions = max(side.vectors.shape[-1] for side in sides)
    own = [side.centre if len(side.texts) else np.zeros(dimensions, np.float32) for side in sides]
    leads = embed(lead) if lead else own
    ranked: list[list[tuple[float, Phrase]]] = []
    for at, side in enumerate(sides):
        towards = np.asarray((0.4 * own[at] + 0.6 * leads[at]) - 0.5 * own[1 - at], np.float32)
        close = _of_lead(lead[at], towards, embed) if lead else {}
        close = close or _of_all(side, towards)
        scores = [(near + LENGTH_BONUS * (phrase.words - 1), phrase) for phrase, near in close.items()]
        ranked.append(sorted(scores, key=lambda one: (-one[0], one[1].text))[:CONTENDERS])
    chosen = _apart(ranked[0], ranked[1])
    return chosen[0] or _fallback(first.texts), chosen[1] or _fallback(second.texts)


def takes_part(framing: str) -> bool:
    """Whether a framing can stand for a position: a bare word ("fracking") or a mere name ("Joe Biden") cannot."""
    words = framing.split()
    return len(words) > 1 and not all(word[0].isupper() or word in _LINKS for word in words)


def _apart(first: Sequence[tuple[float, Phrase]], second: Sequence[tuple[float, Phrase]]) -> tuple[str, str]:
    """The best two phrases that do not say the same: "war vs. war" frames nothing. Empty where a side has none."""
    if not first or not second:
        return (first[0][1].text if first else "", second[0][1].text if second else "")
    best = max(
        ((a, b) for a in first for b in second),
        key=lambda pair: round(pair[0][0] + pair[1][0] - SHARED_COST * len({*pair[0][1].key} & {*pair[1][1].key}), 6),
    )
    return best[0][1].text, best[1][1].text


def _of_lead(lead: str, towards: Vectors, embed: Embed) -> dict[Phrase, float]:
    """The phrases of one statement, and how close each is to a direction."""
    phrases = sorted({phrase.text: phrase for phrase in noun_phrases(lead)}.values(), key=lambda one: one.text)
    if not phrases:
        return {}
    close = embed([phrase.text for phrase in phrases]) @ towards
    return dict(zip(phrases, close.tolist(), strict=True))


def _of_all(side: Own, towards: Vectors) -> dict[Phrase, float]:
    """The phrases of all statements, each as it is printed most, and how close those are that hold it."""
    holding: dict[tuple[str, ...], list[float]] = defaultdict(list)
    printed: dict[tuple[str, ...], Counter[Phrase]] = defaultdict(Counter)
    for text, close in zip(side.texts, (side.vectors @ towards).tolist() if side.texts else (), strict=True):
        phrases = noun_phrases(text)
        for phrase in phrases:
            printed[phrase.key][phrase] += 1
        for key in {phrase.key for phrase in phrases}:
            holding[key].append(close)
    return {
        min(texts, key=lambda one: (-texts[one], one.text)): sum(holding[key]) / (len(holding[key]) + SELDOM)
        for key, texts in printed.items()
    }


def _fallback(texts: Sequence[str]) -> str:
    """Where a side has no noun phrase at all: the first words of its first statement."""
    return " ".join(texts[0].split()[:3]) if texts else SILENT
