"""Opposites: words of the two ends of one scale, said of the same thing. The lists are our own, and short on purpose.

A word is said of a thing where it stands before it ("dangerous plans"), after a form of "be" or as the thing's verb
("the road is safe", "sanctions hurt"), or has it as its object ("raise taxes"). What is denied, asked or supposed is
left alone, so that "not safe" and "dangerous" are no opposites.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from models.clause import Word, adjacent, words
from models.negation import asserted
from models.words import FUNCTION


class Said(StrEnum):
    """How a word is said of a thing. Only words said in the same way can be opposed."""

    QUALITY = "quality"
    DOING = "doing"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Saying:
    """`word` is said of `thing`; `sign` is the end of `scale` that it stands for, 1 or -1."""

    word: Word
    thing: Word
    how: Said
    scale: str
    sign: int


VALUE = "value"  # the one scale that evaluates

_GOOD = """
    safe good great best better wise right lawful legal legitimate just fair effective efficient useful helpful
    beneficial successful necessary essential vital important reasonable responsible reliable sound sensible peaceful
    stable honest sustainable affordable positive constructive productive valuable welcome indispensable excellent
    wonderful justified progress success achievement benefit blessing opportunity asset solution
    """
_BAD = """
    unsafe dangerous bad terrible worse worst unwise foolish wrong unlawful illegal illegitimate unjust unfair
    ineffective inefficient useless harmful damaging detrimental failed failing unnecessary needless unreasonable
    irresponsible unreliable reckless senseless aggressive unstable dishonest unsustainable expensive costly negative
    destructive counterproductive worthless unacceptable unwelcome disastrous catastrophic unjustified pointless
    futile hostile failure disaster catastrophe harm curse danger threat burden mistake problem provocation violation
    """
_HELPS = "help benefit protect serve improve enrich save"  # what its subject does speaks for the subject
_HARMS = "harm hurt damage endanger threaten undermine ruin destroy infringe jeopardize jeopardise violate"
_PRAISES = "welcome support endorse applaud praise favour favor defend commend back"  # of its object
_BLAMES = "condemn oppose reject denounce deplore criticise criticize resist"
_SCALES = {  # of change: what is done to the thing, or what the thing does
    "amount": (
        "increase raise expand widen extend enlarge grow",
        "decrease reduce lower cut limit narrow shrink decline",
    ),
    "strength": ("strengthen reinforce bolster", "weaken undermine erode"),
    "presence": ("deploy station", "withdraw remove"),
    "opening": ("open reopen", "close"),
    "making": ("build construct", "demolish dismantle destroy"),
    "permission": ("allow permit legalise legalize authorise authorize", "ban forbid prohibit outlaw"),
    "life": ("establish introduce restore preserve keep maintain retain", "abolish repeal scrap eliminate abandon"),
    "tension": ("escalate", "de-escalate defuse"),
    "passage": ("begin start launch resume", "end stop halt suspend cease"),
}

_QUALITY = {word: sign for sign, listed in ((1, _GOOD), (-1, _BAD)) for word in listed.split()}
_OF_SUBJECT = {word: sign for sign, listed in ((1, _HELPS), (-1, _HARMS)) for word in listed.split()}
_OF_OBJECT = {word: sign for sign, listed in ((1, _PRAISES), (-1, _BLAMES)) for word in listed.split()}
_CHANGE = {
    word: (scale, sign)
    for scale, ends in _SCALES.items()
    for sign, listed in zip((1, -1), ends, strict=True)
    for word in listed.split()
}
_BE = frozenset("is are was were be been being remain remains".split())
_BETWEEN = FUNCTION - frozenset(
    "of in on at by for with from to into against between among over under about and or".split()
)


def sayings(text: str, things: frozenset[tuple[str, str]]) -> tuple[Saying, ...]:
    """What `text` says of the words that have one of the keys `things`."""
    said = words(text)
    plain = asserted(text)
    return tuple(
        one
        for at, thing in enumerate(said)
        if thing.keys & things
        for one in _sayings(text, said, at)
        if one.word in plain
    )


def _sayings(text: str, said: Sequence[Word], at: int) -> Iterator[Saying]:
    thing = said[at]
    for word in _attributes(text, said, at):
        yield from _quality(word, thing)
    for word in _governing(said, at):
        yield from _verb(word, thing, Said.DONE)
    for word, be in _following(said, at):
        if be:
            yield from _quality(word, thing)
        yield from _verb(word, thing, Said.DONE if be and not word.folded.endswith("ing") else Said.DOING)


def _attributes(text: str, said: Sequence[Word], at: int) -> Iterator[Word]:
    """The adjectives in an unbroken run before `said[at]`."""
    while at > 0 and adjacent(text, said[at - 1], said[at]) and said[at - 1].folded not in FUNCTION:
        at -= 1
        if not (said[at].can_be("ADJ") or said[at].can_be("NOUN")):
            return
        if said[at].can_be("ADJ"):
            yield said[at]


def _governing(said: Sequence[Word], at: int) -> Iterator[Word]:
    """The verbs that can have `said[at]` as their object: nothing stands between but its own attributes."""
    for word in reversed(said[max(0, at - 4) : at]):
        if word.clause != said[at].clause:
            return
        if word.can_be("VERB"):
            yield word
        attribute = word.can_be("ADJ") or word.can_be("NOUN") or word.name is not None
        if not (attribute or word.folded in _BETWEEN):
            return


def _following(said: Sequence[Word], at: int) -> Iterator[tuple[Word, bool]]:
    """The first words that `said[at]` can be the subject of, and whether by a form of "be"."""
    thing, be, before = said[at], False, said[at]
    for word in said[at + 1 : at + 7]:
        if word.clause != thing.clause or (word.folded == "to" and not be):
            return  # "wars to help": not what the wars do
        be = be or word.folded in _BE
        passing = word.folded in _BETWEEN or (word.can_be("ADV") and not word.can_be("VERB"))
        if be or before is not thing or not word.can_be("NOUN") or _plural(thing) > _plural(word):
            yield word, be  # of nouns only where a verb is due: "sanctions harm", not "energy benefits"
        if not passing:
            return
        before = word


def _plural(word: Word) -> bool:
    return word.folded.endswith("s")


def _quality(word: Word, thing: Word) -> Iterator[Saying]:
    signs = {_QUALITY[lemma] for lemma in word.lemmas & _QUALITY.keys()}
    if len(signs) == 1:
        yield Saying(word, thing, Said.QUALITY, VALUE, signs.pop())


def _verb(word: Word, thing: Word, how: Said) -> Iterator[Saying]:
    for lemma in sorted(lemma for kind, lemma in word.keys if kind in ("VERB", "NEW")):
        for judged, listed in ((Said.DOING, _OF_SUBJECT), (Said.DONE, _OF_OBJECT)):
            if how is judged and lemma in listed:  # who condemns something is not judged by it
                yield Saying(word, thing, Said.QUALITY, VALUE, listed[lemma])
        if lemma in _CHANGE:
            scale, sign = _CHANGE[lemma]
            yield Saying(word, thing, how, scale, sign)
