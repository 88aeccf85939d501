"""Two texts that somebody sent, side by side: cut into statements and compared, and nothing of them is stored."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from models.comparison import Comparison, TopicRef, compare
from models.length import LONGEST, is_long
from models.nomination import NOMINEES, Position
from models.quote import Document, Quote
from models.slug import slug, unused
from models.statement import statements
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from service.budget import Asked
from service.errors import BadValue, TooLarge
from service.given import name as speaker_name
from service.given import storable
from service.positions.made_with import corpus, made_with
from service.positions.nominated import nominated, partly_judged
from service.positions.request import Request
from service.scoring import Scoring
from service.store.store import hash_of, statement_id
from service.topics.free_text import least, nearest, similarities

TEXT_CHARACTERS = 200_000  # a side: a speech of some three hours
TEXT_STATEMENTS = 1000  # a side that are different, and are compared
# Of the pairs of two texts that are judged: half as much again as so many pairs of sentences mostly have.
JUDGED_CHARACTERS = 500 * NOMINEES


def compare_texts(
    scoring: Scoring,
    first: tuple[str, str],
    second: tuple[str, str],
    request: Request,
    before: Callable[[int], None] | None = None,
) -> Comparison:
    """Two (name, text) side by side; of `request`, only topic, limit and what to show count.

    `before`: told how many characters are to be judged, before they are.
    """
    (first_name, first_text), (second_name, second_text) = (_named(name, text) for name, text in (first, second))
    if first_name.casefold() == second_name.casefold():
        raise BadValue(f"Both sides are called {first_name!r}.", "Give the two sides different names.")
    one = Speaker(slug(first_name), first_name)
    other = Speaker(unused((one.id,), slug(second_name)), second_name)
    positions = [
        Position(speaker, quotes, scoring.embed([quote.text for quote in quotes]))
        for speaker, quotes in (
            (who, tuple(each for each in _cut(who, text) if request.include_reported or each.reading.stands_alone))
            for who, text in ((one, first_text), (other, second_text))
        )
    ]
    if request.topic is not None:
        positions = _on_topic(positions, scoring.embed([request.topic])[0])
    hashes = {hash_of(first_text), hash_of(second_text)}
    nominees, asked = nominated(positions[0], positions[1], {}, NOMINEES)
    readable, characters = _readable(asked)
    if before is not None:
        before(characters)
    most = readable if readable < len(asked) else NOMINEES
    answer = compare(
        positions[0],
        positions[1],
        scoring.judge,
        scoring.embed,
        thresholds=scoring.thresholds,
        topic=TopicRef(None, request.topic) if request.topic is not None else None,
        limit=request.limit,
        min_confidence=request.min_confidence,
        include_unsure=request.include_unsure,
        most=most,
        nominees=nominees[:readable],
        made_with={**made_with(scoring), "corpus": corpus(hashes, ())},
    )
    return partly_judged(answer, readable, len(asked))


def _on_topic(positions: Sequence[Position], near: NDArray[np.float32]) -> list[Position]:
    """What of the two positions is near a free text."""
    found = [similarities(one.quotes, one.vectors, near) for one in positions]
    cut = least(found)
    return [nearest(one, side, cut) for one, side in zip(positions, found, strict=True)]


def _readable(asked: Sequence[Asked]) -> tuple[int, int]:
    """How many of the pairs, nearest first, are judged, one at least where there is one, and how many characters."""
    read = list(accumulate(len(one) + len(other) for one, other in asked))
    most = min(max(sum(characters <= JUDGED_CHARACTERS for characters in read), 1), len(asked))
    return most, read[most - 1] if most else 0


def _named(name: str, text: str) -> tuple[str, str]:
    name = speaker_name(name)
    if not storable(f"The text of {name}", text).strip():
        raise BadValue(f"The text of {name} is empty.", "Give at least one sentence.")
    if len(text) > TEXT_CHARACTERS:
        raise TooLarge(
            f"The text of {name} has {len(text):,} characters; at most {TEXT_CHARACTERS:,} are taken.",
            "Give the passage that matters, or add the whole as a transcript.",
        )
    return name, text


def _cut(speaker: Speaker, text: str) -> tuple[Quote, ...]:
    """The statements of a text that one speaker said, each but once; of a text without any to compare, all sentences.

    Raises BadValue where all of them are too long, and TooLarge for more than TEXT_STATEMENTS.
    """
    start = len(text) - len(text.lstrip())
    spoken = Utterance(None, Kind.SPEECH, start, len(text.rstrip()))
    cut = [one for one in statements(Transcript(text, (spoken,))) if not is_long(one.text)]
    if not cut:
        raise BadValue(
            f"In the text of {speaker.name} no sentence ends within {LONGEST:,} characters.",
            "Give it with full stops. What is longer is not compared.",
        )
    distinct = {" ".join(one.text.split()): one for one in reversed([one for one in cut if one.comparable] or cut)}
    found = sorted(distinct.values(), key=lambda one: one.start)
    if len(found) > TEXT_STATEMENTS:
        raise TooLarge(
            f"The text of {speaker.name} has {len(found):,} statements; at most {TEXT_STATEMENTS:,} are compared.",
            "Give the passage that matters, or add the whole as a transcript.",
        )
    digest = hash_of(text)
    document = Document(digest[:12], digest, Metadata())
    return tuple(
        Quote(
            id=statement_id(document.id, one.start, one.end),
            text=one.text,
            speaker=speaker,
            document=document,
            start=one.start,
            end=one.end,
            marks=tuple(map(str, one.marks)),
            paragraph=one.paragraph,
            before=one.before,
            after=one.after,
        )
        for one in found
    )
