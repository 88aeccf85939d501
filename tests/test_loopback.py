"""Links that open on one machine only say so wherever they are taken along."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from service.app import create_app
from service.config import Config
from service.exports import export
from service.rendering.loopback import only_here

if TYPE_CHECKING:
    from service.corpus import Corpus

SAID = "open on this machine only"


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "127.1.2.3", "localhost", "[::1]:8000"])
def test_an_address_of_the_machine_itself_is_told_of_with_the_remedy(host: str) -> None:
    assert "COUNTERPOSE_PUBLIC_URL" in str(only_here(f"http://{host}/compare"))


@pytest.mark.parametrize("link", [None, "https://compare.example.org/compare", "http://10.0.0.7/compare"])
def test_others_are_not(link: str | None) -> None:
    assert only_here(link) is None


@pytest.mark.parametrize("name", ["html", "md", "docx"])
def test_files_say_it_at_their_end(council_corpus: Corpus, name: str) -> None:
    found = council_corpus.compare()
    assert SAID in _words(name, export(found, name, "http://127.0.0.1:8000/compare"))
    assert SAID not in _words(name, export(found, name, "https://compare.example.org/compare"))


def test_the_page_says_it_where_things_are_taken_along(council_corpus: Corpus) -> None:
    found = council_corpus.compare()
    cite = f"/cite/{found.pairs[0].first.id}"
    for public, times in ((None, 2), ("https://compare.example.org", 0)):
        client = create_app(Config(public_url=public), council_corpus).test_client()
        for path, often in (("/compare", times), (cite, times // 2)):
            words = client.get(path, headers={"Accept": "text/html"}).text
            assert words.count(f">The links to this Counterpose {SAID}") == often


def _words(name: str, data: bytes) -> str:
    if name == "docx":
        return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
    return data.decode()
