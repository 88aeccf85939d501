"""Readers and any document: whatever was said, in every format, each statement is a slice of what is stored."""

from __future__ import annotations

import csv
import html
import io
import json
from collections.abc import Callable, Sequence

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.statement import statements
from models.transcript import Transcript
from service.errors import CounterposeError
from service.readers import Source, read, readers

Turns = Sequence[tuple[str, str]]

# What people say, and what a file may hold besides: other scripts, direction marks, combining marks, odd white space.
SAID = st.one_of(
    st.sampled_from(
        [
            "We will not accept that. NATO is a threat to peace, and it always was.",
            "(In Russian.) Nobody said so — “never”, he said.",
            "Mr. Ray's U.S. plan costs $3.5 bn.; No. 7 is dead! Really?",
            "مرحبا بكم \u202eabc\u202c \u2066x\u2069",
            "e\u0301" * 20,
            "\u200b\u200d\ufeff zero",
            "a\u2028b\u2029c\x85d\x0ce",
            "=1+1",
            "[inaudible] but (laughter) we stay.",
        ]
    ),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=80),
)
NAMES = st.sampled_from(["ANNA BERG", "Tom Ray", "Ministre Léa Dû", "الوزير", "MODERATOR", "Q"])
TURNS = st.lists(st.tuples(NAMES, SAID), min_size=1, max_size=8)


def _labelled(turns: Turns) -> bytes:
    return "\n\n".join(f"{who}: {said}" for who, said in turns).encode()


def _markdown(turns: Turns) -> bytes:
    return "\n\n".join(f"**{who}:** {said}" for who, said in turns).encode()


def _html(turns: Turns) -> bytes:
    paragraphs = "".join(f"<p><b>{html.escape(who)}:</b> {html.escape(said)}</p>" for who, said in turns)
    return f"<!doctype html><html><body><article>{paragraphs}</article></body></html>".encode()


def _webvtt(turns: Turns) -> bytes:
    cues = (f"00:{at:02}.000 --> 00:{at + 1:02}.000\n<v {who}>{said}" for at, (who, said) in enumerate(turns))
    return ("WEBVTT\n\n" + "\n\n".join(cues)).encode()


def _srt(turns: Turns) -> bytes:
    return "\n\n".join(
        f"{at}\n00:00:{at:02},000 --> 00:00:{at + 1:02},000\n{who}: {said}" for at, (who, said) in enumerate(turns, 1)
    ).encode()


def _csv(turns: Turns) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([("speaker", "text"), *turns])
    return out.getvalue().encode()


def _json(turns: Turns) -> bytes:
    return json.dumps({"turns": [{"speaker": who, "text": said} for who, said in turns]}).encode()


def _word(turns: Turns) -> bytes:
    document, out = docx.Document(), io.BytesIO()
    for who, said in turns:
        document.add_paragraph("".join(c for c in f"{who}: {said}" if c in "\t\n" or c.isprintable()))
    document.save(out)
    return out.getvalue()


MADE: dict[str, Callable[[Turns], bytes]] = {
    "plain_text": _labelled,
    "markdown": _markdown,
    "html": _html,
    "webvtt": _webvtt,
    "srt": _srt,
    "csv_turns": _csv,
    "json_turns": _json,
    "word": _word,
}


def _taken(form: str, data: bytes) -> Transcript | None:
    """What a file is read as; None where it is refused, which must be in words."""
    try:
        return read(Source(f"a{readers()[form].SUFFIXES[0]}", data))
    except CounterposeError as error:
        refused = error
    assert refused.message
    assert refused.remedy
    return None


def holds(transcript: Transcript) -> None:
    """Turns are in order and apart; statements are in order, inside one turn, and slices of the text."""
    at = 0
    for turn in transcript.utterances:
        assert at <= turn.start < turn.end <= len(transcript.text)
        at = turn.end
    at = 0
    for one in statements(transcript):
        assert at <= one.start < one.end
        assert transcript.text[one.start : one.end] == one.text
        assert any(turn.start <= one.start and one.end <= turn.end for turn in transcript.utterances)
        at = one.end
    transcript.text.encode()  # whatever came in, what is stored can be written


@pytest.mark.parametrize("form", MADE)
def test_whatever_was_said_each_statement_is_a_slice_of_what_is_stored(form: str) -> None:
    read_ones = 0

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(TURNS)
    def any_turns(turns: Turns) -> None:
        nonlocal read_ones
        transcript = _taken(form, MADE[form](turns))
        if transcript is not None:
            read_ones += 1
            holds(transcript)

    any_turns()
    assert read_ones > 10  # else it would say nothing of this format


@pytest.mark.parametrize("form", sorted(MADE))
def test_a_file_that_was_changed_anywhere_is_read_whole_or_refused_in_words(form: str) -> None:
    whole = MADE[form](
        [("ANNA BERG", "We will not accept that. It is a threat."), ("Tom Ray", "No. We never said so.")]
    )

    @settings(max_examples=60, deadline=None, database=None, derandomize=True)
    @given(st.integers(0, len(whole) - 1), st.binary(max_size=4), st.integers(0, 6))
    def changed(at: int, put: bytes, cut: int) -> None:
        transcript = _taken(form, whole[:at] + put + whole[at + cut :])
        if transcript is not None:
            holds(transcript)

    changed()
