"""Answers: the corpus's views in the JSON form that the API and the command line share."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import zip_longest
from typing import Any, Literal, cast

from models.change import Repeat, Step
from models.published import marks_json, pair_json, quote_json, reported_json
from models.quote import Quote
from models.transcript import Speaker
from service.positions.history import OverTime
from service.review.corrections import Reported
from service.schema.compare import PairAnswer
from service.schema.corpus import DocumentAnswer, DocumentItem, SpeakerItem, StatementItem, UtteranceItem
from service.schema.corrections import CorrectionItem, ReportedQuote, ReportItem
from service.schema.over_time import (
    DatedTopicItem,
    OverTimeAnswer,
    OverTimeStep,
    RepeatAnswer,
    StepCounts,
    SteppedQuote,
)
from service.schema.quotes import QuoteAnswer, Reference, ReportedAnswer, TopicReference
from service.schema.refusals import ErrorDetail
from service.schema.snapshots import (
    ChangedPairItem,
    ListedSnapshotItem,
    PartItem,
    ReplayAnswer,
    ReplayItem,
    SnapshotItem,
)
from service.schema.topics import (
    IssueItem,
    TopicAnswer,
    TopicEditItem,
    TopicEditsAnswer,
    TopicItem,
    TopicSpeaker,
    UndoneAnswer,
)
from service.snapshots.freezing import Listed
from service.snapshots.replaying import Replayed
from service.store.archive import SnapshotRow
from service.store.reports import State
from service.topics.edits import JournalRow
from service.views import DocumentRow, DocumentView, SpeakerRow, TopicRow, TopicView, UtteranceView


def topic_item(row: TopicRow) -> TopicItem:
    speakers = [TopicSpeaker(id=who.id, name=who.name, statements=number) for who, number in row.speakers]
    return TopicItem(
        id=row.id,
        name=row.name,
        terms=list(row.terms),
        statements=row.statements,
        speakers=speakers,
        newest=row.newest,
    )


def issue_item(row: TopicRow) -> IssueItem:
    said = row.settings
    return IssueItem(**topic_item(row).model_dump(), description=said.description, example=said.example)


def topic_answer(view: TopicView) -> TopicAnswer:
    return TopicAnswer(**topic_item(view.row).model_dump(), quotes=[quote_answer(quote) for quote in view.quotes])


def edits_answer(rows: Iterable[JournalRow], hidden: Iterable[TopicRow]) -> TopicEditsAnswer:
    listed = [Reference(id=row.id, name=row.name) for row in hidden]
    return TopicEditsAnswer(edits=[edit_item(row) for row in rows], hidden=listed)


def edit_item(row: JournalRow) -> TopicEditItem:
    edit, undone = row.edit, row.edit.undone
    return TopicEditItem(
        id=edit.id,
        at=edit.at,
        who=edit.who,
        why=edit.why,
        action=edit.action.value,
        what=edit.what,
        topic=Reference(id=edit.topic_id, name=edit.name(edit.topic_id)),
        other=Reference(id=edit.other_id, name=edit.name(edit.other_id)) if edit.other_id is not None else None,
        holds=undone is None,
        undone=UndoneAnswer(at=undone.at, who=undone.who, why=undone.why) if undone is not None else None,
        lost=row.lost,
    )


def speaker_item(row: SpeakerRow) -> SpeakerItem:
    return SpeakerItem(
        id=row.speaker.id,
        name=row.speaker.name,
        role=row.speaker.role,
        delegation=row.speaker.delegation,
        documents=row.documents,
        statements=row.statements,
        comparable=row.comparable,
        words=row.words,
        labels=list(row.labels),
    )


def over_time_answer(found: OverTime) -> OverTimeAnswer:
    topic = found.topic and TopicReference(id=found.topic.id, name=found.topic.name)
    steps = found.course.steps
    return OverTimeAnswer(
        speaker=_reference(found.speaker),
        topic=topic or None,
        topics=[
            DatedTopicItem(id=one.id, name=one.name, statements=one.statements, dates=one.dates) for one in found.topics
        ],
        steps=[_step(one, after) for one, after in zip_longest(steps, steps[1:])],
        undated=[quote_answer(quote) for quote in found.course.undated],
        unjudged=found.course.unjudged,
        reported=found.reported,
        made_with=found.made_with,
    )


def _step(step: Step, after: Step | None) -> OverTimeStep:
    before = {one.later.id: _repeat(one, one.earlier) for one in step.repeats}
    later = {one.earlier.id: _repeat(one, one.later) for one in (after.kept if after else ())}
    return OverTimeStep(
        dates=list(step.dates),
        judged=step.judged,
        counts=StepCounts(
            statements=len(step.quotes),
            new=len(step.new),
            again=len(step.again),
            perhaps_again=len(step.perhaps),
            not_again=len(step.dropped),
        ),
        statements=[
            SteppedQuote(**quote_json(quote), repeats=before.get(quote.id), repeated=later.get(quote.id))
            for quote in step.quotes
        ],
    )


def _repeat(one: Repeat, other: Quote) -> RepeatAnswer:
    place = {"id": other.id, "document": other.document.id, "start": other.start, "end": other.end}
    return RepeatAnswer(**place, sure=one.sure, similarity=one.similarity, agreement=one.agreement)


def snapshot_item(row: SnapshotRow) -> SnapshotItem:
    return SnapshotItem(sha256=row.sha256, path=row.path, title=row.title, at=row.at, who=row.who)


def listed_item(one: Listed) -> ListedSnapshotItem:
    return ListedSnapshotItem(**snapshot_item(one.row).model_dump(), sources=one.sources, notices=list(one.notices))


def report_item(one: Reported) -> ReportItem:
    report = one.report
    return ReportItem(
        id=report.id,
        at=report.at,
        who=report.who,
        words=report.words,
        state=report.state.value,
        answer=answer_item(one) if report.answered_at is not None else None,
        first=_reported(one.first),
        second=_reported(one.second),
    )


def answer_item(one: Reported) -> CorrectionItem:
    """What everybody may know of a report: its answer, and what was reported where it was right."""
    report = one.report
    return CorrectionItem(
        id=report.id,
        state=cast(Literal["corrected", "declined", "answered"], report.state.value),
        words=report.words if report.state is State.CORRECTED else None,
        answer=report.answer,
        at=report.answered_at or "",
        by=report.answered_by or "",
        amended=one.amended,
        first=_reported(one.first),
        second=_reported(one.second),
    )


def _reported(quote: Quote) -> ReportedQuote:
    return ReportedQuote(id=quote.id, speaker=_reference(quote.speaker), document=quote.document.id)


def replay_answer(found: Iterable[Replayed]) -> ReplayAnswer:
    items = [replay_item(one) for one in found]
    return ReplayAnswer(same=all(one.same for one in items), comparisons=items)


def replay_item(one: Replayed) -> ReplayItem:
    found, error = one.differences, one.refused
    return ReplayItem(
        title=one.then.title,
        same=one.same,
        refused=error
        and ErrorDetail(code=error.code, message=error.message, remedy=error.remedy, nearest=list(error.nearest)),
        parts=[PartItem(name=part.name, then=part.then, now=part.now) for part in found.parts] if found else [],
        came=dict(one.documents.came) if one.documents is not None else None,
        went=dict(one.documents.went) if one.documents is not None else None,
        gone=[PairAnswer(**pair_json(pair)) for pair in found.gone] if found else [],
        new=[PairAnswer(**pair_json(pair)) for pair in found.new] if found else [],
        changed=[
            ChangedPairItem(
                what=list(each.what), then=PairAnswer(**pair_json(each.then)), now=PairAnswer(**pair_json(each.now))
            )
            for each in (found.changed if found else ())
        ],
        reordered=found.reordered if found else False,
        altered=[quote_answer(quote) for quote in one.altered],
    )


def document_item(row: DocumentRow) -> DocumentItem:
    return DocumentItem(**_document_facts(row))


def document_answer(view: DocumentView) -> DocumentAnswer:
    return DocumentAnswer(**_document_facts(view.row), utterances=[_utterance(turn) for turn in view.utterances])


def quote_answer(quote: Quote) -> QuoteAnswer:
    return QuoteAnswer(**quote_json(quote))


def reported_answer(quote: Quote) -> ReportedAnswer | None:
    found = reported_json(quote)
    return None if found is None else ReportedAnswer(**found)


def _reference(speaker: Speaker) -> Reference:
    return Reference(id=speaker.id, name=speaker.name)


def _document_facts(row: DocumentRow) -> dict[str, Any]:
    metadata = row.metadata
    return {
        "id": row.id,
        "sha256": row.sha256,
        "title": metadata.title,
        "date": metadata.date,
        "place": metadata.place,
        "publisher": metadata.publisher,
        "language": metadata.language,
        "url": metadata.source_url,
        "record": metadata.record and metadata.record.value,
        "format": row.format,
        "original_name": row.original_name,
        "speakers": [_reference(speaker) for speaker in row.speakers],
        "statements": row.statements,
        "comparable": row.comparable,
        "words": row.words,
    }


def _utterance(turn: UtteranceView) -> UtteranceItem:
    statements = [
        StatementItem(
            id=segment.quote.id,
            start=segment.start,
            end=segment.end,
            comparable=segment.comparable,
            paragraph=segment.quote.paragraph,
            marks=marks_json(segment.quote),
            reported=reported_answer(segment.quote),
        )
        for segment in turn.segments
        if segment.quote is not None
    ]
    return UtteranceItem(
        speaker=turn.speaker and _reference(turn.speaker),
        label=turn.label,
        kind=turn.kind.value,
        marks=list(map(str, turn.marks)),
        start=turn.start,
        end=turn.end,
        statements=statements,
    )
