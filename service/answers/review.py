"""Review answers: the queue, the decisions and the error card in the JSON form that API and command line share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace

from models.published import pair_json
from models.why import why
from service.review.error_card import ErrorCard, Figure
from service.review.placing import Near, Placing
from service.review.queue import Queue, Waiting
from service.review.reviewing import Listed, Reviewed
from service.schema.quotes import Reference
from service.schema.review import (
    ErrorCardAnswer,
    FigureAnswer,
    JudgedPair,
    NearAnswer,
    NearSides,
    QueueAnswer,
    QueueSearched,
    ReviewedPairAnswer,
    RulingItem,
    RulingsAnswer,
    SeenAnswer,
    StatementSides,
    WaitingAnswer,
    WithdrawnAnswer,
)
from service.store.docket import Decision


def queue_answer(found: Queue, skip: int, limit: int) -> QueueAnswer:
    return QueueAnswer(
        pairs=[_waiting(one) for one in found.waiting[skip : skip + limit]],
        waiting=len(found.waiting),
        searched=QueueSearched(
            speakers=[Reference(id=who.id, name=who.name) for who in found.sides],
            page=found.page,
            pages=found.pages,
            judged=found.judged,
            unjudged=found.unjudged,
        ),
    )


def reviewed_answer(found: Reviewed, placings: Sequence[Placing]) -> ReviewedPairAnswer:
    return ReviewedPairAnswer(
        pair=JudgedPair(**pair_json(found.pair)),
        version=found.version,
        rulings=[ruling_item(row) for row in placings],
    )


def rulings_answer(found: Listed) -> RulingsAnswer:
    return RulingsAnswer(
        rulings=[ruling_item(row) for row in found.rows],
        total=found.total,
        page=found.page,
        pages=found.pages,
        lost=found.lost,
    )


def ruling_item(row: Placing) -> RulingItem:
    one = row.decision
    places = row.places and StatementSides(first=row.places[0], second=row.places[1])
    return RulingItem(
        id=one.id,
        at=one.ruling.at,
        who=one.ruling.who,
        why=one.ruling.why,
        action=one.ruling.action.value,
        relation=_relation(one),
        what=one.what,
        state=row.state.value,
        withdrawn=None if one.withdrawn is None else WithdrawnAnswer(**asdict(one.withdrawn)),
        statements=places,
        lost=row.lost,
        near=NearSides(first=_near(row.near[0]), second=_near(row.near[1])),
        seen=SeenAnswer.model_validate(one.seen),
    )


def error_card_answer(card: ErrorCard) -> ErrorCardAnswer:
    return ErrorCardAnswer(
        present=_figure(card.present),
        sample=_figure(card.sample),
        everything=_figure(card.everything),
        by_relation=[_figure(one) for one in card.by_relation],
        by_topic=[_figure(one) for one in card.by_topic],
        by_model=[_figure(one) for one in card.by_model],
    )


def _figure(one: Figure) -> FigureAnswer:
    found = one.estimate
    share, low, high = (found.value, found.low, found.high) if found is not None else (None, None, None)
    numbers = {"share": share, "low": low, "high": high}
    rounded = {name: None if value is None else round(value, 4) for name, value in numbers.items()}
    return FigureAnswer(name=one.name, stood=one.stood, reviewed=one.reviewed, **rounded)


def _waiting(one: Waiting) -> WaitingAnswer:
    pair = replace(one.pair, why=why(one.pair.first.judged, one.pair.second.judged))
    topic = Reference(id=str(one.topic.id), name=one.topic.name)
    return WaitingAnswer(**pair_json(pair), topic=topic, shown=one.shown)


def _relation(one: Decision) -> str | None:
    return None if one.ruling.relation is None else one.ruling.relation.value


def _near(one: Near | None) -> NearAnswer | None:
    return None if one is None else NearAnswer(**asdict(one))
