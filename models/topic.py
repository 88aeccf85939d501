"""Topic: grouping statements by what they are about, and naming a group in its own words."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.phrases import Phrase, noun_phrases
from models.slug import slug, unused

CONTEXT_WEIGHT = 0.75  # how much the rest of a statement's paragraph says about what it is about
MAX_DISTANCE = 0.5  # mean cosine distance at which two groups are no longer one topic
EXACT_LIMIT = 8_000  # statements grouped pair by pair; above it, near ones are drawn together first
NAME_BONUS = 1.3  # people call a topic by the places and bodies in it
SECOND_NAME = 0.7  # a second phrase stands in the name if it scores at least this share of the first


class Origin(StrEnum):
    """Where a topic comes from."""

    FOUND = "found"
    ISSUE = "issue"  # of the user's own list
    MADE = "made"  # split off by hand


@dataclass(frozen=True, slots=True)
class Settings:
    """What people decide of a topic. `version` is raised by every edit of it."""

    origin: Origin = Origin.FOUND
    renamed: bool = False  # its name was given by hand and is never replaced
    locked: bool = False  # nothing joins or leaves it by itself
    hidden: bool = False
    description: str | None = None  # of an issue
    example: str | None = None  # of an issue
    version: int = 0

    @property
    def lasting(self) -> bool:
        """Whether it is kept while it has no statements."""
        return self != Settings()


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of statements. `id` is a slug, never reused for another group; `members` are sorted statement ids."""

    id: str
    name: str
    terms: tuple[str, ...]
    members: tuple[str, ...]
    settings: Settings = Settings()


def regroup(
    ids: Sequence[str],
    texts: Sequence[str],
    vectors: NDArray[np.float32],
    contexts: Sequence[object],
    previous: Sequence[Topic] = (),
) -> tuple[Topic, ...]:
    """Group statements into topics, largest first. A statement belongs to one or to none.

    `contexts[i]` is equal for statements of one paragraph, which lend each other context. The order of the input
    changes nothing, and no random state is used. A group that holds more than half of a previous topic's surviving
    members, or most of whose members come from it, keeps that topic's id.
    """
    order = sorted(range(len(ids)), key=lambda at: ids[at])
    if len(order) < 2:
        return ()
    labels = _cluster(in_context(vectors[order], [contexts[at] for at in order]))
    members: dict[int, list[int]] = defaultdict(list)
    for at, label in zip(order, labels.tolist(), strict=True):
        members[label].append(at)
    least = max(2, round(math.log10(len(ids))))
    groups = [group for group in members.values() if len(group) >= least]
    named = _named(groups, texts)
    drafts = [
        Topic("", name, terms, tuple(sorted(ids[at] for at in group)))
        for group, (name, terms) in zip(groups, named, strict=True)
    ]
    return tuple(sorted(_identified(drafts, previous), key=lambda topic: (-len(topic.members), topic.id)))


def in_context(vectors: NDArray[np.float32], contexts: Sequence[object]) -> NDArray[np.float32]:
    """Each vector drawn towards the mean of its paragraph: a sentence alone seldom says what it is about."""
    rows: dict[object, list[int]] = defaultdict(list)
    for at, context in enumerate(contexts):
        rows[context].append(at)
    drawn = vectors.astype(np.float32, copy=True)
    for paragraph in rows.values():
        mean = vectors[paragraph].mean(axis=0)
        drawn[paragraph] += CONTEXT_WEIGHT * mean / max(float(np.linalg.norm(mean)), 1e-9)
    unit: NDArray[np.float32] = drawn / np.maximum(np.linalg.norm(drawn, axis=1, keepdims=True), 1e-9)
    return unit


def _cluster(vectors: NDArray[np.float32]) -> NDArray[np.int64]:
    """Average-linkage clustering under cosine distance, cut at MAX_DISTANCE. One label a row."""
    from scipy.cluster.hierarchy import fcluster, linkage

    if len(vectors) <= EXACT_LIMIT:
        return np.asarray(
            fcluster(linkage(vectors, "average", metric="cosine"), MAX_DISTANCE, "distance"), dtype=np.int64
        )
    from sklearn.cluster import BisectingKMeans

    near = BisectingKMeans(n_clusters=EXACT_LIMIT // 2, random_state=0).fit_predict(vectors)
    centres = np.stack([vectors[near == label].mean(axis=0) for label in range(int(near.max()) + 1)])
    return np.asarray(_cluster(centres)[near], dtype=np.int64)


def _named(groups: Sequence[Sequence[int]], texts: Sequence[str]) -> list[tuple[str, tuple[str, ...]]]:
    """Name and leading terms of each group: noun phrases by class-based TF-IDF (Grootendorst 2022) over statements."""
    counts: list[Counter[tuple[str, ...]]] = []
    printed: dict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
    for group in groups:
        count: Counter[tuple[str, ...]] = Counter()
        for at in group:
            phrases = noun_phrases(texts[at])
            count.update({phrase.key for phrase in phrases})
            for phrase in phrases:
                printed[phrase.key][_shown(phrase)] += 1
        counts.append(count)
    total: Counter[tuple[str, ...]] = Counter()
    for count in counts:
        total.update(count)
    mean_size = sum(count.total() for count in counts) / max(len(counts), 1)
    names: list[tuple[str, tuple[str, ...]]] = []
    for count in counts:
        score = {
            key: n
            * math.log(1 + mean_size / total[key])
            * (1 + 0.25 * (min(len(key), 3) - 1))
            * (NAME_BONUS if _is_name(printed[key]) else 1)
            for key, n in count.items()
        }
        best = _distinct(sorted(score, key=lambda key: (-score[key], key)))[:8]
        terms = [min(printed[key], key=lambda text: (-printed[key][text], text)) for key in best]
        pair = len(best) > 1 and score[best[1]] >= SECOND_NAME * score[best[0]]
        names.append((_title(" and ".join(terms[: 2 if pair else 1])), tuple(terms)))
    return names


def _shown(phrase: Phrase) -> str:
    """How a phrase stands in a name: capitals only where the word is a name."""
    return " ".join(w if w[1:] != w[1:].lower() or w[:1].isupper() else w.lower() for w in phrase.text.split())


def _is_name(printed: Iterable[str]) -> bool:
    """Whether a phrase has a capital in every way it was printed: a place, a body, a person."""
    return all(any(w[:1].isupper() for w in text.split()) for text in printed)


def _distinct(keys: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """Keys in order, less those that share a word with a better one."""
    kept: list[tuple[str, ...]] = []
    for key in keys:
        if not any(set(key) & set(other) for other in kept):
            kept.append(key)
    return kept


def _title(name: str) -> str:
    return name[:1].upper() + name[1:] if name else "Other"


def _identified(drafts: Sequence[Topic], previous: Sequence[Topic]) -> list[Topic]:
    """Give every group its id: that of the previous topic that it continues, else a new slug of its name."""
    before = {member: topic.id for topic in previous for member in topic.members}
    overlaps = Counter((before[m], at) for at, draft in enumerate(drafts) for m in draft.members if m in before)
    surviving = Counter(before[m] for draft in drafts for m in draft.members if m in before)
    kept: dict[int, str] = {}
    for (old, at), shared in sorted(overlaps.items(), key=lambda item: (-item[1], item[0])):
        if at not in kept and old not in kept.values() and 2 * shared > min(surviving[old], len(drafts[at].members)):
            kept[at] = old
    taken = {topic.id for topic in previous}
    result = []
    for at, draft in sorted(enumerate(drafts), key=lambda item: (-len(item[1].members), item[1].members)):
        own = kept.get(at) or unused(taken, slug(draft.name, "topic"))
        taken.add(own)
        result.append(Topic(own, draft.name, draft.terms, draft.members))
    return result
