"""PDF files: laid out for print, tagged, without a look at the network, and a plain word where they cannot be made."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from service.errors import Unavailable
from service.exports import export, export_brief, pdf
from service.rendering.brief import Brief, LeftOut, Section

if TYPE_CHECKING:
    from models.comparison import Comparison
    from service.corpus import Corpus

LINK = "https://example.org/compare?first=a&second=b"


@pytest.fixture(scope="module", autouse=True)
def _pango() -> None:
    try:
        pdf._weasyprint()
    except Unavailable as missing:
        pytest.skip(missing.message)


@pytest.fixture(scope="module")
def comparison(council_corpus: Corpus) -> Comparison:
    found = council_corpus.compare(include_unsure=True)
    return replace(found, first_framing="a wider road", second_framing="the old trees")


@pytest.fixture(scope="module")
def brief(comparison: Comparison) -> Brief:
    sections = tuple(Section(comparison, LINK) for _ in range(6))
    return Brief("Two, topic by topic", sections, LINK, comparison.made_with, (LeftOut("Ferry", "no pair"),))


@pytest.fixture(scope="module")
def file(brief: Brief) -> PdfReader:
    return PdfReader(io.BytesIO(export_brief(brief, "pdf")))


@pytest.fixture(scope="module")
def pages(file: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in file.pages]


def test_each_note_stands_on_the_page_of_its_quote(pages: list[str], brief: Brief) -> None:
    for number, quote in brief.notes():
        note = f" {number}. {quote.speaker.name}"
        holding = [page for page in pages if note in page]
        assert len(holding) == 1
        assert "".join(quote.text.split()) in "".join(holding[0].split())


def test_the_header_repeats_where_a_table_runs_on(pages: list[str], brief: Brief) -> None:
    head = f"{brief.comparisons[0].first.name} Relation {brief.comparisons[0].second.name}"
    tables = sum(len({one.relation for one in comparison.pairs}) for comparison in brief.comparisons)
    assert sum(page.count(head) for page in pages) > tables


def test_contents_give_the_page_on_which_a_topic_begins(pages: list[str], brief: Brief) -> None:
    entries = [int(page) for page in re.findall(r"All topics [. ]+ (\d+)", pages[0])]
    begun = [
        at
        for number in range(1, len(brief.sections) + 1)
        for at, page in enumerate(pages, start=1)
        if f" {number}. All topics {brief.comparisons[0].title}" in f" {page}"
    ]
    assert entries == begun
    assert len(set(begun)) > 1
    assert f"page 1 of {len(pages)}" in pages[0]


def test_a_pdf_is_titled_tagged_and_has_bookmarks(file: PdfReader, brief: Brief) -> None:
    assert file.metadata is not None
    assert file.metadata.title == brief.title
    assert file.trailer["/Root"]["/Lang"] == "en"
    assert "/StructTreeRoot" in file.trailer["/Root"]
    assert b"pdfuaid" in file.trailer["/Root"]["/Metadata"].get_object().get_data()
    assert len(file.outline) == 2


def test_nothing_is_fetched() -> None:
    with pytest.raises(pdf.FetchRefused):
        pdf._refuse("https://example.org/picture.png")


def test_a_character_that_no_font_has_is_named_and_not_drawn_as_a_box(comparison: Comparison) -> None:
    pair = comparison.pairs[0]
    broken = replace(comparison, pairs=(replace(pair, first=replace(pair.first, text="We \U000f1234 want.")),))
    with pytest.raises(Unavailable, match=r"U\+F1234"):
        export(broken, "pdf")


def test_without_pango_the_refusal_says_what_to_install() -> None:
    """In a process of its own, where no library can be opened."""
    program = """
import cffi
def refuse(self, name, flags=0): raise OSError(f"cannot load library {name!r}")
cffi.FFI.dlopen = refuse
from service.errors import Unavailable
from service.exports import pdf
try:
    pdf._weasyprint()
except Unavailable as error:
    print(error.status, error.message, error.remedy)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("503 PDF cannot be made here: Pango")
    assert "libpango-1.0-0" in done.stdout


def test_how_it_was_made_is_attached_in_full(file: PdfReader, brief: Brief) -> None:
    assert json.loads(file.attachments["made-with.json"][0]) == brief.made_with
