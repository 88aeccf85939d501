"""Identity: which person each printed label names, within a document and among those known already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rapidfuzz.distance import OSA, Levenshtein

from models.naming import Name, cased, display_name, folded_word, parse, role_of
from models.slug import slug, unused
from models.transcript import Speaker

_RANKS = frozenset("vice deputy assistant under first second lady gentleman vice-president".split())
_SHORT_FORMS = frozenset(
    {
        ("bill", "william"), ("bob", "robert"), ("jim", "james"), ("jimmy", "james"), ("mike", "michael"),
        ("tony", "anthony"), ("tony", "antony"), ("joe", "joseph"), ("dick", "richard"), ("ted", "edward"),
        ("ron", "ronald"), ("rick", "richard"), ("jack", "john"), ("liz", "elizabeth"), ("kate", "catherine"),
    }
)  # fmt: skip

_SHORT, _LONG = 4, 7  # letters of a surname in which one slip, or two, are told from another name

Label: TypeAlias = str
"""A speaker's name or role as a document prints it."""


@dataclass(frozen=True, slots=True)
class KnownSpeaker:
    """A speaker who is there already, and every label taken for them so far."""

    speaker: Speaker
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ResolvedSpeaker:
    """Whom a label was taken for; `new` where that speaker was not there before."""

    id: str
    name: str
    role: str | None = None
    delegation: str | None = None
    new: bool = True


@dataclass(frozen=True, slots=True)
class UnsureMerge:
    """A label that may name somebody already there, left apart until a person decides."""

    label: str
    candidates: tuple[str, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """Whom each label was taken for, and what was left open."""

    assigned: dict[Label, ResolvedSpeaker]
    unsure: tuple[UnsureMerge, ...]


class _Likeness(StrEnum):
    """How two names compare. SAME is no contradiction and the same surname; TELLING is one with more to go by."""

    NO = "no"
    PERHAPS = "perhaps"
    SAME = "same"
    TELLING = "telling"


@dataclass(slots=True)
class _Person:
    """A speaker in the making: known before (`speaker`) or met in this document."""

    speaker: Speaker | None
    labels: list[str]
    here: bool

    @property
    def names(self) -> list[Name]:
        return [parse(label) for label in self.labels]


def resolve(labels: Sequence[Label], known: Sequence[KnownSpeaker] = ()) -> Resolution:
    """Which person each label of one document names.

    Two labels are one person for sure where the surnames are the same, nothing in given names, titles, gender or
    delegation contradicts it, and either nobody else has that surname or the given name or office is the same too;
    in one document also a bare given name or a bare office that only one person there has. What may be one person and
    is not sure stays apart and is listed, with the reason.
    """
    people = [_Person(one.speaker, _labels_of(one), here=False) for one in known]
    wanted = list(dict.fromkeys(labels))
    names = {label: parse(label) for label in wanted}
    crowded = _crowded([*names.values(), *(name for person in people for name in person.names)])
    found: dict[str, _Person] = {}
    open_questions: list[tuple[str, list[_Person], str]] = []
    for label in sorted(wanted, key=lambda label: _telling_first(names[label], label)):
        person, candidates, reason = _match(label, names[label], people, names[label].key in crowded)
        if person is None:
            person = _Person(None, [], here=True)
            if candidates:
                open_questions.append((label, candidates, reason))
            people.append(person)
        person.labels.append(label)
        person.here = True
        found[label] = person
    resolved = _with_ids([person for person in people if person.here], {one.speaker.id for one in known}, wanted)
    unsure = tuple(
        UnsureMerge(label, tuple(dict.fromkeys(_id_of(one, resolved) for one in candidates)), reason)
        for label, candidates, reason in sorted(open_questions, key=lambda question: wanted.index(question[0]))
    )
    return Resolution({label: resolved[id(found[label])] for label in wanted}, unsure)


def alike(a: KnownSpeaker, b: KnownSpeaker) -> bool:
    """Whether two speakers who are held apart have names that are nearly one, misspelt ones among them."""
    if not _may_be_alike([parse(one) for one in _labels_of(a)], [parse(one) for one in _labels_of(b)]):
        return False
    person = _Person(None, _labels_of(b), here=True)
    likeness = {_compare_person(label, parse(label), person) for label in _labels_of(a)}
    return _Likeness.NO not in likeness or any(_misspelt(x, y) for x in map(parse, _labels_of(a)) for y in person.names)


def _may_be_alike(names: Sequence[Name], others: Sequence[Name]) -> bool:
    """A quick look that spares most pairs the closer one: a word in common, or surnames that are nearly one."""
    words, other_words = (
        {folded_word(word) for name in each for word in (*name.given, *(name.surname or ()))}
        for each in (names, others)
    )
    if words & other_words:
        return True
    return any(OSA.distance(x.key, y.key, score_cutoff=2) <= 2 for x in names for y in others)


def _misspelt(a: Name, b: Name) -> bool:
    """Whether two surnames differ by a slip of the pen, with nothing else that tells the two people apart.

    Names with nothing beside them may be of countries ("Iran", "Iraq"), so of these more has to be alike.
    """
    short = min(len(a.key), len(b.key))
    slips = OSA.distance(a.key, b.key, score_cutoff=2)
    if not (a.title or a.given or b.title or b.given):
        return slips == 1 and short >= _LONG and a.key[0] == b.key[0]
    near = (slips == 1 and short >= _SHORT and a.key[0] == b.key[0]) or (0 < slips <= 2 and short >= _LONG)
    given = _compare_given(a.given, b.given) is not _Likeness.NO
    offices = not a.office or not b.office or a.office == b.office
    return near and given and offices and not _contradict(a, b)


def _labels_of(one: KnownSpeaker) -> list[str]:
    return list(dict.fromkeys((*one.labels, one.speaker.name)))


def _id_of(person: _Person, resolved: Mapping[int, ResolvedSpeaker]) -> str:
    return person.speaker.id if person.speaker is not None else resolved[id(person)].id


def _telling_first(name: Name, label: str) -> tuple[bool, int, bool, str]:
    return name.surname is None, -len(name.given), not name.office, label


def _crowded(names: Iterable[Name]) -> set[str]:
    """The surnames that several people have: some two names with it contradict each other."""
    by_key: dict[str, list[Name]] = {}
    for name in names:
        by_key.setdefault(name.key, []).append(name)
    return {
        key
        for key, same in by_key.items()
        if key and any(_compare(a, b, here=True) is _Likeness.NO for i, a in enumerate(same) for b in same[i + 1 :])
    }


def _match(
    label: str, name: Name, people: Sequence[_Person], crowded: bool
) -> tuple[_Person | None, list[_Person], str]:
    """The person a label surely names, else those it may name and why that is not sure."""
    if name.surname is None:
        return _match_role(label, name, people)
    likeness = {id(person): _compare_person(label, name, person) for person in people}
    telling = [person for person in people if likeness[id(person)] is _Likeness.TELLING]
    same = [person for person in people if likeness[id(person)] is _Likeness.SAME]
    perhaps = [person for person in people if likeness[id(person)] is _Likeness.PERHAPS]
    if len(telling) == 1:
        return telling[0], [], ""
    if len(same) == 1 and not telling and not perhaps and not crowded:
        return same[0], [], ""
    candidates = [*telling, *same, *perhaps]
    if len(telling) + len(same) > 1 or (same and crowded):
        return None, candidates, f"several people here are called {cased(name.surname)}"
    return None, candidates, "the names are alike, but title, given name or spelling differs"


def _match_role(label: str, name: Name, people: Sequence[_Person]) -> tuple[_Person | None, list[_Person], str]:
    """A bare office ("THE VICE PRESIDENT") is the one person of this document who carries it."""
    here = [person for person in people if person.here and any(other.office == name.office for other in person.names)]
    if name.office and len(here) == 1:
        return here[0], [], ""
    if here:
        return None, here, "several people here hold that office"
    before = [person for person in people if name.office and _folded(label) in map(_folded, person.labels)]
    return None, before, "an office alone does not say who holds it"


def _compare_person(label: str, name: Name, person: _Person) -> _Likeness:
    """How a name compares with all of a person's: one contradiction or doubt among them counts."""
    if _folded(label) in map(_folded, person.labels):
        return _Likeness.TELLING
    found = [(other.key == name.key, _compare(name, other, person.here)) for other in person.names]
    decisive = {likeness for same_surname, likeness in found if same_surname} or {likeness for _, likeness in found}
    if decisive == {_Likeness.NO} or (_Likeness.NO in decisive and any(same for same, _ in found)):
        return _Likeness.NO
    for likeness in (_Likeness.PERHAPS, _Likeness.TELLING):
        if likeness in decisive:
            return likeness
    return _Likeness.SAME


def _compare(a: Name, b: Name, here: bool) -> _Likeness:
    """How two names compare; `here`: both stand in one document, where nobody changes office."""
    if a.surname is None or b.surname is None:
        return _Likeness.NO
    given = _compare_given(a.given, b.given)
    if a.key != b.key:
        return _compare_other_surname(a, b, given, here)
    if given is _Likeness.NO or _contradict(a, b):
        return _Likeness.NO
    if given is _Likeness.TELLING:
        return _Likeness.TELLING
    if not (a.office and b.office):
        return given
    if a.office & _RANKS != b.office & _RANKS:
        return _Likeness.NO if here else _Likeness.PERHAPS
    return _Likeness.TELLING if a.office <= b.office or b.office <= a.office else _Likeness.PERHAPS


def _contradict(a: Name, b: Name) -> bool:
    def differ(x: object, y: object) -> bool:
        return bool(x and y and x != y)

    spouses = [name.office >= {"first", "lady"} or name.office >= {"first", "gentleman"} for name in (a, b)]
    return (
        differ(a.gender, b.gender)
        or differ(a.delegation, b.delegation)
        or differ(tuple(map(folded_word, a.suffix)), tuple(map(folded_word, b.suffix)))
        or (spouses[0] != spouses[1] and bool(a.office and b.office))
    )


def _compare_given(a: tuple[str, ...], b: tuple[str, ...]) -> _Likeness:
    """SAME where one has none, TELLING where they agree, PERHAPS for short forms ("Joe", "Joseph")."""
    x, y = [folded_word(word) for word in a], [folded_word(word) for word in b]
    if not x or not y:
        return _Likeness.SAME
    if x[0] == y[0]:
        middles = bool(x[1:] and y[1:]) and not any(p.startswith(q) or q.startswith(p) for p in x[1:] for q in y[1:])
        return _Likeness.NO if middles else _Likeness.TELLING
    if {word for word in x if len(word) > 1} & {word for word in y if len(word) > 1}:
        return _Likeness.TELLING
    if min(len(x[0]), len(y[0])) == 1:
        return _Likeness.TELLING if x[0][0] == y[0][0] else _Likeness.NO
    short = (x[0], y[0]) in _SHORT_FORMS or (y[0], x[0]) in _SHORT_FORMS
    return _Likeness.PERHAPS if short or x[0][:3] == y[0][:3] else _Likeness.NO


def _compare_other_surname(a: Name, b: Name, given: _Likeness, here: bool) -> _Likeness:
    """Two names with different surnames: a bare given name, another spelling, another order, or another person."""
    for one, other in ((a, b), (b, a)):
        bare = not one.given and not one.title and len(one.surname or ()) == 1
        if here and bare and other.given and one.key == folded_word(other.given[0]):
            return _Likeness.SAME
    if given is _Likeness.NO or _contradict(a, b):
        return _Likeness.NO
    if a.key[:1] == b.key[:1] and min(len(a.key), len(b.key)) >= 6 and Levenshtein.distance(a.key, b.key) == 1:
        return _Likeness.PERHAPS
    words = [{folded_word(word) for word in (*name.given, *(name.surname or ())) if len(word) > 2} for name in (a, b)]
    reordered = bool(words[0] & words[1]) and (words[0] <= words[1] or words[1] <= words[0])
    return _Likeness.PERHAPS if reordered and a.office and a.office == b.office else _Likeness.NO


def _with_ids(people: Sequence[_Person], taken: set[str], order: Sequence[str]) -> dict[int, ResolvedSpeaker]:
    """A name and an id for everybody in this document; ids once given stay."""
    resolved: dict[int, ResolvedSpeaker] = {}
    for person in sorted(people, key=lambda person: min(order.index(x) for x in person.labels if x in order)):
        names = person.names
        best = max(names, key=_most_telling)
        role = max((role for name in names if (role := role_of(name))), key=len, default=None)
        delegation = next((name.delegation for name in names if name.delegation), None)
        if person.speaker is not None:
            one = person.speaker
            resolved[id(person)] = ResolvedSpeaker(
                one.id, one.name, one.role or role, one.delegation or delegation, new=False
            )
            continue
        shown = display_name(best)
        bare = slug(" ".join((*best.given, *(best.surname or best.title), *best.suffix)))
        full = slug(" ".join((*best.title, *best.given, *(best.surname or ()), *best.suffix)))
        chosen = unused(taken, bare, full)
        taken.add(chosen)
        resolved[id(person)] = ResolvedSpeaker(chosen, shown, role, delegation)
    return resolved


def _most_telling(name: Name) -> tuple[bool, bool, int, bool, int, bool]:
    in_capitals = all(word.isupper() for word in name.surname or ())
    return (
        name.surname is not None,
        bool(name.given),
        len(name.given),
        bool(name.office),
        len(name.title),
        not in_capitals,
    )


def _folded(label: str) -> str:
    return " ".join(folded_word(word) for word in label.replace("_", " ").split())
