"""A comparison nominates by similarity, decides by relation, shows a statement once, and is silent when unsure."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.comparison import Comparison, compare
from models.framing import SILENT
from models.nomination import Position
from models.published import as_json
from models.quote import Document, Quote
from models.relation import Relation
from models.transcript import Metadata, Speaker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.embedding import Embedder
    from models.relation import RelationClassifier

MINISTER = [
    "Sanctions only hurt ordinary families.",
    "Nuclear energy is dangerous and should be phased out.",
    "School uniforms should be worn by every child.",
]
SENATOR = [
    "Sanctions are the best way to stop the war.",
    "Nuclear energy is safe and we should build more plants.",
    "The museum has extended its opening hours.",
]


def position(name: str, texts: Sequence[str], embedder: Embedder, topic: str | None = None) -> Position:
    speaker = Speaker(name.lower(), name)
    document = Document("d", "0" * 64, Metadata(title="Debate"))
    quotes = tuple(
        Quote(f"{name}-{at}", text, speaker, document, at, at + len(text), topic=topic) for at, text in enumerate(texts)
    )
    return Position(speaker, quotes, embedder.embed(texts))


@pytest.fixture(scope="module")
def compared(embedder: Embedder, classifier: RelationClassifier) -> Comparison:
    return compare(
        position("Minister", MINISTER, embedder),
        position("Senator", SENATOR, embedder),
        classifier.judge,
        embedder.embed,
        thresholds=classifier.thresholds,
    )


def test_each_opposition_pairs_what_is_said_on_one_matter(compared: Comparison) -> None:
    opposed = {(pair.first.text, pair.second.text) for pair in compared.of(Relation.OPPOSES)}
    assert opposed == {(MINISTER[0], SENATOR[0]), (MINISTER[1], SENATOR[1])}


def test_what_is_unlike_anything_pairs_with_nothing(compared: Comparison) -> None:
    paired = {quote.text for pair in compared.pairs for quote in (pair.first, pair.second)}
    assert MINISTER[2] not in paired
    assert SENATOR[2] not in paired


def test_a_statement_stands_in_one_pair_of_a_kind(embedder: Embedder, classifier: RelationClassifier) -> None:
    result = compare(
        position("Minister", [MINISTER[1], MINISTER[1] + " It should go."], embedder),
        position("Senator", [SENATOR[1]], embedder),
        classifier.judge,
        embedder.embed,
        thresholds=classifier.thresholds,
    )
    assert len(result.of(Relation.OPPOSES)) == 1


def test_swapping_the_sides_swaps_the_pairs_and_nothing_else(
    compared: Comparison, embedder: Embedder, classifier: RelationClassifier
) -> None:
    swapped = compare(
        position("Senator", SENATOR, embedder),
        position("Minister", MINISTER, embedder),
        classifier.judge,
        embedder.embed,
        thresholds=classifier.thresholds,
    )
    assert [(p.second, p.first, p.opposition) for p in swapped.pairs] == [
        (p.first, p.second, p.opposition) for p in compared.pairs
    ]
    assert swapped.title == " vs. ".join(reversed(compared.title.split(" vs. ")))


def test_pairs_below_the_threshold_are_counted_but_shown_only_when_asked_for(
    embedder: Embedder, classifier: RelationClassifier
) -> None:
    sides = position("Minister", MINISTER, embedder), position("Senator", SENATOR, embedder)
    never = {"opposes": 1.1, "agrees": 1.1, "differs": 1.1}
    silent = compare(*sides, classifier.judge, embedder.embed, thresholds=never)
    assert silent.pairs == ()
    assert silent.unsure == 2
    assert silent.nearest is not None
    asked = compare(*sides, classifier.judge, embedder.embed, thresholds=never, include_unsure=True)
    assert [pair.relation for pair in asked.pairs] == [Relation.UNSURE] * 2


def test_a_limit_and_a_least_confidence_only_take_away(
    compared: Comparison, embedder: Embedder, classifier: RelationClassifier
) -> None:
    sides = position("Minister", MINISTER, embedder), position("Senator", SENATOR, embedder)
    one = compare(*sides, classifier.judge, embedder.embed, thresholds=classifier.thresholds, limit=1)
    assert one.pairs == compared.pairs[:1]
    none = compare(*sides, classifier.judge, embedder.embed, thresholds=classifier.thresholds, min_confidence=1.0)
    assert none.pairs == ()


def test_across_topics_a_loose_pair_must_be_more_certain(embedder: Embedder) -> None:
    def judge(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        return np.tile([0.2, 0.7, 0.1], (len(pairs), 1))

    def opposed(first: str, second: str) -> int:
        sides = position("A", [MINISTER[0]], embedder, first), position("B", [SENATOR[0]], embedder, second)
        assert 0.3 < float(sides[0].vectors[0] @ sides[1].vectors[0]) < 0.5
        thresholds = {"opposes": 0.65, "agrees": 0.85, "differs": 0.5}
        return len(compare(*sides, judge, embedder.embed, thresholds=thresholds).of(Relation.OPPOSES))

    assert opposed("war", "war") == 1
    assert opposed("war", "economy") == 0


def test_an_agreement_takes_closeness_besides_approval(embedder: Embedder) -> None:
    def judge(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        return np.tile([0.95, 0.03, 0.02], (len(pairs), 1))

    loose = position("A", [MINISTER[0]], embedder, "war"), position("B", [SENATOR[0]], embedder, "war")
    close = position("A", [MINISTER[1]], embedder, "power"), position("B", [SENATOR[1]], embedder, "power")
    thresholds = {"opposes": 0.65, "agrees": 0.85, "differs": 0.5}
    assert compare(*loose, judge, embedder.embed, thresholds=thresholds).pairs == ()
    assert [p.relation for p in compare(*close, judge, embedder.embed, thresholds=thresholds).pairs] == [
        Relation.AGREES
    ]


def test_oppositions_below_the_confidence_asked_for_are_counted(
    compared: Comparison, embedder: Embedder, classifier: RelationClassifier
) -> None:
    sides = position("Minister", MINISTER, embedder), position("Senator", SENATOR, embedder)
    strict = compare(*sides, classifier.judge, embedder.embed, thresholds=classifier.thresholds, min_confidence=1.0)
    assert (len(strict.pairs), strict.hidden) == (0, len(compared.of(Relation.OPPOSES)))
    assert compared.hidden == 0


def test_a_side_that_said_nothing_is_a_result_not_an_error(embedder: Embedder, classifier: RelationClassifier) -> None:
    nobody = Position(Speaker("nobody", "Nobody"), (), np.zeros((0, embedder.dimensions), np.float32))
    result = compare(
        position("Minister", MINISTER, embedder),
        nobody,
        classifier.judge,
        embedder.embed,
        thresholds=classifier.thresholds,
    )
    assert result.pairs == ()
    assert result.second_searched.statements == 0
    assert result.second_framing == SILENT


def test_the_json_has_the_published_shape(compared: Comparison) -> None:
    body = as_json(compared)
    assert {"topic", "title", "first", "second", "pairs", "searched", "made_with"} <= set(body)
    pair = body["pairs"][0]
    assert {"relation", "similarity", "opposition", "confidence", "first", "second"} <= set(pair)
    assert {"text", "speaker", "document", "document_sha256", "start", "end", "marks"} <= set(pair["first"])
    assert {"id", "title", "date", "place", "url", "record"} <= set(pair["first"]["document"])
    assert pair["opposition"] == round(pair["opposition"], 4)


def test_a_side_is_framed_by_what_it_asserts_and_not_by_what_it_says_that_others_hold(embedder: Embedder) -> None:
    def judge(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        return np.tile([0.01, 0.98, 0.01], (len(pairs), 1))

    reported = "Our critics claim that the harbour is a nest of smugglers, but we do not."
    first = position("Minister", [reported, "The lighthouse guides every ship."], embedder)
    second = position("Senator", ["The harbour is a nest of smugglers."], embedder)
    thresholds = {"opposes": 0.65, "agrees": 0.85, "differs": 0.5}
    found = compare(first, second, judge, embedder.embed, thresholds=thresholds)
    assert found.pairs[0].first.text == reported
    assert found.first_framing.startswith("lighthouse")
    assert "smugglers" in found.second_framing
