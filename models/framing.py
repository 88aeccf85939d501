"""Framing: the phrase of its own that says best what one side, and not the other, speaks of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embed
from models.phrases import Phrase, noun_phrases

SILENT = "no statements"  # the one framing that is not a side's own words: it had none
CANDIDATES = 200


def framings(
    first: Sequence[str], second: Sequence[str], lead: tuple[str, str] | None, embed: Embed
) -> tuple[str, str]:
    """How each side's statements frame the matter, every word their own.

    `lead` is the pair shown first, which the title is to fit; None takes all statements alike. A phrase is scored by
    its closeness (cosine) to its side and its lead, less its closeness to the other side: KeyBERT's idea, contrastive.
    """
    sides = (_candidates(first, lead[0] if lead else None), _candidates(second, lead[1] if lead else None))
    texts = [text for side in sides for text in side]
    vectors = dict(zip(texts, embed(texts), strict=True)) if texts else {}
    own = (_centre(first, embed), _centre(second, embed))
    leads = embed(lead) if lead else None
    chosen: list[str] = []
    for at in (0, 1):
        other = own[1 - at]
        scores = {}
        for text, phrase in sides[at].items():
            vector = vectors[text]
            closeness = (
                float(vector @ own[at])
                if leads is None
                else 0.4 * float(vector @ own[at]) + 0.6 * float(vector @ leads[at])
            )
            scores[text] = closeness - 0.5 * max(0.0, float(vector @ other)) + 0.08 * (phrase.words - 1)
            if any(set(phrase.key) <= set(theirs.key) for theirs in sides[1 - at].values()):
                scores[text] -= 0.15  # the other side says it too
        chosen.append(min(scores, key=lambda text: (-scores[text], text)) if scores else _fallback((first, second)[at]))
    return chosen[0], chosen[1]


def _candidates(texts: Sequence[str], lead: str | None) -> dict[str, Phrase]:
    """Phrases of the lead statement, or, where it has none, of all."""
    pool = noun_phrases(lead) if lead else []
    if not pool:
        pool = [phrase for text in texts for phrase in noun_phrases(text)]
    common = Counter(phrase.key for phrase in pool)
    ranked = sorted(
        {phrase.text: phrase for phrase in pool}.values(), key=lambda phrase: (-common[phrase.key], phrase.text)
    )
    return {phrase.text: phrase for phrase in ranked[:CANDIDATES]}


def _centre(texts: Sequence[str], embed: Embed) -> NDArray[np.float32]:
    if not texts:
        return np.zeros(embed([""]).shape[1], np.float32)
    mean = embed(texts).mean(axis=0)
    centre: NDArray[np.float32] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return centre


def _fallback(texts: Sequence[str]) -> str:
    """Where a side has no noun phrase at all: the first words of its first statement."""
    return " ".join(texts[0].split()[:3]) if texts else SILENT
