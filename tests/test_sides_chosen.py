"""Which two speakers are set side by side where nobody says which: never one who says nothing where another does."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.app import create_app
from service.config import Config
from service.errors import NotFound
from service.readers import Source

if TYPE_CHECKING:
    from service.corpus import Corpus

ROUND = """MS. ADLER:  The Zanzibar treaty must be kept by all who signed it. We met many farmers in the north.

MS. BELL:  Our partners have stated that the Zanzibar treaty must be kept. Our partners have said that the
Zanzibar treaty is good. Our partners have claimed that the Zanzibar treaty protects everybody.

Our hospitals need more nurses in every town. In the south our partners have said that wine is a medicine.

MS. CRANE:  The Zanzibar treaty is dead. The trains have to be on time again.

MS. DRAKE:  Bread has become too dear for most families. The school year is too long for children.
"""


@pytest.fixture
def round_table(corpus: Corpus) -> Corpus:
    corpus.add(Source("round.txt", ROUND.encode()))
    return corpus


def sides(corpus: Corpus, topic: str, first: str | None = None) -> list[tuple[str, int]]:
    found = corpus.compare(first=first, topic=topic)
    return [
        (found.first.name, found.first_searched.statements),
        (found.second.name, found.second_searched.statements),
    ]


def test_who_only_reports_what_others_hold_is_not_chosen_before_who_says_something(round_table: Corpus) -> None:
    assert sides(round_table, "Zanzibar treaty") == [("Ms. Adler", 1), ("Ms. Crane", 1)]


def test_the_same_holds_of_a_topic_that_was_found(round_table: Corpus) -> None:
    row = round_table.topic("zanzibar-treaty").row
    assert row.speakers[0][0].name == "Ms. Bell"
    assert sides(round_table, row.id) == [("Ms. Adler", 1), ("Ms. Crane", 1)]
    assert sides(round_table, row.id, "bell") == [("Ms. Bell", 0), ("Ms. Adler", 1)]


def test_what_is_only_said_to_be_held_by_others_is_no_silence(round_table: Corpus) -> None:
    with pytest.raises(NotFound, match="only what speakers say that others hold") as error:
        round_table.compare(topic="wine")
    assert "include=reported" in error.value.remedy
    assert round_table.compare(topic="wine", include_reported=True).topic is not None


def test_where_one_alone_says_something_the_page_says_so(round_table: Corpus) -> None:
    client = create_app(Config(), round_table).test_client()
    page = client.get("/compare?topic=bread", headers={"Accept": "text/html"}).text
    assert "In all that was searched, only Ms. Drake spoke on this topic. There is nothing to set against it." in page
    named = client.get("/compare?topic=bread&first=drake&second=crane", headers={"Accept": "text/html"}).text
    assert "Nothing of Ms. Crane was found" in named
