"""Rendering: how stored words and facts become the words shown on a page, in an embed or in an export."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any
from unicodedata import bidirectional
from urllib.parse import quote as url_part

from babel import Locale
from babel.dates import format_date, format_skeleton

from models.comparison import Comparison, Pair, Searched
from models.quote import Document, Quote
from models.relation import COLUMNS, Relation
from models.review import Status
from models.transcript import Metadata, Record, Speaker
from models.why import Role, Span
from service.rendering.balance import balance
from service.rendering.caution import model_score as model_score  # for templates
from service.rendering.counting import count, number
from service.rendering.heading import framed as framed  # for templates
from service.rendering.heading import heading as heading
from service.rendering.loopback import only_here as only_here
from service.rendering.terms import term
from service.translation import N_, gettext, ngettext, spoken
from service.views import Turn

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_SPACE = re.compile(r"\s+")
_DAYS_OF_ENGLISH = Locale("en", "GB")  # "2 December 2021"
_MARKS = {
    "interpreted": N_("via interpreter"),
    "inaudible": N_("(inaudible) in this passage"),
    "crosstalk": N_("crosstalk"),
    "threat": N_("warning of consequences"),
}
_KINDS = {
    "moderation": N_("moderator"),
    "question": N_("question from the press"),
    "audience": N_("not a party"),
}
_HEADINGS = {
    Relation.OPPOSES: N_("Opposing"),
    Relation.AGREES: N_("Agreements"),
    Relation.UNSURE: N_("Too close to call"),
}
CLIPPED_WORDS = 12
DOUBTED_WORDS = 60  # of a doubt that is about a whole turn
DELEGATION = "delegation:"  # how a delegation's id begins; a speaker's, which is a slug, holds no colon


def headings() -> dict[Relation, str]:
    """What the pairs of each relation stand under, in the order of a page."""
    return {relation: gettext(words) for relation, words in _HEADINGS.items()}


def meaning() -> str:
    return gettext("“Opposes” is a model’s estimate about two texts, not about people.")


def rendered(text: str) -> str:
    """`text` as it is shown: Markdown escapes undone and runs of white space made one space, and nothing else.

    Every page, embed and export shows stored words through this function, so a check of one compares through it.
    """
    return _SPACE.sub(" ", _ESCAPED.sub(r"\1", text))


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a quote as it is shown. All pieces, joined, are the quote as it is shown without them.

    `kinds` are the differences that it is part of; `names` those of them whose last marked words end here.
    """

    words: str
    shared: bool
    kinds: tuple[str, ...]
    cue: bool
    names: tuple[str, ...]


def pieces(pair: Pair, side: str) -> tuple[Piece, ...]:
    """A quote cut where a reason begins or ends, `side` being "first" or "second"."""
    text = getattr(pair, side).text
    shared: list[Span] = []
    marked: list[tuple[str, Span, bool]] = []
    if pair.why is not None:
        shared = [span for one in pair.why.shared for span in getattr(one, side)]
        for one in pair.why.differences:
            spans = getattr(one, side)
            marked += [(str(one.kind), span, span == spans[-1]) for span in spans]
    cuts = sorted(
        {0, len(text), *(at for span in (*shared, *(each[1] for each in marked)) for at in (span.start, span.end))}
    )
    found = []
    for start, end in pairwise(cuts):
        here = [each for each in marked if each[1].start <= start and end <= each[1].end]
        found.append(
            Piece(
                rendered(text[start:end]),
                any(span.start <= start and end <= span.end for span in shared),
                tuple(dict.fromkeys(kind for kind, _, _ in here)),
                any(span.role is Role.CUE for _, span, _ in here),
                tuple(dict.fromkeys(term(kind) for kind, span, last in here if last and end == span.end)),
            )
        )
    return tuple(found)


def marked_words(quote: Quote, spans: Iterable[Span]) -> str:
    """The words of spans, as printed and in order: “not … widened”; a dash where there are none."""
    said = " … ".join(rendered(quote.text[span.start : span.end]) for span in spans)
    return f"“{said}”" if said else "–"


def shared_words(pair: Pair, side: str) -> str:
    """What both quotes have, as the one of `side` prints it first: “road”, “widened”."""
    reasons = pair.why.shared if pair.why is not None else ()
    return ", ".join(marked_words(getattr(pair, side), getattr(one, side)[:1]) for one in reasons)


def against(value: float, needed: float) -> str:
    """A score and the least that was needed: '0.82 ≥ 0.65', '0.61 < 0.65'."""
    if value >= needed:
        return f"{score(value)} ≥ {score(needed)}"
    near = score(value) == score(needed)
    return f"{value:.4f} < {needed:.4f}" if near else f"{score(value)} < {score(needed)}"


def probabilities(pair: Pair) -> tuple[tuple[str, str], ...]:
    """Each relation's probability, likeliest first; the likeliest against what it needed."""
    ranked = sorted(zip(COLUMNS, pair.steps.probabilities, strict=True), key=lambda each: -each[1])
    needed = pair.steps.probability_needed
    return tuple((str(name), score(p) if at else against(p, needed)) for at, (name, p) in enumerate(ranked))


def paragraphs(text: str) -> tuple[str, ...]:
    """`text` cut at its blank lines, each piece rendered; a text without any is one piece."""
    return tuple(rendered(piece).strip() for piece in re.split(r"\n\s*\n", text) if piece.strip())


def day(iso: str) -> str:
    """'2021-12-02' as '2 December 2021', '2021-12' as 'December 2021', anything else as it is."""
    match = re.fullmatch(r"(\d{4}-\d\d)(-\d\d)?", iso)
    try:
        on = date.fromisoformat(f"{match[1]}{match[2] or '-01'}") if match else None
    except ValueError:
        on = None
    if match is None or on is None:
        return iso
    locale = _DAYS_OF_ENGLISH if spoken().locale.language == "en" else spoken().locale
    return format_date(on, "long", locale) if match[2] else format_skeleton("yMMMM", on, locale=locale)


def moment(seconds: float) -> str:
    """Seconds since 1970 as a day and the minute of it."""
    at = datetime.fromtimestamp(seconds, UTC)
    return gettext("%(date)s, %(time)s UTC", date=day(at.date().isoformat()), time=f"{at:%H:%M}")


def place_and_date(metadata: Metadata) -> str:
    return ", ".join(filter(None, (metadata.place, metadata.date and day(metadata.date))))


def title(metadata: Metadata, fallback: str | None = None) -> str:
    return metadata.title or fallback or gettext("Untitled document")


def standing(speaker: Speaker) -> str:
    """A speaker's role and delegation, without what the name says already."""
    said = speaker.name.casefold()
    return ", ".join(each for each in (speaker.role, speaker.delegation) if each and each.casefold() not in said)


def home(speaker: Speaker) -> str:
    """Where a side of a comparison is at home: a speaker's page, or the map of a delegation."""
    page = "/map?delegation=" if speaker.id.startswith(DELEGATION) else "/speakers/"
    return page + url_part(speaker.id, safe="")


def provenance(marks: Iterable[str], record: Record | None) -> tuple[str, ...]:
    """What a reader must know of how these words were recorded, in words."""
    said = tuple(gettext(_MARKS[str(mark)]) if str(mark) in _MARKS else term(mark) for mark in marks)
    return (*said, gettext("summary record, not verbatim")) if record == Record.SUMMARY else said


def quote_provenance(quote: Quote) -> tuple[str, ...]:
    said = provenance((*quote.marks, *quote.moods), quote.document.metadata.record)
    return (*attributed(quote), *said, *clipped(quote))


def clipped(quote: Quote) -> tuple[str, ...]:
    """What a quote leaves out that would change how it reads: 'goes on: “But only if they withdraw.”'."""
    return tuple(
        gettext("goes on: “%(words)s”", words=beginning(one.words, CLIPPED_WORDS))
        if one.later
        else gettext("comes after: “%(words)s”", words=beginning(one.words, CLIPPED_WORDS))
        for one in quote.clips
    )


def beginning(words: str, most: int = DOUBTED_WORDS) -> str:
    said = rendered(words).split()
    return " ".join(said[:most]) + (" …" if len(said) > most else "")


def attributed(quote: Quote) -> tuple[str, ...]:
    """Who holds what a quote only reports: 'reported: our NATO partners', 'reported in part: Some', or nothing."""
    said = (one.holder and rendered(quote.text[slice(*one.holder)]) for one in quote.reading.reports)
    holders = (holder or gettext("nobody is named") for holder in said)
    if quote.reading.own:
        return tuple(gettext("reported in part: %(holder)s", holder=holder) for holder in holders)
    return tuple(gettext("reported: %(holder)s", holder=holder) for holder in holders)


def where(quote: Quote) -> str:
    """Place, date and paragraph of a quote: 'Stockholm, 2 December 2021, ¶ 5', in which the last two never part."""
    paragraph = f"¶\u00a0{quote.paragraph}" if quote.paragraph is not None else ""
    return ", ".join(filter(None, (place_and_date(quote.document.metadata), paragraph)))


def source(quote: Quote) -> str:
    """The words of the link to a quote's place in its document."""
    at = where(quote)
    return at if place_and_date(quote.document.metadata) else ", ".join(filter(None, (named(quote), at)))


def titled(document: Document) -> str | None:
    """A document's title, or the description in brackets that stands for a missing one wherever it is cited."""
    return document.metadata.title or document.described


def named(quote: Quote) -> str:
    """What a quote's document is called."""
    return titled(quote.document) or gettext("untitled document")


def kind(value: str) -> str:
    """What an utterance that is nobody's position is, in words; empty for a speech."""
    return gettext(_KINDS[value]) if value in _KINDS else "" if value == "speech" else value


def web_link(url: str | None) -> str | None:
    """`url` where it is safe to link to: http and https only, so that no document can smuggle in a script."""
    if url is None or re.fullmatch(r"https?://[^\s/?#]\S*", url.strip(), re.IGNORECASE) is None:
        return None
    return url.strip()


def opening(turn: Turn) -> str:
    """The first words of a turn, with dots where it goes on."""
    words = rendered(turn.first_words).strip()
    return words if len(words.split()) >= turn.words else f"{words} …"


def language(metadata: Metadata) -> str | None:
    """The language of a document's words where it is given as a language tag, for screen readers."""
    given = metadata.language or ""
    return given if re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", given) else None


def percent(share: float) -> str:
    """Rounded down: only all of it is 100 %."""
    return f"{int(share * 100)} %"


def score(value: float) -> str:
    return f"{value:.2f}"


def dates(comparison: Comparison) -> str:
    """The span of dates the shown quotes come from."""
    quotes = (quote for pair in comparison.pairs for quote in (pair.first, pair.second))
    found = sorted({date for quote in quotes if (date := quote.document.metadata.date) is not None})
    return " – ".join(dict.fromkeys(day(date) for date in (*found[:1], *found[-1:])))


def documents(comparison: Comparison) -> int:
    """How many documents the shown quotes come from."""
    return len({q.document.id for p in comparison.pairs for q in (p.first, p.second)})


def tally(comparison: Comparison) -> str:
    """'3 opposing, 1 agreeing, 2 unsure' of the comparison as shown."""
    found = [str(pair.relation) for pair in comparison.pairs]
    return gettext(
        "%(opposing)s opposing, %(agreeing)s agreeing, %(unsure)s unsure",
        opposing=found.count("opposes"),
        agreeing=found.count("agrees"),
        unsure=comparison.unsure,
    )


def searched(comparison: Comparison) -> str:
    """How much of each side was read, that nobody has reviewed the result, and how much of it was left undecided."""
    had = (
        (comparison.first.name, comparison.first_searched),
        (comparison.second.name, comparison.second_searched),
    )
    shares = balance(comparison)
    parts = (f" ({shares.first} %)", f" ({shares.second} %)") if shares else ("", "")
    sides = (
        f"{name}: {count(side.statements, 'statement')}, {count(side.words, 'word')}{part}"
        + (f" ({again(side)})" if side.again else "")
        for (name, side), part in zip(had, parts, strict=True)
    )
    said = gettext("Searched: %(sides)s. %(status)s.", sides="; ".join(sides), status=reviewed(comparison))
    return " ".join(filter(None, (said, _undecided(comparison))))


def _undecided(comparison: Comparison) -> str:
    if not comparison.unsure:
        return ""
    return ngettext(
        "%(number)s pair was too close to call.",
        "%(number)s pairs were too close to call.",
        comparison.unsure,
        number=number(comparison.unsure),
    )


def again(side: Searched) -> str:
    """What of a side is counted twice, since two records of one event were searched."""
    return ngettext(
        "%(number)s of the statements is in a second record of the same event",
        "%(number)s of the statements are in a second record of the same event",
        side.again,
        number=number(side.again),
    )


def reviewed(comparison: Comparison) -> str:
    """How many of the pairs somebody has read: 'Status: unreviewed', 'Status: 2 of 3 pairs reviewed'."""
    done = sum(pair.review.status is not Status.UNREVIEWED for pair in comparison.pairs)
    if not done:
        return gettext("Status: unreviewed")
    return gettext("Status: %(done)s of %(pairs)s reviewed", done=done, pairs=count(len(comparison.pairs), "pair"))


def review(pair: Pair) -> str:
    """What a pair's last reader said of it: 'unreviewed', 'confirmed by M. Hopper, 3 December 2021'."""
    said = pair.review
    status = term(said.status)
    by = gettext("%(status)s by %(who)s", status=status, who=said.who) if said.who else status
    return by + (f", {day(said.at[:10])}" if said.at else "")


def direction(text: str) -> str:
    """ "rtl" where the first letter of a text runs from right to left, else "ltr"."""
    letters = (kind for kind in map(bidirectional, text) if kind in ("L", "R", "AL"))
    return "ltr" if next(letters, "L") == "L" else "rtl"


_MADE = {  # what a page calls the parts of a manifest that do not say it themselves
    "asked, min confidence": N_("asked for: least probability"),
    "asked, limit": N_("asked for: pairs of each relation, at most"),
    "asked, first": N_("asked for: first speaker"),
    "asked, second": N_("asked for: second speaker"),
    "asked, topic, id": N_("asked for: topic, id"),
    "asked, topic, name": N_("asked for: topic"),
    "asked, since": N_("asked for: since"),
    "asked, until": N_("asked for: until"),
    "asked, document": N_("asked for: document"),
    "asked, include": N_("asked for as well"),
    "thresholds, opposes": N_("probability from which a pair opposes"),
    "thresholds, agrees": N_("probability from which a pair agrees"),
    "thresholds, differs": N_("probability from which a pair differs"),
    "thresholds, related": N_("similarity from which a pair is looked at"),
    "thresholds, close": N_("similarity from which two topics do not matter"),
    "thresholds, certain": N_("probability needed below that similarity"),
    "thresholds, alike": N_("similarity from which a pair may agree"),
    "thresholds, nominees": N_("pairs looked at, at most"),
}


def manifest(made_with: Mapping[str, Any], path: str = "") -> tuple[tuple[str, str], ...]:
    """What made a comparison, level by level, as lines to read; what was left open is left out."""
    lines: list[tuple[str, str]] = []
    for name, value in made_with.items():
        words = f"{path}{name.replace('_', ' ')}"
        if isinstance(value, Mapping):
            lines.extend(manifest(value, f"{words}, "))
        elif isinstance(value, list):
            said = gettext(_MADE[words]) if words in _MADE else words
            lines.extend([(said, ", ".join(map(str, value)))] if value else [])
        elif value is not None:
            lines.append((gettext(_MADE[words]) if words in _MADE else words, _figure(value)))
    return tuple(lines)


def _figure(value: object) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


def balance_words(comparison: Comparison) -> str:
    """The balance in words: 'Lavrov 214 words (62 %), Blinken 131 (38 %)'; empty where nobody said anything."""
    shares = balance(comparison)
    if shares is None:
        return ""
    first = f"{comparison.first.name} {count(comparison.first_searched.words, 'word')} ({shares.first} %)"
    return f"{first}, {comparison.second.name} {number(comparison.second_searched.words)} ({shares.second} %)"


def silent(comparison: Comparison) -> bool:
    return not any(pair.relation == Relation.OPPOSES for pair in comparison.pairs)


def silence(comparison: Comparison, asked: tuple[str | None, str | None] = ("", "")) -> str:
    """The plain sentence for a comparison in which nothing opposes.

    `asked` are the sides asked for; where one is None, whoever says most on the topic stands there.
    """
    sides = ((comparison.first, comparison.first_searched), (comparison.second, comparison.second_searched))
    missing = [who.name for who, side in sides if not side.statements]
    chosen = [who.name for (who, _), one in zip(sides, asked, strict=True) if one is None]
    topic = comparison.topic is not None
    if len(missing) == 1 and missing[0] in chosen:
        (alone,) = (who.name for who, side in sides if side.statements)
        return _alone(alone, topic)
    if missing and set(missing) <= set(chosen):
        nobody = gettext("In all that was searched, nobody spoke on this topic.")
        return nobody if topic else gettext("In all that was searched, nobody spoke.")
    if missing:
        return _missing(missing, topic)
    if comparison.hidden:
        pairs = count(comparison.hidden, "pair")
        return gettext("Nothing opposing reaches the confidence asked for: %(pairs)s below it.", pairs=pairs)
    said = {
        "first": number(comparison.first_searched.words),
        "second": count(comparison.second_searched.words, "word"),
    }
    if topic:
        return gettext("No opposing statements found. %(first)s and %(second)s on this topic were searched.", **said)
    return gettext("No opposing statements found. %(first)s and %(second)s were searched.", **said)


def _alone(name: str, topic: bool) -> str:
    if topic:
        return gettext(
            "In all that was searched, only %(name)s spoke on this topic. There is nothing to set against it.",
            name=name,
        )
    return gettext("In all that was searched, only %(name)s spoke. There is nothing to set against it.", name=name)


def _missing(names: Sequence[str], topic: bool) -> str:
    who = names[0] if len(names) == 1 else gettext("%(first)s or %(second)s", first=names[0], second=names[1])
    if topic:
        return gettext(
            "Nothing of %(who)s was found on this topic within these limits, so there is nothing to compare.", who=who
        )
    return gettext("Nothing of %(who)s was found within these limits, so there is nothing to compare.", who=who)
