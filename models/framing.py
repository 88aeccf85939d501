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
CONTENDERS = 20  # best phrases a side of which the pair is chosen
LENGTH_BONUS = 0.08  # a word; two words frame better than one
SHARED_COST = 0.3  # for each word that both framings have
_LINKS = frozenset("of the and".split())  # in a name: "Federal Republic of Germany"


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
    leads = embed(lead) if lead else own
    ranked: list[list[tuple[float, Phrase]]] = []
    for at in (0, 1):
        towards = (0.4 * own[at] + 0.6 * leads[at]) - 0.5 * own[1 - at]
        scores = [
            (float(vectors[text] @ towards) + LENGTH_BONUS * (phrase.words - 1), phrase)
            for text, phrase in sides[at].items()
        ]
        ranked.append(sorted(scores, key=lambda one: (-one[0], one[1].text))[:CONTENDERS])
    chosen = _apart(ranked[0], ranked[1])
    return chosen[0] or _fallback(first), chosen[1] or _fallback(second)


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
