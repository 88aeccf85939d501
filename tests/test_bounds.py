"""Bounds: no cheap request and no file makes the service work without end, nor hold more than it should."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.alignment import aligned, same_runs
from models.attribution import findings
from models.comparison import NOMINEES, Document, Position, Quote, nominate
from models.courtesy import is_comparable
from models.hands import Edition, changed_hands
from models.length import LONGEST
from models.mood import moods
from models.phrases import noun_phrases
from models.reported import reading
from models.rival import Match, Passage, beside, otherwise
from models.statement import PACE, statements
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from models.why import SAYINGS, Why, why
from service.editions import shifted

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


# A file --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["a\n", "We will.\n", "and so\nwe go ", "\n \n", "(", "a.b.", "Yes. "])
@pytest.mark.parametrize("hard_wrapped", [True, False])
def test_a_turn_is_cut_in_time_that_grows_with_its_length(words: str, hard_wrapped: bool) -> None:
    assert grows_with_its_length(lambda size: cut(repeated(words, size), hard_wrapped=hard_wrapped), 20_000)


def test_whoever_ends_the_work_is_heard_while_a_text_is_cut() -> None:
    class Ended(Exception):
        pass

    def end() -> None:
        raise Ended

    text = "We will build the road.\n" * (2 * PACE // 24)
    with pytest.raises(Ended):
        cut(text, beat=end)


@pytest.mark.parametrize(
    "words",
    [
        "Can I ask a question to you. ", "Thank you, Mr. Lovelace. ", "Mr. Lovelace said so. ", "thanks" + " " * 500,
        "Mr. Lovelace said thank you Mr. Lovelace, ", "(", "“", "The floor is yours. ", "next question, please\n\n",
    ],
    ids=lambda words: repr(words[:20]),
)  # fmt: skip
def test_what_is_doubtful_in_a_turn_is_found_in_time_that_grows_with_its_length(words: str) -> None:
    def found(size: int) -> int:
        text = repeated(words, size)
        return len(findings(text, [turn(text)]))

    assert grows_with_its_length(found, 20_000)


def test_whose_words_change_hands_is_found_in_time_that_grows_with_the_text() -> None:
    def moved(size: int) -> int:
        text = "".join(f"We will build the bridge number {n} this year.\n" for n in range(size))
        old, new = (Edition(text, (turn(text, who),), hard_wrapped=False) for who in (ADA, Speaker("grace", "Grace")))
        return len(changed_hands(new, old, replaced=False))

    assert moved(50) == 2
    assert grows_with_its_length(moved, 300)


# Two records ---------------------------------------------------------------------------------------------------------


def passages(lines: list[str]) -> tuple[str, list[Passage]]:
    found, at = [], 0
    for line in lines:
        found.append(Passage(line, at, at + len(line), 0, "Ada"))
        at += len(line) + 1
    return "\n".join(lines), found


def test_records_that_say_one_thing_over_and_over_are_set_beside_each_other_at_once() -> None:
    (a, ones), (b, others) = passages(["Yes."] * 20_000), passages(["Yes.", "No."] * 8_000)
    began = time.perf_counter()
    found = beside(ones, others, a, b)
    assert time.perf_counter() - began < 10
    assert [row.first for row in found if row.first is not None] == ones
    assert [row.second for row in found if row.second is not None] == others
    assert sum(row.match is Match.SAME for row in found) > 7_000


def test_the_words_that_differ_are_found_at_once_in_sentences_without_end() -> None:
    first, second = "yes " * 20_000, "yes no " * 10_000
    began = time.perf_counter()
    marks = otherwise(first, second)
    assert time.perf_counter() - began < 5
    assert {second[start:end] for start, end in marks[1]} == {"no"}


@pytest.mark.parametrize("size", [40, 3000])
def test_what_is_aligned_is_the_same_in_both_and_in_order(size: int) -> None:
    drawn = np.random.default_rng(size)
    for kinds in (2, 30, 10 * size):
        first, second = (drawn.integers(0, kinds, size).tolist() for _ in range(2))
        for runs in (aligned(first, second), same_runs(first, second)):
            i = j = 0
            for k, m, length in runs:
                assert first[k : k + length] == second[m : m + length]
                assert k >= i
                assert m >= j
                i, j = k + length, m + length
    assert aligned(first, first) == [(0, 0, size)]


def test_where_statements_stand_in_the_next_edition_is_found_at_once_however_often_they_are_said() -> None:
    old = [("Yes.", 5 * n, 5 * n + 4) for n in range(20_000)]
    text = "No. " + "Yes. " * 20_000
    new = statements(Transcript(text, (Utterance("ADA", Kind.SPEECH, 0, len(text)),)))
    began = time.perf_counter()
    found = shifted(old, new)
    assert time.perf_counter() - began < 5
    for start, end, by in found:
        assert text[start + by : end + by] == ("Yes. " * 20_000)[start:end]


# A comparison --------------------------------------------------------------------------------------------------------


def position(name: str, number: int) -> Position:
    """Statements that are all equally near to all others."""
    document = Document("d", "0" * 64, Metadata())
    who = Speaker(name, name)
    quotes = tuple(Quote(f"{name}-{number - at:05}", "x", who, document, at, at + 1) for at in range(number))
    return Position(who, quotes, np.full((number, 4), 0.5, np.float32))


def test_pairs_that_are_all_as_near_are_nominated_by_their_ids_in_little_memory() -> None:
    first, second = position("a", 3000), position("b", 2000)
    tracemalloc.start()
    found = nominate(first, second)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000_000
    ids = [(first.quotes[one.first].id, second.quotes[one.second].id) for one in found]
    assert ids == [("a-00001", f"b-{at:05}") for at in range(1, NOMINEES + 1)]
