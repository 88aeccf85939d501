"""What a reader of a score is told of it: by name, on every page and in every file, with the figure of the place."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from service.app import create_app
from service.config import Config
from service.exports import export
from service.exports.html import fragment
from service.rendering.caution import Caution
from service.review.error_card import ErrorCard, Figure

if TYPE_CHECKING:
    from service.corpus import Corpus

TOLD = (
    "it is not how often they are right. About half of the pairs shown as opposing opposed when they were read blind."
)
OWN = "Of 12 shown pairs that were read here, 9 stood: 75 %"


def card(present: Figure, sample: Figure) -> ErrorCard:
    return ErrorCard(present, sample, present, (), (), ())


def test_pages_and_embeds_name_the_score_and_say_how_often_pairs_stand(council_copy: Corpus) -> None:
    client = create_app(Config(), council_copy).test_client()
    found = council_copy.compare()
    pair, score = found.pairs[0], f"model’s score {found.pairs[0].confidence:.2f}"
    two = f"first={pair.first.id}&second={pair.second.id}"
    frozen = client.post("/snapshots", json={}).get_json()["path"]
    sides = f"first={found.first.id}&second={found.second.id}"
    for path in ("/compare", "/embed/compare", f"/embed/pair?{two}", frozen, f"/embed{frozen}", f"/brief?{sides}"):
        words = client.get(path, headers={"Accept": "text/html"}).text
        assert score in words, path
        assert TOLD in words, path
        assert "/review/errors" in words or path == frozen, path


@pytest.mark.parametrize("name", ["html", "md", "docx", "csv"])
def test_every_file_says_it_too_with_the_figure_of_the_place(council_corpus: Corpus, name: str) -> None:
    found = council_corpus.compare()
    assert TOLD in _words(name, export(found, name))
    own = Caution(card(Figure("all", 9, 12), Figure("drawn", 1, 2)).stood, "https://example.org/review/errors")
    words = _words(name, export(found, name, caution=own))
    assert OWN in words
    assert TOLD not in words


def test_the_fragment_to_paste_says_it(council_corpus: Corpus) -> None:
    assert TOLD in fragment(council_corpus.compare())


def test_the_pairs_drawn_at_random_speak_where_enough_of_them_were_read() -> None:
    drawn = card(Figure("all", 9, 30), Figure("drawn", 9, 12)).stood
    assert drawn is not None
    assert drawn.startswith(OWN)
    assert card(Figure("all", 9, 9), Figure("drawn", 9, 9)).stood is None


def _words(name: str, data: bytes) -> str:
    if name == "docx":
        return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    if name == "csv":
        return next(iter(csv.DictReader(io.StringIO(data.decode("utf-8-sig")))))["caution"]
    return data.decode().replace("\\", "")
