"""Free text: which statements are taken to be on it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.comparison import Document, Position, Quote
from models.topic import Settings
from models.transcript import Metadata, Speaker
from service.free_text import FLOOR, NEAREST, SHARE, least, named, nearest, similarities
from service.views import TopicRow

ANNA = Speaker("anna", "Anna")
TEXT = np.array([1, 0], np.float32)


def quote(number: int, paragraph: int) -> Quote:
    document = Document("d", "0" * 64, Metadata())
    return Quote(f"d-{number:04}", f"Statement {number}.", ANNA, document, number, number + 1, paragraph=paragraph)


def unit(*angles: float) -> np.ndarray:
    radians = np.radians(np.array(angles))
    return np.stack([np.cos(radians), np.sin(radians)], axis=1).astype(np.float32)


def test_a_statement_alone_in_its_paragraph_is_as_near_as_its_cosine() -> None:
    found = similarities([quote(1, 1), quote(2, 2)], unit(60, 90), TEXT)
    assert found.tolist() == pytest.approx([0.5, 0.0], abs=1e-6)


def test_a_statement_is_drawn_towards_its_paragraph() -> None:
    alone = similarities([quote(1, 1), quote(2, 2)], unit(0, 80), TEXT)
    together = similarities([quote(1, 1), quote(2, 1)], unit(0, 80), TEXT)
    assert together[1] > alone[1]
    assert together[0] < alone[0]


def test_the_cut_is_a_share_of_the_nearest_of_both_sides_but_never_below_the_floor() -> None:
    near, far = np.array([0.9, 0.1], np.float32), np.array([0.3], np.float32)
    assert least([near, far]) == pytest.approx(SHARE * 0.9)
    assert least([far]) == least([np.zeros(0, np.float32)]) == FLOOR


def test_the_nearest_are_kept_in_their_order_and_ties_go_by_id() -> None:
    quotes = tuple(quote(number, number) for number in range(NEAREST + 2))
    position = Position(ANNA, quotes, np.ones((len(quotes), 2), np.float32))
    found = np.full(len(quotes), 0.5, np.float32)
    found[-1] = 0.9
    kept = nearest(position, found, 0.4)
    assert kept.quotes == (*quotes[: NEAREST - 1], quotes[-1])
    assert len(kept.vectors) == NEAREST


def test_a_side_with_nothing_near_enough_is_empty() -> None:
    position = Position(ANNA, (quote(1, 1),), unit(89))
    empty = nearest(position, similarities(position.quotes, position.vectors, TEXT), FLOOR)
    assert (empty.quotes, empty.vectors.shape) == ((), (0, 2))
    nobody = Position(ANNA, (), np.zeros((0, 0), np.float32))
    assert nearest(nobody, similarities((), nobody.vectors, TEXT), FLOOR).quotes == ()


def test_a_text_means_the_topics_that_are_named_with_all_its_words() -> None:
    topics = [
        TopicRow("t1", "Russia and Ukraine", (), 5, (), None, Settings()),
        TopicRow("t2", "Ukrainian grain", (), 5, (), None, Settings()),
        TopicRow("t3", "Vaccines", (), 5, (), None, Settings()),
    ]
    assert named("ukraine", topics) == {"t1", "t2"}
    assert named("Ukraine and Russia", topics) == {"t1"}
    assert named("vaccine", topics) == {"t3"}
    assert named("the", topics) == named("", topics) == frozenset()


def test_all_of_a_topic_that_the_text_names_is_on_it_however_far() -> None:
    far = replace(quote(1, 1), topic="t1")
    position = Position(ANNA, (far, quote(2, 2)), unit(89, 89))
    found = similarities(position.quotes, position.vectors, TEXT)
    assert nearest(position, found, FLOOR, frozenset({"t1"})).quotes == (far,)
