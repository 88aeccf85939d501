"""Page: lines that are paragraphs are told from lines cut at a margin; a page's head and foot are nobody's words."""

from __future__ import annotations

import pytest

from models.statement import statements
from models.transcript import Transcript
from service.readers import Source, left_out, read

ONE = (
    "The northern waters belong to all who fish in them. No treaty may take them away from those who live by the coast "
    "and have done so for centuries."
)
TWO = (
    "Trade brought wealth to every harbour of our region. The new tariffs will close half of these harbours before the "
    "next winter sets in."
)


def _read(text: str, speaker: str | None = "Anna Berg", name: str = "speech.txt") -> Transcript:
    return read(Source(name, text.encode()), speaker)


def _wrapped(text: str, width: int) -> str:
    import textwrap

    return "\n".join(textwrap.wrap(text, width))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_text_of_long_lines_has_a_paragraph_a_line(newline: str) -> None:
    transcript = _read(newline.join([ONE, TWO]))
    assert [one.paragraph for one in statements(transcript)] == [1, 1, 2, 2]
    assert transcript.text == newline.join([ONE, TWO])


@pytest.mark.parametrize("width", [50, 76, 132])
def test_lines_cut_at_a_margin_are_no_paragraphs_however_wide_it_is(width: int) -> None:
    transcript = _read(_wrapped(" ".join([ONE, TWO] * 4), width))
    assert {one.paragraph for one in statements(transcript)} == {1}


def test_labelled_turns_have_a_paragraph_a_line_too() -> None:
    transcript = _read(f"ANNA BERG: {ONE}\n{TWO}\nTOM RAY: {TWO}\nANNA BERG: {ONE}", None)
    assert [one.paragraph for one in statements(transcript)] == [1, 1, 2, 2, 3, 3, 4, 4]


@pytest.mark.parametrize(
    "edge",
    [
        "14/55 15-29658\n\n01/10/2015 A/70/PV.22",
        "A/63/PV.13",
        "06-52879 2",
        "A/75/592/Add.8 13/01/2021 62/91",
        "S/PV.2361",
    ],
)
def test_the_edges_of_a_page_are_nobodys(edge: str) -> None:
    transcript = _read(f"{ONE}\n{edge}\n{TWO}")
    assert [transcript.text[one.start : one.end] for one in transcript.utterances] == [ONE, TWO]
    assert " ".join(left_out(transcript)).split() == edge.split()


def test_page_numbers_are_lines_that_count_up() -> None:
    pages = _read(f"{ONE}\n23\n{TWO}\n24\n{ONE}")
    assert left_out(pages) == ("23", "24")
    assert left_out(_read(f"{ONE}\n1945\n{TWO}\n1914\n{ONE}")) == ()
    assert left_out(_read(f"{ONE}\n1945\n{TWO}")) == ()


def test_a_line_beside_them_that_comes_again_is_the_head_of_a_page() -> None:
    head = "General Assembly 20th plenary meeting"
    assert left_out(_read(f"{ONE}\n14\n{head}\n{TWO}\n15\n{head}\n{ONE}")) == (f"14\n{head}", f"15\n{head}")


def test_symbols_and_numbers_within_a_sentence_are_said() -> None:
    said = f"As the Assembly heard (see A/74/PV.5), the 14/55 rule of 15-29658 stands in its\nA/64/470 as well. {ONE}"
    assert left_out(_read(said)) == ()


def test_no_page_is_looked_for_where_labels_say_who_speaks_but_between_their_words() -> None:
    transcript = _read(f"ANNA BERG: {ONE}\n15-29658 15/55\n{TWO}\n\nTOM RAY: {TWO}\n\nANNA BERG: {ONE}", None)
    assert [one.label for one in transcript.utterances] == ["ANNA BERG", "ANNA BERG", "TOM RAY", "ANNA BERG"]
    assert left_out(transcript) == ("15-29658 15/55",)
