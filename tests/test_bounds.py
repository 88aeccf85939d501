"""Bounds: no cheap request and no file makes the service work without end, nor hold more than it should."""

from __future__ import annotations

import gc
import sys
import time
import tracemalloc
from collections.abc import Callable, Iterator
from enum import Enum
from types import FunctionType, ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete
from werkzeug.test import EnvironBuilder

from models import clause, nomination, reported
from models.alignment import STEPS, aligned, same_runs
from models.attribution import findings
from models.courtesy import is_comparable
from models.hands import Edition, changed_hands
from models.length import LONGEST
from models.mood import moods
from models.nomination import NOMINEES, Position, nominate
from models.phrases import noun_phrases
from models.quote import Document, Quote
from models.reported import reading
from models.review import PARTLY_JUDGED
from models.rival import Match, Passage, beside, otherwise
from models.statement import PACE, statements
from models.transcript import Kind, Metadata, Speaker, Transcript, Utterance
from models.why import SAYINGS, Why, why
from service import proof
from service.app import create_app
from service.bounded import Bounded
from service.briefing import BriefRequest, assembled
from service.budget import WHOLE, Budget
from service.config import Config
from service.documents import attributing, rivals
from service.editions import shifted
from service.errors import BadValue, TooLarge
from service.positions import comparing, sent_texts
from service.readers import Source
from service.rendering.brief import Brief
from service.store import tables
from service.store.docket import Docket
from service.store.store import hash_of
from service.web import api, kept, limits

if TYPE_CHECKING:
    from service.corpus import Corpus

PAGE = {"Accept": "text/html"}
PUBLIC = "http://compare.example.org"
ADA = Speaker("ada", "Ada")


def seconds(work: Callable[[], object]) -> float:
    """Of the processor, with nothing known of a whole sentence from before."""
    for known in (reported._of_short, reported._of_others, clause.words):
        known.cache_clear()
    began = time.process_time()
    work()
    return time.process_time() - began


def takes_less(limit: float, work: Callable[[], object]) -> bool:
    """Whether the best of three does: others may be busy on the machine."""
    return any(seconds(work) < limit for _ in range(3))


def grows_with_its_length(work: Callable[[int], object], size: int) -> bool:
    """Whether four times as much takes some four times as long, where a square would take sixteen times."""
    work(size)
    little = min(seconds(lambda: work(size)) for _ in range(3))
    return takes_less(max(9 * little, 0.05), lambda: work(4 * size))


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
    assert takes_less(1, lambda: noun_phrases(repeated(words, LONGEST)))


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
    assert takes_less(1, lambda: is_comparable(text))
    assert takes_less(1, lambda: reading(text, "Ada"))
    assert takes_less(1, lambda: moods(text))
    assert takes_less(1, lambda: why(text, other))
    assert takes_less(1, lambda: why(text, repeated("dangerous road, no peace, Russia and ", LONGEST)))


@pytest.mark.parametrize("words", ["we warn ", "said, “", "/a1", "so, ", "“", "thank you "])
def test_a_text_without_stops_is_read_at_once_however_long(words: str) -> None:
    text = repeated(words, 1_000_000)
    for work in (is_comparable, reading, moods, lambda text: why(text, text)):
        assert takes_less(1, lambda: work(text))  # noqa: B023 (called at once)


def test_two_texts_that_oppose_in_every_word_name_so_many_differences_and_no_more() -> None:
    first, second = repeated("safe road, ", LONGEST), repeated("dangerous road, ", LONGEST)
    assert 0 < len(why(first, second).differences) <= SAYINGS**2


def test_words_said_over_and_over_are_all_marked_as_shared() -> None:
    (shared,) = why(repeated("peace, ", LONGEST), repeated("peace; ", LONGEST)).shared
    assert len(shared.first) == len(shared.second) == 286


# A file --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    ["a\n", "We will.\n", "and so\nwe go ", "\n \n", "(", "a.b.", "Yes. ", "?!", "!”", "(a.", "?!" * 100 + " ", ". "],
    ids=lambda words: repr(words[:10]),
)
@pytest.mark.parametrize("hard_wrapped", [True, False])
def test_a_turn_is_cut_in_time_that_grows_with_its_length(words: str, hard_wrapped: bool) -> None:
    assert grows_with_its_length(lambda size: cut(repeated(words, size), hard_wrapped=hard_wrapped), 20_000)


@pytest.mark.parametrize(
    "run", ["https://example.org/" + "a/" * 2_000, "我们去那里。" * 1_000], ids=["address", "Chinese, which is not cut"]
)
def test_a_sentence_keeps_what_stands_in_it_without_white_space_however_long(run: str) -> None:
    said = ["We will build the road.", f"The letter says {run} and no more.", "We will close the harbour."]
    text = " ".join(said)
    found = statements(Transcript(text, (Utterance("ADA", Kind.SPEECH, 0, len(text)),)))
    assert [one.text for one in found] == said
    assert [text[one.start : one.end] for one in found] == said


def test_a_text_of_marks_alone_is_refused_at_once(client: FlaskClient) -> None:
    began = time.process_time()
    assert sent(client, "?!" * 30_000).status_code == 400
    assert time.process_time() - began < 2


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


def test_the_few_that_long_records_share_are_found_at_once() -> None:
    def shared(size: int) -> int:
        """Some stand in both, far apart, and once more at the first's end, so that none is there once."""
        some = int((STEPS * size / 7) ** 0.5)
        first, second = ([(side, n) for n in range(size)] for side in "ab")
        for n in range(some):
            first[n * (size // some)] = second[n * (size // some)] = ("both", n)
        first += [("both", some - 1 - n) for n in range(some)]
        return len(aligned(first, second))

    assert shared(5_000) == int((STEPS * 5_000 / 7) ** 0.5)
    assert takes_less(2, lambda: shared(20_000))


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


@pytest.fixture
def client(council_copy: Corpus) -> FlaskClient:
    return create_app(Config(public_url=PUBLIC, compare_limit="3 per minute"), council_copy).test_client()


TREES, OTHER = "Green trees need clean water. ", "Green trees need no clean water at all."


def sent(client: FlaskClient, first: str, second: str = OTHER, **given: Any) -> Any:
    sides = {"first": {"name": "Ada", "text": first}, "second": {"name": "Grace", "text": second}}
    return client.post("/compare", json=sides, **given)


def test_of_two_texts_a_statement_that_is_said_again_counts_once(client: FlaskClient) -> None:
    found = sent(client, TREES * 6_600, TREES * 6_600).get_json()
    assert found["searched"]["first"]["statements"] == 1
    assert found["pairs"][0]["first"]["start"] == 0


def test_two_texts_may_have_so_many_different_statements(client: FlaskClient) -> None:
    text = " ".join(f"Green trees of lot {n} need clean water." for n in range(sent_texts.TEXT_STATEMENTS + 1))
    refused = sent(client, text)
    assert refused.status_code == 413
    error = refused.get_json()["error"]
    assert error["message"] == "The text of Ada has 1,001 statements; at most 1,000 are compared."
    assert "passage" in error["remedy"]


def test_a_text_without_stops_is_refused_with_what_would_do(client: FlaskClient) -> None:
    refused = sent(client, "green trees need clean water and " * 200)
    assert refused.status_code == 400
    assert "no sentence ends within 2,000 characters" in refused.get_json()["error"]["message"]
    assert sent(client, "Yes. " + "green trees need clean water and " * 200).status_code == 200


def test_of_two_long_texts_the_nearest_pairs_are_judged_which_the_answer_says(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = TREES + "Green trees in the street need water too. "
    assert sent(client, first).get_json()["notices"] == []
    monkeypatch.setattr(sent_texts, "JUDGED_CHARACTERS", len(TREES + OTHER))
    (notice,) = sent(client, first).get_json()["notices"]
    assert (notice["kind"], notice["path"]) == (PARTLY_JUDGED, None)
    assert "Of 2 pairs nominated, the 1 nearest were judged" in notice["text"]


def test_a_long_text_counts_as_several_comparisons(client: FlaskClient) -> None:
    there = {"base_url": PUBLIC, "environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert sent(client, TREES * 1_400, **there).status_code == 200  # 42,000 characters: three of three
    assert sent(client, TREES, **there).status_code == 429
    there = {"base_url": PUBLIC, "environ_base": {"REMOTE_ADDR": "192.0.2.8"}}
    for _ in range(3):
        assert sent(client, TREES, **there).status_code == 200
    assert sent(client, TREES, **there).status_code == 429
    assert sent(client, TREES * 3_000).status_code == 200  # this machine itself


def test_much_to_judge_counts_as_several_comparisons_though_little_is_sent(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "JUDGED_AS_ONE", 50)
    there = {"base_url": PUBLIC, "environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert sent(client, TREES, **there).status_code == 200  # 69 characters in a pair: two of three
    refused = sent(client, TREES, **there)
    assert refused.status_code == 429
    assert refused.headers["Retry-After"]
    assert sent(client, TREES).status_code == 200  # this machine itself


def test_two_texts_that_no_while_has_room_for_are_too_large_and_not_to_be_sent_again_later(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = {"base_url": PUBLIC, "environ_base": {"REMOTE_ADDR": "192.0.2.7"}}
    assert sent(client, TREES * 1_600, **there).status_code == 413  # 48,000 characters: four of three
    monkeypatch.setattr(limits, "JUDGED_AS_ONE", 20)
    assert [sent(client, TREES, **there).status_code for _ in range(3)] == [413, 413, 429]  # each counted as one


# Lists ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("value", [1, "unsure", {"a": 1}])
def test_a_list_in_json_that_is_long_costs_little_and_is_refused_once(client: FlaskClient, value: object) -> None:
    sent(client, TREES)
    sides = {name: {"name": name, "text": TREES} for name in ("first", "second")}
    tracemalloc.start()
    refused = client.post("/compare", json={**sides, "include": [value] * 200_000})
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.status_code == 400
    assert most < 50_000_000
    error = refused.get_json()["error"]
    assert (error["message"], error["remedy"]) == ("include is given too often.", "Give it at most 10 times.")


@pytest.mark.parametrize("address", ["/map?speaker=", "/map?delegation=", "/brief?first=a&second=b&topic="])
def test_a_name_in_an_address_is_given_so_often(client: FlaskClient, address: str) -> None:
    name = address.rpartition("?")[2].rpartition("&")[2]
    refused = client.get(address + "x" + f"&{name}x" * 100)
    assert refused.status_code == 400
    assert refused.get_json()["error"]["remedy"] == "Give it at most 100 times."


@pytest.mark.parametrize("address", ["/topics?q=", "/documents?q=", "/speakers?q=", "/map?q=", "/?topic="])
def test_a_list_is_filtered_by_so_many_characters(client: FlaskClient, address: str) -> None:
    assert client.get(address + "road+" * 100, headers=PAGE).status_code == 200
    refused = client.get(address + "x" * 501)
    assert refused.status_code == 400
    assert "501 characters" in refused.get_json()["error"]["message"]
    assert "at most 500" in refused.get_json()["error"]["remedy"]


def test_a_word_that_is_given_again_is_looked_for_once(council_copy: Corpus) -> None:
    assert council_copy.topics("road road ROAD") == council_copy.topics("road")
    with pytest.raises(BadValue):
        council_copy.topics("road " * 101)


# What is judged for one answer ---------------------------------------------------------------------------------------


@pytest.fixture
def judged(topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many pairs the classifier is handed, from now on."""
    handed: list[int] = []
    classifier = topics_corpus._scoring._classifier
    judge = classifier.judge
    monkeypatch.setattr(classifier, "judge", lambda pairs: (handed.append(len(pairs)), judge(pairs))[1])
    return handed


def test_a_brief_on_named_topics_judges_so_many_pairs_and_says_where_it_cuts(
    topics_corpus: Corpus, judged: list[int]
) -> None:
    first, second = (row.speaker.id for row in topics_corpus.speakers())
    request = BriefRequest(first, second, topics=("gas and pipelines", "vaccines for all", "fish in the sea"))
    found = assembled(topics_corpus, request, budget=Budget(4))
    assert sum(judged) <= 4 + len(request.topics), "one of each is judged at least"
    assert len(found.sections) == len(request.topics)
    assert cuts(found)
    for _ in range(20):
        found = assembled(topics_corpus, request, budget=Budget(40))
    assert cuts(found) == 0
    whole = topics_corpus.compare(first, second, request.topics[0])
    assert found.comparisons[0].pairs == whole.pairs


def cuts(brief: Brief) -> int:
    return sum(one.kind == PARTLY_JUDGED for part in brief.comparisons for one in part.notices)


def test_a_brief_may_name_topics_of_which_all_and_of_which_the_nearest_pairs_are_judged(
    topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(comparing, "LARGE", 0)
    monkeypatch.setattr(comparing, "UNASKED", 2)
    first, second = (row.speaker.id for row in topics_corpus.speakers())
    shared = next(row.id for row in topics_corpus.topics() if len(row.speakers) == 2)
    found = assembled(topics_corpus, BriefRequest(first, second, topics=(shared, "fish in the sea")))
    assert [one.made_with["thresholds"]["nominees"] for one in found.comparisons] == [NOMINEES, 2]
    turned = assembled(topics_corpus, BriefRequest(first, second, topics=("fish in the sea", shared)))
    assert turned.made_with["thresholds"]["nominees"] == NOMINEES, "the most that any of its parts looked at"


def test_over_http_a_brief_has_an_allowance_too(topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[int] = []
    monkeypatch.setattr(api, "Budget", lambda pairs: given.append(pairs))
    first, second = (row.speaker.id for row in topics_corpus.speakers())
    client = create_app(Config(), topics_corpus).test_client()
    assert client.get(f"/brief?first={first}&second={second}&topic=gas").status_code == 200
    assert given == [WHOLE]


def test_a_brief_on_all_topics_judges_what_is_across_them_from_the_same_budget(
    topics_corpus: Corpus, judged: list[int]
) -> None:
    first, second = (row.speaker.id for row in topics_corpus.speakers())
    found = assembled(topics_corpus, BriefRequest(first, second), budget=Budget(6))
    assert sum(judged) <= 6 + 1, "one across topics is judged at least"
    assert [one.topic for one in found.left_out if one.why.startswith("not all of it")][-1] == "Across topics"
    whole = assembled(topics_corpus, BriefRequest(first, second))
    assert not any(one.topic == "Across topics" for one in whole.left_out)
    assert cuts(whole) == 0


def _forget(corpus: Corpus) -> None:
    """All that was judged."""
    with corpus._store.writing() as writing:
        writing.connection.execute(delete(tables.relation))


def test_a_pair_counts_once_and_what_is_judged_already_not_at_all() -> None:
    pairs = [(one, "x") for one in "abcd"]
    budget = Budget(2)
    assert budget.first(pairs, {pairs[0]}) == pairs[:3]
    assert budget.first(pairs, {pairs[0]}) == pairs[:3]
    assert budget.whole(pairs[1:3], ()), "they are counted"
    assert not budget.whole([pairs[3]], ())
    budget = Budget(3)
    assert not budget.whole(pairs, ())
    assert budget.left == 3, "none of them counts"
    budget.spend([*pairs[:2], *pairs[:2]], ())
    assert budget.first(pairs, ()) == pairs[:3]


def test_what_reviewers_put_together_is_judged_whatever_is_left_and_counts_first(
    topics_corpus: Corpus, judged: list[int]
) -> None:
    first, second = (row.speaker.id for row in topics_corpus.speakers())
    with topics_corpus._store.reading() as reading:
        said = [reading.statements(speaker=one, comparable_only=True) for one in (first, second)]
    for far in range(2):
        pair = said[0][far].quote.id, said[1][-1 - far].quote.id
        topics_corpus.reviewing.rule(*pair, "agrees", why="as they meant it", by="Eva")
    _forget(topics_corpus)
    judged.clear()
    topics_corpus.compare(first, second, budget=Budget(5))
    assert sum(judged) == 5
    judged.clear()
    _forget(topics_corpus)
    found = topics_corpus.compare(first, second, limit=9, budget=Budget(0))
    assert sum(judged) == 2, "and nothing else where nothing is left"
    assert len([pair for pair in found.pairs if pair.reviewed]) == 2
    (partly,) = (one.words for one in found.notices if one.kind == PARTLY_JUDGED)
    assert "only those that reviewers put together were judged" in partly


def test_the_pairs_of_an_answer_are_looked_for_once_though_not_all_are_judged(
    topics_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[object] = []
    similarities = nomination._similarities
    monkeypatch.setattr(nomination, "_similarities", lambda *sides: (looked.append(sides), similarities(*sides))[1])
    first, second = (row.speaker.id for row in topics_corpus.speakers())
    _forget(topics_corpus)
    found = topics_corpus.compare(first, second, budget=Budget(3))
    assert any(one.kind == PARTLY_JUDGED for one in found.notices)
    assert len(looked) == 1


@pytest.fixture
def speeches(corpus_factory: Callable[..., Corpus]) -> Iterator[Corpus]:
    """One speaker on three dates; nothing is judged yet."""
    corpus = corpus_factory()
    for year in ("2019", "2020", "2021"):
        text = f"We will widen the harbour of Norby in {year}. The harbour of Norby must be widened after {year}."
        corpus.add(Source(f"{year}.txt", text.encode()), Metadata(date=year), speaker="Anna Berg")
    yield corpus
    corpus.close()


def test_over_time_so_many_pairs_are_judged_and_the_rest_when_it_is_asked_for_again(speeches: Corpus) -> None:
    found = speeches.over_time("berg", "the harbour of Norby", budget=Budget(1))
    assert found.course.unjudged == 2
    assert [step.judged for step in found.course.steps] == [True, False, False]
    assert not any(step.new or step.repeats or step.dropped for step in found.course.steps)
    for _ in range(20):
        found = speeches.over_time("berg", "the harbour of Norby", budget=Budget(1))
    assert found.course.unjudged == 0
    assert found == speeches.over_time("berg", "the harbour of Norby", budget=None)


def test_what_is_not_judged_yet_over_time_is_said_on_the_page_and_in_data(
    speeches: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    over_time = speeches.over_time
    monkeypatch.setattr(
        speeches, "over_time", lambda *given, **named: over_time(*given, **{**named, "budget": Budget(0)})
    )
    client = create_app(Config(), speeches).test_client()
    address = "/speakers/anna-berg/over-time?topic=the+harbour+of+Norby&since=2019"
    page = client.get(address, headers=PAGE).text
    assert "2 dates not set beside the one before yet." in page
    assert f'href="{address.replace("&", "&amp;")}"' in page
    assert "2 statements, not set beside those of 2019 yet" in page
    assert "new since" not in page
    data = client.get(address).get_json()
    assert data["unjudged"] == 2
    assert [step["judged"] for step in data["steps"]] == [True, False, False]
    assert data["steps"][1]["counts"] == {
        "statements": 2, "new": 0, "again": 0, "perhaps_again": 0, "not_again": 0
    }  # fmt: skip


# What is held in memory ----------------------------------------------------------------------------------------------


def test_what_is_kept_weighs_no_more_than_it_may() -> None:
    held: Bounded[str, str] = Bounded(10, 100, lambda key, value: len(key) + len(value))
    for key in "abcd":
        held.put(key, "x" * 29)
    assert [held.get(key) is not None for key in "abcd"] == [False, True, True, True]
    held.put("d", "x")
    held.put("e", "x" * 20)
    assert [held.get(key) is not None for key in "bcde"] == [True, True, True, True]
    assert held.put("f", "x" * 200) == "x" * 200
    assert held.get("f") is None
    assert held.get("b") is not None, "what is too heavy moves nothing out"


def test_what_grows_while_it_is_kept_counts_as_what_it_weighed() -> None:
    held: Bounded[int, list[str]] = Bounded(1000, 100, lambda _, value: len(value))
    for key in range(200):
        held.put(key, ["x"] * 10).extend(["y"] * 10)  # as a text does, of which another form is kept with it
    assert len(held._kept) == 10
    assert held._weight == 100


def test_a_text_is_proven_once_however_many_of_its_quotes_are_asked_about(
    council_copy: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    hashed: list[int] = []
    monkeypatch.setattr(proof, "hash_of", lambda text: (hashed.append(len(text)), hash_of(text))[1])
    monkeypatch.setattr(proof, "BYTES", 1)  # no text is kept, as one of 20 MB is not
    with council_copy._store.reading() as reading:
        quotes = [one.quote for one in reading.statements(comparable_only=True)]
        proof.Proof().of_quotes(quotes, reading)
    assert len(hashed) == len({quote.document.id for quote in quotes}) < len(quotes)


def test_what_is_kept_is_made_once_though_it_be_empty() -> None:
    made: list[str] = []
    held: Bounded[str, tuple[str, ...]] = Bounded(1)
    assert [held.of("a", lambda: (made.append("a"), ())[1]) for _ in range(3)] == [()] * 3
    assert made == ["a"]


def test_where_no_decision_holds_that_is_asked_once_at_a_revision(
    council_copy: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    holding = Docket.holding
    monkeypatch.setattr(Docket, "holding", lambda docket: (asked.append(docket), holding(docket))[1])
    for limit in (1, 2, 3):
        council_copy.compare(limit=limit)
    assert len(asked) == 1


def test_one_memory_of_proven_texts_bounds_them_all(council_copy: Corpus) -> None:
    users = [
        council_copy._comparing, council_copy._history, council_copy.reviewing, council_copy.attributing,
        council_copy.rivals, council_copy.snapshots, council_copy.corrections,
    ]  # fmt: skip
    assert {id(one._proof) for one in users} == {id(council_copy._proof)}  # type: ignore[attr-defined]


def held(*values: object) -> int:
    """Bytes of all that hangs on some values, but for what is there once for all."""
    seen: set[int] = set()
    left, weight = list(values), 0
    while left:
        one = left.pop()
        if id(one) not in seen and not isinstance(one, type | ModuleType | FunctionType | Enum):
            seen.add(id(one))
            weight += sys.getsizeof(one)
            left += gc.get_referents(one)
    return weight


def test_what_is_kept_of_answers_is_weighed_for_what_it_holds(topics_corpus: Corpus) -> None:
    first, second = (row.speaker.id for row in topics_corpus.speakers())
    for asked in ({}, {"limit": 100, "include_unsure": True}, {"topic": "gas and pipelines"}):
        topics_corpus.compare(first, second, **asked)  # type: ignore[arg-type]
    topics_corpus.over_time(first, topics_corpus.topics()[0].id)
    topics_corpus.snapshots.freeze(first=first, second=second)
    topics_corpus.snapshots.rows()
    memories: tuple[Bounded[Any, Any], ...] = (
        topics_corpus._comparing._answers, topics_corpus._history._answers, topics_corpus.snapshots._known
    )  # fmt: skip
    for memory in memories:
        assert memory._kept
        assert memory._most is not None
        for key, (value, weight) in memory._kept.items():
            assert held(value) <= weight == memory._weigh(key, value)


def test_findings_and_records_side_by_side_are_kept_without_their_texts_and_weighed(
    corpus_factory: Callable[..., Corpus],
) -> None:
    corpus = corpus_factory()
    who = ("MS. OKORO", "MR. VELDE", "SPEAKER 2")
    turns = (f"{who[at % 3]}:  We will widen road {at}, and close road {at} of Vik." for at in range(99))
    said = "\n\n".join(turns)
    one = corpus.add(Source("one.txt", said.encode())).document.id
    other = corpus.add(Source("two.txt", said.replace("close", "shut").encode())).document.id
    corpus.attributing.of(one)
    corpus.rivals.beside(one, other)
    memories: tuple[Bounded[Any, Any], ...] = (attributing._found, rivals._beside)
    for memory in memories:
        key = next(reversed(memory._kept))
        value, weight = memory._kept[key]
        assert value
        assert held(key, value) <= weight
    assert held(next(reversed(attributing._found._kept))) < 1024


def test_kept_answers_have_room_for_so_many_bytes(council_copy: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "BYTES", 1)
    made = create_app(Config(), council_copy).test_client()
    for _ in range(3):
        made.get("/compare")
    times: list[object] = []
    compare = council_copy.compare
    monkeypatch.setattr(council_copy, "compare", lambda **given: (times.append(given), compare(**given))[1])
    made.get("/compare")
    assert times


def test_a_header_that_changes_no_answer_makes_no_other_one(
    council_copy: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = create_app(Config(), council_copy).test_client()
    for _ in range(3):
        made.get("/compare")
    times: list[object] = []
    compare = council_copy.compare
    monkeypatch.setattr(council_copy, "compare", lambda **given: (times.append(given), compare(**given))[1])
    for number in range(3):
        made.get("/compare", headers={"X-Made-Up": f"{number}", "Cookie": f"a={number}", "DNT": f"{number}"})
    assert times == []


class Read(dict[str, Any]):
    """An environment that notes which headers are asked for."""

    def __init__(self, environ: dict[str, Any]) -> None:
        super().__init__(environ)
        self.asked: set[str] = set()

    def _note(self, name: object) -> None:
        if str(name).startswith("HTTP_"):
            self.asked.add(str(name))

    def __getitem__(self, name: str) -> Any:
        self._note(name)
        return super().__getitem__(name)

    def __contains__(self, name: object) -> bool:
        self._note(name)
        return super().__contains__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self._note(name)
        return super().get(name, default)


@pytest.mark.parametrize("address", ["/compare", "/compare?format=html", "/compare?format=md", "/embed/compare"])
def test_no_answer_that_is_kept_depends_on_a_header_that_is_not_in_its_key(council_copy: Corpus, address: str) -> None:
    made = create_app(Config(), council_copy)
    headers = {"Accept": "text/html", "Accept-Language": "en", "Accept-Encoding": "gzip", "If-None-Match": '"x"'}
    environ = Read(EnvironBuilder(path=address.partition("?")[0], query_string=address.partition("?")[2],
                                  headers=headers).get_environ())  # fmt: skip
    body = Flask.wsgi_app(made, environ, lambda *_: lambda _: None)
    b"".join(body)
    unkept = {"HTTP_COOKIE", "HTTP_AUTHORIZATION"}  # with which none is kept, if they say who asks
    known = {*kept.HEADERS, *kept.PROXIES, *unkept, "HTTP_CONNECTION"}  # the last is asked for by werkzeug itself
    assert "HTTP_ACCEPT_ENCODING" in environ.asked, "nothing was noted"
    assert environ.asked - known == set()


def test_readings_are_remembered_by_their_number_only_where_the_sentences_are_short() -> None:
    tracemalloc.start()
    for number in range(3_000):
        reading(f"The harbour of Norby is closed, {number}, " + "and closed it is " * 110)
    held, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert held < 5_000_000, "all of them have six"


def test_too_many_characters_of_a_side_are_still_refused(council_copy: Corpus) -> None:
    with pytest.raises(TooLarge):
        council_copy.compare_texts(("Ada", "x" * (sent_texts.TEXT_CHARACTERS + 1)), ("Grace", OTHER))
