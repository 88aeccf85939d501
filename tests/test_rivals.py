"""Rival records of one event: how they are set beside each other, found, and told of beside a pair."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from models.rival import Match, Passage, Row, beside
from models.statement import statements
from models.transcript import Metadata
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.errors import BadValue, NotFound
from service.readers import Source, read

FIRST = """MINISTER OKORO:  We must build the dam on the river this year. The dam gives light to all our villages.
It is paid for. The villages on the upper river asked for it in writing.

Q:  Who pays?

MINISTER VELDE:  We must never build the dam on the river. The dam takes the water away from our farmers. We will go to
the court, and the court will hear us.
"""
SECOND = """MINISTER OKORO:  We must build the dam on the river this year. The dam gives light to most of our villages.
It is paid for.

Q:  Who pays?

MINISTER VELDE:  We must never build the dam on the river. The dam takes the water away from our farmers. Nobody has
ever asked the farmers of the delta. We will go to the court. And the court will hear us.
"""


def passages(text: str, turn: int = 0) -> tuple[str, list[Passage]]:
    found, at = [], 0
    for line in text.split("\n"):
        found.append(Passage(line, at, at + len(line), turn, "Ada"))
        at += len(line) + 1
    return text, found


def rows(first: str, second: str) -> list[tuple[str, str | None, str | None]]:
    (a, ones), (b, others) = passages(first), passages(second)
    return [_words(row, a, b) for row in beside(ones, others, a, b)]


def _words(row: Row, first: str, second: str) -> tuple[str, str | None, str | None]:
    for one, text in ((row.first, first), (row.second, second)):
        assert one is None or text[one.start : one.end] == one.text
    return row.match.value, row.first and row.first.text, row.second and row.second.text


def test_sentences_are_the_same_otherwise_or_in_one_record_only_in_the_order_of_both() -> None:
    assert rows(
        "We will sign.\nThe strait must be open to everyone.\nThat is all.\nGo.",
        "We will sign.\nThe strait may be open to everyone.\nNobody asked.\nThat is all!",
    ) == [
        ("same", "We will sign.", "We will sign."),
        ("otherwise", "The strait must be open to everyone.", "The strait may be open to everyone."),
        ("second", None, "Nobody asked."),
        ("same", "That is all.", "That is all!"),
        ("first", "Go.", None),
    ]


def test_a_sentence_cut_in_two_is_not_missing() -> None:
    assert rows("We go to court, and the court will hear us.", "We go to court.\nAnd the court will hear us.") == [
        ("same", "We go to court, and the court will hear us.", "We go to court.\nAnd the court will hear us.")
    ]


def test_the_words_that_differ_are_marked() -> None:
    (a, ones), (b, others) = passages("The strait must be open to all."), passages("The strait may well be open to us.")
    row = beside(ones, others, a, b)[0]
    assert [a[start:end] for start, end in row.first_marks] == ["must", "all"]
    assert [b[start:end] for start, end in row.second_marks] == ["may well", "us"]


def test_records_of_nothing_and_of_two_events_have_nothing_in_common() -> None:
    assert rows("One thing here.", "Quite another matter there.") == [
        ("first", "One thing here.", None),
        ("second", None, "Quite another matter there."),
    ]
    assert beside((), (), "", "") == ()


@pytest.mark.parametrize("every", [2, 40, 1000])
def test_ten_thousand_sentences_are_set_beside_each_other_in_seconds(every: int) -> None:
    lines = [
        f"Speaker {n % 7} said on day {n} that the {n % 13} harbours and {n} ships are safe." for n in range(10_000)
    ]
    lines = ["Thank you." if n % 20 == 0 else line for n, line in enumerate(lines)]
    changed = [f"Nothing like it number {n} was heard." if n % every == 1 else line for n, line in enumerate(lines)]
    (a, ones), (b, others) = passages("\n".join(lines)), passages("\n".join(changed))
    began = time.perf_counter()
    found = beside(ones, others, a, b)
    assert time.perf_counter() - began < 30  # on a busy machine; alone, two
    assert sum(row.match is Match.SAME for row in found) >= 0.99 * (10_000 - 10_000 / every)


def test_the_corrected_record_of_a_press_conference_differs_in_one_sentence(shared: Path) -> None:
    records = []
    for path in sorted((shared / "corpus" / "white-house").glob("2022-03-10-*duda*")):
        transcript = read(Source(path.name, path.read_bytes()))
        cut = [Passage(one.text, one.start, one.end, one.utterance) for one in statements(transcript)]
        records.append((transcript.text, cut))
    (a, ones), (b, others) = records
    different = [row for row in beside(ones, others, a, b) if row.match is not Match.SAME]
    assert len(different) == 1
    assert different[0].first is not None
    assert different[0].second is not None
    assert different[0].first.text[slice(*different[0].first_marks[0])] == "of crises"
    assert different[0].second.text[slice(*different[0].second_marks[0])] == "crisis"


# In the corpus -----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def dam(corpus_factory: Callable[..., Corpus]) -> Corpus:
    """Two records of one event, and a third document."""
    corpus = corpus_factory()
    corpus.add(Source("first.txt", FIRST.encode()), Metadata(title="By the ministry", date="1987-05-04"))
    corpus.add(Source("second.txt", SECOND.encode()), Metadata(title="By the press"))
    corpus.add(Source("other.txt", b"MINISTER OKORO:  The school needs a roof.\n\nMINISTER VELDE:  It has one."))
    return corpus


@pytest.fixture(scope="module")
def ids(dam: Corpus) -> dict[str, str]:
    return {row.original_name.partition(".")[0]: row.id for row in dam.documents()}


@pytest.fixture(scope="module")
def client(dam: Corpus) -> FlaskClient:
    return create_app(Config(), dam).test_client()


def test_near_copies_of_no_other_date_are_found_by_themselves(dam: Corpus, ids: dict[str, str]) -> None:
    assert [each.row.id for each in dam.rivals.of(ids["first"])] == [ids["second"]]
    assert [each.row.id for each in dam.rivals.of(ids["second"])] == [ids["first"]]
    assert dam.rivals.of(ids["other"]) == ()


def test_a_near_copy_of_another_date_is_no_rival(corpus: Corpus) -> None:
    corpus.add(Source("first.txt", FIRST.encode()), Metadata(date="1987-05-04"))
    corpus.add(Source("second.txt", SECOND.encode()), Metadata(date="1987-05-05"))
    assert all(corpus.rivals.of(row.id) == () for row in corpus.documents())


def test_what_only_one_of_two_records_has_is_told(dam: Corpus, ids: dict[str, str]) -> None:
    found = dam.rivals.beside(ids["first"], ids["second"])
    assert [row.first and row.first.text for row in found.of("first")] == [
        "The villages on the upper river asked for it in writing."
    ]
    assert [row.second and " ".join(row.second.text.split()) for row in found.of("second")] == [
        "Nobody has ever asked the farmers of the delta."
    ]
    assert found.counts["otherwise"] == 1
    assert any(row.first and row.first.label == "Q" for row in found.of("same"))


def test_any_two_can_be_named_and_one_not_twice(dam: Corpus, ids: dict[str, str]) -> None:
    assert not dam.rivals.beside(ids["first"], ids["other"]).of("same")
    with pytest.raises(BadValue, match="Both are document"):
        dam.rivals.beside(ids["first"], ids["first"])
    with pytest.raises(NotFound):
        dam.rivals.beside(ids["first"], "000000000000")


def test_a_pair_on_a_differing_passage_says_so_and_no_passage_stands_twice(
    client: FlaskClient, ids: dict[str, str]
) -> None:
    found = client.get("/compare?first=okoro&second=velde&include=unsure&limit=50").get_json()
    said = [pair[side]["text"] for pair in found["pairs"] for side in ("first", "second")]
    for relation in ("opposes", "agrees", "unsure"):
        of_it = [pair for pair in found["pairs"] if pair["relation"] == relation]
        for side in ("first", "second"):
            texts = [" ".join(pair[side]["text"].split()) for pair in of_it]
            assert len(texts) == len(set(texts)), texts
    notices = {
        (pair[side]["text"], notice["text"], notice["path"])
        for pair in found["pairs"]
        for side in ("first", "second")
        for notice in pair["notices"]
        if notice["kind"] == "rival"
    }
    here = [text for text in said if "to all our villages" in text or "to most of our" in text]
    assert here, said
    assert any("has these words otherwise: “The dam gives light to" in text for _, text, _ in notices), notices
    for _, _, path in notices:
        page = client.get(path.partition("#")[0], headers={"Accept": "text/html"}).text
        assert f'id="{path.partition("#")[2]}"' in page


def test_a_pair_whose_records_have_the_same_words_says_nothing_of_them(client: FlaskClient) -> None:
    found = client.get("/compare?first=okoro&second=velde").get_json()
    same = [pair for pair in found["pairs"] if pair["first"]["text"].startswith("We must build the dam")]
    assert same
    assert same[0]["notices"] == []


def test_what_both_records_have_is_counted_and_said_to_be_counted_twice(
    dam: Corpus, ids: dict[str, str], client: FlaskClient
) -> None:
    asked = "/compare?first=okoro&second=velde"
    searched = client.get(asked).get_json()["searched"]
    alone = {name: client.get(f"{asked}&document={ids[name]}").get_json()["searched"] for name in ("first", "second")}
    assert searched["first"]["again"] == alone["second"]["first"]["statements"] < searched["first"]["statements"]
    assert searched["second"]["again"] == 2  # the dam and the water; each record has one sentence more to itself
    assert all(found[side]["again"] == 0 for found in alone.values() for side in ("first", "second"))
    number = searched["second"]["again"]
    said = f"{number} of the statements are in a second record of the same event"
    assert said in client.get(asked, headers={"Accept": "text/html"}).text
    for name in ("md", "html"):
        assert said in client.get(f"{asked}&format={name}&download=1").text, name
    assert f",{searched['first']['again']},{number}" in client.get(f"{asked}&format=csv").text


def test_the_pages_lead_to_each_other_and_to_the_words(client: FlaskClient, ids: dict[str, str]) -> None:
    page = client.get(f"/documents/{ids['first']}", headers={"Accept": "text/html"}).text
    assert "Another record of this event" in page
    address = f"/documents/{ids['first']}/beside/{ids['second']}"
    assert address in page
    page = client.get(address, headers={"Accept": "text/html"}).text
    assert page.index("Only in “By the ministry”") < page.index("Only in “By the press”") < page.index("Both in their")
    assert "<mark>all</mark>" in page
    assert "<mark>most of</mark>" in page
    assert f"/documents/{ids['first']}#s{FIRST.index('The villages on')}" in page


def test_programs_get_both_records_with_the_places_of_every_passage(client: FlaskClient, ids: dict[str, str]) -> None:
    found = client.get(f"/documents/{ids['first']}/beside/{ids['second']}").get_json()
    texts = {side: client.get(f"/documents/{ids[side]}.txt").text for side in ("first", "second")}
    for row in found["rows"]:
        for side in ("first", "second"):
            for one in (row[side], *(row[side]["otherwise"] if row[side] else ())) if row[side] else ():
                assert texts[side][one["start"] : one["end"]] == one["text"]
    starts = [row["first"]["start"] for row in found["rows"] if row["first"]]
    assert starts == sorted(starts)


def test_the_command_line_sets_two_records_beside_each_other(
    dam: Corpus, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", str(dam._config.database_url))
    printed = CliRunner().invoke(commands, ["rivals", ids["first"], ids["second"]]).output
    assert "1 with other words, 1 only in the first, 1 only in the second" in printed
    assert "Minister Okoro: “The villages on the upper river asked for it in writing.”" in printed
    found = json.loads(CliRunner().invoke(commands, ["rivals", ids["first"], ids["second"], "--json"]).output)
    assert found["counts"]["otherwise"] == 1
