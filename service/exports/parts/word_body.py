"""Word body: what stands in the document, from its title to how it was made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from models.comparison import Comparison
from models.quote import Quote
from service.exports.parts.word_footnotes import Footnotes
from service.exports.parts.word_made import PART_NAME
from service.exports.parts.word_markup import (
    Numbers,
    contents,
    field,
    heading,
    link,
    paragraph,
    run,
    table,
    text,
)
from service.rendering.brief import Brief, Numbered, Section, by_relation
from service.rendering.caution import model_score
from service.rendering.loopback import only_here
from service.rendering.made import made as said_of
from service.rendering.source_note import source_note
from service.rendering.terms import term
from service.rendering.wording import (
    direction,
    language,
    meaning,
    quote_provenance,
    rendered,
    review,
    score,
    source,
    standing,
)
from service.translation import gettext

if TYPE_CHECKING:
    from docx.opc.part import Part
    from docx.oxml.xmlchemy import BaseOxmlElement

_COLUMNS = (3969, 1700, 3969)  # twentieths of a point: 170 mm in all


def footer(title: str) -> BaseOxmlElement:
    """With the page's number and how many there are, which the reader's program fills in."""
    before, between, after = gettext(
        "%(title)s · page %(page)s of %(pages)s", title=title, page="\0", pages="\0"
    ).split("\0")
    return paragraph(
        "Footer", run(before), *field("PAGE"), run(between), *field("NUMPAGES"), *([run(after)] if after else [])
    )


def body(brief: Brief, notes: Footnotes, part: Part) -> Iterator[BaseOxmlElement]:
    """All that the document holds, in order; the notes of its quotes are written to `notes`."""
    numbers = Numbers()
    headings = [_heading(number, one) for number, one in enumerate(brief.sections, start=1)]
    made, left_out = gettext("How this was made"), gettext("Left out")
    last = [*([left_out] if brief.left_out else []), made]
    yield text("Title", brief.title)
    if not brief.single:
        yield text(None, f"{brief.extent}.")
        yield from (text(None, notice.words, bold=True) for notice in brief.notices)
        yield contents(list(enumerate([*headings, *last], start=1)))
    for words, (section, pairs) in zip(headings, brief.numbered(), strict=True):
        if not brief.single:
            yield heading(1, words, numbers.take())
            if section.framing:
                yield text("Subtitle", section.framing)
        yield from _facts(section, brief)
        for name, those in by_relation(pairs):
            yield paragraph("Heading1" if brief.single else "Heading2", run(name))
            yield _pairs(section.comparison, name, those, notes)
        if section.link and not brief.single:
            yield paragraph("Today", run(gettext("As it is today:") + " "), link(part, section.link))
    if brief.left_out:
        yield heading(1, left_out, numbers.take())
        yield from (text(None, f"{one.topic}: {one.why}") for one in brief.left_out)
    yield heading(1, made, numbers.take())
    yield paragraph("Today", run(f"{meaning()} {brief.caution} "), *_linked(brief.caution.link, part))
    yield text("Source", f"{said_of(brief.made_with)} {gettext('In full: %(name)s within this file.', name=PART_NAME)}")
    if brief.link:
        yield paragraph("Today", run(gettext("As it is today:") + " "), link(part, brief.link))
        local = only_here(brief.link)
        if local:
            yield text("Today", local)


def _linked(url: str | None, part: Part) -> list[BaseOxmlElement]:
    return [link(part, url)] if url else []


def _heading(number: int, section: Section) -> str:
    return f"{number}. {section.topic}"


def _facts(section: Section, brief: Brief) -> Iterator[BaseOxmlElement]:
    """What holds of a comparison as a whole."""
    comparison = section.comparison
    if brief.single and comparison.topic:
        yield text(None, gettext("Topic: %(name)s.", name=comparison.topic.name))
    for who in (comparison.first, comparison.second):
        if standing(who):
            yield text(None, f"{who.name}: {standing(who)}.")
    yield text(None, section.about)
    for notice in brief.notices_of(section):
        yield text(None, notice.words, bold=True)
    if section.silence:
        yield text(None, section.silence)


def _pairs(comparison: Comparison, name: str, pairs: tuple[Numbered, ...], notes: Footnotes) -> BaseOxmlElement:
    first, second = comparison.first, comparison.second
    rows = []
    for one in pairs:
        said = [_quote(quote, {first.id, second.id}, number, notes) for number, quote in one.sides]
        rows.append((said[0], _relation(one), said[1]))
    title = gettext("%(heading)s: %(first)s and %(second)s", heading=name, first=first.name, second=second.name)
    about = title, gettext("A row a pair: a quote, the relation, the other quote")
    return table(_COLUMNS, (first.name, gettext("Relation"), second.name), rows, about)


def _quote(quote: Quote, sides: set[str], number: int, notes: Footnotes) -> list[BaseOxmlElement]:
    words = rendered(quote.text)
    spoken = run(f"“{words}”", language=language(quote.document.metadata))
    under = " · ".join(filter(None, (source(quote), *quote_provenance(quote))))
    return [
        *([text("Source", quote.speaker.name, bold=True)] if quote.speaker.id not in sides else []),
        paragraph("Quote", spoken, notes.add(number, source_note(quote)), rightward=direction(words) == "rtl"),
        *([text("Source", under)] if under else []),
    ]


def _relation(one: Numbered) -> list[BaseOxmlElement]:
    pair = one.pair
    return [
        text("Relation", f"{one.number}. {term(pair.relation)}", bold=True),
        text("Relation", model_score(score(pair.confidence))),
        text("Relation", gettext("similarity %(score)s", score=score(pair.similarity))),
        text("Relation", review(pair)),
        *(text("Relation", notice.words, bold=True) for notice in pair.notices),
    ]
