"""Clause: the words of a sentence, each with its place, its lemmas and the clause that it stands in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from models.named import named
from models.phrases import lexicon
from models.words import FUNCTION, RHETORIC, WORD, folded, is_contraction

_BREAK = re.compile(r"[,;:.!?–—()\[\]\"“”]|\s-\s")
_OPENS = frozenset(  # words that begin a clause of their own
    """that which who whom whose what where when why how if whether unless because although though while whereas since
    until but and""".split()
)


@dataclass(frozen=True, slots=True)
class Word:
    """`text[start:end]`; a state, body or person is one word whatever it is made of. `clause` counts from 0.

    `keys` are (part of speech, lemma), or ("NAME", key) alone: two words are the same word where they share one.
    """

    printed: str
    folded: str
    start: int
    end: int
    clause: int
    keys: frozenset[tuple[str, str]]

    @property
    def name(self) -> str | None:
        """The key of the state, body or person that it names, if it names one."""
        return next((lemma for kind, lemma in self.keys if kind == "NAME"), None)

    @property
    def possessive(self) -> bool:
        return self.printed.endswith(("’s", "'s", "s’", "s'"))

    @property
    def issue(self) -> bool:
        """Whether it can say what a sentence is about."""
        return self.name is not None or (
            len(self.folded) > 1
            and self.folded not in FUNCTION
            and self.folded not in RHETORIC
            and not self.folded[0].isdigit()
            and not is_contraction(self.folded)
        )

    def can_be(self, kind: str) -> bool:
        """Whether the lexicon knows it as a NOUN, VERB, ADJ or ADV."""
        return any(known == kind for known, _ in self.keys)

    @property
    def lemmas(self) -> frozenset[str]:
        return frozenset(lemma for _, lemma in self.keys)


@lru_cache(maxsize=512)
def words(text: str) -> tuple[Word, ...]:
    """The words of `text` in order, each with the clause it stands in."""
    return tuple(_words(text))


def supposed(said: Sequence[Word], openers: frozenset[str]) -> frozenset[int]:
    """The clauses that begin with one of `openers`, or with another such word and then one: "but if", "and what"."""
    begun: dict[int, list[str]] = {}
    for word in said:
        begun.setdefault(word.clause, []).append(word.folded)
    return frozenset(
        clause
        for clause, first in begun.items()
        if first[0] in openers or (first[0] in _OPENS and len(first) > 1 and first[1] in openers & _OPENS)
    )


def is_question(text: str) -> bool:
    return text.rstrip("”\"'’) \t\r\n").endswith("?")


def adjacent(text: str, left: Word, right: Word) -> bool:
    """Whether nothing but white space stands between two words."""
    return text[left.end : right.start].isspace()


def _words(text: str) -> Iterator[Word]:
    clause, after, last = 0, 0, ""
    for start, end, name in _places(text):
        if start and text[start - 1].isalnum():
            continue  # the "th" of "75th" is no word
        printed = text[start:end]
        word = folded(printed)
        if after and (_BREAK.search(text, after, start) or (word in _OPENS and last not in _OPENS)):
            clause += 1
        keys = {("NAME", name)} if name is not None else _keys(word)
        yield Word(printed, word, start, end, clause, frozenset(keys))
        after, last = end, word


def _places(text: str) -> Iterator[tuple[int, int, str | None]]:
    """Where each word begins and ends, and the key of what it names; a possessive ending belongs to the name."""
    after = 0
    names = list(named(text))
    for name in names:
        for match in WORD.finditer(text, after, name.start):
            yield *match.span(), None
        ending = re.compile(r"[’']s\b|(?<=s)[’'](?=\s)").match(text, name.end)
        after = ending.end() if ending else name.end
        yield name.start, after, name.key
    for match in WORD.finditer(text, after):
        yield *match.span(), None


def _keys(word: str) -> set[tuple[str, str]]:
    kinds = lexicon(word)
    adjective = "ADJ" in kinds and word.endswith("ing")  # "interesting" is no form of "interest"
    known = {(kind, one) for kind, lemmas in kinds.items() for one in lemmas if not (adjective and kind == "VERB")}
    return known or {("NEW", word)}
