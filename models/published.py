"""Published: a comparison as JSON, and made again from it, to be shown as it was or held beside today's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from models.comparison import Comparison, Pair, Searched, Steps, TopicRef
from models.handling import Handling
from models.mood import Mood
from models.quote import Document, Quote
from models.relation import COLUMNS, Relation
from models.review import Notice, Review, Status
from models.transcript import Metadata, Record, Speaker
from models.why import Difference, Kind, Role, Shared, Span, Why, why

_MOODS = frozenset(map(str, Mood))  # found in the text again, so no marks of the record


def as_json(comparison: Comparison) -> dict[str, Any]:
    """The comparison as the published JSON object; the same comparison always gives the same bytes.

    All of it is there, so that `from_json` can make the comparison again; but for what is not the
    same wherever the same files were taken in: the topics that statements are sorted into, and the days of retrieval.
    """
    topic = comparison.topic
    return {
        "topic": {"id": topic.id, "name": topic.name} if topic else None,
        "title": comparison.title,
        "first": _speaker_json(comparison.first),
        "second": _speaker_json(comparison.second),
        "framings": {"first": comparison.first_framing, "second": comparison.second_framing},
        "pairs": [pair_json(pair) for pair in comparison.pairs],
        "unsure": comparison.unsure,
        "rejected": comparison.rejected,
        "nearest": comparison.nearest and pair_json(comparison.nearest),
        "hidden": comparison.hidden,
        "searched": {
            "first": asdict(comparison.first_searched),
            "second": asdict(comparison.second_searched),
        },
        "notices": notices_json(comparison.notices),
        "handling": handling_json(comparison.handling),
        "made_with": comparison.made_with,
    }


def pair_json(pair: Pair) -> dict[str, Any]:
    return {
        "relation": str(pair.relation),
        "similarity": pair.similarity,
        "opposition": pair.opposition,
        "confidence": pair.confidence,
        "first": quote_json(pair.first),
        "second": quote_json(pair.second),
        "why": _why_json(pair),
        "review": review_json(pair.review),
        "notices": notices_json(pair.notices),
    }


def handling_json(mark: Handling | None) -> dict[str, str | None] | None:
    if mark is None:
        return None
    said = {"owner": mark.owner or None, "status": mark.status or None, "caveat": mark.caveat or None}
    return {**said, "by": mark.who or None, "at": mark.at, "topic": mark.topic}


def _speaker_json(speaker: Speaker) -> dict[str, str | None]:
    return {"id": speaker.id, "name": speaker.name, "role": speaker.role, "delegation": speaker.delegation}


def review_json(review: Review) -> dict[str, str | None]:
    return {"status": review.status.value, "by": review.who or None, "at": review.at, "why": review.why or None}


def notices_json(notices: Iterable[Notice]) -> list[dict[str, str | None]]:
    return [{"kind": one.kind, "text": one.words, "path": one.path} for one in notices]


def quote_json(quote: Quote) -> dict[str, Any]:
    """One quote as it stands in every published JSON."""
    known = quote.document.metadata
    return {
        "id": quote.id,
        "text": quote.text,
        "speaker": _speaker_json(quote.speaker),
        "document": {
            "id": quote.document.id,
            "title": known.title,
            "described": quote.document.described,
            "date": known.date,
            "place": known.place,
            "url": known.source_url,
            "record": str(known.record) if known.record else None,
            "publisher": known.publisher,
            "language": known.language,
            "file": quote.document.file,
        },
        "document_sha256": quote.document.sha256,
        "start": quote.start,
        "end": quote.end,
        "paragraph": quote.paragraph,
        "marks": marks_json(quote),
        "reported": reported_json(quote),
        "clipped": [{"kind": str(one.kind), "text": one.words, "later": one.later} for one in quote.clips],
        "before": quote.before,
        "after": quote.after,
    }


def marks_json(quote: Quote) -> list[str]:
    """What the record says of a quote, then its moods."""
    return [*quote.marks, *map(str, quote.moods)]


def reported_json(quote: Quote) -> dict[str, Any] | None:
    """What a quote reports first, and who holds it, if anybody is named; `whole` where that is all it says."""
    if not quote.reading.reports:
        return None
    one = quote.reading.reports[0]
    holder = _words_json(quote, *one.holder) if one.holder is not None else None
    return {"holder": holder, "clause": _words_json(quote, *one.clause), "whole": not quote.reading.own}


def _words_json(quote: Quote, start: int, end: int) -> dict[str, Any]:
    return {"text": quote.text[start:end], "start": quote.start + start, "end": quote.start + end}


def _why_json(pair: Pair) -> dict[str, Any]:
    """Why two quotes stand side by side; every range is of the stored text, as a quote's own is."""
    reasons, other = pair.why or why(pair.first.judged, pair.second.judged), pair.runner_up
    return {
        "shared": [_sides_json(pair, one) for one in reasons.shared],
        "differs": [{"kind": str(one.kind), **_sides_json(pair, one)} for one in reasons.differences],
        "steps": _steps_json(pair),
        "runner_up": other
        and {
            "relation": str(other.relation),
            "steps": _steps_json(other),
            "first": _place_json(other.first),
            "second": _place_json(other.second),
        },
    }


def _steps_json(pair: Pair) -> dict[str, Any]:
    steps = pair.steps
    return {
        "similarity": {"score": pair.similarity, "needed": steps.similarity_needed},
        "probabilities": {str(name): p for name, p in zip(COLUMNS, steps.probabilities, strict=True)},
        "probability_needed": steps.probability_needed,
        "ranking": steps.ranking,
        "decided": str(steps.decided),
    }


def _sides_json(pair: Pair, reason: Shared | Difference) -> dict[str, Any]:
    return {
        side: [
            {
                "text": quote.text[s.start : s.end],
                "start": quote.start + s.start,
                "end": quote.start + s.end,
                "role": str(s.role),
            }
            for s in spans
        ]
        for side, quote, spans in (("first", pair.first, reason.first), ("second", pair.second, reason.second))
    }


def _place_json(quote: Quote) -> dict[str, Any]:
    place = {"id": quote.id, "document": quote.document.id, "start": quote.start, "end": quote.end}
    return {**place, "quote": quote_json(quote)}


def from_json(found: Mapping[str, Any]) -> Comparison:
    """The comparison of which `as_json` made `found`, which must have that form."""
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
    """The quote of which `quote_json` made `found`."""
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
