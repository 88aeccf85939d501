"""Voices: where the words of one turn sound like somebody else's: a label within, its speaker addressed or named, a
question of the press, a line of whoever chairs.

Each function gives stretches of a turn. Most are asked of the `unquoted` turn: a speaker may quote anybody.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cached_property

from models.length import LONGEST
from models.sentences import sentences

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """How a speaker is called: as printed in running text, offices in lower case."""

    surnames: frozenset[str]
    given: frozenset[str]
    alone_in: frozenset[str]  # the offices that nobody else in the document has


_ASIDE = re.compile(r"[(\[][^()\[\]]*[)\]]")
_QUOTED = re.compile(r"“[^”]{0,600}+(?:”|$)|\"[^\"\n]{0,400}+\"|(?<![\w’])‘[^’\n]{0,200}+’(?!\w)")
_LABEL = re.compile(
    r"(?<![\w\"“'‘(\[-])((?:[^\W\d_a-z][^\W\d_a-z.’'-]*\.?[ \xa0]){0,5}[^\W\d_a-z][^\W\d_a-z’'-]+)[ \xa0]?:(?=\s+\S)"
)
_QUESTION_LABEL = re.compile(
    r"(?:(?<=\n)|(?<=[.?!)\]]\s))[*_]{0,3}Q(?:[.:][*_]{0,3}\s+|[*_]{0,3}(?:\s\s+|\t))(?=[\"“A-Z])"
)
_THANKS = (
    r"\b[Tt]hank(?:s|\s+you)(?:\s+(?:so|very)\s+much|\s+a\s+lot|\s+again|\s+indeed|\s+to\s+you)?(?:\s*,)?\s+"
    r"(?:to\s+|dear\s+|my\s+)?"
)
_OPENS = r"(?:(?<=[.?!,]\s)|^|(?<=\n))"
_GOES_ON = r"(?:you|I\s+want|do|did|can|could|would|will|please|thank|what|how|why|let\s+me|your)"
_OF_ONESELF = re.compile(
    r"(?:\b(?:I|me|I[’']m|am|name\s+is|name[’']s|as|called|this\s+is|or|says?|said)|[-–—])\s*,?\s*(?:the\s+|an?\s+)?$"
)
_SAYS = (
    r"(?:(?:also|then|further|just|already|has|had)\s+)?(?:said|says|stated|states|noted|notes|added|told|replied|answered"
    r"|stressed|emphasi[sz]ed|underlined|recalled|declared|remarked|explained|announced|observed|insisted|argued)\b"
)
_TITLE = (
    r"(?:Mr\.?|Mrs\.?|Ms\.?|President|Prime\s+Minister|Vice\s+President|Secretary|Foreign\s+Minister|Minister|Chancellor"
    r"|Senator|Governor|Ambassador|Congress(?:wo)?man)"
)
_PARTY = r"(?:president|minister|secretary|chancellor|prime\s+minister|vice\s+president|foreign\s+minister)"
_PRESS = re.compile(
    r"\b(?:my|one|another|a|two|first)\s+(?:(?:first|second|other|next|quick|brief|short|follow-?up)\s+)?questions?\s+(?:is\s+|are\s+|goes\s+)?"
    rf"(?:to|for)\s+(?:both\b|you\b|(?:(?:the|mr\.?|madam)\s+)?{_PARTY}\b)"
    rf"|\b(?:i\s+(?:also\s+)?(?:want(?:ed)?|would\s+like)|i[’']d\s+(?:also\s+)?like)\s+to\s+ask\s+(?:both\b|(?:(?:the|mr\.?|madam)\s+)?{_PARTY}\b)"
    r"|\b(?:can|could|may)\s+i\s+(?:just\s+|also\s+|please\s+)?(?:ask\s+(?:both|a|one|about|mr|the)\b|follow\s+up\b)"
    r"|\b(?:i[’']m|i\s+am|this\s+is|my\s+name\s+is)\s+\w+\s+[\w.’'-]+(?:\s+[\w’'-]+)?,?\s+(?:from|with|of)\s+(?:the\s+)?"
    r"(?:[\w.’'&-]+\s+){0,3}?(?:news|times|post|press|reuters|bloomberg|radio|tv|television|journal|tass|interfax|agency|newspaper|magazine|abc|nbc|cbs|cnn|bbc|pbs|npr|ap|afp|fox|daily)\b",
    re.IGNORECASE,
)
_HANDS_OVER = re.compile(
    r"\bthe\s+floor\s+is\s+(?:yours|open)\b|\byou\s+(?:now\s+)?have\s+the\s+floor\b|\bover\s+to\s+you\b|\bplease\s+go\s+ahead\b"
    r"|\b(?:give|pass|hand|turn)\s+(?:it\s+over|over\s+the\s+floor|the\s+floor(?:\s+over)?|the\s+mic(?:rophone)?)\s+to\b|\bplease\s+welcome\b",
    re.IGNORECASE,
)
_A_QUESTION = 10  # words of a question that is more than "Who is next?"
_A_LINE = 40  # words of a turn in which handing over is all there is; in a longer one it is a host who does so
_CHAIRS = re.compile(
    r"\b(?:next|first|last|final|another|second)\s+question\s*,\s*please\b"
    r"|\b(?:next|first|last|final)\s+question\s+(?:goes\s+to|comes\s+from|from\s+(?:the\s+)?[A-Z]|is\s+(?:from|for)|will\s+(?:be|come))\b"
    r"|\bopen(?:ing)?\s+the\s+floor\b|\b(?:honou?r|pleasure|privilege)(?:\s+for\s+me)?\s+to\s+moderate\b|\bkindly\s+make\s+your\s+way\b"
    r"|\bI\s+(?:now\s+)?(?:call\s+(?:up)?on|recogni[sz]e|invite)\s+the\s+(?:distinguished\s+|honou?rable\s+)?"
    r"(?:representative|delegate|delegation|gentle(?:wo)?man|senator|member)\b"
    r"|\byou(?:[’']ll|\s+will)?\s+(?:now\s+)?have\s+(?:up\s+to\s+)?(?:two|one|three|five|1|2|3|5|ninety|90|sixty|60|thirty|30)\s+(?:more\s+|uninterrupted\s+)?(?:minutes?|seconds)\b"
    r"|\b(?:two|one|three)\s+minutes?\s+(?:to\s+(?:you|respond|answer)|uninterrupted|on\s+the\s+clock)\b|\byour\s+time\s+(?:is\s+up|has\s+expired)\b"
    r"|\b(?:move|turn|go)\s+(?:on\s+)?to\s+(?:the\s+|our\s+|a\s+)(?:next|second|third|fourth|fifth|last|final|new)\s+(?:question|topic|subject|segment|section)\b"
    r"|\b(?:this|that)\s+(?:concludes|brings\s+(?:us\s+)?to\s+an\s+end)\s+(?:our|the|today[’']s)\s+(?:joint\s+)?(?:press|briefing|debate|event|session)\b"
    r"|\b(?:members\s+of\s+the\s+press|the\s+press)\s*,?\s+(?:please\s+(?:leave|exit|proceed)|(?:are|is)\s+(?:kindly\s+)?(?:asked|requested|invited)\s+to)\b"
    r"|\bplease\s+(?:state|identify)\s+your(?:self|\s+name)\b",
    re.IGNORECASE,
)


def inner_labels(turn: str, labels: Collection[str]) -> Iterator[Span]:
    """Labels within a turn: of this document wherever a colon follows, others where they are printed as one."""
    seen = []
    if labels:
        names = "|".join(re.escape(one) for one in sorted(labels, key=lambda one: (-len(one), one)))
        seen += [found.span(1) for found in re.finditer(rf"(?<![\w“\"(])({names})\s?:(?=\s)", turn)]
    seen += [found.span(1) for found in _LABEL.finditer(turn) if " " in found[1].strip()]
    seen += [found.span() for found in _QUESTION_LABEL.finditer(turn)]
    yield from sorted(set(seen))


def addressed(said: str, who: Named) -> Iterator[Span]:
    """Where the turn's own speaker is thanked or called by name, or by an office that nobody else there has."""
    names, given, offices = _any(who.surnames), _any(who.given), _any(_titled(who.alone_in))
    titles = r"(?:(?:[A-Z][\w-]+\.?|and|of|the)\s+){0,4}?"
    courtesy = r"(?:Mr\.?|Mrs\.?|Ms\.?|Madam|Madame)"
    patterns = []
    if names:
        patterns += [
            rf"{_THANKS}{titles}(?:{names})\b(?![’'-])(?!\s+(?:[Aa]dministration|[A-Z]))",
            rf"{_OPENS}(?:(?:[Ss]o|[Aa]nd|[Nn]ow|[Ww]ell|[Oo]kay),?\s+)?{_TITLE}\s+{titles}(?:{names})\s*,\s+{_GOES_ON}\b",
            rf",\s+{_TITLE}\s+{titles}(?:{names})\s*[.?!]",
        ]
    if given:
        patterns.append(rf"{_THANKS}(?:{given})\b(?=\s*[,.!?–—-])")
    if offices:
        patterns += [
            rf"{_THANKS}{courtesy}\s+(?:{offices})\b(?!\s+[A-Z])",
            rf"{_OPENS}{courtesy}\s+(?:{offices})\s*[,.?]",
        ]
    for pattern in patterns:
        for found in re.finditer(pattern, said):
            yield found.span()


def third_person(said: str, who: Named) -> Iterator[Span]:
    """Where the turn's own speaker is spoken of by title and surname, or by surname and a word of saying."""
    names = _any(who.surnames)
    if not names:
        return
    titled = rf"\b{_TITLE}\s+(?:[A-Z][\w-]+\s+){{0,2}}?(?:{names})\b(?!\s+[Aa]dministration|[-’']\w)"
    for pattern in (titled, rf"\b(?:{names})\s+{_SAYS}"):
        for found in re.finditer(pattern, said):
            if not _OF_ONESELF.search(said[max(0, found.start() - 40) : found.start()]):
                yield found.span()


def press(said: str) -> Iterator[Span]:
    """What a reporter says who puts a question, where a question mark follows in the same paragraph."""
    end = mark = -1  # of the paragraph that was reached, and the next question mark
    for found in _PRESS.finditer(said):
        end = _next(said, "\n\n", found.end(), end)
        mark = _next(said, "?", found.end(), mark)
        if mark < end:
            yield found.span()


def _next(text: str, words: str, start: int, known: int) -> int:
    """Where words stand next, `known` being where they did before; the end of the text where they do not."""
    if known >= start:
        return known
    at = text.find(words, start)
    return at if at >= 0 else len(text)


def asked_last(said: str) -> Iterator[Span]:
    """A long question that ends a turn: in a press conference, the label of a reporter before it may be lost."""
    said = said.rstrip()
    if not said.endswith("?"):
        return
    cuts = list(sentences(said))
    start, end = cuts[-1]
    if len(cuts) > 1 and len(said[start:end].split()) >= _A_QUESTION:
        yield start + len(said[start:end]) - len(said[start:end].lstrip()), len(said)


def chairing(said: str) -> Iterator[Span]:
    patterns = (_CHAIRS, _HANDS_OVER) if len(said.split()) <= _A_LINE else (_CHAIRS,)
    for pattern in patterns:
        for found in pattern.finditer(said):
            yield found.span()


class Sentences:
    """The sentences of a turn, of which a paragraph is cut once, and only if it is asked for."""

    def __init__(self, text: str, within: Span) -> None:
        self._text = text
        self._within = within
        self._cut: dict[Span, list[Span]] = {}

    @cached_property
    def _blanks(self) -> list[int]:
        """Where paragraphs end."""
        return [found.start() for found in re.compile(r"\n(?=\n)").finditer(self._text, *self._within)]

    def around(self, start: int, end: int) -> Span:
        """Those that a stretch lies in; itself where they are too long to be read closely."""
        before, after = bisect_right(self._blanks, start - 2), bisect_left(self._blanks, end)
        low = self._blanks[before - 1] + 2 if before else self._within[0]
        high = self._blanks[after] if after < len(self._blanks) else self._within[1]
        spans = self._sentences(low, high)
        first = bisect_right(spans, start, key=lambda span: span[1])
        beyond = bisect_left(spans, end, key=lambda span: span[0])
        if first >= beyond or spans[beyond - 1][1] - spans[first][0] > LONGEST:
            return start, end
        whole = self._text[spans[first][0] : spans[beyond - 1][1]]
        lead = len(whole) - len(whole.lstrip())
        return spans[first][0] + lead, spans[first][0] + len(whole.rstrip())

    def _sentences(self, low: int, high: int) -> list[Span]:
        if (low, high) not in self._cut:
            self._cut[low, high] = [(low + s, low + e) for s, e in sentences(self._text[low:high])]
        return self._cut[low, high]


def unquoted(turn: str) -> str:
    """A turn without what is quoted in it and without stage directions, everything in its place."""
    for pattern in (_QUOTED, _ASIDE):
        turn = pattern.sub(lambda found: " " * len(found[0]), turn)
    return turn


def _titled(offices: Collection[str]) -> frozenset[str]:
    return frozenset(" ".join(word.capitalize() for word in one.split()) for one in offices)


def _any(names: Collection[str]) -> str:
    return "|".join(re.sub(r"\\? ", r"\\s+", re.escape(one)) for one in sorted(names, key=lambda one: (-len(one), one)))
