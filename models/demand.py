"""Demand: what a statement says must, should or need be done, and the words that say so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from models.clause import Word, is_question, supposed, words
from models.negation import NEGATIVE
from models.words import FUNCTION

_MODAL = frozenset("must should".split())
_TO = frozenset("have has need needs ought".split())  # "... to"; "had to" tells what was done
_ASKS = frozenset("urge demand implore".split())
_CALL = frozenset("call calls calling appeal appeals appealing".split())
_ADJECTIVES = frozenset("necessary imperative essential vital indispensable urgent".split())
_LEADS = frozenset("and but so then please never always rather instead just".split())  # before an imperative
_SUBJECT = frozenset("i we they you he she who it".split())
_SPEECH = frozenset(  # "I must say", "we have to admit": ways to talk
    "say admit tell confess note stress emphasize emphasise add remind mention apologize thank ask repeat".split()
)
_SUPPOSED = frozenset("what which how why who where if whether unless when should had were".split())


@dataclass(frozen=True, slots=True)
class Demand:
    """`cue` is a range of the text ("must", "call on"); `word` what is demanded, or of whom, where that is plain."""

    cue: tuple[int, int]
    word: Word | None


def demands(text: str) -> tuple[Demand, ...]:
    """Every demand of `text`; none of a question, and none that is denied or only supposed."""
    return () if is_question(text) else tuple(_demands(words(text)))


def may_command(text: str) -> bool:
    """Whether a clause may be an imperative: it begins with the bare form of a verb, whatever else that can be."""
    said = words(text)
    opening = [word for at, word in enumerate(said) if at == 0 or said[at - 1].clause != word.clause]
    opening += [said[at + 1] for at, word in enumerate(said[:-1]) if word in opening and word.folded in _LEADS]
    return any(("VERB", word.folded) in word.keys or word.folded in ("do", "don't", "be") for word in opening)


def _demands(said: Sequence[Word]) -> Iterator[Demand]:
    doubtful = supposed(said, _SUPPOSED)
    before, denied = list[Word](), False  # of the word's own clause
    for at, word in enumerate(said):
        if before and before[-1].clause != word.clause:
            before, denied = [], False
        if word.clause not in doubtful and not denied:
            yield from _demand(said, at, before)
        before.append(word)
        denied = denied or NEGATIVE.search(word.folded) is not None


def _demand(said: Sequence[Word], at: int, before: Sequence[Word]) -> Iterator[Demand]:
    word, later = said[at], [other for other in said[at + 1 : at + 6] if other.clause == said[at].clause]
    following = later[0].folded if later else ""
    if before and before[-1].folded == "i" and not word.lemmas & (_ASKS | _CALL):
        return  # "I should like to", "I have to say": what one has to do oneself is asked of nobody
    if word.folded in _MODAL and before:
        verb = _verb(later)
        if verb is not None:
            yield Demand((word.start, word.end), verb)
    elif (word.folded in _TO and following == "to") or (word.folded in _ADJECTIVES and following == "to" and before):
        verb = _verb(later[1:])
        if verb is not None:
            yield Demand((word.start, later[0].end), verb)
    elif word.folded in _CALL and following in ("on", "upon", "for", "to") and _said_by(before):
        names = word.folded.startswith("call") and following != "for"  # whom: "call on Russia to ..."
        asked = not names or any(other.folded == "to" for other in said[at + 2 :] if other.clause == word.clause)
        if word.folded.startswith("call") == (following != "to") and asked:
            yield Demand((word.start, later[0].end), next((other for other in later[1:] if other.issue), None))
    elif word.lemmas & _ASKS and word.can_be("VERB") and later and _said_by(before):
        yield Demand((word.start, word.end), next((other for other in later if other.issue), None))


def _verb(later: Sequence[Word]) -> Word | None:
    """The bare verb after a modal, adverbs and "not" apart; "must have been" is a guess, not a demand."""
    for at, word in enumerate(later):
        kinds = {kind for kind, lemma in word.keys if lemma == word.folded}
        if word.folded in _SPEECH or word.folded == "have":
            return None
        if word.folded == "be":
            done = next((other for other in later[at + 1 :] if not other.can_be("ADV")), word)
            return done if done.issue and done.can_be("VERB") else word
        if "VERB" in kinds:
            return word
        if not (word.folded in FUNCTION or kinds & {"ADV"} or word.folded.endswith("ly")):
            return None
    return None


def _said_by(before: Sequence[Word]) -> bool:
    """Whether somebody stands before a verb that can be a noun too: "we urge", "the United Nations demands"."""
    near = [word for word in before[-3:] if not word.folded.endswith("ly") and word.folded not in ("also", "again")]
    return bool(near) and (near[-1].name is not None or near[-1].folded in _SUBJECT | {"to", "and"})
