"""Topics: groups that stay the same on every run and are named in their own words."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from models.phrases import noun_phrases
from models.topic import Decided, Origin, Said, Settings, Topic, in_context, join, moves, regroup

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


def columns(embedder: Embedder, said: dict[str, str]) -> Said:
    """Statements of which each stands alone in its paragraph; equal texts have equal keys."""
    ids, texts = list(said), list(said.values())
    return Said(ids, texts, texts, ids, embedder.embed(texts))


def grouped(
    embedder: Embedder, said: dict[str, str], previous: tuple[Topic, ...] = (), **decided: Any
) -> tuple[Topic, ...]:
    return regroup(columns(embedder, said), previous, Decided(**decided))


def having(topics: Sequence[Topic], member: str) -> Topic:
    (found,) = [topic for topic in topics if member in topic.members]
    return found


def test_statements_group_by_what_they_are_about_and_of_a_few_one_can_stand_alone(embedder: Embedder) -> None:
    members = {topic.members for topic in grouped(embedder, SAID)}
    assert {("b1", "b2", "b3"), ("c1",)} <= members
    assert all(len({m[0] for m in group}) == 1 for group in members)


def test_the_order_of_input_and_the_number_of_runs_change_nothing(embedder: Embedder) -> None:
    expected = grouped(embedder, SAID)
    for seed in range(6):
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


def test_a_topic_keeps_its_name_while_most_of_it_is_what_it_was(embedder: Embedder) -> None:
    before = [replace(topic, name="As it was called") for topic in grouped(embedder, SAID)]
    said = SAID | {"b4": "Rich countries hoard vaccines that the poor need."}
    assert having(grouped(embedder, said, tuple(before)), "b4").name == "As it was called"
    crowd = {f"b{number}": f"Vaccine factory number {number} makes doses for children." for number in range(5, 20)}
    assert having(grouped(embedder, SAID | crowd, tuple(before)), "b1").name != "As it was called"


def test_what_people_decided_stands_when_all_is_grouped_anew(embedder: Embedder) -> None:
    before = grouped(embedder, SAID)
    gas, vaccines = having(before, "a1"), having(before, "b1")
    edited = tuple(
        replace(topic, settings=Settings(version=1, renamed=True), name="Pipes") if topic == gas else topic
        for topic in before
    )
    after = grouped(embedder, SAID, edited, places={SAID["b3"]: gas.id, SAID["c1"]: None})
    assert (having(after, "b3").id, having(after, "b3").name) == (gas.id, "Pipes")
    assert having(after, "b1").id == vaccines.id
    assert not any("c1" in topic.members for topic in after)


def test_a_topic_with_decisions_of_people_outlives_its_statements(embedder: Embedder) -> None:
    before = tuple(replace(one, settings=Settings(version=1)) for one in grouped(embedder, SAID))
    gas = having(before, "a1")
    without = {one: text for one, text in SAID.items() if one[0] != "a"}
    empty = next(topic for topic in grouped(embedder, without, before) if topic.id == gas.id)
    assert empty.members == ()
    known = {gas.id: {SAID["a1"], SAID["a2"], SAID["a3"]}}
    assert having(grouped(embedder, SAID, (empty,), known=known), "a1").id == gas.id


def test_nothing_joins_a_locked_topic(embedder: Embedder) -> None:
    before = tuple(replace(one, settings=Settings(version=1, locked=True)) for one in grouped(embedder, SAID))
    more = {"b4": "Rich countries hoard vaccines that the poor need."}
    places = {SAID[member]: topic.id for topic in before for member in topic.members}
    after = grouped(embedder, SAID | more, before, places=places)
    assert having(after, "b4").id not in {topic.id for topic in before}
    assert [topic.members for topic in after if topic.id in places.values()] == [topic.members for topic in before]
    assert join(columns(embedder, more), before, {})[0] == [None]


def test_an_issue_takes_what_is_near_to_it_and_is_kept_without(embedder: Embedder) -> None:
    listed = tuple(
        Topic(one, one.title(), (), (), Settings(origin=Origin.ISSUE)) for one in ("vaccines", "space-travel")
    )
    probes = {topic.id: embedder.embed([topic.name]) for topic in listed}
    topics = {topic.id: topic for topic in grouped(embedder, SAID, listed, probes=probes)}
    assert topics["vaccines"].members == ("b1", "b2", "b3")
    assert topics["space-travel"].members == ()


def test_new_statements_join_what_is_there_and_move_nothing(embedder: Embedder) -> None:
    topics = grouped(embedder, SAID)
    more = {"b4": "Rich countries hoard vaccines that the poor need.", "a4": "The gas pipeline is unsafe."}
    sizes = {topic.id: len(topic.members) for topic in topics}
    places, changed = join(columns(embedder, more), topics, sizes)
    assert places == [having(topics, "b1").id, having(topics, "a1").id]
    assert {topic.id for topic in changed} == set(places)


def test_new_statements_about_something_of_their_own_begin_a_topic(embedder: Embedder) -> None:
    topics = grouped(embedder, SAID)
    more = {f"d{number}": f"Bears came into {number} villages and ate the bees' honey." for number in range(4)}
    places, changed = join(columns(embedder, more), topics, {}, Decided(gone=["bears"]))
    (begun,) = [topic for topic in changed if topic.id not in {one.id for one in topics}]
    assert places == [begun.id] * 4
    assert begun.members == tuple(more)
    assert begun.id != "bears"
    assert any(word in begun.name for word in ("Bear", "bees", "villages", "honey", "Villages", "Honey"))


def test_moves_name_what_moved_began_and_ended() -> None:
    found = moves({"1": "a", "2": "a", "3": "b", "4": None}, {"1": "a", "2": "c", "4": "a", "5": "c", "6": None})
    assert found.moved == (("2", "a", "c"), ("4", None, "a"))
    assert (found.begun, found.ended, found.joined) == (("c",), ("b",), {"c": 1})


def test_a_statement_is_drawn_to_its_paragraph_whatever_the_order() -> None:
    vectors = np.eye(3, dtype=np.float32)
    drawn = in_context(vectors, ["p", "q", "p"])
    assert drawn[1].tolist() == [0, 1, 0]
    assert drawn[0, 2] == pytest.approx(drawn[2, 0])
    assert 0 < drawn[0, 2] < drawn[0, 0]
    assert np.allclose(in_context(vectors, np.array([7, 3, 7])), drawn)


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


def made(degrees: dict[str, float]) -> Said:
    """Statements whose vectors lie at these angles of a plane, a statement a paragraph."""
    angles = np.radians(list(degrees.values()))
    vectors = np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)
    return Said(list(degrees), list(degrees), [f"The harbour of {one} is closed." for one in degrees], None, vectors)


def test_an_id_does_not_go_over_to_another_subject_step_by_step() -> None:
    """Each time, half of the topic's statements have gone, and as many have come that are about something near it."""
    topics = regroup(made({**{f"a{number}": 0 for number in range(8)}, **{f"z{number}": 180 for number in range(4)}}))
    first, other = having(topics, "a0").id, having(topics, "z0").id
    ids = []
    for step in range(1, 9):
        said = {f"a{number}": 10.0 * (number // 4 - 1) for number in range(4 * step, 4 * step + 8)}
        topics = regroup(made({**said, **{f"z{number}": 180 for number in range(4)}}), topics)
        ids.append(having(topics, f"a{4 * step + 7}").id)
        assert having(topics, "z0").id == other
    assert ids[0] == first  # much the same
    assert ids[-1] != first  # at a right angle to it
    ended = ids.index(next(one for one in ids if one != first))
    assert first not in ids[ended:]


def test_a_topic_that_falls_apart_gives_its_id_to_none_of_its_parts() -> None:
    parts = {"a": 0, "b": 120, "c": 240}
    before = regroup(made({f"{part}{number}": 0 for part in parts for number in range(4)}))
    after = regroup(made({f"{part}{number}": at for part, at in parts.items() for number in range(4)}), before)
    assert len(before) == 1
    assert len(after) == 3
    assert before[0].id not in {topic.id for topic in after}


def test_of_a_long_paragraph_what_is_near_says_what_a_statement_is_about() -> None:
    vectors = np.eye(9, dtype=np.float32)
    drawn = in_context(vectors, ["p"] * 9)
    assert np.flatnonzero(drawn[4]).tolist() == [1, 2, 3, 4, 5, 6, 7]
    assert drawn[4, 4] > drawn[4, 3] == drawn[4, 7] > 0
    apart = in_context(vectors, [at % 2 for at in range(9)])
    assert np.flatnonzero(apart[4]).tolist() == [0, 2, 4, 6, 8]
