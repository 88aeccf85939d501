"""Bounds: no cheap request and no file makes the service work without end, nor hold more than it should."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from models.courtesy import is_comparable
from models.length import LONGEST
from models.mood import moods
from models.phrases import noun_phrases
from models.reported import reading
from models.statement import statements
from models.transcript import Kind, Speaker, Transcript, Utterance
from models.why import SAYINGS, Why, why

if TYPE_CHECKING:
    pass

ADA = Speaker("ada", "Ada")


def seconds(work: Callable[[], object]) -> float:
    """The best of three: others may be busy on the machine."""
    times = []
    for _ in range(3):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


def grows_with_its_length(work: Callable[[int], object], size: int) -> bool:
    """Whether four times as much takes some four times as long, where a square would take sixteen times."""
    work(size)
    return seconds(lambda: work(4 * size)) < max(9 * seconds(lambda: work(size)), 0.05)


def repeated(words: str, length: int) -> str:
    return (words * (length // len(words) + 1))[:length]


def turn(text: str, speaker: Speaker | None = ADA) -> tuple[Utterance, Speaker | None]:
    return Utterance("ADA LOVELACE", Kind.SPEECH, 0, len(text)), speaker


def cut(text: str, *, hard_wrapped: bool = False, beat: Callable[[], None] = lambda: None) -> int:
    spoken = Transcript(text, (Utterance("ADA", Kind.SPEECH, 0, len(text)),), hard_wrapped=hard_wrapped)
    return len(statements(spoken, beat))


# A sentence is read closely up to a length -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["/", "a/", "/1", "a/b ", "grey ", "Red ", "of the road ", "A/76/PV.3 "], ids=lambda words: repr(words)
)
def test_noun_phrases_take_time_that_grows_with_the_text(words: str) -> None:
    noun_phrases("The road.")
    assert seconds(lambda: noun_phrases(repeated(words, LONGEST))) < 1


def test_the_symbol_of_a_document_is_no_noun_phrase() -> None:
    found = [phrase.text for phrase in noun_phrases("The road is in A/76/PV.3 and/or the report.")]
    assert "road" in found
    assert "report" in found
    assert not any("PV" in text or "A/76" in text for text in found)


def test_a_sentence_that_is_too_long_is_quoted_and_compared_with_nothing() -> None:
    long = "The harbour must be widened before the winter comes, " + "and the pier as well, " * 100 + "and soon."
    text = f"We will build the road to the harbour. {long} We will never close the old harbour."
    before, found, after = statements(Transcript(text, (Utterance("ADA", Kind.SPEECH, 0, len(text)),)))
    assert len(found.text) > LONGEST
    assert text[found.start : found.end] == found.text == long
    assert [one.comparable for one in (before, found, after)] == [True, False, True]
    assert (before.after, after.before) == ("", ""), "it is nobody's context"
    assert found.before == before.text
    assert is_comparable(long[: LONGEST - 1] + ".")


def test_nothing_is_told_of_a_sentence_that_is_too_long_however_it_was_stored() -> None:
    long = "Our partners have claimed that we will pay the price if we do not retaliate, " * 30
    assert reading(long).reports == ()
    assert reading(long).own
    assert moods(long) == ()
    assert why(long, "We will pay no price.") == Why((), ())


@pytest.mark.parametrize(
    "words",
    [
        "we warn ", "if we ", "; had we ", "they will ", "“they say that ", "we say that x; ", "he says that ",
        "claim to claim ", "according to it ", "if they say that ", "peace, ", "safe road ", "dangerous road, ", "'",
        "Russia and ", "call on Russia ", "raise taxes ", "must not ", "in his view, ", "a" * 50 + " ", "no bad ", "((",
    ],
    ids=lambda words: repr(words),
)  # fmt: skip
def test_the_longest_sentence_is_read_in_less_than_a_second_whatever_it_says(words: str) -> None:
    why("The road is safe.", "The road is dangerous.")  # reads the lexicon
    text, other = repeated(words, LONGEST), repeated(words + "and ", LONGEST)
    assert seconds(lambda: is_comparable(text)) < 1
    assert seconds(lambda: reading(text, "Ada")) < 1
    assert seconds(lambda: moods(text)) < 1
    assert seconds(lambda: why(text, other)) < 1
    assert seconds(lambda: why(text, repeated("dangerous road, no peace, Russia and ", LONGEST))) < 1


@pytest.mark.parametrize("words", ["we warn ", "said, “", "/a1", "so, ", "“", "thank you "])
def test_a_text_without_stops_is_read_at_once_however_long(words: str) -> None:
    text = repeated(words, 1_000_000)
    for work in (is_comparable, reading, moods, lambda text: why(text, text)):
        assert seconds(lambda: work(text)) < 1  # noqa: B023 (called at once)


def test_two_texts_that_oppose_in_every_word_name_so_many_differences_and_no_more() -> None:
    first, second = repeated("safe road, ", LONGEST), repeated("dangerous road, ", LONGEST)
    assert 0 < len(why(first, second).differences) <= SAYINGS**2


def test_words_said_over_and_over_are_all_marked_as_shared() -> None:
    (shared,) = why(repeated("peace, ", LONGEST), repeated("peace; ", LONGEST)).shared
    assert len(shared.first) == len(shared.second) == 286
