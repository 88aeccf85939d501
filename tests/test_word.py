"""Word files: real footnotes, headers that repeat, a list of contents, and what LibreOffice makes of them."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import docx
import pytest
from pypdf import PdfReader

from service.errors import Conflict
from service.exports import export, export_brief
from service.rendering.brief import Brief, LeftOut, Section
from service.rendering.heading import heading
from service.rendering.wording import rendered

if TYPE_CHECKING:
    from models.comparison import Comparison
    from service.corpus import Corpus

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
LINK = "https://example.org/compare?first=a&second=b"


@pytest.fixture(scope="module")
def comparison(council_corpus: Corpus) -> Comparison:
    return council_corpus.compare(include_unsure=True)


@pytest.fixture(scope="module")
def brief(comparison: Comparison) -> Brief:
    """Eight topics, so many pairs that tables and contents run over pages."""
    sections = tuple(Section(comparison, LINK) for _ in range(8))
    return Brief("Two, topic by topic", sections, LINK, comparison.made_with, (LeftOut("Ferry", "no pair"),))


def part(data: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return ElementTree.fromstring(archive.read(name))


def words(element: ElementTree.Element) -> str:
    return "".join(run.text or "" for run in element.iter(f"{W}t"))


def test_every_quote_is_followed_by_the_mark_of_its_own_footnote(comparison: Comparison) -> None:
    data = export(comparison, "docx", LINK)
    notes = {note.get(f"{W}id"): words(note) for note in part(data, "word/footnotes.xml").iter(f"{W}footnote")}
    marked = [
        (words(paragraph), mark.get(f"{W}id"))
        for paragraph in part(data, "word/document.xml").iter(f"{W}p")
        for mark in paragraph.iter(f"{W}footnoteReference")
    ]
    quotes = [quote for pair in comparison.pairs for quote in (pair.first, pair.second)]
    assert [said for said, _ in marked] == [f"“{rendered(quote.text)}”" for quote in quotes]
    for (_, number), quote in zip(marked, quotes, strict=True):
        assert f"characters {quote.start}–{quote.end} of document {quote.document.id}." in notes[number]
        assert quote.speaker.name in notes[number]
    assert {"-1", "0"} <= set(notes), "the separators that Word draws"


def test_addresses_in_footnotes_are_links(comparison: Comparison) -> None:
    data = export(comparison, "docx", LINK)
    targets = {one.get("Id"): one.get("Target") for one in part(data, "word/_rels/footnotes.xml.rels")}
    links = list(part(data, "word/footnotes.xml").iter(f"{W}hyperlink"))
    assert links
    assert all(targets[link.get(f"{R}id")] == words(link) for link in links)


def test_the_header_row_repeats_and_no_row_breaks(brief: Brief) -> None:
    tables = list(part(export_brief(brief, "docx"), "word/document.xml").iter(f"{W}tbl"))
    assert len(tables) > len(brief.sections)
    for table in tables:
        head, *rows = table.findall(f"{W}tr")
        assert head.find(f"{W}trPr/{W}tblHeader") is not None
        assert all(row.find(f"{W}trPr/{W}cantSplit") is not None for row in (head, *rows))
        assert table.find(f"{W}tblPr/{W}tblCaption") is not None


def test_the_list_of_contents_is_filled_in_and_leads_to_headings(brief: Brief) -> None:
    body = part(export_brief(brief, "docx"), "word/document.xml")
    contents = body.find(f".//{W}sdt")
    assert contents is not None
    entries = {link.get(f"{W}anchor"): words(link) for link in contents.iter(f"{W}hyperlink")}
    headings = {
        mark.get(f"{W}name"): words(paragraph)
        for paragraph in body.iter(f"{W}p")
        for mark in paragraph.iter(f"{W}bookmarkStart")
    }
    assert entries == headings
    assert len(entries) == len(brief.sections) + 2
    pages = [(code.text or "").split()[1] for code in contents.iter(f"{W}instrText")]
    assert pages == list(entries), "each entry has a field for the page of its heading"
    kinds = [(kind.get(f"{W}fldCharType"), kind.get(f"{W}dirty")) for kind in contents.iter(f"{W}fldChar")]
    assert kinds == [("begin", "true"), ("separate", None), ("end", None)] * len(entries)


def test_a_word_file_says_what_it_is_in_which_language(comparison: Comparison) -> None:
    data = export(comparison, "docx", LINK)
    properties = docx.Document(io.BytesIO(data)).core_properties
    assert (properties.title, properties.language, properties.author) == (heading(comparison), "en", "Counterpose")
    spoken = part(data, "word/styles.xml").find(f"{W}docDefaults/{W}rPrDefault/{W}rPr/{W}lang")
    assert spoken is not None
    assert spoken.get(f"{W}val") == "en-GB"


def test_a_word_file_knows_no_clock(comparison: Comparison) -> None:
    with zipfile.ZipFile(io.BytesIO(export(comparison, "docx"))) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert not re.search(rb"dcterms:(created|modified)", archive.read("docProps/core.xml"))


def test_words_from_right_to_left_are_set_so(comparison: Comparison) -> None:
    pair = comparison.pairs[0]
    quote = replace(pair.first, text="لن نقبل بتوسع الحلف.")
    data = export(replace(comparison, pairs=(replace(pair, first=quote),)), "docx")
    said = next(p for p in part(data, "word/document.xml").iter(f"{W}p") if "الحلف" in words(p))
    assert said.find(f"{W}pPr/{W}bidi") is not None
    assert said.find(f"{W}r/{W}rPr/{W}rtl") is not None


def test_a_character_that_no_word_file_can_hold_is_named(comparison: Comparison) -> None:
    pair = comparison.pairs[0]
    broken = replace(comparison, pairs=(replace(pair, first=replace(pair.first, text="We\x07 want peace.")),))
    with pytest.raises(Conflict, match=r"U\+0007"):
        export(broken, "docx")


def test_libreoffice_shows_footnotes_and_repeats_the_header(brief: Brief, tmp_path: Path) -> None:
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice (soffice) is not installed")
    (tmp_path / "brief.docx").write_bytes(export_brief(brief, "docx"))
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), "brief.docx"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True, timeout=120)
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(tmp_path / "brief.pdf").pages]
    assert len(pages) > 3
    pair = brief.pairs[0]
    assert any(f"characters {pair.first.start}–{pair.first.end} of document" in page for page in pages)
    heads = f"{brief.comparisons[0].first.name} Relation {brief.comparisons[0].second.name}"
    tables = sum(len({one.relation for one in comparison.pairs}) for comparison in brief.comparisons)
    assert sum(page.count(heads) for page in pages) > tables, "at least one table runs over a page"
    assert f"page 1 of {len(pages)}" in pages[0]
    listed = re.findall(r"(\d+)\. All topics[ .]+(\d+)", pages[0].partition("Contents")[2])
    assert len(listed) == len(brief.sections), pages[0]
    for number, at in listed:
        assert re.search(rf"\b{number}\. ", pages[int(at) - 1]), (number, at)


def test_how_it_was_made_is_one_paragraph_and_in_full_within_the_file(brief: Brief) -> None:
    data = export_brief(brief, "docx")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        part = package.read("customXml/item1.xml")
        types = package.read("[Content_Types].xml").decode()
        assert "/customXml/itemProps1.xml" in types
    root = ElementTree.fromstring(part)
    assert root.tag == "{urn:counterpose:made-with}made-with"
    assert json.loads(root.text or "") == brief.made_with
    document = docx.Document(io.BytesIO(data))
    after = [one.text for one in document.paragraphs if one.style.name == "Source"]
    (made,) = [words for words in after if words.startswith("Counterpose ")]
    assert brief.made_with["corpus"]["sha256"][:12] in made
    assert len(made) < 400
    assert "customXml/item1.xml" in made
    assert all("sha256" not in cell.text for table in document.tables for row in table.rows for cell in row.cells)
