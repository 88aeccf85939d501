"""Timeline: a position over time as its page shows it: marks in words and shapes, and links from step to step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from models.change import Repeat, Step
from models.quote import Quote
from service.rendering.counting import count
from service.rendering.wording import day
from service.rendering.wording import score as shown
from service.translation import gettext

DAY = len("2021-12-02")


@dataclass(frozen=True, slots=True)
class Mark:
    """What the step before or the one after makes of a statement; `link` leads to the other statement on the page."""

    kind: str
    words: str
    link: str | None = None
    scores: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A statement of a step."""

    quote: Quote
    marks: tuple[Mark, ...]


@dataclass(frozen=True, slots=True)
class Stop:
    """A step; `dropped` is what was said `before` ("on 2 December 2021") and is not said again."""

    id: str
    heading: str
    before: str | None
    tally: str
    entries: tuple[Entry, ...]
    dropped: tuple[Quote, ...]


def heading(step: Step) -> str:
    """The dates of a step in words."""
    return ", ".join(map(day, step.dates))


def short(step: Step) -> str:
    """The same where there is little room."""
    return day(step.dates[0]) + (" …" if len(step.dates) > 1 else "")


def when(step: Step) -> str:
    """The same within a sentence: 'on 2 December 2021', 'in 2021'."""
    if len(step.dates[0]) == DAY:
        return gettext("on %(date)s", date=heading(step))
    return gettext("in %(date)s", date=heading(step))


def tally(step: Step, before: Step | None) -> str:
    """'6 statements: 2 said again, 1 perhaps, 3 new since 2020; 4 not said again'."""
    said = count(len(step.quotes), "statement")
    if before is None:
        return said
    if not step.judged:
        return gettext("%(said)s, not set beside those of %(date)s yet", said=said, date=heading(before))
    return gettext(
        "%(said)s: %(again)s said again, %(perhaps)s perhaps, %(new)s new since %(date)s; %(dropped)s not said again",
        said=said,
        again=len(step.again),
        perhaps=len(step.perhaps),
        new=len(step.new),
        date=heading(before),
        dropped=len(step.dropped),
    )


def stops(steps: Sequence[Step]) -> Iterator[Stop]:
    for at, step in enumerate(steps):
        before = steps[at - 1] if at else None
        after = steps[at + 1] if at + 1 < len(steps) and steps[at + 1].judged else None
        since = before if step.judged else None
        repeats = {one.later.id: one for one in step.repeats}
        kept = {one.earlier.id: one for one in after.kept} if after else {}
        entries = tuple(
            Entry(quote, (*_since(quote, since, repeats), *_later(quote, after, kept))) for quote in step.quotes
        )
        earlier = when(before) if before else None
        yield Stop(f"step-{at + 1}", heading(step), earlier, tally(step, before), entries, step.dropped)


def _since(quote: Quote, before: Step | None, repeats: Mapping[str, Repeat]) -> Iterator[Mark]:
    one = repeats.get(quote.id)
    if one is not None and before is not None:
        said = {"when": when(before)}
        words = (
            gettext("said again, as %(when)s", **said)
            if one.sure
            else gettext("perhaps said again, as %(when)s", **said)
        )
        yield Mark("again" if one.sure else "perhaps", words, _place(one.earlier, before), _scores(one))
    elif before is not None:
        yield Mark("new", gettext("new since %(date)s", date=heading(before)))


def _later(quote: Quote, after: Step | None, kept: Mapping[str, Repeat]) -> Iterator[Mark]:
    one = kept.get(quote.id)
    if one is not None and after is not None:
        said = {"when": when(after)}
        words = gettext("said again %(when)s", **said) if one.sure else gettext("perhaps said again %(when)s", **said)
        yield Mark("kept" if one.sure else "perhaps", words, _place(one.later, after))
    elif after is not None:
        yield Mark("gone", gettext("not said again %(when)s", when=when(after)))


def _place(quote: Quote, step: Step) -> str:
    """Where a statement stands: on the page, or in its document where it belongs to another topic."""
    here = any(one.id == quote.id for one in step.quotes)
    return f"#q{quote.id}" if here else f"/documents/{quote.document.id}#s{quote.start}"


def _scores(one: Repeat) -> str:
    return gettext(
        "similarity %(similarity)s, agreement %(agreement)s",
        similarity=shown(one.similarity),
        agreement=shown(one.agreement),
    )
