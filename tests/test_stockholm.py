"""The acceptance input: what two foreign ministers said in Stockholm on 2 December 2021, from file to comparison."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from models.comparison import Comparison
from models.published import as_json
from models.relation import Relation
from models.transcript import Mark
from service.rendering.wording import silence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from models.embedding import Embedder
    from models.relation import RelationClassifier
    from service.config import Config
    from service.corpus import Corpus

WORDS = re.compile(r"[\w’'-]+")
COURTESIES = ("thank you", "good to see you", "let’s get down to work", "good to be with you")


@pytest.fixture(scope="module")
def about_ukraine(stockholm_corpus: Corpus) -> str:
    """The id of the topic that a reader would pick for Ukraine: the one named after it."""
    (row,) = [row for row in stockholm_corpus.topics() if "ukrain" in row.name.lower()]
    return row.id


@pytest.fixture(scope="module", params=["topic", "all topics", "typed", "its name"])
def comparison(request: pytest.FixtureRequest, stockholm_corpus: Corpus, about_ukraine: str) -> Comparison:
    topic = {"topic": about_ukraine, "all topics": None, "typed": "Ukraine and NATO", "its name": "Ukraine"}[
        request.param
    ]
    return stockholm_corpus.compare(first="Lavrov", second="Blinken", topic=topic)


def test_it_has_two_speakers_and_the_interpreter_is_marked(stockholm_corpus: Corpus) -> None:
    by_name = {row.speaker.name: row for row in stockholm_corpus.speakers()}
    assert {name.split()[-1] for name in by_name} == {"Lavrov", "Blinken"}
    (document,) = stockholm_corpus.documents()
    for utterance in stockholm_corpus.document(document.id).utterances:
        assert utterance.speaker is not None
        assert (Mark.INTERPRETED in utterance.marks) == utterance.speaker.name.endswith("Lavrov")


def test_no_statement_comes_from_the_banner_or_the_footer(stockholm_corpus: Corpus) -> None:
    (document,) = stockholm_corpus.documents()
    text = stockholm_corpus.text(document.id)
    first_word, last_word = text.index("So Mr. Secretary"), text.index("U.S. Department of State")
    quotes = [quote for topic in stockholm_corpus.topics() for quote in stockholm_corpus.topic(topic.id).quotes]
    assert quotes
    assert all(first_word <= quote.start < quote.end < last_word for quote in quotes)


def test_every_quote_is_the_slice_it_claims_to_be(stockholm_corpus: Corpus, comparison: Comparison) -> None:
    for pair in comparison.pairs:
        for quote in (pair.first, pair.second):
            assert stockholm_corpus.text(quote.document.id)[quote.start : quote.end] == quote.text


def test_natos_extension_stands_opposite_ukraines_sovereignty(comparison: Comparison) -> None:
    told = [(pair.first.text, pair.second.text) for pair in comparison.of(Relation.OPPOSES)[:3]]
    assert any(
        ("NATO’s extension" in first or "indivisible security" in first)
        and ("sovereignty" in second or "aggression" in second)
        for first, second in told
    )


def test_the_title_frames_each_side_in_its_own_words(comparison: Comparison) -> None:
    first, second = comparison.title.split(" vs. ")
    assert re.search(r"NATO|security", first)
    assert re.search(r"Ukrain|sovereignty", second)
    for framing, side in ((first, "first"), (second, "second")):
        quotes = " ".join(getattr(pair, side).text for pair in comparison.pairs)
        assert set(WORDS.findall(framing)) <= set(WORDS.findall(quotes))


def test_other_matters_lie_in_other_topics_or_in_none(stockholm_corpus: Corpus, about_ukraine: str) -> None:
    said = " ".join(quote.text for quote in stockholm_corpus.topic(about_ukraine).quotes)
    for other in ("Iran", "Nagorno-Karabakh", "Trevor Reed", "Vienna"):
        assert other not in said


def test_courtesies_pair_with_nothing(stockholm_corpus: Corpus) -> None:
    everything = stockholm_corpus.compare(first="Lavrov", second="Blinken", limit=100, include_unsure=True)
    assert everything.pairs
    for pair in everything.pairs:
        for quote in (pair.first, pair.second):
            assert not any(courtesy in quote.text.lower() for courtesy in COURTESIES)


def test_lavrov_is_not_paired_by_what_he_says_that_nato_holds(stockholm_corpus: Corpus) -> None:
    for topic in (None, "Ukraine", "Ukraine and NATO"):
        found = stockholm_corpus.compare("Lavrov", "Blinken", topic=topic, limit=100, include_unsure=True)
        quotes = [quote for pair in found.pairs for quote in (pair.first, pair.second)]
        assert quotes
        assert not any("our NATO partners" in quote.text for quote in quotes)


def test_where_nothing_opposes_it_says_so_and_how_much_was_searched(stockholm_corpus: Corpus) -> None:
    silent = stockholm_corpus.compare(first="Lavrov", second="Blinken", topic="Iran")
    assert silent.of(Relation.OPPOSES) == ()
    assert re.match(r"No opposing statements found\. \d+ and \d+ words on this topic", silence(silent))


@pytest.fixture(scope="module")
def another(
    stockholm: Path, config_factory: Callable[..., Config], embedder: Embedder, classifier: RelationClassifier
) -> Corpus:
    """The same file in another database, for which the models compute all there is once more."""
    from service.corpus import Corpus
    from service.readers import Source
    from service.store.store import Store

    config = config_factory()
    corpus = Corpus(Store(config.resolved_database_url()), embedder, classifier, config)
    corpus.add(Source(stockholm.name, stockholm.read_bytes()))
    return corpus


def test_another_database_gives_the_same_answer(another: Corpus, comparison: Comparison) -> None:
    topic = comparison.topic
    again = another.compare(first="Lavrov", second="Blinken", topic=(topic.id or topic.name) if topic else None)
    assert as_json(again) == as_json(comparison)
