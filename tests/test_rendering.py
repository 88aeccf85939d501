"""What is shown of stored words and facts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.quote import Document, Quote
from models.transcript import Metadata, Record, Speaker
from service.rendering import wording as rendering
from service.rendering.source_note import source_note


@given(st.text())
def test_rendering_changes_nothing_but_white_space_and_markdown_escapes(text: str) -> None:
    kept = rendering.rendered(text.replace("\\", ""))
    assert "".join(kept.split()) == "".join(text.replace("\\", "").split())


def test_rendering_undoes_line_wrapping_and_markdown_escapes() -> None:
    assert rendering.rendered("a  hard\r\nwrapped\n  line\\*") == "a hard wrapped line*"
    assert rendering.rendered(r"C:\temp\1") == r"C:\temp\1"


@pytest.mark.parametrize(
    ("iso", "shown"),
    [("2021-12-02", "2 December 2021"), ("2021-12", "December 2021"), ("2021", "2021"), ("spring 1946", "spring 1946")],
)
def test_a_date_is_shown_in_the_precision_it_is_known_in(iso: str, shown: str) -> None:
    assert rendering.day(iso) == shown


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "//example.org", "http://", "https:/x", "http://a b", "", None]
)
def test_only_web_addresses_are_linked(url: str | None) -> None:
    assert rendering.web_link(url) is None


def test_a_summary_is_always_said_to_be_one() -> None:
    assert rendering.provenance(("interpreted",), Record.SUMMARY) == ("via interpreter", "summary record, not verbatim")
    assert rendering.provenance((), Record.VERBATIM) == ()


@pytest.mark.parametrize(
    ("given_language", "tag"), [("en", "en"), ("de-AT", "de-AT"), ('x" onload="', None), (None, None)]
)
def test_a_language_is_a_tag_or_nothing(given_language: str | None, tag: str | None) -> None:
    assert rendering.language(Metadata(language=given_language)) == tag


def test_an_untitled_document_is_called_by_what_it_is() -> None:
    document = Document("d", "0" * 64, Metadata(), "remarks.txt", described="[Transcript]")
    plain = Quote("d-0-1", "We.", Speaker("a", "A"), document, 0, 3)
    assert rendering.source(plain) == "[Transcript]"
    assert "A, [Transcript], " in str(source_note(plain))
