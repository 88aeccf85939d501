"""Markdown: a passage to paste into a note, its sources as footnotes; of several topics with a list of contents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote as percent

from models.comparison import Pair
from models.quote import Quote
from models.review import Notice
from service.rendering.brief import Brief, Numbered, Section
from service.rendering.caution import model_score
from service.rendering.loopback import only_here
from service.rendering.source_note import source_note
from service.rendering.terms import term
from service.rendering.wording import (
    manifest,
    meaning,
    quote_provenance,
    rendered,
    review,
    score,
    standing,
)
from service.translation import gettext

NAME, LABEL, MEDIA_TYPE, SUFFIX = "md", "Markdown", "text/markdown", ".md"

# Whatever any common dialect reads as markup within a line: emphasis, code, links, HTML, tables, mathematics, mentions,
# footnotes and :emoji:.
_INLINE = re.compile(r"[\\`*_{}\[\]<>#&~|^$@]|:(?=[\w+-]+:)")
_LINE_START = re.compile(r"^(?:([-+=:])|(\d+)([.)]))")


def render(brief: Brief) -> bytes:
    return ("\n\n".join(_blocks(brief)) + "\n").encode()


def escaped(text: str) -> str:
    """`text` so that a Markdown reader shows exactly its rendering, whatever characters it holds."""
    line = _INLINE.sub(r"\\\g<0>", rendered(text).strip())
    return _LINE_START.sub(lambda found: f"{found[2] or ''}\\{found[1] or found[3]}", line)


def _blocks(brief: Brief) -> Iterator[str]:
    if not brief.single:
        yield f"# {escaped(brief.title)}"
        yield escaped(f"{brief.extent}.")
        yield from (f"**{escaped(notice.words)}**" for notice in brief.notices)
        yield "\n".join(
            f"{number}. [{escaped(_heading(number, one))}](#{_anchor(_heading(number, one))})"
            for number, one in enumerate(brief.sections, start=1)
        )
    for number, (section, pairs) in enumerate(brief.numbered(), start=1):
        yield f"## {escaped(brief.title if brief.single else _heading(number, section))}"
        yield from _section(section, pairs, brief.notices_of(section), brief.single)
    if brief.left_out:
        yield f"## {gettext('Left out')}"
        yield "\n".join(f"- {escaped(one.topic)}: {escaped(one.why)}" for one in brief.left_out)
    yield f"### {gettext('How this was made')}"
    yield escaped(f"{meaning()} {brief.caution}") + (f" <{_url(brief.caution.link)}>" if brief.caution.link else "")
    yield "\n".join(f"- {escaped(name)}: {escaped(value)}" for name, value in manifest(brief.made_with))
    for number, quote in brief.notes():
        yield f"[^{number}]: {_note(quote)}"
    if brief.link:
        what = gettext("Comparison") if brief.single else gettext("Brief")
        yield f"{what}: <{_url(brief.link)}>"
        local = only_here(brief.link)
        if local:
            yield escaped(local)


def _heading(number: int, section: Section) -> str:
    if section.across:
        return section.topic
    return gettext("Topic %(number)s: %(name)s", number=number, name=section.topic)


def _anchor(heading: str) -> str:
    """As GitHub and Pandoc both make it of a heading."""
    return percent(re.sub(r"[^\w\- ]", "", rendered(heading).lower()).replace(" ", "-"))


def _section(section: Section, pairs: tuple[Numbered, ...], notices: tuple[Notice, ...], single: bool) -> Iterator[str]:
    comparison = section.comparison
    if not single and section.framing:
        yield f"**{escaped(section.framing)}**"
    topic = comparison.topic if single else None
    about = [gettext("Topic: %(name)s.", name=topic.name)] if topic else []
    yield escaped(" ".join((*about, section.about)))
    for notice in notices:
        yield f"**{escaped(notice.words)}**"
    if section.silence:
        yield escaped(section.silence)
    for one in pairs:
        yield from _pair(one)
    if section.link and not single:
        yield f"{gettext('Comparison')}: <{_url(section.link)}>"


def _pair(one: Numbered) -> Iterator[str]:
    pair = one.pair
    yield f"### {one.number}. {_capital(term(pair.relation))}, {escaped(_scores(pair))}, {escaped(review(pair))}"
    for notice in pair.notices:
        yield f"**{escaped(notice.words)}**"
    for note, quote in one.sides:
        role = standing(quote.speaker)
        yield f"**{escaped(quote.speaker.name)}**{f', {escaped(role)}' if role else ''}{_provenance(quote)}"
        yield f"> “{escaped(quote.text)}”[^{note}]"


def _scores(pair: Pair) -> str:
    said = gettext("similarity %(score)s", score=score(pair.similarity))
    return f"{model_score(score(pair.confidence))}, {said}"


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def _provenance(quote: Quote) -> str:
    said = ", ".join(quote_provenance(quote))
    return f" *{escaped(said)}*" if said else ""


def _note(quote: Quote) -> str:
    note = source_note(quote)
    address = f", <{_url(note.url)}>" if note.url else ""
    return f"{escaped(note.before)}{address}, {escaped(note.after)}."


def _url(url: str) -> str:
    """`url` with whatever would end an autolink percent-encoded."""
    return percent(url, safe="!#$%&'()*+,/:;=?@[]~-._")
