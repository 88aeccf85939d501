"""Statements are verbatim sentences, and only those that say something are compared."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.courtesy import is_comparable
from models.statement import Statement, statements
from models.transcript import Kind, Mark, Transcript, Utterance

SPEECH = (
    "We will keep the border open for trade.  Our neighbours\nclosed theirs (inaudible) without a word.\n\nThank you."
)


def cut(text: str, kind: Kind = Kind.SPEECH, marks: tuple[Mark, ...] = ()) -> tuple[Statement, ...]:
    return statements(Transcript(text, (Utterance("SPEAKER", kind, 0, len(text), marks),)))


def test_a_statement_is_an_exact_slice_of_the_text() -> None:
    found = cut(SPEECH)
    assert [s.text for s in found] == [SPEECH[s.start : s.end] for s in found]
    assert [s.text.split()[0] for s in found] == ["We", "Our", "Thank"]


def test_a_statement_keeps_its_neighbours_of_the_same_turn_as_context() -> None:
    first, second, _ = cut(SPEECH)
    assert first.before == ""
    assert second.before == first.text
    assert first.after.startswith(second.text)


def test_paragraphs_are_counted_through_all_turns_of_a_document() -> None:
    text = "What do you say?\n\nWe reject the plan of the council.\n\nWe have a better plan."
    answer = text.index("We")
    turns = (Utterance("Q", Kind.QUESTION, 0, answer - 2), Utterance("A", Kind.SPEECH, answer, len(text)))
    assert [s.paragraph for s in statements(Transcript(text, turns))] == [2, 3]


def test_only_speech_gives_statements() -> None:
    assert cut(SPEECH, Kind.MODERATION) == ()


def test_an_inaudible_spot_marks_its_own_statement_and_interpretation_marks_all() -> None:
    first, second, third = cut(SPEECH, marks=(Mark.INTERPRETED,))
    assert first.marks == third.marks == (Mark.INTERPRETED,)
    assert second.marks == (Mark.INTERPRETED, Mark.INAUDIBLE)


@pytest.mark.parametrize(
    "sentence",
    [
        "Thank you.",
        "Thank you very much, Mr. President, for your kind words about our nation.",
        "Sergey, thank you.",
        "It’s always good to see you, and we have much to discuss.",
        "So, once again, I would like to thank our generous hosts for the reception.",
        "Mr. President, allow me to congratulate you on your election to the chair.",
        "Good evening, ladies and gentlemen of the press.",
        "I look forward to a fruitful discussion of these issues today.",
        "Having said all that, let’s get down to work.",
        "That’s not just our concern.",
        "(Laughter and applause.)",
        "So, Mr. Secretary of State, (inaudible).",
        "",
    ],
)
def test_courtesies_procedure_and_fragments_are_not_compared(sentence: str) -> None:
    assert not is_comparable(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "The sanctions must stay until the last soldier has left.",
        "We welcome the ceasefire, but it cannot replace a settlement.",
        "If they choose confrontation, there will be consequences.",
        "Let me say finally that I will raise the cases of the prisoners.",
        "No state can guarantee its security at the expense of others.",
    ],
)
def test_what_takes_a_position_is_compared(sentence: str) -> None:
    assert is_comparable(sentence)


@given(st.text(max_size=400))
def test_whatever_the_text_its_statements_are_slices_in_order(text: str) -> None:
    at = 0
    for s in cut(text):
        assert text[s.start : s.end] == s.text == s.text.strip()
        assert at <= s.start < s.end
        at = s.end


def test_where_lines_are_not_wrapped_each_is_a_paragraph() -> None:
    text = "We reject the plan of the council.\nWe have a better plan for the border."
    turn = (Utterance("A", Kind.SPEECH, 0, len(text)),)
    assert [s.paragraph for s in statements(Transcript(text, turn, hard_wrapped=False))] == [1, 2]
    assert [s.paragraph for s in statements(Transcript(text, turn))] == [1, 1]


def test_a_line_that_breaks_off_in_mid_sentence_goes_on_in_the_next() -> None:
    text = "We reject the costly plan of the council. And\n \nwe have a better plan for the border.\nIt is ours."
    turn = (Utterance("A", Kind.SPEECH, 0, len(text)),)
    found = statements(Transcript(text, turn, hard_wrapped=False))
    assert [s.paragraph for s in found] == [1, 1, 2]
    assert found[1].text.startswith("And\n")
    assert found[1].comparable


def test_a_sentence_that_a_page_cuts_through_is_no_statement_to_compare_and_its_paragraph_goes_on() -> None:
    text = "The treaty protects the waters. Its signatories sent\n23\nships to the harbour in winter. All ships left."
    start = text.index("ships")
    turn = (Utterance(None, Kind.SPEECH, 0, start - 4), Utterance(None, Kind.SPEECH, start, len(text)))
    found = statements(Transcript(text, turn))
    assert [s.paragraph for s in found] == [1, 1, 1, 1]
    assert [s.comparable for s in found][:3] == [True, False, False]
