"""Reported: what of a sentence somebody else asserts, who holds it, and whether its speaker asserts anything himself.

Attribution in its usual three parts (Pareti, "A database of attribution relations", 2012): a holder, a cue, a clause.
Whoever cites a document, knows, quotes with consent ("as X said", "rightly") or names a claim to reject it speaks for
himself. Rules over word lists, without a parser: where they leave a doubt, the sentence is the speaker's own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import islice
from typing import NamedTuple

from models.length import is_long
from models.phrases import lexicon
from models.words import FUNCTION, WORD, folded

Range = tuple[int, int]
"""From and to, the end exclusive: of code points in a text, or of the words of a sentence."""


@dataclass(frozen=True, slots=True)
class Report:
    """`holder` asserts `clause`; it is None where the text names nobody ("it is claimed that ...")."""

    holder: Range | None
    clause: Range
    whole: Range  # with holder and cue
    answered: bool = False  # "if they have stated that ..., we can say ...": what else is said leans on it


@dataclass(frozen=True, slots=True)
class Reading:
    """The reports of a sentence in order, none within another. `own`: its speaker asserts something besides."""

    reports: tuple[Report, ...] = ()
    own: bool = True

    @property
    def stands_alone(self) -> bool:
        """Whether its speaker asserts something that can be understood without what others say."""
        return self.own and not any(one.answered for one in self.reports)


# Words -----------------------------------------------------------------------------------------------------------

_SAY = frozenset(  # nobody says this of himself in the third person
    """say tell think claim maintain argue allege contend insist assert pretend accuse deny complain warn boast suspect
    write predict reply respond""".split()
)
_STATE = frozenset(  # "Greece believes" is what Greece's speaker says
    """believe consider feel state declare announce affirm proclaim stress emphasize emphasise underline point note
    explain assure conclude reiterate reaffirm""".split()
)
_BARE = frozenset("say think believe claim argue insist feel tell warn".split())  # without "that"
_TO_SOMEBODY = frozenset("say tell warn assure".split())  # "told the press that"
_OPINION = frozenset("believe think consider feel suspect".split())  # "do not think that" holds a view too
_TOLD = frozenset("told warned assured promised informed advised".split())  # "we are told that"
_SAID = frozenset("said claimed alleged argued asserted contended maintained suggested believed thought".split())
_CUE = re.compile(  # most sentences have none, and need no closer look
    r"""[“"] | \b(?: according | views? | opinions? | eyes | words | adamant | convinced | promised | advised | informed
    | sa(?:y|id) | t(?:ell|old) | th(?:ink|ought) | claim | maintain | argu | alleg | conten | insist | assert | preten
    | accus | den(?:y|ie) | complain | warn | boast | suspect | wr[io]t | predict | repl(?:y|ie) | respond
    | belie | consider | fe(?:el|lt) | stat(?:e|ing) | declar | announc | affirm | proclaim | stress | emphasi | suggest
    | underlin | point | note | explain | assur | conclu | reiterat | reaffirm )""",
    re.IGNORECASE | re.VERBOSE,
)
_BE = frozenset("is are was were be been being".split())
_MODAL = frozenset("should can could may might must cannot ought".split())
_AUX = _BE | _MODAL | frozenset("am do does did have has had will would shall".split())
_CONTRACTED = re.compile(r"(?:i|we|you|he|she|it|they|that|there|who|what|here)[’'](?:s|re|m|ve|ll|d)$|.*n[’']t$")
_NEGATIVE = re.compile(r"n't$|^(?:not|never|cannot|hardly)$")
_CATENATIVE = frozenset("want like try seek seem continue tend dare go begin keep hasten purport".split())
_CONSENT = frozenset("rightly correctly aptly wisely justly eloquently truthfully responsibly well".split())
_AGREED = re.compile(r"\b(?:agree|share|concur|endorse|echo|commend|welcome|thank)\b", re.IGNORECASE)
_ADVERBS = frozenset(
    "also often once always still now then even just already sometimes ever later further today yesterday".split()
)
_TIMES = frozenset("last this week month year next during since recently however indeed".split())
_DETERMINERS = frozenset("the a an this that these those his her its their my our your some many most several".split())
_LINKS = frozenset(
    "of for in to at from on with between against among through during under by and".split()
)  # within a noun phrase
_SUBORDINATE = frozenset("if when because although though while since whereas unless where who whom which that".split())
_OPENERS = _SUBORDINATE | frozenset("whether but as before so or nor than what how why yet whose until after".split())

_ME = frozenset("i we me us myself ourselves one".split())
_OTHERS = frozenset("he she they you him them some others many several those these people".split())
_NOBODY = frozenset(  # "everyone says" includes the speaker
    "everyone everybody anyone anybody all each nobody none no whoever nothing everything what which there few".split()
)
_OWN_SIDE = frozenset(  # "our NATO partners" are others, "our Government" is not
    """government delegation country nation people president minister king party state republic parliament region
    foreign policy leader leaders organization community position""".split()
)
_DOCUMENT = frozenset(  # and whatever else binds or shows, or gives figures
    """art draft charter resolution treaty agreement declaration document article convention protocol constitution law
    principle communique communiqué provision covenant paragraph statute accord text act history experience fact
    figures evidence event reality conscience logic reason wisdom proverb saying bible koran scripture maxim theme
    assembly council conference summit world humanity mankind court time statistics data result lesson norm rule
    plan terms custom tradition mandate ideology pattern report study survey estimate index forecast release research
    information expert researcher assessment""".split()
)
_STATE_LIKE = frozenset("the government delegation republic kingdom people state of and federal democratic".split())
_PERSON = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|President|Minister|Secretary|Chancellor|Senator|Ambassador|General|King|Pope|[Rr]epresentative"
    r"|spokes\w+|leaders?|officials?)\b"
)

_BREAK = re.compile(r"[,;:()\[\]“”\"–—]|\s-\s")
_TRIM = ' \t\r\n\u00a0“”",;:–—'
_QUOTE = re.compile(r"“[^”]*(?:”|$)|\"[^\"]*(?:\"|$)")
_LEAD = 14  # words at most between a verb and the quotation that it introduces
_LEAST = 3  # words of a clause; fewer in quotation marks are a title or a word held at arm's length
_TURN = re.compile(  # where a report ends and the speaker speaks again
    r"""\s*;(?!\s*(?:and\s+)?that\b)
      | \s*[,–—]\s*(?: (?:but(?!\s+that\s+(?!is|was))|yet|however|whereas|while|because|although|though|so)\b
          | even\s+though | (?:and\s+|then\s+)?(?:we|I|my|our)\b | (?:this|that|which)\s+(?:is|was|would|means)\b )""",
    re.VERBOSE,
)
_GOES_ON = re.compile(r",\s+(?:then\s+)?(?:he|she|it|they|there|this|that|the|you|those|such|let|we|I)\b")
_VIEW = re.compile(
    r"""(?: (?:have|hold|take|express|voice|are|is)\w* \s+ (?:of\s+)?
            (?:the|a)\s+(?:\w+\s+)?(?:view|opinion|belief|claim|argument)\s+that\b
          | would\s+have\s+us\s+believe\s+that\b | (?:is|are)\s+(?:adamant|convinced)(?:\s+that\b|:) )\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_ACCORDING = re.compile(
    r"\b(?:according\s+to|in\s+the\s+(?:view|opinion|words|eyes)\s+of)\s+(?=[^\W_])"
    r"|\bin\s+(?P<whose>(?:the\s+)?[\w.-]+(?:\s+[\w.-]+){0,3}?)[’']s?\s+(?:view|opinion|eyes|words)(?=\s*,)",
    re.IGNORECASE,
)
_LEADS_IN = re.compile(  # when, where and how somebody said it
    r"""\s* (?:(?:and|but|so|now|however|moreover|similarly|indeed|secondly|also),?\s+)?
    (?:in|on|at|during|after|before|since|throughout|for|with|from|by|under|over|when|as|to|last|this|two|three|four|some
      |many|only|speaking|addressing|referring|today|yesterday)\b [^;:]* [,–—)]\s*$""",
    re.IGNORECASE | re.VERBOSE,
)


# The sentence ----------------------------------------------------------------------------------------------------


def reading(text: str, speaker: str = "") -> Reading:
    """Whose position one sentence states. `speaker` is whatever names the one who says it: name, office, state.

    One that is too long to be read closely counts as the speaker's own.
    """
    if is_long(text):
        return Reading()
    return (_of_short if len(text) <= _SHORT else _of_others)(text, speaker)


def _reading(text: str, speaker: str) -> Reading:
    if text.rstrip().endswith("?") or not _CUE.search(text):
        return Reading()
    known = frozenset(folded(word) for word in WORD.findall(speaker) if word[0].isupper()) - _STATE_LIKE
    sentence = _Sentence(text, tuple(_words(text)), known)
    found: list[Report] = []
    for report in sorted(_reports(sentence), key=lambda each: each.whole):
        if not found or report.whole[0] >= found[-1].whole[1]:
            found.append(report)
    return Reading(tuple(found), own=not found or _speaks(sentence, found))


_SHORT = 1000  # characters: few sentences have more, and of these fewer are remembered, since they take room
_of_short, _of_others = lru_cache(maxsize=65536)(_reading), lru_cache(maxsize=2048)(_reading)


class _Form(NamedTuple):
    """What a word can be, wherever it stands."""

    word: str  # folded
    verbs: frozenset[str]  # the lemmas that it has as a verb
    noun: bool  # whether it can be a noun or a name
    finite: bool  # whether it can be nothing but a verb with a subject


class _Word(NamedTuple):  # a tuple, since many are made for every page
    word: str  # folded
    printed: str
    start: int
    end: int
    broken: bool  # whether punctuation parts it from the word before
    verbs: frozenset[str]
    noun: bool
    finite: bool


@dataclass(frozen=True)
class _Sentence:
    text: str
    words: tuple[_Word, ...]
    speaker: frozenset[str]

    def is_at(self, at: int, *words: str) -> bool:
        return 0 <= at < len(self.words) and self.words[at].word in words

    def goes_on(self, at: int) -> bool:
        """Whether nothing but white space parts a word from the one before."""
        return 0 <= at < len(self.words) and not self.words[at].broken

    @cached_property
    def _finite(self) -> list[int]:
        return [word.start for word in self.words if word.finite]

    def has_verb(self, start: int, end: int) -> bool:
        """Whether a finite verb stands in a piece of the text."""
        at = bisect_left(self._finite, start)
        return at < len(self._finite) and self._finite[at] < end

    def place(self, words: Range) -> Range:
        return self.words[words[0]].start, self.words[words[1] - 1].end

    def report(self, holder: Range | None, clause: Range, start: int, *, answered: bool = False) -> Report:
        place = self.place(holder) if holder is not None else None
        return Report(place, clause, (start, max(clause[1], place[1] if place else 0)), answered)


def _words(text: str) -> Iterator[_Word]:
    after = 0
    for match in WORD.finditer(text):
        start, end = match.span()
        form = _form(match.group())
        broken = text[after:start] != " " and _BREAK.search(text, after, start) is not None
        yield _Word(form.word, match.group(), start, end, broken, form.verbs, form.noun, form.finite)
        after = end


@lru_cache(maxsize=65536)
def _form(printed: str) -> _Form:
    word = folded(printed)
    kinds, capital = lexicon(word), printed[0].isupper()
    only_verb = set(kinds) == {"VERB"} and not word.endswith("ing") and not capital
    return _Form(
        word,
        verbs=frozenset(kinds.get("VERB", ())),
        noun="NOUN" in kinds or capital or not (kinds or word in FUNCTION),
        finite=word in _AUX or only_verb or _CONTRACTED.match(printed.lower()) is not None,
    )


def _speaks(sentence: _Sentence, reports: list[Report]) -> bool:
    """Whether the speaker asserts something outside his reports."""
    edges = [0, *(edge for one in reports for edge in one.whole), len(sentence.text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        piece, after = sentence.text[start:end], start == reports[-1].whole[1]
        turned = after and _TURN.match(piece)
        if _long(piece) and (turned or sentence.has_verb(start, end)) and (after or not _LEADS_IN.match(piece)):
            return True
    return False


# Kinds of report -------------------------------------------------------------------------------------------------


def _reports(sentence: _Sentence) -> Iterator[Report]:
    yield from _quoted(sentence)
    yield from _according(sentence)
    for at, word in enumerate(sentence.words):
        verbs = word.verbs & (_SAY | _STATE) if word.printed[0].islower() or at == 0 else frozenset()
        if view := _VIEW.match(sentence.text, word.start):
            yield from _held(sentence, at, frozenset(), _clause(sentence, view.end()))
        elif word.word in _SAID | _TOLD and (subject := _impersonal(sentence, at)) is not None:
            yield from _unheld(sentence, at, subject)
        elif verbs and (clause := _complement(sentence, at, verbs)):
            yield from _held(sentence, at, verbs, clause)


def _quoted(sentence: _Sentence) -> Iterator[Report]:
    """A sentence that is a quotation, or one and who says it: "“...,” the general told reporters"."""
    lead = len(sentence.text) - len(sentence.text.lstrip())
    quote = _QUOTE.match(sentence.text, lead)
    if quote is None or not _long(quote.group()):
        return
    clause = _trimmed(sentence.text, *quote.span())
    after = [at for at, word in enumerate(sentence.words) if word.start >= quote.end()]
    verb = next((at for at in after[:8] if sentence.words[at].verbs & _SAY), None)
    if not after:
        yield Report(None, clause, quote.span())
    elif verb is not None and after[-1] > verb:
        subject = _subject(sentence, verb)
        holder = subject[:2] if subject is not None else _phrase_after(sentence, verb + 1)
        if _other(sentence, holder, claims=True):
            yield Report(sentence.place(holder), clause, (lead, len(sentence.text)))


def _according(sentence: _Sentence) -> Iterator[Report]:
    """ "According to the opposition, ...", "in the ambassador's view, ...", "..., according to the opposition" """
    for match in _ACCORDING.finditer(sentence.text):
        start, end = match.span("whose") if match["whose"] else (match.end(), match.end() + 1)
        named = [at for at, word in enumerate(sentence.words) if start <= word.start < end]
        holder = (named[0], named[-1] + 1) if match["whose"] else _phrase_after(sentence, named[0])
        claims = match.group().lower().startswith("according")
        norm = claims and match.group()[0].islower() and named[0] > 2 and sentence.goes_on(named[0] - 2)
        figures = claims and sentence.words[holder[1] - 1].printed.isupper()  # "according to UNICEF"
        if norm or figures or not _other(sentence, holder, claims=claims):  # "governed according to our values"
            continue
        place = match.span("whose") if match["whose"] else sentence.place(holder)
        if sentence.has_verb(0, match.start()):
            yield Report(place, _trimmed(sentence.text, 0, match.start()), (0, place[1]))
        else:
            clause = _clause(sentence, max(place[1], match.end()))
            yield Report(place, clause, (match.start(), clause[1]))


def _held(sentence: _Sentence, at: int, verbs: frozenset[str], clause: Range) -> Iterator[Report]:
    """ "our partners have stated that ...", "he said: ...", "they accuse us of ..." """
    subject = _subject(sentence, at)
    if subject is None:
        return
    first, last, leaning = subject
    start, between = sentence.words[first].start, {word.word for word in sentence.words[last:at]}
    passive = verbs and sentence.is_at(at - 1, *_BE) and not sentence.words[at].word.endswith("ing")
    denied = any(map(_NEGATIVE.search, between)) and not verbs & _OPINION
    agreed = between & _CONSENT or _AGREED.search(sentence.text, 0, start)
    cited = sentence.is_at(first - 1, "as", "like") and sentence.goes_on(first)
    anybody = first + 1 == last and sentence.is_at(first, "you") and sentence.is_at(at, *_OPINION)
    if passive or denied or agreed or cited or anybody or between & _MODAL:  # anybody: "you feel that it never ends"
        return
    if not _other(sentence, (first, last), claims=bool(verbs & _SAY)):
        return
    if leaning:  # "if they have stated that ..., we can say": what cannot be parted is the speaker's
        on = _GOES_ON.search(sentence.text, clause[0])
        if on is None:
            return
        clause = _trimmed(sentence.text, clause[0], min(clause[1], on.start()))
    yield sentence.report((first, last), clause, start, answered=leaning)


def _impersonal(sentence: _Sentence, at: int) -> int | None:
    """The "it" of "it has often been said", the "we" of "we are told"."""
    back = at - 1
    while back > 0 and (sentence.is_at(back, *_AUX - _MODAL, *_ADVERBS) or sentence.words[back].word.endswith("ly")):
        back -= 1
    between = {word.word for word in sentence.words[back + 1 : at]}
    subjects = ("we", "i") if sentence.words[at].word in _TOLD else ("it",)
    passive = between & _BE and not between & _CONSENT
    return back if passive and sentence.is_at(back, *subjects) and not sentence.is_at(back - 1, "as", *_MODAL) else None


def _unheld(sentence: _Sentence, at: int, subject: int) -> Iterator[Report]:
    """ "it is claimed that ...", "we were told by the Minister that ..." """
    start = _that(sentence, at + 1)
    if start is not None:
        by = (i for i in range(at + 1, at + 8) if sentence.is_at(i, "by") and sentence.words[i].end < start)
        holder = next((_phrase_after(sentence, i + 1) for i in by), None)
        yield sentence.report(holder, _clause(sentence, start), sentence.words[subject].start)


# The clause ------------------------------------------------------------------------------------------------------


def _complement(sentence: _Sentence, at: int, verbs: frozenset[str]) -> Range | None:
    """The clause that a verb takes: quoted, after "that" or a colon, or bare."""
    text, end, following = sentence.text, sentence.words[at].end, at + 1
    quote = _quotation(text, end)
    if quote is not None or following == len(sentence.words):
        return quote
    if "point" in verbs and not sentence.is_at(following, "out"):
        return None
    after = sentence.words[following]
    gerund = "deny" in verbs and after.word.endswith("ing")
    infinitive = verbs & {"claim", "pretend"} and after.word == "to"
    accused = "accuse" in verbs and any(sentence.is_at(i, "of") for i in range(at + 2, at + 9))
    if gerund or infinitive or accused or text[end : after.start].strip() == ":":
        return _clause(sentence, after.start)
    named = after.word in _DETERMINERS - {"that"} and not verbs & _TO_SOMEBODY  # "deny the premise that"
    start = None if named else _that(sentence, following)
    if start is None and verbs & _BARE:
        told = "tell" in verbs and sentence.is_at(following, "us", "me", "you", "them", "him", "her")
        start = _bare(sentence, following + told)
    clause = None if start is None else _clause(sentence, start)
    return clause if clause and _long(text[slice(*clause)]) else None


def _quotation(text: str, after: int) -> Range | None:
    """Words in quotation marks that a verb introduces."""
    quote = _QUOTE.search(text, after)
    lead = text[after : quote.start()] if quote else ""
    if quote is None or ";" in lead or _has_words(lead, _LEAD + 1) or not _long(quote.group()):
        return None
    return _trimmed(text, *quote.span()) if not lead.strip() or lead.rstrip()[-1] in ",:–—" else None


def _that(sentence: _Sentence, at: int) -> int | None:
    """Where a clause with "that" begins, after adverbs, an addressee, a time or a place."""
    for i in range(at, min(at + 16, len(sentence.words) - 1)):
        here, following = sentence.words[i], sentence.words[i + 1]
        if here.word == "that" and not sentence.is_at(i - 1, *_LINKS - {"and"}):  # "at that time"
            return None if following.finite and not following.broken else following.start
        if here.finite or here.word in ("who", "which", "what", "whether"):
            return None
    return None


def _bare(sentence: _Sentence, at: int) -> int | None:
    """Where a clause without "that" begins: a subject and a verb, nothing between."""
    if not sentence.goes_on(at):
        return None
    first = sentence.words[at]
    pronoun = first.word in ("i", "we", "you", "he", "she", "it", "they", "there")
    if first.finite:
        return first.start if _CONTRACTED.match(first.printed.lower()) else None
    if not (pronoun or first.noun or first.word in _DETERMINERS):
        return None
    for i in range(at + 1, min(at + 9, len(sentence.words))):
        if sentence.words[i].broken or sentence.words[i].word in _OPENERS | {"and", "or", "to"}:
            return None
        if sentence.words[i].finite or (pronoun and i == at + 1 and sentence.words[i].verbs):
            return first.start
    return None


def _clause(sentence: _Sentence, start: int) -> Range:
    """From `start` to where the speaker speaks again, or to the end."""
    text = sentence.text
    turns = (turn.start() for turn in _TURN.finditer(text, start + 1))
    return _trimmed(text, start, next((end for end in turns if sentence.has_verb(start, end)), len(text)))


def _long(piece: str) -> bool:
    return _has_words(piece, _LEAST)


def _has_words(piece: str, number: int) -> bool:
    """Whether there are so many; no more are looked for."""
    return next(islice(WORD.finditer(piece), number - 1, None), None) is not None


def _trimmed(text: str, start: int, end: int) -> Range:
    piece = text[start:end]
    return end - len(piece.lstrip(_TRIM)), start + len(piece.rstrip(_TRIM + ".!"))


# The holder ------------------------------------------------------------------------------------------------------


def _subject(sentence: _Sentence, verb: int) -> tuple[int, int, bool] | None:
    """The first and last + 1 word of a verb's subject, and whether its clause only leans on another."""
    words, at = sentence.words, _before_auxiliaries(sentence, verb)
    between = words[at + 1 : verb]
    if words[verb].word.endswith("ing") and not any(one.finite or one.verbs & _CATENATIVE for one in between):
        return None  # "..., claiming that"
    if at >= 0 and words[at + 1].broken:  # "Tariq Aziz, the Foreign Minister, claims"
        opened = next((i for i in range(at, 0, -1) if words[i].broken), 0)
        if not opened or sentence.text[words[at].end] != "," or sentence.text[words[opened - 1].end] != ",":
            return None
        at = opened - 1
    relative = sentence.is_at(at, "who", "which")
    there_are = sentence.is_at(at - 2, "are", "is") or sentence.is_at(at - 3, "are", "is")  # "there are those who"
    holder = _phrase_before(sentence, at - relative)
    if holder is None:
        return None
    leaning = (relative and not there_are) or sentence.is_at(holder[0] - 1, *_SUBORDINATE)
    return *holder, leaning


def _before_auxiliaries(sentence: _Sentence, verb: int) -> int:
    """The word before a verb and what belongs to it: "have repeatedly", "tried to", "keeps"."""
    at, words = verb - 1, sentence.words
    while at >= 0 and not words[at + 1].broken:
        word = words[at]
        adverb = word.word in _ADVERBS or (word.word.endswith("ly") and word.printed[0].islower())
        if word.word == "to" and at and words[at - 1].verbs & _CATENATIVE:
            at -= 1
        elif not (adverb or word.word in _AUX or _NEGATIVE.search(word.word)) and not (
            word.verbs & _CATENATIVE and words[at + 1].word.endswith("ing")
        ):
            break
        at -= 1
    return at


def _phrase_before(sentence: _Sentence, last: int) -> Range | None:
    """The noun phrase that ends with the word `last`."""
    words = sentence.words
    if last < 0 or words[last].printed.endswith(("’s", "'s", "s’", "s'")):
        return None
    if words[last].word in _OTHERS | {"it"}:
        return last, last + 1
    if not words[last].noun or words[last].word in FUNCTION or words[last].finite or words[last].word.isdigit():
        return None
    first = last
    while first and not words[first].broken:
        left, begun = words[first - 1], words[first].word in _DETERMINERS
        participle = sentence.is_at(first - 2, *_DETERMINERS)  # "the industrialized countries"
        verb = left.word in _AUX or (left.finite and not participle)
        if verb or left.word in _OPENERS or left.word[0].isdigit() or (begun and left.word not in _LINKS):
            break
        first -= 1
    while first < last and words[first].word in _LINKS | _ADVERBS | _TIMES:
        first += 1
    return first, last + 1


def _phrase_after(sentence: _Sentence, first: int) -> Range:
    """The noun phrase that begins with the word `first`."""
    last = first + 1
    while sentence.goes_on(last) and not sentence.words[last].finite:
        begins = sentence.is_at(last, *_DETERMINERS) and not sentence.is_at(last - 1, *_LINKS)
        if begins or sentence.is_at(last, *_OPENERS, "on", "at"):
            break
        last += 1
    return first, last


def _other(sentence: _Sentence, holder: Range, *, claims: bool) -> bool:
    """Whether these words name somebody else, who can assert something; `claims` where the cue says so itself."""
    said = sentence.words[slice(*holder)]
    names, first = {word.word for word in said}, said[0].word
    link = next((at for at, word in enumerate(said) if at and word.word in _LINKS - {"and"}), len(said))
    head = next((word.word for word in reversed(said[:link]) if word.word[0].isalpha()), first)
    own = first in _NOBODY or names & (_ME | sentence.speaker) or (names & {"my", "our"} and names & _OWN_SIDE)
    if own or {head, *lexicon(head).get("NOUN", ())} & _DOCUMENT:
        return False
    if first in _OTHERS:
        return True
    if len(said) == 1:  # "Brussels claims", "critics hold"
        named = said[0].printed[0].isupper() or first == "it"
        return claims if named and (first == "it" or first not in FUNCTION) else head.endswith("s") and not named
    state = all(word.printed[0].isupper() or word.word in _STATE_LIKE for word in said)
    return claims or not state or _PERSON.search(sentence.text, *sentence.place(holder)) is not None
