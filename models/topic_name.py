"""Topic name: what a group of statements is called, in words of its own."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.embedding import Embed
from models.named import is_state, state
from models.phrases import Phrase, lexicon, noun_phrases
from models.vague import is_vague, people
from models.words import folded

READ = 400  # statements of a group, evenly spaced, whose phrases are counted: more change no name and take minutes
TERMS = 8
CANDIDATES = 10  # best phrases of a group by their counts, of which closeness decides
NAME_BONUS = 1.3  # people call a topic by the places and bodies in it
VAGUE_WORTH = 0.35  # of a count of a phrase that is vague or of people
OWN = 0.3  # power of the share of a phrase's statements that are the group's own
OFTEN = 0.02  # how often a phrase is said that can name a group, as a share of the commonest; thrice at least,
MANY = 6  # or twice, where none is said as often as this
WHOLE = 0.5  # a longer phrase stands for its part if this share of the part's statements have it
CLOSENESS = 2.0  # what closeness to the centre (cosine) is worth beside the count, as a share of the best count
SECOND = 0.5  # a second phrase stands in the name if it scores at least this share of the first
SAME = 0.6  # two phrases nearer than this (cosine) say the same

Key = tuple[str, ...]
Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Name:
    """A topic's name, and its leading terms as printed, best first."""

    text: str
    terms: tuple[str, ...]


def named(
    groups: Sequence[Sequence[str]],
    centres: Vectors | None = None,
    embed: Embed | None = None,
    taken: Iterable[str] = (),
) -> list[Name]:
    """A name for each group of texts, no two alike and none of those `taken`.

    Noun phrases by class-based TF-IDF (Grootendorst 2022); with `embed` and the groups' `centres` (n, d), unit length,
    by their closeness to the centre too (KeyBERT).
    """
    counts, printed, persons = _read(groups)
    shown = {key: _as_printed(key, texts) for key, texts in printed.items()}
    vague = {key for key, texts in printed.items() if is_vague(key, name=_is_name(texts))}
    aside = vague | {key for key in printed if key[-1] in persons}
    worth = {key: _worth(key, texts) * (VAGUE_WORTH if key in aside else 1) for key, texts in printed.items()}
    leading = [_leading(count, scores, vague) for count, scores in zip(counts, _by_count(counts, worth), strict=True)]
    vectors: dict[Key, Vectors] = {}
    if centres is not None and embed is not None:
        keys = sorted({key for scores in leading for key in scores})
        vectors = dict(zip(keys, embed([shown[key] for key in keys]), strict=True)) if keys else {}
        leading = [
            {key: score + CLOSENESS * float(vectors[key] @ centre) for key, score in scores.items()}
            for scores, centre in zip(leading, centres, strict=True)
        ]
    used = {name.casefold() for name in taken}
    names = []
    for scores in leading:
        ranked = sorted(scores, key=lambda key: (key in vague, -round(scores[key], 4), key))
        best = _distinct(ranked, vectors)[:TERMS]
        terms = tuple(shown[key] for key in best)
        pair = len(best) > 1 and best[1] not in aside and scores[best[1]] >= SECOND * scores[best[0]]
        names.append(Name(_title(terms, 2 if pair else 1, used), terms))
        used.add(names[-1].text.casefold())
    return names


def _read(groups: Iterable[Sequence[str]]) -> tuple[list[Counter[Key]], dict[Key, Counter[str]], set[str]]:
    """How many statements of each group have a phrase, how phrases are printed, and who is called by a title."""
    counts: list[Counter[Key]] = []
    printed: dict[Key, Counter[str]] = defaultdict(Counter)
    persons: set[str] = set()
    for texts in groups:
        counts.append(Counter())
        for text in _spread(texts):
            phrases = noun_phrases(text)
            counts[-1].update({phrase.key for phrase in phrases})
            for phrase in phrases:
                printed[phrase.key][_shown(phrase, text)] += 1
            persons.update(people(text))
    return counts, printed, persons


def _spread(texts: Sequence[str]) -> Sequence[str]:
    return texts if len(texts) <= READ else [texts[at * len(texts) // READ] for at in range(READ)]


def _by_count(counts: Sequence[Counter[Key]], worth: Mapping[Key, float]) -> Iterator[dict[Key, float]]:
    """Class-based TF-IDF of each group's phrases, worth and the group's own share of them included."""
    total: Counter[Key] = Counter()
    for count in counts:
        total.update(count)
    mean_size = sum(count.total() for count in counts) / max(len(counts), 1)
    for count in counts:
        yield {
            key: n * math.log(1 + mean_size / total[key]) * (n / total[key]) ** OWN * worth[key]
            for key, n in count.items()
        }


def _leading(count: Counter[Key], scores: Mapping[Key, float], vague: Collection[Key]) -> dict[Key, float]:
    """The best phrases with their share of the best score, full forms instead of parts: not "chain"."""
    most = max(count.values(), default=0)
    least = max(3 if most >= MANY else 2, OFTEN * most)
    often = [key for key in scores if count[key] >= least] or scores
    if all(key in vague for key in often):
        often = [key for key in scores if count[key] >= 2] or scores
    best = sorted(often, key=lambda key: (-scores[key], key))[: 4 * CANDIDATES]
    found: dict[Key, float] = {}
    for key in best:
        longer = [one for one in best if _within(key, one) and count[one] >= WHOLE * count[key]]
        whole = min(longer, key=lambda one: (-len(one), -count[one], one))
        found[whole] = max(found.get(whole, 0), scores[key], scores[whole])
    top = max(found.values(), default=1)
    return {key: found[key] / top for key in list(found)[:CANDIDATES]}


def _within(part: Key, whole: Key) -> bool:
    return any(whole[at : at + len(part)] == part for at in range(len(whole) - len(part) + 1))


def _worth(key: Key, printed: Collection[str]) -> float:
    """What a count of a phrase is worth: of longer ones and of names more."""
    return (1 + 0.25 * (min(len(key), 3) - 1)) * (NAME_BONUS if _is_name(printed) else 1)


def _is_name(printed: Collection[str]) -> bool:
    return all(any(word[:1].isupper() for word in text.split()) for text in printed)


def _as_printed(key: Key, printed: Mapping[str, int]) -> str:
    """The commonest form; a state's name or abbreviation, where it stands anywhere, before its people's: "Syria"."""
    forms = [text for text in printed if text == state(key) or (is_state(key) and text.isupper())] or printed
    return min(forms, key=lambda text: (-printed[text], text))


def _shown(phrase: Phrase, text: str) -> str:
    """How a phrase stands in a name: a word that opens the text has a capital only if it is a name."""
    first, *rest = phrase.text.split(" ")
    if text.startswith(phrase.text) and lexicon(folded(first)) and first[1:] == first[1:].lower():
        first = first.lower()
    return " ".join([first, *rest])


def _distinct(keys: Iterable[Key], vectors: Mapping[Key, Vectors]) -> list[Key]:
    """Keys in order, less those that share a word with a better one or, where vectors are known, are near to it."""
    kept: list[Key] = []
    for key in keys:
        if not any({*key} & {*one} or _same(key, one, vectors) for one in kept):
            kept.append(key)
    return kept


def _same(key: Key, other: Key, vectors: Mapping[Key, Vectors]) -> bool:
    """Whether two phrases say the same. Two states never do, however near their vectors are."""
    if not vectors or (is_state(key) and is_state(other)):
        return False
    return float(vectors[key] @ vectors[other]) > SAME


def _title(terms: Sequence[str], number: int, used: Collection[str]) -> str:
    """The leading terms, one or two of them; more where the name is used, and a number where there are no more."""
    while number < len(terms) and _joined(terms[:number]).casefold() in used:
        number += 1
    name = again = _joined(terms[:number]) or "Other"
    at = 1
    while again.casefold() in used:
        at += 1
        again = f"{name} {at}"
    return again


def _joined(terms: Sequence[str]) -> str:
    name = " and ".join([", ".join(terms[:-1]), terms[-1]] if len(terms) > 1 else terms)
    return name[:1].upper() + name[1:]
