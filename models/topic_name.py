"""Topic name: what a group of statements is called, in words of its own."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from models.phrases import Phrase, noun_phrases

READ = 400  # statements of a group, evenly spaced, whose phrases are counted: more change no name and take minutes
TERMS = 8
NAME_BONUS = 1.3  # people call a topic by the places and bodies in it
SECOND_NAME = 0.7  # a second phrase stands in the name if it scores at least this share of the first

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Name:
    """A topic's name, and its leading terms as printed, best first."""

    text: str
    terms: tuple[str, ...]


def named(groups: Sequence[Sequence[str]]) -> list[Name]:
    """A name for each group of texts, no two alike: noun phrases by class-based TF-IDF (Grootendorst 2022)."""
    counts: list[Counter[Key]] = []
    printed: dict[Key, Counter[str]] = defaultdict(Counter)
    for texts in groups:
        count: Counter[Key] = Counter()
        for text in _spread(texts):
            phrases = noun_phrases(text)
            count.update({phrase.key for phrase in phrases})
            for phrase in phrases:
                printed[phrase.key][_shown(phrase)] += 1
        counts.append(count)
    total: Counter[Key] = Counter()
    for count in counts:
        total.update(count)
    mean_size = sum(count.total() for count in counts) / max(len(counts), 1)
    taken: set[str] = set()
    names = []
    for count in counts:
        score = {
            key: n
            * math.log(1 + mean_size / total[key])
            * (1 + 0.25 * (min(len(key), 3) - 1))
            * (NAME_BONUS if _is_name(printed[key]) else 1)
            for key, n in count.items()
        }
        best = _distinct(sorted(score, key=lambda key: (-score[key], key)))[:TERMS]
        terms = [min(printed[key], key=lambda text: (-printed[key][text], text)) for key in best]
        pair = len(best) > 1 and score[best[1]] >= SECOND_NAME * score[best[0]]
        text = _title(terms, 2 if pair else 1, taken)
        taken.add(text.casefold())
        names.append(Name(text, tuple(terms)))
    return names


def _spread(texts: Sequence[str]) -> Sequence[str]:
    return texts if len(texts) <= READ else [texts[at * len(texts) // READ] for at in range(READ)]


def _title(terms: Sequence[str], number: int, taken: Iterable[str]) -> str:
    """The leading terms, one or two of them; more where a group before has the name already."""
    while number < len(terms) and _joined(terms[:number]).casefold() in taken:
        number += 1
    return _joined(terms[:number]) or "Other"


def _joined(terms: Sequence[str]) -> str:
    name = " and ".join([", ".join(terms[:-1]), terms[-1]] if len(terms) > 1 else terms)
    return name[:1].upper() + name[1:]


def _shown(phrase: Phrase) -> str:
    """How a phrase stands in a name: capitals only where the word is a name."""
    return " ".join(w if w[1:] != w[1:].lower() or w[:1].isupper() else w.lower() for w in phrase.text.split())


def _is_name(printed: Iterable[str]) -> bool:
    """Whether a phrase has a capital in every way it was printed: a place, a body, a person."""
    return all(any(w[:1].isupper() for w in text.split()) for text in printed)


def _distinct(keys: Iterable[Key]) -> list[Key]:
    """Keys in order, less those that share a word with a better one."""
    kept: list[Key] = []
    for key in keys:
        if not any(set(key) & set(other) for other in kept):
            kept.append(key)
    return kept
