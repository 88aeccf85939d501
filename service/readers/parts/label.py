"""Label: whether the words before a colon can be a person's or a role's name, judged by their shape alone."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from models.naming import is_honorific, is_office, is_particle, is_title
from models.transcript import Kind
from service.given import BIDI

LONGEST = 80
_MOST_WORDS = 9


class Shape(StrEnum):
    """How a label is printed; a document is consistent in it."""

    ROLE = "role"  # "Q", "MODERATOR", "Speaker 1"
    CAPITALS = "capitals"  # "PRESIDENT BIDEN"
    TITLE = "title"  # "Chris Wallace"
    CASELESS = "caseless"  # scripts without capitals


_PRESS = frozenset(
    "q question questions reporter reporters press journalist journalists correspondent media newsman"
    " frage journalistin reporterin pressefrage journaliste pregunta periodista pergunta jornalista domanda giornalista"
    " вопрос журналист журналистка корреспондент питання запитання журналіст 记者 記者 问 問 سؤال صحفي".split()
)
_CHAIR = frozenset(
    "moderator moderators host presenter anchor facilitator emcee mc chair compere interviewer co-moderator"
    " moderatorin modérateur modératrice animateur moderador moderadora moderatore moderatrice"
    " ведущий ведущая модератор 主持人 司会 司会者".split()
)
_OTHERS = frozenset(
    "audience crowd attendee attendees participant participants voter voters aide aides staff staffer interpreter"
    " translator operator narrator announcer voice voice-over voiceover unknown unidentified caller callers viewer"
    " protester protestor heckler guests all several everyone man woman boy girl student producer video child"
    " public publikum dolmetscher dolmetscherin übersetzer übersetzerin zuruf interprète traducteur traductrice"
    " intérprete traductor traductora переводчик переводчица публика голос 翻译 翻譯 通訳".split()
)
_NUMBERED = re.compile(r"(speaker|person|voice|male|female|man|woman|sprecher|locuteur|orador|участник)[ _#]*\d{1,3}")
_NOT_PEOPLE = frozenset(
    "subject date time times place location venue title source sources note notes nb topic topics agenda background"
    " summary introduction conclusion contents contact contacts email e-mail phone tel telephone fax url link links"
    " website web warning copyright license disclaimer transcript transcripts released release published updated"
    " posted embargo embargoed re cc to from attn where when what who why how end ends attendees present remarks"
    " statement statements video audio photo photos caption captions credit credits tags tag share follow related"
    " update event duration language format recorded important ps p.s keywords author authors editor editors category"
    " categories issue section appendix annex footnote footnotes reference references example examples definition"
    " remember first second third fourth finally lastly yes no ok okay amen applause laughter silence music however"
    " therefore today tomorrow yesterday tonight here there now then this that these those one two three four five"
    " nations peace democracy freedom security economy development charter assembly excellencies excellency friends"
    " colleagues americans folks thanks speakers speakers' list"
    " datum ort thema quelle titel hinweis betreff sujet lieu fecha lugar asunto fuente дата место"
    " тема источник".split()
)
_OPENERS = frozenset(
    "and but so or nor yet if because while when where who what why how this that these those here there it its"
    " it’s it's i i’m i'm"
    " we you he she they my our your his her their let let’s let's first second third now today in on at as"
    " by for with from to of about after before during since until than then also another any each every some all both"
    " only just even again still well yes no not never number one two three four five please look listen remember as"
    " according regarding concerning in is are was were do does did have has had be being been can could will would"
    " may might must shall should dear ladies excellency excellencies your distinguished honorable-members fellow"
    " under over between among"
    " towards toward through thank thanks section part chapter article annex item".split()
)
_VOCATIVES = frozenset("mr mrs ms madam madame mme dear your his her my honorable honourable distinguished".split())
_ADDRESSED = frozenset(
    "ladies gentlemen excellencies excellency highnesses delegates colleagues friends comrades".split()
)
_LINKS = frozenset(("of", "the", "and", "for", "but", "or"))
_ASIDE = re.compile(r"[(\[][^()\[\]]*[)\]]")
_LETTERED = re.compile(r"[^\W\d_]")
_FORBIDDEN = re.compile(rf"[?!;:\"“”«»/<>=|{{}}@$%&*…—–+~^]|://|\.\.|{BIDI}|[\x00-\x1f\x7f-\x9f]")


@lru_cache(maxsize=4096)
def kind_of(label: str) -> Kind:
    """What part a label plays by its own words; a person's name is SPEECH until the text says otherwise."""
    plain = _plain(label).casefold()
    words = plain.split()
    if not words:
        return Kind.AUDIENCE
    if words[0] in ("the", "a", "an") and len(words) > 1:
        words = words[1:]
    first, last = words[0].rstrip("."), words[-1].rstrip(".")
    if re.fullmatch(r"q\d{0,2}\.?|q & a", plain) or (
        last in _PRESS and all(w in _PRESS | _OTHERS for w in words[1:-1])
    ):
        return Kind.AUDIENCE if first in ("audience", "viewer", "voter", "citizen") else Kind.QUESTION
    if first in _PRESS and (len(words) == 1 or last.isdigit() or last in _PRESS | _OTHERS):
        return Kind.QUESTION
    if (first in _CHAIR and len(words) == 1) or last in _CHAIR - {"chair"} or plain == "master of ceremonies":
        return Kind.MODERATION
    if plain in ("presiding officer", "the presiding officer", "session chair"):
        return Kind.MODERATION
    if _NUMBERED.fullmatch(plain) or first in ("unidentified", "unknown", "audience"):
        return Kind.AUDIENCE
    if last in _OTHERS or plain in ("voice over", "on screen", "off mic", "audience member", "staff member"):
        return Kind.AUDIENCE
    if (
        first in _OTHERS
        and len(words) == 2
        and (last in ("member", "over", "question", "male", "female") or last.isdigit())
    ):
        return Kind.AUDIENCE
    return Kind.SPEECH


def is_role(label: str) -> bool:
    return kind_of(label) is not Kind.SPEECH


def _plain(label: str) -> str:
    return " ".join(_ASIDE.sub(" ", label).replace("_", " ").replace("\\", "").split())


@lru_cache(maxsize=4096)
def shape_of(label: str) -> Shape | None:
    """The shape of a possible label, or None where the words cannot be one."""
    if not label or len(label) > LONGEST or _FORBIDDEN.search(_ASIDE.sub(" ", label)):
        return None
    words = _plain(label).split()
    if not words or len(words) > _MOST_WORDS or not _LETTERED.search(words[0]) or label.count("(") != label.count(")"):
        return None
    if len(words) <= 4 and is_role(label):
        return None if label[:1].islower() else Shape.ROLE
    words = [word for part in words for word in part.split(",") if word]
    if _has_stray_digits(words) or _is_thing(words) or _is_vocative(words):
        return None
    lettered = [word for word in words if not word.isdigit()]
    if all(not any(c.isupper() or c.islower() for c in word) for word in lettered):
        return Shape.CASELESS if len(words) <= 4 and len(label) <= 24 else None
    named = [word for word in lettered if not is_particle(word) and word.casefold() not in _LINKS]
    if not named:
        return None
    if all(_is_capitals(word) for word in named) and sum(map(len, named)) > 1:
        return None if words[0].casefold() in _LINKS - {"the"} else Shape.CAPITALS
    return Shape.TITLE if all(_is_name_word(word) for word in named) and _may_be_a_name(label, words) else None


def _has_stray_digits(words: list[str]) -> bool:
    """Digits stand in "Speaker 1" and "OFFICIAL 2", as a last word, and in no other label."""
    if any(c.isdigit() for word in words[:-1] for c in word):
        return True
    return any(c.isdigit() for c in words[-1]) and not (words[-1].isdigit() and len(words) > 1)


def _is_thing(words: list[str]) -> bool:
    if len(words) == 1 and words[0].casefold().rstrip(".") in _NOT_PEOPLE:
        return True
    return words[-1].casefold().endswith(("'s", "’s", "s'", "s’"))


def _may_be_a_name(label: str, words: list[str]) -> bool:
    """What else keeps words in Title Case from being a name: they open a sentence, or end in a link."""
    first, last = words[0].casefold(), words[-1]
    if first == "the":
        return is_office(last) and len(words) <= 5
    if (first in _OPENERS and not has_title(label)) or (first.rstrip(".,") in _NOT_PEOPLE and len(words) < 3):
        return False
    return last.casefold() not in _LINKS and not (is_particle(last) and last.islower())


def _is_vocative(words: list[str]) -> bool:
    """ "Mr. President", "Madam Vice President", "Your Excellency": said to somebody, never by them."""
    if any(word.casefold() in _ADDRESSED for word in words):
        return True
    return words[0].casefold().rstrip(".") in _VOCATIVES and len(words) > 1 and all(is_title(word) for word in words)


def _is_capitals(word: str) -> bool:
    letters = re.sub(r"^(?:Mc|Mac|De|Di|O’|O')(?=[^\W\d_]{2})", "MC", word)
    return letters.replace("ß", "").isupper()  # a name in capitals keeps its ß: "GROß"


def _is_name_word(word: str) -> bool:
    """ "Akufo-Addo", "O'Brien", "al-Sisi", "McCain", "J.", "С.В.Лавров", "LAVROV"."""
    core = word.rstrip(".,")
    if not core or not _LETTERED.match(core):
        return False
    return core[0].isupper() or any(part[:1].isupper() for part in re.split(r"[-'’.]", core)[1:] if part)


def has_title(label: str) -> bool:
    """Whether a label starts with an office or a courtesy: strong evidence that it names a speaker."""
    words = _plain(label).split()
    if not words:
        return False
    first = words[1] if words[0].casefold() == "the" and len(words) > 1 else words[0]
    return is_office(first) or is_honorific(first) or (is_title(first) and any(is_office(word) for word in words))
