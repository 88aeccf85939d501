"""Named: the states, their peoples, bodies and people with a title that a text names, and which mentions are one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from models.phrases import lemma


@dataclass(frozen=True, slots=True)
class Named:
    """A mention: `text[start:end]`. Two mentions with one key name one state, body or person."""

    start: int
    end: int
    key: str


# Names of states of one word; a people is found by the ending in which the two differ, or below. Names that are as
# often a person's or a thing's (Georgia, Jordan, Chad, Guinea) are left out: a wrong actor is worse than none.
_NAMES = frozenset(
    """
    Afghanistan Albania Algeria America Angola Argentina Armenia Australia Austria Azerbaijan Bahrain Bangladesh
    Belarus Belgium Bolivia Bosnia Botswana Brazil Britain Bulgaria Burma Cambodia Cameroon Canada Chile China
    Colombia Croatia Cuba Cyprus Czechoslovakia Denmark Ecuador Egypt Eritrea Estonia Ethiopia Europe Finland
    France Gambia Germany Ghana Greece Guatemala Haiti Honduras Hungary Iceland India Indonesia Iran Iraq Ireland
    Israel Italy Japan Kazakhstan Kenya Kosovo Kuwait Laos Latvia Lebanon Liberia Libya Lithuania Luxembourg
    Malaysia Malawi Mali Malta Mexico Moldova Mongolia Montenegro Morocco Mozambique Myanmar Namibia Nepal
    Netherlands Nicaragua Niger Nigeria Norway Oman Pakistan Palestine Panama Paraguay Peru Philippines Poland
    Portugal Qatar Romania Russia Rwanda Senegal Serbia Singapore Slovakia Slovenia Somalia Spain Sudan Sweden
    Switzerland Syria Taiwan Tajikistan Tanzania Thailand Tunisia Turkey Turkmenistan Uganda Ukraine Uruguay
    Uzbekistan Venezuela Vietnam Yemen Yugoslavia Zambia Zimbabwe
    """.split()
)
_BODIES = frozenset(
    "NATO EU UN OSCE OPEC ASEAN ECOWAS IAEA WHO WTO IMF G7 G20 Hamas Hezbollah Taliban ISIS ISIL Congress".split()
)
_LONG = (  # of more than one word, or with stops
    (r"United\s+States(?:\s+of\s+America)?|U\.S\.A?\.?", "America"),
    (r"United\s+Kingdom|Great\s+Britain|U\.K\.?", "Britain"),
    (r"United\s+Nations|U\.N\.?", "UN"),
    (r"European\s+Union|E\.U\.?", "EU"),
    (r"Soviet\s+Union|USSR|U\.S\.S\.R\.?", "Soviet Union"),
    (r"Federal\s+Republic\s+of\s+Germany", "Germany"),
    (r"Republic\s+of\s+Korea|South\s+Korean?s?", "South Korea"),
    (r"Democratic\s+People[’']s\s+Republic\s+of\s+Korea|DPRK|North\s+Korean?s?", "North Korea"),
    (r"South\s+Africa(?:ns?)?", "South Africa"),
    (r"South\s+Sudan(?:ese)?", "South Sudan"),
    (r"Saudi\s+Arabia|Saudis?", "Saudi Arabia"),
    (r"New\s+Zealand(?:ers?)?", "New Zealand"),
    (r"Sri\s+Lankan?s?", "Sri Lanka"),
    (r"Security\s+Council", "Security Council"),
    (r"General\s+Assembly", "General Assembly"),
    (r"European\s+Commission", "European Commission"),
    (r"European\s+Parliament", "European Parliament"),
    (r"African\s+Union", "African Union"),
    (r"White\s+House", "White House"),
)
_TITLE = r"""(?: (?:Vice|Deputy|Prime|Foreign|Federal)\s+ )?
    (?: President | Chancellor | Minister | Secretary | Senator | Governor | Mayor | Premier | General | King | Queen
      | Congressman | Congresswoman | Ambassador | Mr\.? | Mrs\.? | Ms\.? )"""
_NAMED = re.compile(
    r"(?<![\w-]) (?: "
    + " | ".join(f"(?P<long{at}>{pattern})" for at, (pattern, _) in enumerate(_LONG))
    + rf" | (?P<titled> {_TITLE} \s+ (?!{_TITLE}) [A-Z][a-zà-ž]+ (?:\s+(?:[A-Z][’'])?[A-Z][a-zà-ž]+)* )"
    + r" | (?P<word> [A-Z][\w]*) ) (?! [\w-])",
    re.VERBOSE,
)


@cache
def _states() -> dict[str, str]:
    """The states of one word by their lemmas; the lexicon behind these takes half a second to be read."""
    return {lemma(name): name for name in _NAMES}


def named(text: str) -> Iterator[Named]:
    """Every mention, in order. What is not known to be a state, a body or a person is not named."""
    if text.isupper():  # "US" may be "us"
        return
    for match in _NAMED.finditer(text):
        key = _key(match)
        if key is not None:
            yield Named(match.start(), match.end(), key)


def is_state(key: Sequence[str]) -> bool:
    """Whether the phrase of these lemmas is the one-word name of a state or its people."""
    return len(key) == 1 and key[0] in _states()


def state(key: Sequence[str]) -> str | None:
    """The name of the state that the phrase of these lemmas names by one word, its own or its people's."""
    return _states().get(key[0]) if len(key) == 1 else None


def _key(match: re.Match[str]) -> str | None:
    kind, printed = str(match.lastgroup), match.group()
    if kind.startswith("long"):
        name = _LONG[int(kind.removeprefix("long"))][1]
        return lemma(name) if name in _NAMES else name
    if kind == "titled":
        return printed.split()[-1].casefold()
    if printed in _BODIES:
        return printed
    key = lemma("Russia" if printed == "Kremlin" else printed)
    return key if key in _states() else None
