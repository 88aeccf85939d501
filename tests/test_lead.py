"""The sentence before the numbers: it says no more than what is marked in the two quotes."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.comparison import Pair
from models.why import why
from service.app import create_app
from service.config import Config
from service.rendering.lead import lead

if TYPE_CHECKING:
    from service.corpus import Corpus


@pytest.fixture(scope="module")
def pair(council_corpus: Corpus) -> Pair:
    return council_corpus.compare().pairs[0]


def said(pair: Pair, first: str, second: str) -> str:
    quotes = replace(pair.first, text=first), replace(pair.second, text=second)
    return lead(replace(pair, first=quotes[0], second=quotes[1], why=why(first, second)))


def test_it_names_what_both_speak_of_and_who_demands(pair: Pair) -> None:
    first, second = pair.first.speaker.name, pair.second.speaker.name
    found = said(pair, "The bridge must be built this year.", "The bridge was built by farmers.")
    assert "oth speak of “bridge”" in found
    assert f"{first} demands something and {second} does not" in found
    other = said(pair, "The bridge was built by farmers.", "The bridge must be built this year.")
    assert f"{second} demands something and {first} does not" in other


def test_where_nothing_is_marked_it_is_the_models_estimate(pair: Pair) -> None:
    assert lead(replace(pair, why=None)) == f"That the pair is “{pair.relation}” is the model’s estimate."


def test_the_page_leads_with_it(council_corpus: Corpus, pair: Pair) -> None:
    page = create_app(Config(), council_corpus).test_client().get("/compare", headers={"Accept": "text/html"}).text
    assert page.index('class="lead-in"') < page.index('<dl class="steps">')
