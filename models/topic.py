"""Topic: statements grouped by what they are about, with ids that go on and people's decisions applied again."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from models.cluster import FIRM, LOOSE, NONE, centres, cluster, nearest
from models.embedding import Embed
from models.issue import claimed
from models.slug import slug, unused
from models.topic_name import named

CONTEXT_WEIGHT = 0.75  # how much what is near in a statement's paragraph says about what it is about
NEAR = 3  # statements before and after it, of the same paragraph, that are near
ALIKE = 0.85  # least cosine of a topic's centre to what it was when the topic began
SETTLED = 2 / 3  # share of its statements that a topic keeps its name with
GROWTH = 0.25  # share of the statements that may come or go before all of them are grouped anew
AT_ONCE = 20_000  # vectors drawn towards their paragraphs at a time, but for a longer paragraph: bounds the memory

Vectors = NDArray[np.float32]


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
    former: Origin | None = None  # of an issue that was a topic before: what that was, and will be again

    @property
    def open(self) -> bool:
        """Whether statements may join it for being near to its others."""
        return not self.locked and self.origin is not Origin.ISSUE

    @property
    def lasting(self) -> bool:
        """Whether it is kept while it has no statements."""
        return self != Settings()


@dataclass(frozen=True, slots=True)
class Topic:
    """A group of statements. `id` is a slug, never reused for another group; `members` are sorted statement ids.

    `centre` is the mean of its statements' vectors, drawn towards their paragraphs; None where it was not computed.
    `began` is what it was when the topic began: what its id stands for, however often topics are found anew.
    """

    id: str
    name: str
    terms: tuple[str, ...]
    members: tuple[str, ...]
    settings: Settings = Settings()
    centre: Vectors | None = field(default=None, compare=False, repr=False)
    began: Vectors | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Said:
    """Statements to be grouped, row by row, in an order that the corpus alone decides.

    `keys` say what their words are (equal for equal words); `contexts[i]` is equal for statements of one paragraph.
    Without contexts, the vectors are drawn towards their paragraphs already: of a million there is no room for both.
    """

    ids: Sequence[str]
    keys: Sequence[str]
    texts: Sequence[str]
    contexts: Sequence[object] | NDArray[np.int64] | None
    vectors: Vectors  # (n, d), unit length

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def drawn(self) -> Vectors:
        """The vectors drawn towards their paragraphs."""
        return self.vectors if self.contexts is None else in_context(self.vectors, self.contexts)


@dataclass(frozen=True, slots=True)
class Decided:
    """What people decided, to be applied again.

    `places` says where the statements with these words stand, None for in no topic; `known` which words a topic had;
    `probes` are the vectors (k, d) that an issue's words have; `gone` are ids that no topic may get.
    """

    places: Mapping[str, str | None] = field(default_factory=dict)
    known: Mapping[str, Collection[str]] = field(default_factory=dict)
    probes: Mapping[str, Vectors] = field(default_factory=dict)
    gone: Collection[str] = ()


NOTHING = Decided()


@dataclass(frozen=True, slots=True)
class Moves:
    """What a grouping changed: `moved` are statements (id, topic before, topic after; None for in none) that were there
    before, `begun` and `ended` ids of topics, `joined` how many new statements each topic got, `left` how many went
    with a document. `names` is what each of these topics is called, or was when it ended; `renamed` what topics that go
    on were called before. `anew`: all statements were grouped together."""

    moved: tuple[tuple[str, str | None, str | None], ...] = ()
    begun: tuple[str, ...] = ()
    ended: tuple[str, ...] = ()
    joined: Mapping[str, int] = field(default_factory=dict)
    left: Mapping[str, int] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    renamed: Mapping[str, str] = field(default_factory=dict)
    anew: bool = False

    @property
    def flows(self) -> Counter[tuple[str | None, str | None]]:
        """How many statements went from one topic to another; None stands for no topic."""
        return Counter((before, after) for _, before, after in self.moved)

    @property
    def topics(self) -> frozenset[str]:
        """All topics that it speaks of."""
        moved = {one for flow in self.flows for one in flow if one is not None}
        return frozenset((*moved, *self.begun, *self.ended, *self.joined, *self.left, *self.renamed))


def regroup(
    said: Said, previous: Sequence[Topic] = (), decided: Decided = NOTHING, embed: Embed | None = None
) -> tuple[Topic, ...]:
    """Group all statements anew: issues in their order, then largest first. A statement is in one topic or in none.

    What people decided stands: words that were put somewhere stay there, and issues take what is near to them. A group
    half of which people put into a topic is that topic; so is one that holds more than half of what is left of a
    previous topic's words and is still about what that was about when it began. Topics with settings of their own are
    kept without statements too. With `embed`, names are chosen by meaning too.
    """
    drawn = said.drawn
    topics = {topic.id: topic for topic in previous}
    fixed = fixed_places(said, drawn, topics, decided)
    members: dict[str, list[int]] = defaultdict(list)
    for row, place in fixed.items():
        if place is not None:
            members[place].append(row)
    words = _words(said, previous, decided)
    others = [one for one in topics if one not in members and topics[one].settings.origin is not Origin.ISSUE]
    loose = []
    for rows in _groups(said, drawn, fixed, topics, words):
        held = Counter(place for row in rows if (place := fixed.get(row)) is not None)
        free = [row for row in rows if row not in fixed]
        owner = min(held, key=lambda one: (-held[one], one)) if held else None
        if owner is not None and 2 * held[owner] >= len(rows) and not topics[owner].settings.locked:
            members[owner] += free
        elif free:
            loose.append(free)
    going = [topics[one] for one in others if not topics[one].settings.locked]
    kept = _continued(loose, said.keys, _centres(drawn, loose), going, words)
    for at, one in kept.items():
        members[one] += loose[at]
    begun = [rows for at, rows in enumerate(loose) if at not in kept]
    return _topics(said, drawn, topics, members, begun, words, decided, embed)


def join(
    added: Said,
    topics: Sequence[Topic],
    sizes: Mapping[str, int],
    decided: Decided = NOTHING,
    embed: Embed | None = None,
) -> tuple[list[str | None], tuple[Topic, ...]]:
    """Where statements that are new belong, topics staying as they are; and the topics whose centre or number changed.

    Each goes to the nearest centre, if that is near enough. New ones that are near to each other and to no centre make
    a topic of their own. `members` of the topics are not looked at, and only those of new ones are filled in.
    """
    drawn = added.drawn
    known = {topic.id: topic for topic in topics}
    fixed = fixed_places(added, drawn, known, decided)
    places: list[str | None] = [fixed.get(row) for row in range(len(added))]
    centre_of = {topic.id: topic.centre for topic in topics if topic.centre is not None and topic.settings.open}
    open_to_all = list(centre_of)
    middles = np.array(list(centre_of.values()), np.float32).reshape(-1, drawn.shape[1])
    free = np.array([row for row in range(len(added)) if row not in fixed], np.int64)
    near = nearest(drawn[free], middles, FIRM)
    for row, at in zip(free.tolist(), near.tolist(), strict=True):
        if at != NONE:
            places[row] = open_to_all[at]
    begun = _begun(drawn, free[near == NONE], middles, least=max(3, round(math.log10(sum(sizes.values()) + 1))))
    taken = [*known, *decided.gone]
    fresh = []
    texts = [[added.texts[row] for row in rows] for rows in begun]
    names = named(texts, _centres(drawn, begun), embed, [topic.name for topic in topics]) if begun else []
    for rows, name in zip(begun, names, strict=True):
        one = unused(taken, slug(name.text, "topic"))
        taken.append(one)
        fresh.append(Topic(one, name.text, name.terms, tuple(sorted(added.ids[row] for row in rows))))
        for row in rows:
            places[row] = one
    left = np.array([row for row in free.tolist() if places[row] is None], np.int64)
    for row, at in zip(left.tolist(), nearest(drawn[left], middles, LOOSE).tolist(), strict=True):
        if at != NONE:
            places[row] = open_to_all[at]
    grown: dict[str, list[int]] = defaultdict(list)
    for row, place in enumerate(places):
        if place is not None:
            grown[place].append(row)
    changed = [
        replace(topic, centre=_moved(topic.centre, sizes.get(topic.id, 0), drawn[grown[topic.id]]))
        for topic in (*topics, *fresh)
        if topic.id in grown
    ]
    return places, tuple(topic if topic.id in known else replace(topic, began=topic.centre) for topic in changed)


def moves(before: Mapping[str, str | None], after: Mapping[str, str | None]) -> Moves:
    """What changed between two groupings, from statement ids to topic ids."""
    there, here = set(before.values()), set(after.values())
    begun, ended = here - there, there - here
    joined = Counter(place for one, place in after.items() if one not in before and place is not None)
    return Moves(
        tuple(sorted((one, place, after[one]) for one, place in before.items() if after.get(one, place) != place)),
        tuple(sorted(begun - {None})),  # type: ignore[arg-type]
        tuple(sorted(ended - {None})),  # type: ignore[arg-type]
        dict(sorted(joined.items())),
    )


def in_context(vectors: Vectors, contexts: Sequence[object] | NDArray[np.int64], out: Vectors | None = None) -> Vectors:
    """Each vector drawn towards the mean of its paragraph: a sentence alone seldom says what it is about.

    Of the paragraph only what is NEAR counts, the rows of a paragraph being in their order: a long one, or a text whose
    paragraphs nobody can see, is about many things. The vectors are written to `out`, which may be the vectors
    themselves.
    """
    if not len(vectors):
        return vectors
    drawn = np.empty_like(vectors, np.float32) if out is None else out
    _, paragraph = np.unique(_numbers(contexts), return_inverse=True)
    order = np.argsort(paragraph, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(paragraph[order])) + 1, len(order))
    first = 0
    while first < len(order):
        last = int(
            ends[max(np.searchsorted(ends, first, "right"), np.searchsorted(ends, first + AT_ONCE, "right") - 1)]
        )
        rows = order[first:last]
        some, within = vectors[rows], paragraph[rows]
        near = some.copy()
        for step in range(1, min(NEAR, len(rows) - 1) + 1):
            beside = np.flatnonzero(within[step:] == within[:-step])
            near[beside] += some[beside + step]
            near[beside + step] += some[beside]
        near *= CONTEXT_WEIGHT / np.maximum(np.linalg.norm(near, axis=1, keepdims=True), 1e-9)
        some += near
        drawn[rows] = some / np.maximum(np.linalg.norm(some, axis=1, keepdims=True), 1e-9)
        first = last
    return drawn


def _numbers(contexts: Sequence[object] | NDArray[np.int64]) -> NDArray[np.int64]:
    """The same numbers for equal contexts."""
    if isinstance(contexts, np.ndarray):
        return contexts
    number: dict[object, int] = {}
    return np.array([number.setdefault(one, len(number)) for one in contexts], np.int64)


def fixed_places(said: Said, drawn: Vectors, topics: Mapping[str, Topic], decided: Decided) -> dict[int, str | None]:
    """Where the rows stand that people decided on: those whose words were put somewhere, those that an issue takes."""
    fixed: dict[int, str | None] = {}
    for row, key in enumerate(said.keys):
        place = decided.places.get(key, "")
        if place is None or place in topics:
            fixed[row] = place
    issues = [one for one in sorted(decided.probes) if one in topics and not topics[one].settings.locked]
    for row, at in enumerate(claimed(drawn, [decided.probes[one] for one in issues]).tolist()):
        if at != NONE:
            fixed.setdefault(row, issues[at])
    return fixed


def _groups(
    said: Said,
    drawn: Vectors,
    fixed: Mapping[int, str | None],
    topics: Mapping[str, Topic],
    words: Mapping[str, Collection[str]],
) -> list[list[int]]:
    """Groups of the rows that no issue has, from those of before; what people put into a topic draws others to it."""
    out = [row for row, place in fixed.items() if place is None or topics[place].settings.origin is Origin.ISSUE]
    rows = np.delete(np.arange(len(drawn)), out)
    number = {key: at for at, one in enumerate(topics) for key in words[one]}
    start = np.array([number.get(said.keys[row], NONE) for row in rows.tolist()], np.int64) if number else None
    groups: dict[int, list[int]] = defaultdict(list)
    for row, label in zip(rows.tolist(), cluster(drawn, rows, start).tolist(), strict=True):
        if label != NONE:
            groups[label].append(row)
    return list(groups.values())


def _words(said: Said, previous: Sequence[Topic], decided: Decided) -> dict[str, set[str]]:
    """Which words each previous topic had."""
    key = dict(zip(said.ids, said.keys, strict=True)) if any(topic.members for topic in previous) else {}
    return {
        topic.id: {key[one] for one in topic.members if one in key} | set(decided.known.get(topic.id, ()))
        for topic in previous
    }


def _continued(
    groups: Sequence[Sequence[int]],
    keys: Sequence[str],
    middles: Vectors,
    topics: Sequence[Topic],
    words: Mapping[str, Collection[str]],
) -> dict[int, str]:
    """The previous topic that each group continues, for those that continue one."""
    topics_of: dict[str, list[str]] = defaultdict(list)
    for topic in topics:
        for key in words[topic.id]:
            topics_of[key].append(topic.id)
    there = [{keys[row] for row in rows} for rows in groups]
    overlaps = Counter((one, at) for at, some in enumerate(there) for key in some for one in topics_of.get(key, ()))
    surviving: Counter[str] = Counter()
    for (one, _), shared in overlaps.items():
        surviving[one] += shared
    began = {topic.id: topic.began for topic in topics if topic.began is not None}
    kept: dict[int, str] = {}
    taken: set[str] = set()
    for (one, at), shared in sorted(overlaps.items(), key=lambda item: (-item[1], item[0])):
        strayed = one in began and float(began[one] @ middles[at]) < ALIKE
        if at not in kept and one not in taken and 2 * shared > surviving[one] and not strayed:
            kept[at] = one
            taken.add(one)
    return kept


def _topics(
    said: Said,
    drawn: Vectors,
    previous: Mapping[str, Topic],
    members: Mapping[str, Sequence[int]],
    begun: Sequence[Sequence[int]],
    words: Mapping[str, Collection[str]],
    decided: Decided,
    embed: Embed | None,
) -> tuple[Topic, ...]:
    """The topics that go on, with their names if they are much what they were, the lasting ones, and the new ones."""
    going_on = {one: members[one] for one in previous if members.get(one)}
    groups = [*going_on.values(), *sorted(begun, key=lambda rows: (-len(rows), said.ids[rows[0]]))]
    middles = _centres(drawn, groups)
    kept = {
        one for one, rows in going_on.items() if _keeps_name(previous[one], [said.keys[row] for row in rows], words)
    }
    used = [
        topic.name
        for topic in previous.values()
        if topic.id in kept or (topic.id not in going_on and topic.settings.lasting)
    ]
    names = named([[said.texts[row] for row in rows] for rows in groups], middles, embed, used)
    taken = [*previous, *decided.gone]
    found = [topic for topic in previous.values() if topic.id not in going_on and topic.settings.lasting]
    found = [replace(topic, members=(), centre=None) for topic in found]
    for at, (rows, name) in enumerate(zip(groups, names, strict=True)):
        ids = tuple(sorted(said.ids[row] for row in rows))
        old = previous[list(going_on)[at]] if at < len(going_on) else None
        if old is None:
            one = unused(taken, slug(name.text, "topic"))
            taken.append(one)
            found.append(Topic(one, name.text, name.terms, ids, centre=middles[at], began=middles[at]))
            continue
        text = old.name if old.id in kept else name.text
        own = old.settings.origin is not Origin.ISSUE  # an issue is its list's, not what it was found to be
        began = middles[at] if old.began is None and own else old.began
        found.append(replace(old, name=text, terms=name.terms, members=ids, centre=middles[at], began=began))
    listed = {one: at for at, one in enumerate(previous) if previous[one].settings.origin is Origin.ISSUE}
    return tuple(sorted(found, key=lambda topic: (listed.get(topic.id, len(previous)), -len(topic.members), topic.id)))


def _keeps_name(topic: Topic, keys: Sequence[str], words: Mapping[str, Collection[str]]) -> bool:
    """Whether its name was given by people, or most of what it has now was in it before."""
    if topic.settings.renamed or topic.settings.origin is Origin.ISSUE:
        return True
    return sum(key in words[topic.id] for key in keys) >= SETTLED * len(keys)


def _centres(drawn: Vectors, groups: Sequence[Sequence[int]]) -> Vectors:
    labels = np.full(len(drawn), NONE, np.int64)
    for at, rows in enumerate(groups):
        labels[rows] = at
    return centres(drawn, labels)


def _begun(drawn: Vectors, rows: NDArray[np.int64], middles: Vectors, least: int) -> list[list[int]]:
    """Groups of new statements that are about something of their own."""
    if len(rows) < least:
        return []
    groups: dict[int, list[int]] = defaultdict(list)
    for row, label in zip(rows.tolist(), cluster(drawn, rows).tolist(), strict=True):
        if label != NONE:
            groups[label].append(row)
    large = [some for some in groups.values() if len(some) >= least]
    if not large:
        return []
    apart = nearest(_centres(drawn, large), middles, FIRM) == NONE
    return [some for some, own in zip(large, apart.tolist(), strict=True) if own]


def _moved(centre: Vectors | None, size: int, joining: Vectors) -> Vectors:
    """A centre once vectors have joined: the mean, as far as it is known from the centre and the number."""
    total = joining.sum(axis=0) + (centre * size if centre is not None else 0)
    unit: Vectors = np.asarray(total / max(float(np.linalg.norm(total)), 1e-9), np.float32)
    return unit
