"""The balance: whose words were searched, in words and as a bar, wherever a comparison is shown."""

from __future__ import annotations

import csv
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.comparison import Searched
from service.app import create_app
from service.config import Config
from service.exports import export
from service.rendering.balance import Balance, balance
from service.rendering.wording import balance_words

if TYPE_CHECKING:
    from models.comparison import Comparison
    from service.corpus import Corpus


@pytest.fixture(scope="module")
def comparison(council_corpus: Corpus) -> Comparison:
    found = council_corpus.compare()
    return replace(found, first_searched=Searched(6, 214), second_searched=Searched(5, 131))


def test_it_says_in_words_and_per_cent_who_said_how_much(comparison: Comparison) -> None:
    assert balance_words(comparison) == "Mayor O'Malley 214 words (62 %), Minister Lindqvist 131 (38 %)"


@pytest.mark.parametrize(
    ("first", "second", "shares"),
    [(1, 1, (50, 50)), (0, 7, (0, 100)), (1, 999, (1, 99)), (999, 1, (99, 1)), (1, 2, (33, 67)), (0, 0, None)],
)
def test_shares_add_up_and_whoever_spoke_has_one(
    comparison: Comparison, first: int, second: int, shares: tuple[int, int] | None
) -> None:
    found = replace(comparison, first_searched=Searched(1, first), second_searched=Searched(1, second))
    assert balance(found) == (Balance(*shares) if shares else None)
    assert bool(balance_words(found)) == (shares is not None)


def test_exports_say_it(comparison: Comparison) -> None:
    said = "6 statements, 214 words (62 %); Minister Lindqvist: 5 statements, 131 words (38 %)"
    assert said in export(comparison, "md").decode()
    assert said in export(comparison, "html").decode()
    row = next(csv.DictReader(export(comparison, "csv").decode("utf-8-sig").splitlines()))
    searched = {name: int(value) for name, value in row.items() if "_searched_" in name}
    assert list(searched.values()) == [6, 214, 5, 131, 0, 0]


@pytest.mark.parametrize("address", ["/compare?format=html", "/embed/compare"])
def test_page_and_embed_draw_it_with_a_text_alternative(council_corpus: Corpus, address: str) -> None:
    found = council_corpus.compare()
    page = create_app(Config(), council_corpus).test_client().get(address).text
    bar = page.partition('<svg role="img"')[2].partition("</svg>")[0].replace("&#39;", "'")
    assert f'aria-label="{balance_words(found)}"' in bar
    shares = balance(found)
    assert shares is not None
    assert f'<rect width="{shares.first}"' in bar
