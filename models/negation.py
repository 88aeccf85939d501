"""Negation: the cues of a sentence that deny something, and the one word that each applies to.

A cue reaches its predicate (the verb or adjective after it) or, before a noun phrase, the head of that phrase; verbs
that pass a negation on ("does not think that we should lift it") are read through. Whatever is asked, supposed or half
denied ("not only", "no doubt", "if ... not", "is it not?") is left alone: the aim is precision.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.clause import Word, adjacent, is_question, supposed, words
from models.phrases import lexicon
from models.words import FUNCTION

REACH = 6  # words after the cue
_MODAL = frozenset("will would shall should can could may might must cannot".split())
_AUX = _MODAL | frozenset("is are was were am be been being has have had do does did".split())
_PASSES = frozenset(  # what is denied is denied of what follows: "does not want war", "did not try to widen it"
    "think believe want wish intend plan seek try allow let need expect have able ready willing".split()
)
_COMPLEMENT = frozenset("think believe expect".split())  # followed by a clause of their own
_NOBODY = frozenset("nobody none nothing neither".split())
_DENIES_NOUN = frozenset("reject deny refuse oppose forbid prohibit ban lack".split())
_DENIES_VERB = frozenset("refuse decline fail".split())
_HALF = re.compile(
    r"""(?:not|n[’']t|never) \s+ (?: only|just|merely|simply|least|necessarily|quite|entirely|fully|always|all|every
        |until|enough|so\s+much|because|more|less )\b
      | no \s+ (?: doubt|matter|less|fewer|more|sooner|question|wonder|problem|surprise|secret )\b
      | (?: why|whether\s+or|or|if) \s+ not\b | nothing \s+ (?: but|less|more )\b
      | cannot \s+ but\b | without \s+ (?: a\s+)?(?: doubt|question|exception|further|saying )\b""",
    re.IGNORECASE | re.VERBOSE,
)
NEGATIVE = re.compile(r"n't$|^(?:not|never|no|nobody|none|nothing|neither|nor|cannot|without|hardly)$")
_SUPPOSED = frozenset("if whether unless should had were".split())  # first word of a clause that only supposes


@dataclass(frozen=True, slots=True)
class Negation:
    """`cue` is a range of the text, end exclusive; `word` is what it applies to."""

    cue: tuple[int, int]
    word: Word


def negations(text: str) -> tuple[Negation, ...]:
    """Every cue of `text` with what it applies to; a cue whose reach is in doubt is left out."""
    return () if is_question(text) else tuple(_negations(text, words(text)))


def asserted(text: str) -> frozenset[Word]:
    """The words of `text` that are said without a doubt: not asked, supposed or denied, nor behind a negative."""
    if is_question(text):
        return frozenset()
    said = words(text)
    doubtful = supposed(said, _SUPPOSED)
    unsure = {negation.word for negation in negations(text)} | _behind_negatives(said)
    return frozenset(word for word in said if word.clause not in doubtful and word not in unsure)


def _behind_negatives(said: Sequence[Word]) -> frozenset[Word]:
    """The words that follow a negative in their clause."""
    first: dict[int, int] = {}
    for word in said:
        if NEGATIVE.search(word.folded):
            first.setdefault(word.clause, word.end)
    return frozenset(word for word in said if word.start >= first.get(word.clause, word.end))


def _negations(text: str, said: Sequence[Word]) -> Iterator[Negation]:
    half = [match.span() for match in _HALF.finditer(text)]
    doubtful, behind = supposed(said, _SUPPOSED), _behind_negatives(said)  # "do not refuse": twice denied
    for at, word in enumerate(said):
        if word.clause in doubtful or word in behind or any(s <= word.start < e or s < word.end <= e for s, e in half):
            continue
        found = _applies(text, said, at)
        if found is not None:
            yield Negation(*found)


def _applies(text: str, said: Sequence[Word], at: int) -> tuple[tuple[int, int], Word] | None:
    """The cue that stands at `at`, if one does, and what it applies to."""
    word, later = said[at], said[at + 1 : at + 1 + REACH]
    end, whole = word.end, (word.start, word.end)
    target: Word | None = None
    if word.folded == "never" or (word.folded == "not" and _of_verb(said, at)):
        target = _predicate(text, later, word.clause)
    elif word.folded == "cannot" or word.folded.endswith("n't"):
        whole = (end - 3, end)  # "not", "n’t"
        target = _predicate(text, later, word.clause)
    elif word.folded == "no":
        target, whole = _no(text, said, at)
    elif word.folded in _NOBODY:
        target = _subjects(text, later, word.clause)
    elif not (at and said[at - 1].folded in ("is", "are", "was", "were", "be", "been")):  # "was rejected" has no object
        if word.can_be("VERB") and word.lemmas & _DENIES_VERB and later and later[0].folded == "to":
            target = _predicate(text, later, word.clause)
        elif _is_verb(said, at) and word.lemmas & _DENIES_NOUN:
            target = _head(text, later, word.clause)
    return (whole, target) if target is not None else None


def _of_verb(said: Sequence[Word], at: int) -> bool:
    """Whether "not" denies a verb, and does not set one thing apart from another: "is here, not in the Middle East"."""
    before = next((word for word in reversed(said[:at]) if not _is_adverb(word)), None)
    infinitive = at + 1 < len(said) and said[at + 1].folded == "to"
    return infinitive or (before is not None and before.clause == said[at].clause and before.folded in _AUX)


def _predicate(text: str, later: Sequence[Word], clause: int) -> Word | None:
    """The first verb or adjective that says something, or the head noun after a form of "be"."""
    passed = False
    for at, word in enumerate(later):
        if word.clause != clause:
            if not (passed and word.folded in ("that", "we")):
                return None
            clause = word.clause
        if word.folded in _PASSES or word.lemmas & _PASSES:
            passed = passed or bool(word.lemmas & _COMPLEMENT)
        elif word.issue and not _is_adverb(word):
            if word.can_be("VERB") and word.lemmas & _DENIES_VERB:
                return None  # "will never fail to"
            if word.name is not None:
                return None if not passed else _predicate(text, later[at + 1 :], clause)
            return word if not word.can_be("NOUN") or word.can_be("VERB") else _head(text, later[at:], clause)
        elif word.folded == "only" or not (word.folded in FUNCTION or _is_adverb(word)):
            return None  # "not the only one", or a verb too general to compare: "did not say", "does not know"
    return None


def _no(text: str, said: Sequence[Word], at: int) -> tuple[Word | None, tuple[int, int]]:
    """After "no": of "no one can ..." and "no country may ..." the predicate, of "no threat" the noun."""
    word, later = said[at], said[at + 1 : at + 1 + REACH]
    if not later or not adjacent(text, word, later[0]):
        return None, (word.start, word.end)
    if later[0].folded == "one":
        return _subjects(text, later[1:], word.clause), (word.start, later[0].end)
    if later[0].folded == "longer":
        return _predicate(text, later[1:], word.clause), (word.start, later[0].end)
    head = _head(text, later, word.clause)
    if head is None:
        return None, (word.start, word.end)
    rest = [other for other in later if other.start > head.start]
    denied = _subjects(text, rest, word.clause) if rest and rest[0].folded in _AUX else head
    return denied, (word.start, word.end)


def _subjects(text: str, later: Sequence[Word], clause: int) -> Word | None:
    """The predicate where an auxiliary or an unmistakable verb follows at once, as it does upon a subject."""
    if not later:
        return None
    verb = later[0].folded in _AUX or (later[0].can_be("VERB") and not later[0].can_be("NOUN"))
    return _predicate(text, later, clause) if verb or later[0].lemmas & _PASSES else None


def _head(text: str, later: Sequence[Word], clause: int) -> Word | None:
    """The head of the noun phrase, or the gerund, that begins here."""
    run: list[Word] = []
    for word in later:
        if word.clause != clause or (run and not adjacent(text, run[-1], word)):
            break
        if word.issue and word.name is None and not word.possessive and word.printed[0].islower():
            if not run and word.folded.endswith("ing") and word.can_be("VERB"):
                return word
            if run and word.can_be("VERB") and not word.can_be("NOUN") and not word.can_be("ADJ"):
                break
            run.append(word)
        elif run or word.folded in ("to", "that", "of", "in", "on", "for", "with", "by", "from", "at"):
            break
    return run[-1] if run and not run[-1].can_be("ADV") else None


def _is_verb(said: Sequence[Word], at: int) -> bool:
    """Whether a word that can be noun or verb stands where a verb does."""
    word = said[at]
    if not word.can_be("VERB"):
        return False
    if not word.can_be("NOUN"):
        return True
    before = said[at - 1] if at else None
    return before is not None and (
        before.folded in _MODAL | {"to", "i", "we", "they", "you", "who"}
        or _is_adverb(before)
        or before.name is not None
    )


def _is_adverb(word: Word) -> bool:
    kinds = set(lexicon(word.folded))
    return kinds == {"ADV"} or (word.folded.endswith("ly") and "ADV" in kinds)
