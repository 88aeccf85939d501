"""Free text: which statements are taken to be on it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.comparison import TopicRef
from models.nomination import Position
from models.quote import Document, Quote
from models.topic import Settings
from models.transcript import Metadata, Speaker
from service.readers import Source
from service.topics.free_text import FLOOR, KEYWORDS, NEAREST, SHARE, keywords, least, named, nearest, similarities
from service.views import TopicRow

if TYPE_CHECKING:
    from models.embedding import Embedder
    from service.corpus import Corpus

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


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Ukraine and NATO", ("ukraine", "nato")),
        ("NATO's extension", ("nato", "extension")),
        ('"the right to keep" and bear arms', ("the right to keep", "bear", "arms")),
        ("“open skies” «New START» treaty", ("open skies", "New START", "treaty")),
        ('a quote " that never ends', ("quote", "ends")),
        ("the people of the country", ("country",)),
        ("NATO AND NOT (Ukraine OR NEAR*)", ("nato", "ukraine")),
        ("Ukraine Ukraine ukraine", ("ukraine",)),
        ("of the", ()),
        ('" " ""', ()),
        ("", ()),
    ],
)
def test_quoted_phrases_and_the_words_that_say_what_a_text_is_about_are_looked_for(
    typed: str, expected: tuple[str, ...]
) -> None:
    assert keywords(typed) == expected


def test_not_more_words_are_looked_for_than_can_be() -> None:
    assert len(keywords(" ".join(f"{a}{b}x" for a in "bcdfghjklm" for b in "bcdfghjklm"))) == KEYWORDS


def test_what_holds_the_words_is_on_the_topic_however_far() -> None:
    position = Position(ANNA, (quote(1, 1), quote(2, 2)), unit(89, 89))
    found = similarities(position.quotes, position.vectors, TEXT)
    kept = nearest(position, found, FLOOR, holding=("another", quote(2, 2).id))
    assert [one.id for one in kept.quotes] == [quote(2, 2).id]


def test_of_more_than_can_be_kept_those_that_hold_the_words_go_before_others_about_as_near() -> None:
    quotes = tuple(quote(number, number) for number in range(NEAREST + 5))
    position = Position(ANNA, quotes, np.ones((len(quotes), 2), np.float32))
    found = np.linspace(0.9, 0.8, len(quotes)).astype(np.float32)
    last = quotes[-1]
    assert last not in nearest(position, found, 0.4).quotes
    kept = nearest(position, found, 0.4, holding=(last.id,)).quotes
    assert last in kept
    assert len(kept) == NEAREST
    assert quotes[0] in kept


TALKS = """DR. OKORO:  Wheat and barley prices will rise after the harvest in HKX this autumn, and bread will cost more.

HKY must replace HKZ.

DR. VELDE:  Nurses work through the night in the hospitals of HKX, and many of them want to leave.

HKZ must not replace HKY.
"""


def test_a_name_that_the_embedder_does_not_know_is_found_in_either_database(
    corpus_factory: Callable[..., Corpus], new_database: Callable[[], str], embedder: Embedder
) -> None:
    from service.readers import Source

    corpus = corpus_factory(database_url=new_database())
    corpus.add(Source("talks.txt", TALKS.encode()))
    paragraphs = [paragraph.split(":  ")[-1] for paragraph in TALKS.strip().split("\n\n")]
    harvest, codes = (embedder.embed(["HKX", *paragraphs[:2]]) @ embedder.embed(["HKX"])[0])[1:]
    assert harvest < SHARE * codes, "what it means alone would leave it out"
    for topic in named("HKX", corpus.topics()):
        corpus.editing.rename(topic, "Care of the sick")  # so that no topic has the name
    for typed in ("HKX", "hkx,"):
        found = corpus.compare("Okoro", "Velde", topic=typed, include_unsure=True)
        assert found.first_searched.words >= len(paragraphs[0].split())
    corpus.close()


def test_an_id_of_a_topic_that_is_others_is_looked_for_by_its_words_and_says_so(topics_corpus: Corpus) -> None:
    gas = next(
        row for row in topics_corpus.topics() if any("gas" in one.text for one in topics_corpus.topic(row.id).quotes)
    )
    others = b"MS. BERG:  The gas pipeline brings warmth.\n\nMR. ROE:  The gas pipeline is a mistake."
    topics_corpus.add(Source("others.txt", others))
    own = [quote.id for quote in topics_corpus.topic(gas.id).quotes if quote.speaker.id in ("okoro", "velde")]
    elsewhere = next(row.id for row in topics_corpus.topics() if row.id != gas.id)
    assert topics_corpus.compare("okoro", "velde", gas.id).topic == TopicRef(gas.id, gas.name)
    topics_corpus.editing.move(own, elsewhere)
    for typed in (gas.id, gas.id.upper(), gas.name):
        found = topics_corpus.compare("okoro", "velde", typed)
        assert found.topic == TopicRef(None, typed)
        assert found.first_searched.statements
        (notice,) = [one for one in found.notices if one.kind == "of-others"]
        assert f"On the topic “{gas.name}” neither Minister Okoro nor Minister Velde says anything" in notice.words
        assert notice.path == f"/topics/{gas.id}"
    assert topics_corpus.compare("berg", "roe", gas.id).topic == TopicRef(gas.id, gas.name)
    limited = topics_corpus.compare("berg", "roe", gas.id, since="2030")
    assert (limited.topic, limited.notices) == (TopicRef(gas.id, gas.name), ())
