"""Name: who a printed label names: title, given names, surname."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache


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
_PARTICLES = frozenset(
    "de da do dos das del della der den di du la le las los van von zu zum zur ter ten bin ibn bint al el af av 't"
    " san santa st ould abu ben".split()
)
_SUFFIXES = frozenset("jr sr ii iii iv phd md esq mp mep".split())
_LOWER_IN_NAMES = frozenset("de da do dos das del della der den di du van von zu zum zur ter ten bin ibn bint".split())
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
        return " ".join(folded_word(word) for word in self.surname or ())


def _key(word: str) -> str:
    return word.strip(".,").casefold()


@lru_cache(maxsize=4096)
def folded_word(word: str) -> str:
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


@lru_cache(maxsize=4096)
def parse(label: str) -> Name:
    """A label taken apart: title, given names, surname, role or delegation in brackets or after a comma."""
    role = delegation = None
    for aside in _PARENTHESIS.findall(label):
        words = aside.replace("_", " ").split()
        if any(is_office(word) for word in words):
            role = cased(words)
        elif words and aside[:1].isupper():
            delegation = " ".join(words)
    words = _PARENTHESIS.sub(" ", label).replace("_", " ").replace("\\", "").split(",")[0].split()
    after = label.split(",", 1)[1].split() if "," in label else []
    if role is None and any(is_office(word) for word in after):
        role = cased(after)
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
    if end and words[end : end + 1] == ["of"] and len(words) > end + 2:
        end = max(end + 2, len(words) - 2)  # "President of Vostria Igor Velikov": of a country, then a name
    if end == len(words) and end > 1 and _key(words[-1]) not in _OFFICES and any(is_office(w) for w in words[:-1]):
        end -= 1  # "SECRETARY PRICE"-like: the last word of a title is its office, so this is a surname
    if end == len(words) == 2 and all(_key(word) in _HONORIFICS or _key(word) in _QUALIFIERS for word in words):
        end = 1
    return end


def cased(words: Iterable[str]) -> str:
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
        return cased(name.title) or "Unknown"
    words = (*name.given, *name.surname, *name.suffix) if name.given else (*name.title, *name.surname, *name.suffix)
    shown = cased(words)
    return shown[:1].upper() + shown[1:] if not name.given and not name.title and len(name.surname) == 1 else shown


def role_of(name: Name) -> str | None:
    """The office in words, courtesies left out: "Foreign Minister"."""
    if name.role is not None:
        return name.role
    words = list(name.title)
    while words and is_honorific(words[0]):
        words = words[1:]
    return cased(words) if any(is_office(word) for word in words) else None
