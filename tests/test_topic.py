"""Topics: groups that stay the same on every run and are named in their own words."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from models.phrases import noun_phrases
from models.topic import Said, Topic, regroup

if TYPE_CHECKING:
    from models.embedding import Embedder

SAID = {
    "a1": "The gas pipeline makes Europe depend on one supplier.",
    "a2": "Without the gas pipeline the winter will be cold in Europe.",
    "a3": "We will buy liquefied gas from other suppliers instead.",
    "b1": "Vaccines must reach the poorest countries first.",
    "b2": "We donated two million vaccine doses to poor countries.",
    "b3": "Patents keep vaccines out of the hands of the poor.",
    "c1": "The new opera house opens in May.",
}


def grouped(embedder: Embedder, said: dict[str, str], previous: tuple[Topic, ...] = ()) -> tuple[Topic, ...]:
    ids, texts = list(said), list(said.values())
    return regroup(Said(ids, texts, texts, ids, embedder.embed(texts)), previous)


def test_statements_group_by_what_they_are_about_and_of_a_few_one_can_stand_alone(embedder: Embedder) -> None:
    members = {topic.members for topic in grouped(embedder, SAID)}
    assert {("b1", "b2", "b3"), ("c1",)} <= members
    assert all(len({m[0] for m in group}) == 1 for group in members)


def test_the_order_of_input_and_the_number_of_runs_change_nothing(embedder: Embedder) -> None:
    expected = grouped(embedder, SAID)
    for seed in range(20):
        shuffled = list(SAID.items())
        random.Random(seed).shuffle(shuffled)
        assert grouped(embedder, dict(shuffled)) == expected


def test_a_topic_is_named_by_a_phrase_of_its_statements(embedder: Embedder) -> None:
    for topic in grouped(embedder, SAID):
        said = " ".join(SAID[member] for member in topic.members).lower()
        assert all(word in said for word in topic.name.lower().split(" and ")[0].split())


def test_a_topic_keeps_its_id_when_statements_join_it(embedder: Embedder) -> None:
    before = grouped(embedder, SAID)
    after = grouped(embedder, SAID | {"b4": "Rich countries hoard vaccines that the poor need."}, before)
    (old,) = [topic for topic in before if "b1" in topic.members]
    (new,) = [topic for topic in after if "b1" in topic.members]
    assert "b4" in new.members
    assert new.id == old.id


def test_the_id_of_a_vanished_topic_is_not_given_to_another(embedder: Embedder) -> None:
    before = grouped(embedder, SAID)
    vanished = {topic.id for topic in before if "b1" in topic.members}
    after = grouped(embedder, {k: v for k, v in SAID.items() if k[0] != "b"}, before)
    assert not vanished & {topic.id for topic in after}


def test_one_statement_is_a_topic_and_none_are_none(embedder: Embedder) -> None:
    assert [topic.members for topic in grouped(embedder, {"a1": SAID["a1"]})] == [("a1",)]
    assert grouped(embedder, {}) == ()


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("We defend the territorial integrity of Georgia.", "territorial integrity of Georgia"),
        ("They plan to expand the alliance’s missile shield.", "missile shield"),
        ("We plan to leave.", None),
    ],
)
def test_noun_phrases_are_found_as_printed(sentence: str, expected: str | None) -> None:
    found = [phrase.text for phrase in noun_phrases(sentence)]
    assert expected in found if expected else found == []


def test_a_country_and_its_people_are_one_term() -> None:
    (country,), (people,) = noun_phrases("in Ukraine"), noun_phrases("a Ukrainian")
    assert country.key == people.key
