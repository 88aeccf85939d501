"""Noun phrases: the names that a text itself gives to what it is about, found with a lexicon and no tagger."""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from models.demonym import country, stem
from models.words import FUNCTION, RHETORIC, WORD, folded, is_contraction

MAX_WORDS = 4

# What can be noun or verb is taken for a verb after one of these: "we plan", "to join", "will force".
_BEFORE_VERB = frozenset(
    """i we you he she it they who that to not will would shall should can could may might must cannot
    don't do does did let""".split()
)
_DETERMINERS = frozenset(
    """the a an this that these those our your his her its their my any some no every each
    of in on for with against""".split()
)
_SPACE = re.compile(r"\s+")
# "ROK-U.S." and "COVID-19" are words here
_PRINTED = re.compile(rf"(?:[A-Z]+-)?(?:[A-Z]\.){{2,}}|\b[A-Z]+-\d+\b|{WORD.pattern}")
_PIECE, _DIGIT = re.compile(r"\S+"), re.compile(r"\d")
_TITLES = frozenset(
    "mr mrs ms madam sir president minister secretary chancellor prime vice senator governor dear".split()
)
_POSSESSIVE = re.compile(r"[’']s$|s[’']$")


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase as printed (white space collapsed); `key` is its lemmas, the same for every inflection of it."""

    text: str
    key: tuple[str, ...]

    @property
    def words(self) -> int:
        return len(self.key)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    word: str  # folded
    start: int
    end: int
    noun: bool
    modifier: bool


def noun_phrases(text: str) -> list[Phrase]:
    """Every noun phrase of at most MAX_WORDS words, with the shorter ones inside it, in order, repeats kept.

    A name of several words stays whole: "novel Animal Farm" is not about a novel animal.
    """
    tokens = _in_names(text, list(_tokens(text)))
    found: list[Phrase] = []
    at = 0
    while at < len(tokens):
        end = _run(text, tokens, at)
        if end == at:
            at += 1
            continue
        found += _phrases(text, tokens, at, end)
        at = end
    return found


@lru_cache(maxsize=65536)
def lemma(printed: str) -> str:
    """The form by which two mentions of a thing are the same: singular, folded, "Ukrainian" with "Ukraine"."""
    if printed[:1].isupper() and (name := country(printed)):
        return name
    word = folded(printed)
    forms = lexicon(word).get("NOUN")
    base = forms[0] if forms else word
    return stem(base) if printed[:1].isupper() else base


def _phrases(text: str, tokens: list[_Token], start: int, end: int) -> Iterator[Phrase]:
    within = _within_names(text, tokens[start:end])
    for first in range(start, end):
        if first - start in within:
            continue
        for last in range(min(end, first + MAX_WORDS), first, -1):
            head = tokens[last - 1]
            if head.noun and last - start not in within and not _POSSESSIVE.search(head.text):
                yield _phrase(text, tokens[first:last])
    # "territorial integrity of Ukraine": one "of" joins two runs
    if end + 1 < len(tokens) and tokens[end].word == "of" and _adjacent(text, tokens[end - 1], tokens[end]):
        follow = end + 1
        if tokens[follow].word == "the" and follow + 1 < len(tokens):
            follow += 1
        stop = _run(text, tokens, follow)
        if stop > follow and _adjacent(text, tokens[follow - 1], tokens[follow]):
            for first in range(start, end):
                if first - start not in within and (end - first) + (stop - follow) <= MAX_WORDS:
                    whole = _phrase(text, tokens[first:stop])
                    yield Phrase(
                        whole.text, tuple(lemma(t.text) for t in tokens[first:stop] if t.word not in ("of", "the"))
                    )


def _within_names(text: str, run: list[_Token]) -> frozenset[int]:
    """The places in a run before which it cannot be cut, since a name of several words, MAX_WORDS at most, goes on."""
    if text.isupper():
        return frozenset()
    found: set[int] = set()
    first = 0
    for at in range(1, len(run) + 1):
        if at == len(run) or not (_capital(run[at - 1]) and run[at].text[0].isupper()):
            if at - first <= MAX_WORDS:
                found.update(range(first + 1, at))
            first = at
    return frozenset(found)


def _capital(token: _Token) -> bool:
    """Whether a name may go on after a word: not where it has its capital for opening the text, nor after "Iran's"."""
    opens = token.start == 0 and bool(lexicon(token.word))
    return token.text[0].isupper() and not opens and not _POSSESSIVE.search(token.text)


def _in_names(text: str, tokens: list[_Token]) -> list[_Token]:
    """The tokens, less those of a document's symbol; "New" and "Good" are of the name that they stand in."""
    symbols = _symbols(text)
    found = list(tokens)
    for at, token in enumerate(tokens):
        before_it = bisect(symbols, token.start, key=lambda symbol: symbol[0])
        if before_it and token.start < symbols[before_it - 1][1]:
            found[at] = replace(token, noun=False, modifier=False)
        elif 0 < at < len(tokens) - 1 and token.word in RHETORIC - _TITLES and token.text[0].isupper():
            before, after = tokens[at - 1], tokens[at + 1]
            named = after.noun and after.text[0].isupper() and _adjacent(text, token, after)
            if named and _adjacent(text, before, token):
                found[at] = replace(token, modifier=True)
    return found


def _symbols(text: str) -> list[tuple[int, int]]:
    """Where the symbols of documents stand, "A/76/PV.3", which are no words: pieces with a digit behind a slash."""
    if "/" not in text:
        return []
    pieces = ((match.span(), match.group().find("/")) for match in _PIECE.finditer(text))
    return [
        (start, end) for (start, end), slash in pieces if slash >= 0 and _DIGIT.search(text, start + slash + 1, end)
    ]


def _phrase(text: str, tokens: list[_Token]) -> Phrase:
    return Phrase(_SPACE.sub(" ", text[tokens[0].start : tokens[-1].end]), tuple(lemma(t.text) for t in tokens))


def _run(text: str, tokens: list[_Token], start: int) -> int:
    """The end of the longest (modifier | noun)* noun that starts here; `start` itself where there is none."""
    at, end = start, start
    while (
        at < len(tokens)
        and (tokens[at].noun or tokens[at].modifier)
        and (at == start or _adjacent(text, tokens[at - 1], tokens[at]))
    ):
        at += 1
        if tokens[at - 1].noun:
            end = at
    return end


def _adjacent(text: str, left: _Token, right: _Token) -> bool:
    return text[left.end : right.start].isspace()


def _tokens(text: str) -> Iterator[_Token]:
    previous, end = "", 0
    for match in _PRINTED.finditer(text):
        printed = match.group()
        word = folded(printed)
        noun, modifier = _classes(printed, word, previous)
        if end == match.start() and previous[:1].isdigit():
            noun = modifier = False  # "21st", "5G": no word of its own
        end = match.end()
        yield _Token(printed, word, match.start(), match.end(), noun, modifier)
        previous = printed


def _classes(printed: str, word: str, previous: str) -> tuple[bool, bool]:
    if len(word) < 2 or word in FUNCTION or word in RHETORIC or word[0].isdigit() or is_contraction(word):
        return False, False
    kinds = lexicon(word)
    if not kinds:  # names and new words: "Ukraine", "NATO", "cyber"
        return True, True
    if "VERB" in kinds and (
        folded(previous) in _BEFORE_VERB or (previous[:1].isupper() and printed[0].islower() and word.endswith("s"))
    ):
        return False, False  # "we plan", "Japan welcomes"
    if "VERB" in kinds and word.endswith("ing"):
        return False, True
    if "NOUN" not in kinds:
        if printed[0].isupper() and previous[:1].isupper() and "VERB" in kinds:
            return True, True  # the last word of a name: "Affordable Care Act"
        participle = set(kinds) == {"VERB"} and word.endswith("ed") and folded(previous) in _DETERMINERS
        return False, "ADJ" in kinds or participle
    if "ADV" in kinds and not printed[0].isupper() and ("ADJ" in kinds or "VERB" not in kinds):
        return False, "ADJ" in kinds  # but "supply" is more than the adverb of "supple"
    return True, True


@lru_cache(maxsize=131_072)
def lexicon(word: str) -> dict[str, tuple[str, ...]]:
    """The parts of speech that a folded word can be (NOUN, VERB, ADJ, ADV, AUX) with its lemmas; names have none."""
    from lemminflect import getAllLemmas

    return dict(getAllLemmas(word))
