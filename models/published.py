"""Published: a comparison made again from its published JSON, to be shown as it was or held beside today's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from models.comparison import Comparison, Document, Pair, Quote, Searched, Steps, TopicRef
from models.handling import Handling
from models.mood import Mood
from models.relation import COLUMNS, Relation
from models.review import Notice, Review, Status
from models.transcript import Metadata, Record, Speaker
from models.why import Difference, Kind, Role, Shared, Span, Why

_MOODS = frozenset(map(str, Mood))  # found in the text again, so no marks of the record


def from_json(found: Mapping[str, Any]) -> Comparison:
    """The comparison of which `models.comparison.as_json` made `found`, which must have that form."""
    topic = found["topic"]
    return Comparison(
        topic=TopicRef(topic["id"], topic["name"]) if topic is not None else None,
        first=_speaker(found["first"]),
        second=_speaker(found["second"]),
        first_framing=found["framings"]["first"],
        second_framing=found["framings"]["second"],
        pairs=tuple(map(_pair, found["pairs"])),
        first_searched=Searched(**found["searched"]["first"]),
        second_searched=Searched(**found["searched"]["second"]),
        unsure=found["unsure"],
        nearest=_pair(found["nearest"]) if found["nearest"] is not None else None,
        hidden=found["hidden"],
        rejected=found["rejected"],
        handling=_handling(found["handling"]),
        made_with=found["made_with"],
        notices=_notices(found["notices"]),
    )


def _pair(found: Mapping[str, Any]) -> Pair:
    first, second, why = quote_from_json(found["first"]), quote_from_json(found["second"]), found["why"]
    review = found["review"]
    return Pair(
        relation=Relation(found["relation"]),
        similarity=found["similarity"],
        opposition=found["opposition"],
        confidence=found["confidence"],
        first=first,
        second=second,
        steps=_steps(why["steps"]),
        why=Why(
            tuple(Shared(*_spans(one, first, second)) for one in why["shared"]),
            tuple(Difference(Kind(one["kind"]), *_spans(one, first, second)) for one in why["differs"]),
        ),
        runner_up=_runner_up(why["runner_up"]) if why["runner_up"] is not None else None,
        review=Review(Status(review["status"]), review["by"] or "", review["at"], review["why"] or ""),
        notices=_notices(found["notices"]),
    )


def _runner_up(found: Mapping[str, Any]) -> Pair:
    """Its scores stand in its steps: it is shown with no others."""
    steps = _steps(found["steps"])
    return Pair(
        relation=Relation(found["relation"]),
        similarity=found["steps"]["similarity"]["score"],
        opposition=found["steps"]["probabilities"]["opposes"],
        confidence=max(steps.probabilities),
        first=quote_from_json(found["first"]["quote"]),
        second=quote_from_json(found["second"]["quote"]),
        steps=steps,
    )


def _steps(found: Mapping[str, Any]) -> Steps:
    return Steps(
        similarity_needed=found["similarity"]["needed"],
        probabilities=tuple(found["probabilities"][str(name)] for name in COLUMNS),
        probability_needed=found["probability_needed"],
        ranking=found["ranking"],
        decided=Relation(found["decided"]),
    )


def _spans(found: Mapping[str, Any], first: Quote, second: Quote) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Places in the stored texts as places in the two quotes."""
    sides = ((found["first"], first), (found["second"], second))
    one, other = (
        tuple(Span(s["start"] - quote.start, s["end"] - quote.start, Role(s["role"])) for s in spans)
        for spans, quote in sides
    )
    return one, other


def quote_from_json(found: Mapping[str, Any]) -> Quote:
    """The quote of which `models.comparison.quote_json` made `found`."""
    return Quote(
        id=found["id"],
        text=found["text"],
        speaker=_speaker(found["speaker"]),
        document=_document(found["document"], found["document_sha256"]),
        start=found["start"],
        end=found["end"],
        marks=tuple(mark for mark in found["marks"] if mark not in _MOODS),
        paragraph=found["paragraph"],
        before=found["before"],
        after=found["after"],
    )


def _document(found: Mapping[str, Any], sha256: str) -> Document:
    known = Metadata(
        title=found["title"],
        date=found["date"],
        place=found["place"],
        publisher=found["publisher"],
        language=found["language"],
        source_url=found["url"],
        record=Record(found["record"]) if found["record"] is not None else None,
    )
    return Document(found["id"], sha256, known, found["file"], described=found.get("described"))


def _speaker(found: Mapping[str, Any]) -> Speaker:
    return Speaker(found["id"], found["name"], found["role"], found["delegation"])


def _handling(found: Mapping[str, Any] | None) -> Handling | None:
    if found is None:
        return None
    said = {name: found[name] or "" for name in ("owner", "status", "caveat")}
    return Handling(**said, who=found["by"] or "", at=found["at"], topic=found["topic"])


def _notices(found: Iterable[Mapping[str, Any]]) -> tuple[Notice, ...]:
    return tuple(Notice(one["kind"], one["text"], one["path"]) for one in found)
