"""Every export: the same object, the same words, whatever characters they hold."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from typing import TYPE_CHECKING, cast
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from models.comparison import Comparison, TopicRef
from models.review import Notice, Review, Status
from models.transcript import Metadata, Record, Speaker
from service.errors import BadValue, Unavailable
from service.exports import export, formats, html, markdown
from service.rendering.brief import of
from service.rendering.wording import direction, rendered, silence

if TYPE_CHECKING:
    from service.corpus import Corpus

HOSTILE = (
    """=cmd|' /C calc'!A0 <script>alert("1")</script> [x](javascript:y) **bold** `code` $a$ | &amp; \\* # 1. – ‘q’"""
)
FOREIGN = (
    "لن نقبل بتوسع الحلف شرقاً، أبداً.",
    "לא נסכים לכך, וזה סופי.",
    "Việt Nam sẽ không chấp nhận điều đó; e\u0301 n\u0303 o\u0308.",
    "Мы не согласны — и точка.",
    "不同意 🙂",  # a PDF is skipped where no font has it
)
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
LINK = "https://example.org/compare?first=a&second=b"


@pytest.fixture(scope="module")
def comparison(council_corpus: Corpus) -> Comparison:
    return council_corpus.compare(include_unsure=True)


@pytest.fixture(scope="module")
def hostile(comparison: Comparison) -> Comparison:
    """The comparison with every name, title and quote holding what could break a format."""
    pair = comparison.pairs[0]
    metadata = replace(pair.first.document.metadata, title=HOSTILE, record=Record.SUMMARY, source_url="javascript:x")
    speaker = replace(comparison.first, name=HOSTILE)
    quote = replace(pair.first, text=HOSTILE, speaker=speaker, document=replace(pair.first.document, metadata=metadata))
    return replace(comparison, first=speaker, first_framing=HOSTILE, pairs=(replace(pair, first=quote),))


def test_the_formats_are_what_lies_in_the_folder() -> None:
    assert {"json", "html", "md", "csv", "docx", "pdf"} <= set(formats())


def test_an_unknown_format_names_those_there_are(comparison: Comparison) -> None:
    with pytest.raises(BadValue, match="papyrus") as refused:
        export(comparison, "papyrus")
    assert "json" in refused.value.nearest


@pytest.mark.parametrize("name", sorted(formats()))
def test_an_export_is_repeatable_and_holds_every_quote(name: str, comparison: Comparison) -> None:
    first = _exported(comparison, name)
    assert first == _exported(comparison, name)
    for pair in comparison.pairs:
        for quote in (pair.first, pair.second):
            assert _shows(name, first, quote.text)
            assert _shows(name, first, quote.speaker.name)


@pytest.mark.parametrize("name", sorted(formats()))
def test_an_export_shows_hostile_characters_as_they_are(name: str, hostile: Comparison) -> None:
    assert _shows(name, _exported(hostile, name), HOSTILE)


@pytest.mark.parametrize("name", sorted(formats()))
@pytest.mark.parametrize("words", FOREIGN)
def test_an_export_shows_other_scripts_and_marks_as_they_are(name: str, words: str, comparison: Comparison) -> None:
    pair = comparison.pairs[0]
    quote = replace(pair.first, text=words)
    assert _shows(name, _exported(replace(comparison, pairs=(replace(pair, first=quote),)), name), words)


@pytest.mark.parametrize("name", sorted(formats()))
def test_an_export_holds_all_that_a_reader_needs_to_check_it(name: str, comparison: Comparison) -> None:
    pair, notice = comparison.pairs[0], Notice("corrected", "Its source was corrected on 3 December 2021.")
    reviewed = Review(Status.CONFIRMED, "M. Hopper", "2021-12-03T09:30:00+00:00")
    speaker = replace(pair.first.speaker, role="Minister of Transport")
    metadata = replace(pair.first.document.metadata, publisher="Norby Gazette")
    document = replace(pair.first.document, metadata=metadata, retrieved="2022-01-05")
    quote = replace(pair.first, speaker=speaker, document=document, marks=("interpreted",))
    noted = replace(pair, first=quote, notices=(notice,), review=reviewed)
    data = _exported(replace(comparison, pairs=(noted,)), name)
    facts = ("Minister of Transport", "Remarks <b>on</b> the road", "Norby", "Norby Gazette", "M. Hopper", notice.words)
    for fact in (*facts, str(metadata.source_url), document.id, str(quote.start), str(quote.end)):
        assert _shows(name, data, fact), fact
    in_words = name not in ("json", "csv")
    for fact in (
        ("5 January 2022", "2 December 2021", f"¶\u00a0{quote.paragraph}", "verbatim record")
        if in_words
        else (
            "2022-01-05" if name == "csv" else "2021-12-02",
            "verbatim",
        )  # JSON: the same whenever it was added
    ):
        assert _shows(name, data, fact), fact
    made = cast(dict[str, dict[str, str]], comparison.made_with)
    for fact in (made["corpus"]["sha256"], made["embedder"]["sha256"], made["classifier"]["sha256"]):
        assert _shows(name, data, fact[:12] if name in ("docx", "pdf") else fact), fact
    assert _shows(name, data, "via interpreter" if in_words else "interpreted")


@pytest.mark.parametrize("name", sorted(formats()))
def test_an_export_says_that_nobody_reviewed_it_and_what_is_a_summary(name: str, hostile: Comparison) -> None:
    shown = _exported(hostile, name)
    assert _shows(name, shown, "summary")
    assert _shows(name, shown, "unreviewed")


@pytest.mark.parametrize("name", sorted(formats()))
def test_an_export_says_of_each_pair_who_read_it_or_that_nobody_did(name: str, comparison: Comparison) -> None:
    read = replace(comparison.pairs[0], review=Review(Status.RELABELLED, "Eva Lind", "2021-12-03T09:30:00+00:00", "so"))
    unread = comparison.pairs[1:]
    assert unread
    data = _exported(replace(comparison, pairs=(read, *unread)), name)
    if name == "json":
        reviews = [pair["review"] for pair in json.loads(data)["pairs"]]
        assert reviews[0] == {"status": "relabelled", "by": "Eva Lind", "at": "2021-12-03T09:30:00+00:00", "why": "so"}
        assert [each["status"] for each in reviews[1:]] == ["unreviewed"] * len(unread)
        return
    assert _shows(name, data, "relabelled by Eva Lind, 3 December 2021")
    assert "".join(_plain(name, data).split()).count("unreviewed") >= len(unread)


@pytest.mark.parametrize("name", sorted(formats()))
def test_an_export_carries_its_handling_mark_and_what_was_rejected(name: str, comparison: Comparison) -> None:
    said = ("Handling: owner: Road desk.", "1 pair that a reader rejected is not shown.")
    marked = replace(comparison, notices=tuple(Notice("handling", words) for words in said))
    shown = _plain(name, export(marked, name, LINK))
    assert all(words in shown for words in said)


@pytest.mark.parametrize("name", sorted(formats()))
def test_a_comparison_without_pairs_is_exported_too(name: str, comparison: Comparison) -> None:
    data = _exported(replace(comparison, pairs=()), name)
    words = comparison.first_searched.words
    assert f'"words": {words}' in data.decode() if name == "json" else _shows(name, data, str(words))
    assert name == "json" or _shows(name, data, silence(comparison))


def test_json_holds_the_quotes_exactly_as_stored(comparison: Comparison, council_corpus: Corpus) -> None:
    for pair in json.loads(export(comparison, "json"))["pairs"]:
        for side in (pair["first"], pair["second"]):
            assert council_corpus.text(side["document"]["id"])[side["start"] : side["end"]] == side["text"]


def test_csv_runs_no_formula_and_gives_back_the_exact_text(hostile: Comparison) -> None:
    row = next(csv.DictReader(io.StringIO(export(hostile, "csv").decode("utf-8-sig"))))
    assert not row["first_text"].startswith(("=", "+", "-", "@"))
    assert row["first_text"].removeprefix("'") == HOSTILE
    assert row["similarity"] == str(hostile.pairs[0].similarity)


def test_html_has_no_script_no_style_and_no_unsafe_link(hostile: Comparison) -> None:
    tags = list(_tags(html.fragment(hostile, LINK)))
    names = {name for name, _ in tags}
    attributes = {key for _, held in tags for key in held}
    assert not names & {"script", "style", "link", "iframe", "img", "form"}
    assert not any(key.startswith("on") or key in ("style", "class", "id") for key in attributes)
    assert not any("javascript" in (held.get("href") or held.get("cite") or "") for _, held in tags)


def test_html_is_a_table_with_headers(comparison: Comparison) -> None:
    tags = [(name, held.get("scope")) for name, held in _tags(html.fragment(comparison)) if name in ("caption", "th")]
    assert tags == [("caption", None), ("th", "col"), ("th", "col"), ("th", "col")]


def test_markdown_cites_every_quote_in_a_footnote(comparison: Comparison) -> None:
    text = export(comparison, "md", LINK).decode()
    quotes = [quote for pair in comparison.pairs for quote in (pair.first, pair.second)]
    for number, quote in enumerate(quotes, start=1):
        note = next(line for line in text.splitlines() if line.startswith(f"[^{number}]: "))
        assert f"characters {quote.start}–{quote.end}" in note
        assert "<https://example.org/road?a=1&b=2>" in note
        assert f"[^{number}]\n" in text


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1))
def test_escaped_markdown_reads_as_the_text_itself(text: str) -> None:
    assert _markdown(markdown.escaped(text)).strip() == rendered(text).strip()


def _exported(comparison: Comparison, name: str) -> bytes:
    """The export; skips where what it is laid out with is not installed."""
    try:
        return export(comparison, name, LINK)
    except Unavailable as missing:
        pytest.skip(missing.message)


def _shows(name: str, data: bytes, text: str) -> bool:
    """Whether an export shows these words as they are rendered; where pages are laid out, lines break within words."""
    shown, wanted = _plain(name, data), rendered(text)
    if name != "pdf":
        return wanted in " ".join(shown.split())
    shown = "".join(shown.split())
    if direction(wanted) == "rtl":  # as drawn, which is not as read: its words are compared one by one
        return all(word in shown for word in re.findall(r"[^\W\d_]+", wanted))
    return "".join(wanted.split()) in shown


def _runs(data: bytes) -> Iterator[str]:
    """The words of each paragraph of a Word file, notes and all."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in ("word/document.xml", "word/footnotes.xml"):
            for paragraph in ElementTree.fromstring(archive.read(name)).iter(f"{W}p"):
                yield "".join(run.text or "" for run in paragraph.iter(f"{W}t"))


@cache
def _plain(name: str, data: bytes) -> str:
    """The words a reader of the format sees, read once for all that is looked for in them."""
    text = "" if name in ("docx", "pdf") else data.decode("utf-8-sig")
    match name:
        case "html":
            return " ".join(_Words(text).words.split())
        case "md":
            return " ".join(_markdown(text).split())
        case "json":
            return rendered(_strings(text))
        case "csv":
            return rendered("\n".join(cell for row in csv.reader(io.StringIO(text)) for cell in row))
        case "docx":
            return "\n".join(_runs(data))
        case "pdf":
            pages = PdfReader(io.BytesIO(data)).pages
            return "\n".join(page.extract_text() for page in pages)
    raise AssertionError(f"say in this test how {name} is read")


def _strings(text: str) -> str:
    found: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            found.append(value)
        elif isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)

    walk(json.loads(text))
    return "\n".join(found)


def _markdown(text: str) -> str:
    parser = (
        pytest.importorskip("markdown_it").MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    )
    return _Words(parser.render(text)).words


class _Words(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.words = ""
        self.feed(text)
        self.close()

    def handle_data(self, data: str) -> None:
        self.words += data


def _tags(text: str) -> Iterator[tuple[str, dict[str, str | None]]]:
    found: list[tuple[str, dict[str, str | None]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, dict(attrs)))

    Reader().feed(text)
    return iter(found)


@pytest.mark.parametrize("name", ["html", "md", "docx"])
def test_files_give_similarity_what_was_too_close_to_call_and_where_an_undated_quote_stands(
    name: str, comparison: Comparison
) -> None:
    pair = comparison.pairs[0]
    document = replace(pair.first.document, metadata=Metadata(), described="[Transcript of remarks by Ada Roe]")
    undated = replace(pair, first=replace(pair.first, document=document))
    data = export(replace(comparison, pairs=(undated,), unsure=3), name)
    words = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode() if name == "docx" else data.decode()
    assert "3 pairs were too close to call." in words
    assert f"similarity {pair.similarity:.2f}" in words
    assert "[Transcript of remarks by Ada Roe]" in words.replace("\\", "")


def test_a_file_is_called_after_what_it_holds(comparison: Comparison) -> None:
    first, second = comparison.first.id, comparison.second.id
    assert of(comparison).file == f"{first}-{second}-all-topics"
    assert of(replace(comparison, topic=TopicRef("nato", "NATO"))).file == f"{first}-{second}-nato"
    foreign = replace(comparison, first=Speaker("лавров", "Лавров"), topic=TopicRef(None, "“НАТО” & NATO"))
    assert of(foreign).file == f"{second}-nato"
