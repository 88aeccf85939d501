"""Name: who a printed label names: title, given names, surname."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from rapidfuzz.distance import Levenshtein

from models.transcript import Speaker


class Gender(StrEnum):
    """What a title says of the person, used only to keep "FIRST LADY X" and "MR. X" apart."""

    FEMALE = "female"
    MALE = "male"


_HONORIFICS = {
    "mr": Gender.MALE, "messrs": Gender.MALE, "sir": Gender.MALE, "herr": Gender.MALE, "monsieur": Gender.MALE,
    "señor": Gender.MALE, "sr": Gender.MALE, "signor": Gender.MALE, "г-н": Gender.MALE, "господин": Gender.MALE,
    "mrs": Gender.FEMALE, "ms": Gender.FEMALE, "miss": Gender.FEMALE, "madam": Gender.FEMALE, "mme": Gender.FEMALE,
    "madame": Gender.FEMALE, "frau": Gender.FEMALE, "señora": Gender.FEMALE, "sra": Gender.FEMALE,
    "dame": Gender.FEMALE, "г-жа": Gender.FEMALE, "госпожа": Gender.FEMALE,
    "dr": None, "doctor": None, "prof": None, "professor": None, "hon": None, "honourable": None, "honorable": None,
    "rt": None, "excellency": None, "he": None, "hrh": None, "hm": None, "rev": None, "reverend": None, "the": None,
    "his": None, "her": None, "right": None, "mx": None, "m": None,
}  # fmt: skip
_OFFICES = frozenset(
    "president minister secretary chancellor premier taoiseach king queen prince princess emir sultan sheikh shaikh"
    " senator sen congressman congresswoman representative rep governor gov mayor ambassador amb administrator"
    " director commissioner chairman chairwoman chairperson chair speaker lady gentleman general attorney admiral"
    " colonel captain lieutenant sergeant major judge justice pope cardinal archbishop bishop rabbi imam"
    " undersecretary advisor adviser spokesperson spokesman spokeswoman envoy delegate member lord baroness"
    " counselor counsellor deputado deputy councillor councilman councilwoman officer marshal"
    " präsident präsidentin ministerpräsident bundeskanzler bundeskanzlerin kanzler kanzlerin außenminister ministre"
    " président présidente presidente ministro ministra canciller президент министр председатель премьер-министр"
    " secretary-general sec gen lt col maj adm capt sgt brig"
    " under-secretary-general president-elect co-chair vice-president".split()
)
_QUALIFIERS = frozenset(
    "vice prime foreign first second third former acting deputy assistant under principal permanent chief high special"
    " national security state defense defence treasury interior finance trade health energy labor labour press"
    " executive managing supreme crown grand european federal interim then-president outgoing incoming joint"
    " homeland transportation commerce education agriculture justice veterans affairs staff".split()
)
_STRONG = frozenset(
    "president minister secretary chancellor premier commissioner secretary-general governor ambassador".split()
)
_LINKS = frozenset("of the for and to at in on de la du des der y et und".split())
_FEMALE_OFFICES = frozenset(
    "lady queen princess congresswoman chairwoman spokeswoman baroness councilwoman présidente präsidentin"
    " bundeskanzlerin kanzlerin ministra".split()
)
_MALE_OFFICES = frozenset("gentleman king prince congressman spokesman pope councilman emir sultan sheikh".split())
_RANKS = frozenset("vice deputy assistant under first second lady gentleman vice-president".split())
_PARTICLES = frozenset(
    "de da do dos das del della der den di du la le las los van von zu zum zur ter ten bin ibn bint al el af av 't"
    " san santa st ould abu ben".split()
)
_SUFFIXES = frozenset("jr sr ii iii iv phd md esq mp mep".split())
_LOWER_IN_NAMES = frozenset("de da do dos das del della der den di du van von zu zum zur ter ten bin ibn bint".split())
_SHORT_FORMS = frozenset(
    {
        ("bill", "william"), ("bob", "robert"), ("jim", "james"), ("jimmy", "james"), ("mike", "michael"),
        ("tony", "anthony"), ("tony", "antony"), ("joe", "joseph"), ("dick", "richard"), ("ted", "edward"),
        ("ron", "ronald"), ("rick", "richard"), ("jack", "john"), ("liz", "elizabeth"), ("kate", "catherine"),
    }
)  # fmt: skip
_NUMBERED = re.compile(r"^\W*(speaker|sprecher|locuteur|orador|участник|person|voice|unknown|unidentified)\b", re.I)
_PARENTHESIS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]\s*")


@dataclass(frozen=True, slots=True)
class Name:
    """A printed label taken apart. `surname` is None where the label is only a role ("THE PRESIDENT")."""

    title: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    surname: tuple[str, ...] | None = None
    suffix: tuple[str, ...] = ()
    role: str | None = None
    delegation: str | None = None

    @property
    def gender(self) -> Gender | None:
        words = {_key(word) for word in self.title}
        if words & _FEMALE_OFFICES:
            return Gender.FEMALE
        if words & _MALE_OFFICES:
            return Gender.MALE
        return next((g for word in words if (g := _HONORIFICS.get(word)) is not None), None)

    @property
    def office(self) -> frozenset[str]:
        """The words of the title that say what the person is, courtesies and "former" left out."""
        words = {_key(word) for word in self.title} - _LINKS - {"former", "acting", "then-president", "interim"}
        return frozenset(word for word in words if word not in _HONORIFICS)

    @property
    def key(self) -> str:
        """The surname as it is compared: no case, accents, hyphens or apostrophes."""
        return " ".join(_fold(word) for word in self.surname or ())


def _key(word: str) -> str:
    return word.strip(".,").casefold()


def _fold(word: str) -> str:
    plain = unicodedata.normalize("NFKD", word.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c) and c not in ".,'’‘ʿʻ-")


def is_title(word: str) -> bool:
    """Whether a word is an office or a courtesy that may stand before a name."""
    key = _key(word)
    return key in _OFFICES or key in _QUALIFIERS or key in _HONORIFICS


def is_honorific(word: str) -> bool:
    """Whether a word is a mere courtesy (Mr., Ms., Dr.), which says nothing of an office."""
    return _key(word) in _HONORIFICS


def is_office(word: str) -> bool:
    return _key(word) in _OFFICES


def is_particle(word: str) -> bool:
    return word.casefold() in _PARTICLES


def has_office(label: str) -> bool:
    """Whether a label names an office ("PRESIDENT BIDEN", "THE VICE PRESIDENT")."""
    return any(_key(word) in _OFFICES for word in parse(label).title)


def parse(label: str) -> Name:
    """A label taken apart: title, given names, surname, role or delegation in brackets or after a comma."""
    role = delegation = None
    for aside in _PARENTHESIS.findall(label):
        words = aside.replace("_", " ").split()
        if any(is_office(word) for word in words):
            role = _cased(words)
        elif words and aside[:1].isupper():
            delegation = " ".join(words)
    words = _PARENTHESIS.sub(" ", label).replace("_", " ").replace("\\", "").split(",")[0].split()
    after = label.split(",", 1)[1].split() if "," in label else []
    if role is None and any(is_office(word) for word in after):
        role = _cased(after)
    if _NUMBERED.match(label) and words and words[-1].strip("#").isdigit():
        return Name(title=tuple(words), role=role, delegation=delegation)
    end = _title_end(words)
    title, rest = words[:end], words[end:]
    if not rest:
        return Name(title=tuple(title), role=role, delegation=delegation)
    suffix: list[str] = []
    while len(rest) > 1 and _key(rest[-1]) in _SUFFIXES:
        suffix.insert(0, rest.pop())
    start = next((i for i, word in enumerate(rest[:-1]) if is_particle(word)), len(rest) - 1)
    return Name(tuple(title), tuple(rest[:start]), tuple(rest[start:]), tuple(suffix), role, delegation)


def _title_end(words: Sequence[str]) -> int:
    """How many leading words are the title. "European Commission President X" has words before its office."""
    end = i = 0
    while i < len(words):
        if is_title(words[i]):
            end = i = i + 1
        elif end and _key(words[i]) in _LINKS:
            i += 1
        else:
            break
    if not any(is_office(word) or is_honorific(word) for word in words[:end]):
        offices = [i for i, word in enumerate(words[:-1]) if _key(word) in _STRONG and i <= 4]
        end = offices[-1] + 1 if offices else end
    if end == len(words) and end > 1 and _key(words[-1]) not in _OFFICES and any(is_office(w) for w in words[:-1]):
        end -= 1  # "SECRETARY PRICE"-like: the last word of a title is its office, so this is a surname
    if end == len(words) == 2 and all(_key(word) in _HONORIFICS or _key(word) in _QUALIFIERS for word in words):
        end = 1
    return end


def _cased(words: Iterable[str]) -> str:
    """Words in the case of a running text: "VON DER LEYEN" is von der Leyen, "MCCONNELL" McConnell, "HW" stays."""
    printed = list(words)
    every = all(word.isupper() for word in printed)
    return " ".join(_cased_word(word, i) if every or len(word) > 3 else word for i, word in enumerate(printed))


def _cased_word(word: str, place: int) -> str:
    letters = "MC" + word[2:] if word.startswith("Mc") else word
    is_abbreviation = len(word.strip(".")) == 1 or "." in word[:-1] or re.fullmatch("I{2,3}|IV|VI{0,3}", word)
    if not letters.isupper() or is_abbreviation:
        return word
    low = word.lower()
    if low in _LOWER_IN_NAMES or (place and low in _LINKS):
        return low
    parts = re.split(r"([-'’])", low)
    cased = "".join(part[:1].upper() + part[1:] for part in parts)
    return cased[:2] + cased[2].upper() + cased[3:] if re.match(r"Mc[a-z]{3,}", cased) else cased


def display_name(name: Name) -> str:
    """ "Sergey Lavrov" where the given name is known, else title and surname: "Foreign Minister Lavrov"."""
    if name.surname is None:
        return _cased(name.title) or "Unknown"
    words = (*name.given, *name.surname, *name.suffix) if name.given else (*name.title, *name.surname, *name.suffix)
    shown = _cased(words)
    return shown[:1].upper() + shown[1:] if not name.given and not name.title and len(name.surname) == 1 else shown


def role_of(name: Name) -> str | None:
    """The office in words, courtesies left out: "Foreign Minister"."""
    if name.role is not None:
        return name.role
    words = list(name.title)
    while words and is_honorific(words[0]):
        words = words[1:]
    return _cased(words) if any(is_office(word) for word in words) else None


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ł", "l").replace("ø", "o").replace("ß", "ss"))
    kept = "".join(c for c in plain if not unicodedata.combining(c) and c not in "'’‘ʿʻ.")
    return re.sub(r"[\W_]+", "-", kept).strip("-") or "speaker"


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
        return None, candidates, f"several people here are called {_cased(name.surname)}"
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
        or differ(tuple(map(_fold, a.suffix)), tuple(map(_fold, b.suffix)))
        or (spouses[0] != spouses[1] and bool(a.office and b.office))
    )


def _compare_given(a: tuple[str, ...], b: tuple[str, ...]) -> _Likeness:
    """SAME where one has none, TELLING where they agree, PERHAPS for short forms ("Joe", "Joseph")."""
    x, y = [_fold(word) for word in a], [_fold(word) for word in b]
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
        if here and bare and other.given and one.key == _fold(other.given[0]):
            return _Likeness.SAME
    if given is _Likeness.NO or _contradict(a, b):
        return _Likeness.NO
    if a.key[:1] == b.key[:1] and min(len(a.key), len(b.key)) >= 6 and Levenshtein.distance(a.key, b.key) == 1:
        return _Likeness.PERHAPS
    words = [{_fold(word) for word in (*name.given, *(name.surname or ())) if len(word) > 2} for name in (a, b)]
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
        choices = [bare, full, *(f"{full}-{number}" for number in range(2, len(taken) + 3))]
        chosen = next(choice for choice in choices if choice not in taken)
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
    return " ".join(_fold(word) for word in label.replace("_", " ").split())


NEAR = 0.5
_PROBES, _PROBE_WORDS, _SHINGLE = 64, 12, 5


def near_copy(text: str, others: Mapping[str, str], least: float = NEAR) -> tuple[str, float] | None:
    """The document that `text` is nearly a copy of, and the share of the shorter one's word runs that both have.

    Evenly spaced runs of the shorter text are looked up in the other; only the best few are compared in full.
    """
    mine = _words_only(text)
    likely = sorted((-_overlap(mine, _words_only(other)), name) for name, other in others.items())
    best: tuple[str, float] | None = None
    for nominated, name in likely[:3]:
        if -nominated < least / 2:
            break
        share = _shared(mine, _words_only(others[name]))
        if share >= least and (best is None or share > best[1]):
            best = (name, share)
    return best


def _words_only(text: str) -> str:
    return " ".join(text.casefold().split())


def _overlap(a: str, b: str) -> float:
    short, long = (a, b) if len(a) <= len(b) else (b, a)
    words = short.split()
    step = max(1, len(words) // _PROBES)
    probes = [" ".join(words[i : i + _PROBE_WORDS]) for i in range(0, max(1, len(words) - _PROBE_WORDS + 1), step)]
    return sum(probe in long for probe in probes) / len(probes)


def _shared(a: str, b: str) -> float:
    x, y = (
        {tuple(words[i : i + _SHINGLE]) for i in range(max(1, len(words) - _SHINGLE + 1))}
        for words in (a.split(), b.split())
    )
    return len(x & y) / min(len(x), len(y))
