"""A comparison is made again from its published JSON, and nothing of it is lost on the way."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.comparison import Comparison, Pair, Searched, Steps, TopicRef
from models.published import as_json, from_json
from models.quote import Document, Quote
from models.relation import Relation
from models.review import Notice, Review, Status
from models.transcript import Mark, Metadata, Record, Speaker

if TYPE_CHECKING:
    from service.corpus import Corpus

SAID = (
    "The road must be widened by 2030 if traffic grows.",
    "The road must not be widened by 2050.",
    "Our partners have stated that 5,000 troops left.",
    "We will respond with force, and 20,000 troops stay.",
    "هذا الطريق لن يُوسَّع",
    "Le café\n\n fermé — \\*never\\*",
)
words = st.sampled_from(SAID) | st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
maybe = st.none() | words
shares = st.floats(0, 1).map(lambda value: round(value, 4))


def notices() -> st.SearchStrategy[tuple[Notice, ...]]:
    return st.lists(st.builds(Notice, st.sampled_from(["corrected", "caveat"]), words, maybe), max_size=2).map(tuple)


@st.composite
def quotes(draw: st.DrawFn) -> Quote:
    text, start = draw(words), draw(st.integers(0, 9999))
    known = Metadata(*(draw(maybe) for _ in range(6)), draw(st.none() | st.sampled_from(Record)))
    return Quote(
        id=f"d-{start}-{start + len(text)}",
        text=text,
        speaker=Speaker(draw(words), draw(words), draw(maybe), draw(maybe)),
        document=Document(draw(words), draw(words), known, draw(maybe)),
        start=start,
        end=start + len(text),
        marks=tuple(map(str, draw(st.lists(st.sampled_from(Mark), max_size=2, unique=True)))),
        paragraph=draw(st.none() | st.integers(1, 99)),
        before=draw(words),
        after=draw(words),
    )


def pairs(runner_up: st.SearchStrategy[Pair | None]) -> st.SearchStrategy[Pair]:
    reviews = st.builds(Review, st.sampled_from(Status), words | st.just(""), maybe, words | st.just(""))
    steps = st.builds(Steps, shares, st.tuples(shares, shares, shares), shares, shares)
    relations = st.sampled_from([Relation.OPPOSES, Relation.AGREES, Relation.UNSURE])
    return st.builds(
        Pair, relations, shares, shares, shares, quotes(), quotes(), steps, st.none(), runner_up, reviews, notices()
    )


searched = st.builds(Searched, st.integers(0, 99), st.integers(0, 999))
comparisons = st.builds(
    Comparison,
    topic=st.none() | st.builds(TopicRef, maybe, words),
    first=st.builds(Speaker, words, words, maybe, maybe),
    second=st.builds(Speaker, words, words, maybe, maybe),
    first_framing=words,
    second_framing=words,
    pairs=st.lists(pairs(st.none() | pairs(st.none())), max_size=3).map(tuple),
    first_searched=searched,
    second_searched=searched,
    unsure=st.integers(0, 9),
    nearest=st.none() | pairs(st.none()),
    hidden=st.integers(0, 9),
    made_with=st.dictionaries(words, shares, max_size=2),
    notices=notices(),
)


@settings(max_examples=60, deadline=None)
@given(comparisons)
def test_what_is_made_again_has_the_same_json(comparison: Comparison) -> None:
    published: dict[str, Any] = json.loads(json.dumps(as_json(comparison)))
    assert as_json(from_json(published)) == published


@pytest.mark.parametrize("asked", [{}, {"include_unsure": True}, {"topic": "buses"}, {"min_confidence": 1}])
def test_a_real_comparison_is_made_again_whole(council_corpus: Corpus, asked: dict[str, Any]) -> None:
    found = council_corpus.compare(**asked)
    again = from_json(json.loads(json.dumps(as_json(found))))
    assert as_json(again) == as_json(found)
    quotes = [
        replace(one.first, topic=None, document=replace(one.first.document, retrieved=None)) for one in found.pairs
    ]
    assert quotes == [pair.first for pair in again.pairs]
    assert [(p.why, p.steps, p.review, p.notices) for p in again.pairs] == [
        (p.why, p.steps, p.review, p.notices) for p in found.pairs
    ]
    assert (again.first, again.second, again.hidden) == (found.first, found.second, found.hidden)
    assert (again.nearest and again.nearest.first.id) == (found.nearest and found.nearest.first.id)
