"""Screens: what each page shows beside the one thing it was asked for."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from urllib.parse import urlencode

from flask import current_app, g, render_template, request
from markupsafe import escape

from models.attribution import Doubt, Finding
from models.comparison import Comparison, Pair
from models.transcript import FACTS, Metadata, Speaker
from service.access.visitor import Visitor
from service.budget import WHOLE
from service.corpus import Corpus
from service.errors import CounterposeError, NotFound
from service.exports import formats
from service.exports import html as html_export
from service.exports import markdown as markdown_export
from service.positions.history import OverTime
from service.rendering.brief import of
from service.rendering.caution import GENERAL, Caution
from service.rendering.described import described
from service.rendering.heading import heading
from service.rendering.wording import headings, manifest
from service.schema.brief import BriefQuery
from service.schema.compare import CompareQuery
from service.schema.over_time import OverTimeQuery
from service.store.accounts import Scope
from service.topics.report import report
from service.translation import gettext
from service.views import DocumentRow, DocumentView, LabelRow, Segment, SpeakerRow, TopicRow, UtteranceView
from service.web.addresses import over_time_address, topic_address
from service.web.chart import chart
from service.web.documents.draft import Draft
from service.web.paging import Paged
from service.web.timeline import short, stops
from service.web.topics.screens import TopicEntry, entry_address

PUBLIC_URL = "COUNTERPOSE_PUBLIC_URL"  # in the application's config
_BLANK_LINE = re.compile(r"\n\s*\n")


def absolute(path: str) -> str:
    """`path` as an address that works from elsewhere."""
    public: str | None = current_app.config[PUBLIC_URL]
    return (public or request.host_url.rstrip("/")) + path


def caution(corpus: Corpus) -> Caution:
    """What is to be known of scores here, with the address of the error card."""
    return Caution(corpus.reviewing.card().stood, absolute("/review/errors"))


# Comparison --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Group:
    """The pairs of one relation."""

    relation: str
    heading: str
    pairs: tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class Snippet:
    """Something to copy."""

    id: str
    label: str
    note: str
    text: str


def comparison(corpus: Corpus, query: CompareQuery, found: Comparison) -> str:
    fixed, told = settled(query, found), caution(corpus)
    return render_template(
        "comparison.html",
        comparison=found,
        groups=groups(found),
        query=fixed,
        asked=query,
        link=absolute(fixed.address()),
        pickers=_pickers(corpus, found),
        exports=[(gettext(each.LABEL), fixed.address(format=name, download="1")) for name, each in formats().items()],
        brief=BriefQuery(first=found.first.id, second=found.second.id).address(),
        snippets=snippets(found, absolute(fixed.address()), absolute(fixed.address("/embed/compare")), told),
        caution=told,
        discovery=discovery(absolute(fixed.address())),
        narrowed=any((query.since, query.until, query.document, query.min_confidence, query.include)),
        manifest=manifest(found.made_with),
        card=corpus.reviewing.card(),
        stored=True,
    )


def texts(found: Comparison) -> str:
    """The page of a comparison of two texts that are nowhere stored: it has no address to link to."""
    made = manifest(found.made_with)
    return render_template(
        "comparison.html", comparison=found, groups=groups(found), manifest=made, stored=False, caution=GENERAL
    )


def groups(found: Comparison) -> dict[str, Group]:
    return {
        relation.value: Group(relation.value, heading, found.of(relation)) for relation, heading in headings().items()
    }


def settled(query: CompareQuery, found: Comparison) -> CompareQuery:
    """`query` with what was left open filled in, so that its address still means the same when more is added."""
    topic = found.topic and (found.topic.id or found.topic.name)
    changes = {"first": found.first.id, "second": found.second.id, "topic": topic, "format": None, "download": False}
    return query.model_copy(update=changes)


def snippets(found: Comparison, link: str, frame: str, caution: Caution) -> tuple[Snippet, ...]:
    """`link` is the address of the comparison's page, `frame` that of its embed."""
    height = frame_height(found)
    fitted = iframe(heading(found), frame, height, fit=True)
    return (
        Snippet("iframe", gettext("Frame"), gettext("No script, no cookie."), iframe(heading(found), frame, height)),
        Snippet(
            "fitted",
            gettext("Frame that fits"),
            gettext("With a script that sets the frame’s height and does nothing else."),
            fitted,
        ),
        Snippet(
            "html",
            "HTML",
            gettext("Fixed text; needs nothing from this server."),
            html_export.fragment(found, link, caution),
        ),
        Snippet(
            "markdown",
            "Markdown",
            gettext("Sources as footnotes."),
            markdown_export.render(of(found, link, caution)).decode(),
        ),
    )


def iframe(title: str, frame: str, height: int, width: int | None = None, *, fit: bool = False) -> str:
    """A frame to paste; one that is to `fit` runs the embed's script, and brings the one that listens to it."""
    may = "allow-popups allow-popups-to-escape-sandbox"  # links open; nothing else is needed
    held = {
        "src": frame + ("&" if "?" in frame else "?") + "fit=1" if fit else frame,
        "title": title,
        "width": width or "100%",
        "height": height,
        "sandbox": f"allow-scripts {may}" if fit else may,
        "frameborder": 0,
        "loading": "lazy",
    }
    attributes = " ".join(f'{name}="{escape(value)}"' for name, value in held.items())
    script = f'<script src="{escape(absolute("/static/embed-height.js"))}" async></script>' if fit else ""
    return f"<iframe {attributes}></iframe>{script}"


def frame_height(found: Comparison) -> int:
    """A height in pixels that shows two or three pairs; a frame without scripts cannot fit itself."""
    return min(260 + 300 * max(len(found.pairs), 1), 900)


def discovery(link: str) -> tuple[tuple[str, str], ...]:
    """The types and addresses at which others find a page's oEmbed."""
    forms = ("application/json+oembed", "json"), ("text/xml+oembed", "xml")
    return tuple((kind, absolute("/oembed?" + urlencode({"url": link, "format": name}))) for kind, name in forms)


@dataclass(frozen=True, slots=True)
class Pickers:
    """What the reader can choose from. On a known topic, only those who speak on it."""

    topics: tuple[TopicRow, ...]
    speakers: tuple[tuple[Speaker, str], ...]
    documents: tuple[DocumentRow, ...]

    @property
    def ids(self) -> frozenset[str]:
        return frozenset(speaker.id for speaker, _ in self.speakers)


def _pickers(corpus: Corpus, found: Comparison) -> Pickers:
    topics = corpus.topics()
    here = next((row for row in topics if found.topic and row.id == found.topic.id), None)
    said = here.speakers if here else tuple((row.speaker, row.comparable) for row in corpus.speakers())
    by_name = sorted(said, key=lambda each: (each[0].name, each[0].id))
    return Pickers(topics, tuple((who, f"{number}") for who, number in by_name), corpus.documents())


# Over time ---------------------------------------------------------------------------------------------------


def over_time(found: OverTime, query: OverTimeQuery) -> str:
    steps = found.course.steps
    return render_template(
        "over_time.html",
        found=found,
        query=query,
        stops=tuple(stops(steps)),
        chart=chart(steps, [short(step) for step in steps]) if len(steps) > 1 and not found.course.unjudged else None,
        topics=[(one, over_time_address(found.speaker.id, one.id)) for one in found.topics],
        here=over_time_address(found.speaker.id, query.topic, query.since, query.until),
        budget=WHOLE,
        manifest=manifest(found.made_with),
    )


# Speakers ----------------------------------------------------------------------------------------------------


def speaker_row(corpus: Corpus, text: str) -> SpeakerRow:
    found = corpus.speaker(text)
    row = next((row for row in corpus.speakers() if row.speaker.id == found.id), None)
    if row is None:
        raise NotFound(f"There is no speaker “{text}”.", "See /speakers for all of them.")
    return row


def speaker(corpus: Corpus, row: SpeakerRow) -> str:
    others = tuple(other.speaker for other in corpus.speakers() if other.speaker.id != row.speaker.id)
    ids = {row.speaker.id}
    documents = tuple(each for each in corpus.documents() if ids & {who.id for who in each.speakers})
    on = (topic for topic in corpus.topics() if ids & {who.id for who, _ in topic.speakers})
    topics = [TopicEntry(topic, entry_address(topic, row.speaker.id, None), topic_address(topic.id)) for topic in on]
    known = sorted({each.speaker.delegation for each in corpus.speakers() if each.speaker.delegation})
    return render_template(
        "speaker.html", row=row, others=others, documents=documents, topics=topics, delegations=known
    )


# Adding ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LabelChoice:
    """A printed label, whom it was taken for, and whom else it might mean."""

    number: int
    row: LabelRow
    name: str
    taken_for: str  # before anything was changed
    candidates: tuple[str, ...]
    reason: str


def add(corpus: Corpus, draft: Draft, error: CounterposeError | None = None) -> str:
    replaced = _replaced(corpus, draft)
    held = {"draft": draft, "error": error, "replaced": replaced, "by_url": corpus.adds_by_url}
    return render_template("add.html", **held, speakers=corpus.speakers())


def preview(corpus: Corpus, draft: Draft) -> str:
    facts = {"speaker": draft.speaker or None, "speakers": draft.speakers}
    found = corpus.preview(draft.source(), draft.given(), **facts, replaces=draft.replaces or None)  # type: ignore[arg-type]
    names = {row.speaker.id: row.speaker.name for row in corpus.speakers()}
    unsure = {merge.label: merge for merge in found.unsure}
    choices = []
    for number, row in enumerate(found.labels):
        label, name = row.label or "", row.speaker.name if row.speaker else ""
        merge = unsure.get(label)
        candidates = tuple(names.get(each, each) for each in merge.candidates) if merge else ()
        reason = merge.reason if merge else ""
        choices.append(LabelChoice(number, row, name, draft.taken_for.get(label, name), candidates, reason))
    starts = [one.start for one in found.turns]
    return render_template(
        "preview.html",
        preview=found,
        places=[_turn_of(one, starts) for one in found.doubts],
        draft=draft,
        choices=choices,
        facts=known(found.metadata),
        replaced=_replaced(corpus, draft),
        names=sorted(names.values()),
    )


def _turn_of(doubt: Finding, starts: Sequence[int]) -> str:
    """The place on the preview of the turn that a doubt stands in or comes before; none for one without a place.

    Turns are known by where they start, in order.
    """
    at = starts[max(bisect_right(starts, doubt.end) - 1, 0)] if starts else 0
    beyond = bisect_left(starts, doubt.end)
    after = starts[beyond] if beyond < len(starts) else at
    label = doubt.doubt in (Doubt.LABEL, Doubt.NOBODY, Doubt.NAME)  # stands before its turn
    return f"#t{after if label else at}" if doubt.words else ""


def _replaced(corpus: Corpus, draft: Draft) -> DocumentRow | None:
    return corpus.document(draft.replaces).row if draft.replaces else None


# Documents ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one paragraph; `statement` is the statement it is, where it is one."""

    text: str
    statement: Segment | None


@dataclass(frozen=True, slots=True)
class PrintedTurn:
    """A turn with its words gathered into paragraphs, as printed."""

    turn: UtteranceView
    paragraphs: tuple[tuple[Piece, ...], ...]


def documents(corpus: Corpus, listed: Paged[DocumentRow], text: str) -> str:
    """The list as far as it holds `text`, and, for editors, what was removed if this is where its removal led."""
    visitor: Visitor = g.visitor
    number = request.args.get("removed") if visitor.may(Scope.EDIT) else None
    found = corpus.changes(number) if number else None
    gone = found if found is not None and found.action == "remove" else None
    changes = report(gone) if gone else None
    return render_template("documents.html", found=listed, text=text, removed=gone, changes=changes)


def document(corpus: Corpus, view: DocumentView) -> str:
    added = "added" in request.args
    changed = corpus.changes(view.row.id) if added else None
    changes = report(changed) if changed is not None else None
    facts = known(view.row.metadata)
    doubts, rivals = corpus.attributing.of(view.row.id), corpus.rivals.of(view.row.id)
    return render_template(
        "document.html",
        view=view,
        turns=_turns(view),
        added=added,
        changes=changes,
        facts=facts,
        doubts=doubts,
        rivals=rivals,
        described=described(view.row.metadata, [speaker.name for speaker in view.row.speakers]),
    )


def known(metadata: Metadata) -> dict[str, str]:
    """Metadata as a form shows it."""
    return {name: getattr(metadata, name) or "" for name in FACTS}


def _turns(view: DocumentView) -> tuple[PrintedTurn, ...]:
    """A turn goes on beyond what was left out of it: its speaker is named once."""
    parts: list[list[UtteranceView]] = []
    for turn in view.utterances:
        if parts and _goes_on(view.text, parts[-1][-1], turn):
            parts[-1].append(turn)
        else:
            parts.append([turn])
    return tuple(PrintedTurn(turn, _paragraphs(turn.segments)) for turn in map(_whole, parts))


def _whole(parts: Sequence[UtteranceView]) -> UtteranceView:
    """The parts of a turn as one."""
    segments = list(parts[0].segments)
    for before, part in pairwise(parts):
        segments += [Segment(" ", before.end, part.start), *part.segments]
    return replace(parts[0], end=parts[-1].end, segments=tuple(segments))


def _goes_on(text: str, before: UtteranceView, turn: UtteranceView) -> bool:
    same = (before.speaker, before.label, before.kind, before.marks) == (
        turn.speaker,
        turn.label,
        turn.kind,
        turn.marks,
    )
    return same and (turn.label is None or turn.label not in text[before.end : turn.start])


def _paragraphs(segments: tuple[Segment, ...]) -> tuple[tuple[Piece, ...], ...]:
    """Begin a paragraph where the statements' does, and at each blank line between them."""
    found: list[list[Piece]] = [[]]
    number: int | None = None
    for segment in segments:
        if segment.quote is not None:
            if number is not None and segment.quote.paragraph != number:
                found.append([])
            number = segment.quote.paragraph
            found[-1].append(Piece(segment.text, segment))
            continue
        before, *later = _BLANK_LINE.split(segment.text)
        found[-1].append(Piece(before, None))
        found.extend([Piece(text, None)] for text in later)
    return tuple(tuple(each) for each in found if any(piece.text.strip() for piece in each))
