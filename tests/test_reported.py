"""What somebody else asserts is told from the speaker's own; a doubt leaves it the speaker's."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.evaluation.attribution import HALVES, INVENTED, LABELS, attribution, labelled
from models.evaluation.quoted import passage, stored_texts
from models.evaluation.reading import UnusableSet
from models.mood import Mood, moods
from models.reported import Reading, reading

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from numpy.typing import NDArray
    from playwright.sync_api import Page

    from models.embedding import Embedder
    from service.config import Config
    from service.corpus import Corpus

FLOORS = {  # a little below the figures in docs/evaluation.md, which `counterpose evaluate` prints
    (HALVES[0], "reported, precision"): 0.90,
    (HALVES[0], "reported, recall"): 0.82,
    (HALVES[0], "holder to the letter"): 0.92,
    (HALVES[1], "reported, precision"): 0.83,
    (HALVES[1], "reported, recall"): 0.65,
    (HALVES[1], "holder to the letter"): 0.85,
}


def holder(text: str, speaker: str = "") -> str | None:
    """Who holds all that the sentence says; it must say nothing else."""
    found = reading(text, speaker)
    assert not found.own, found
    return None if found.reports[0].holder is None else text[slice(*found.reports[0].holder)]


# Reported --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Our UNESCO partners have stated that no town has a duty to pay for a bridge.", "Our UNESCO partners"),
        ("The rebels warned that they would shell the port.", "The rebels"),
        ("Yesterday the minister told the press that the bridge is safe.", "the minister"),
        ("Mr. Okoro, the mayor of Norby, claims that the bridge is safe.", "Mr. Okoro"),
        ("There are those who say the bridge will never be safe.", "those"),
        ("They do not believe that the bridge is safe.", "They"),
        ("She said, “The bridge was never safe.”", "She"),
        ("“The bridge was never safe,” the engineer told reporters on Monday.", "the engineer"),
        ("They accuse us of neglecting the bridge.", "They"),
        ("The company claims to have mended the bridge.", "The company"),
        ("According to the opposition, the bridge was never inspected.", "the opposition"),
        ("In the engineer’s view, the bridge cannot be saved.", "the engineer"),
        ("Some take the view that bridges last for ever.", "Some"),
        ("It has often been claimed that the bridge is safe.", None),
        ("We were told by the builders that the bridge would last.", "the builders"),
        ("When the bridge fell, the company said that nobody was to blame.", "the company"),
    ],
)
def test_a_sentence_that_only_says_what_others_hold_is_theirs(text: str, expected: str | None) -> None:
    assert holder(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "I said that the bridge is safe.",
        "Our Government has stated that the bridge is safe.",
        "Norby believes that the bridge is safe.",  # as Norby's speaker would say
        "As the engineer said, the bridge is safe.",
        "The engineer rightly said that the bridge is safe.",
        "We agree with the engineer, who says that the bridge is safe.",
        "The Charter states that all members are equal.",
        "According to the treaty, the river is a common good.",
        "We live according to our means, and so should others.",
        "According to UNICEF, half of the schools were closed.",
        "Security is indivisible, as envisaged in the NATO documents.",
        "Experience tells us that bridges need care.",
        "Everyone says that the bridge is safe.",
        "It could be argued that the bridge is safe.",
        "We reject the claim that the bridge is safe.",
        "Nobody denies that the bridge is old.",
        "The mayor must say that the bridge is closed.",
        "Who says that the bridge is safe?",
        "The theme of this session is “Bridges for everybody in the world”.",
        "The bridge is “safe” in name alone.",
        "Those who say that the bridge is safe forget the last winter.",
        "If the engineer says that it is safe, we will open it.",
        "Critics say we moved too fast; I say we moved too late.",
        "The company insists the water is safe, yet we measured lead in every sample.",
        "",
    ],
)
def test_what_the_speaker_asserts_is_his_own(text: str) -> None:
    assert reading(text).own


def test_whoever_speaks_of_himself_by_name_speaks_for_himself() -> None:
    text = "Venezuela claims that the award is void."
    assert holder(text) == holder(text, "Ana Diaz Foreign Minister Guyana") == "Venezuela"
    assert reading(text, "Ana Diaz Foreign Minister Venezuela").own
    assert reading("President Diaz has insisted that the award is void.", "Ana Diaz").own


def answered(text: str) -> tuple[str, str]:
    """Whom the speaker answers, and what they hold; he must say more than that, and lean on it."""
    found = reading(text)
    (report,) = found.reports
    assert found.own
    assert not found.stands_alone
    assert report.holder is not None
    return text[slice(*report.holder)], text[slice(*report.clause)]


def test_of_a_sentence_that_holds_both_the_reported_part_is_known() -> None:
    text = (
        "We, as Mayor Berg stated, do not expect any trouble, but if our UNESCO partners have stated that no town "
        "has a duty to pay for a bridge that it has not asked for whether it needs one or not, we can add that each "
        "town is free to choose its own ferries to cross the river."
    )
    clause = "no town has a duty to pay for a bridge that it has not asked for whether it needs one or not"
    assert answered(text) == ("our UNESCO partners", clause)


def test_so_it_is_where_a_minister_answers_his_partners_in_stockholm(shared: Path) -> None:
    texts = stored_texts(shared / "corpus", ["stockholm"])
    holder, clause = answered(passage(texts, "stockholm", 3056, 3348))
    assert holder == "our NATO partners"
    assert clause.startswith("no one has a right")
    assert clause.endswith("whether it can do or not")


@given(st.lists(st.sampled_from("they said that , “ ” \" according to in 's view it is claimed : . ? – 7 we".split())))
def test_whatever_is_said_the_places_lie_within_it_and_in_order(words: list[str]) -> None:
    text = " ".join(words)
    found = reading(text)
    assert found.own or found.reports
    end = 0
    for report in found.reports:
        assert end <= report.whole[0] <= report.clause[0] <= report.clause[1] <= report.whole[1] <= len(text)
        assert report.holder is None or report.whole[0] <= report.holder[0] < report.holder[1] <= report.whole[1]
        end = report.whole[1]


def test_a_you_that_is_anybody_holds_nothing() -> None:
    text = "You know, losing a son is like a black hole, and you don’t think there’s any way out."
    assert reading(text) == Reading()
    assert reading("You said that there is a way out.").reports


def test_nothing_is_reported_by_a_sentence_without_a_cue() -> None:
    assert reading("The bridge is safe.") == Reading()


# Moods -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("If you close the bridge, we will take the ferry.", (Mood.CONDITIONAL,)),
        ("We cannot stay unless the bridge is mended.", (Mood.CONDITIONAL,)),
        ("Should the bridge fall, we will take the ferry.", (Mood.CONDITIONAL,)),
        ("Who would close a bridge?", (Mood.QUESTION,)),
        ("If Norby chooses to keep the bridge shut, there will be serious consequences.", tuple(Mood)[::2]),
        ("They will pay a heavy price.", (Mood.THREAT,)),
        ("We will not hesitate to defend the bridge.", (Mood.THREAT,)),
        ("It is essential that we have a mayor who will not hesitate to act to protect the bridge.", ()),
        ("He is going to destroy the ferry company.", ()),
        ("Norby will take all necessary steps to open the bridge.", ()),
        ("We will pay a price for it.", ()),
        ("We will respond decisively.", (Mood.THREAT,)),
        ("They ask if the bridge is safe.", ()),
        ("It looks as if the bridge were safe.", ()),
        ("We should have closed the bridge.", ()),
        ("We will respond to your letter.", ()),
        ("", ()),
    ],
)
def test_what_is_supposed_asked_or_threatened_is_marked(text: str, expected: tuple[Mood, ...]) -> None:
    assert moods(text) == expected


def test_what_others_threaten_is_no_threat_of_the_speakers() -> None:
    text = "The rebels warned that the port will pay a heavy price if the convoy sails."
    assert moods(text) == (Mood.CONDITIONAL, Mood.THREAT)
    assert moods(text, [one.whole for one in reading(text).reports]) == ()


# Figures ---------------------------------------------------------------------------------------------------------


def rows() -> list[dict[str, str]]:
    with LABELS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_labelled_sentences_are_enough_and_half_of_them_are_own() -> None:
    labels = [row["label"] for row in rows()]
    assert len(labels) >= 200
    assert 2 * labels.count("own") >= len(labels)
    assert sum(row["source"] != INVENTED for row in rows()) > 0.9 * len(labels)


def test_the_table_names_the_places_of_real_sentences_and_never_their_words() -> None:
    for row in rows():
        if row["source"] == INVENTED:
            assert row["text"]
            assert not row["start"] + row["end"]
        else:
            assert not row["text"]
            assert 0 <= int(row["start"]) < int(row["end"])


def test_a_holder_is_named_by_whole_words_of_a_sentence_that_reports(transcripts: Path) -> None:
    held = [one for one in labelled(transcripts) if one.holder is not None]
    assert held
    for one in held:
        assert one.label != "own"
        name = one.text[slice(*one.holder)]
        assert name.strip() == name != ""
        assert re.compile(rf"(?<!\w){re.escape(name)}(?!\w)").match(one.text, one.holder[0])


def test_precision_and_recall_reach_their_floors_on_both_halves(transcripts: Path) -> None:
    measured = attribution(transcripts).rows
    figures = {(row.set, row.measure): row.estimates["classifier"].value for row in measured}
    assert figures.keys() == FLOORS.keys()
    short = {name: value for name, value in figures.items() if value < FLOORS[name]}
    assert not short


def test_without_the_transcripts_the_protocol_is_passed_over_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UnusableSet, match=re.escape(str(tmp_path))):
        attribution(tmp_path)


# In the product --------------------------------------------------------------------------------------------------

ROAD = b"""---
title: Hearing on the road
---

MAYOR BERG:  The road through the forest must be widened. If the council refuses, the village will have no school bus.

MS. LIND:  The old trees along the lake are protected. The residents say that the road through the forest must not be
widened.
"""
SAID = "The residents say that the road through the forest must not be\nwidened."


@pytest.fixture(scope="module")
def hearing(corpus_factory: Callable[..., Corpus]) -> Corpus:
    from service.readers import Source

    corpus = corpus_factory()
    corpus.add(Source("hearing.txt", ROAD))
    return corpus


@pytest.fixture(scope="module")
def site(hearing: Corpus, config_factory: Callable[..., Config]) -> Flask:
    from service.app import create_app

    return create_app(config_factory(), hearing)


def quotes(found: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {pair[side]["text"]: pair[side] for pair in found["pairs"] for side in ("first", "second")}


def test_what_others_say_is_paired_only_when_asked_for(site: Flask) -> None:
    client = site.test_client()
    own, asked = (
        client.get(f"/compare?first=berg&second=lind&include=unsure{more}").get_json()
        for more in ("", "&include=reported")
    )
    assert SAID not in quotes(own)
    assert SAID in quotes(asked)
    counted = [found["searched"]["second"]["statements"] for found in (own, asked)]
    assert counted == [1, 2]


def test_a_quote_says_in_json_who_holds_it_and_where_that_stands(site: Flask, hearing: Corpus) -> None:
    client = site.test_client()
    quote = quotes(client.get("/compare?first=berg&second=lind&include=reported&include=unsure").get_json())[SAID]
    text = hearing.text(quote["document"]["id"])
    reported = quote["reported"]
    assert reported["whole"]
    assert reported["holder"]["text"] == "The residents"
    for words in (reported["holder"], reported["clause"]):
        assert text[words["start"] : words["end"]] == words["text"]
    document = client.get(f"/documents/{quote['document']['id']}?format=json").get_json()
    said = {one["id"]: one for turn in document["utterances"] for one in turn["statements"]}
    assert said[quote["id"]]["reported"] == reported
    assert [one["marks"] for one in said.values()].count(["conditional"]) == 1
    assert sum(one["reported"] is None for one in said.values()) == len(said) - 1


def test_texts_that_are_not_stored_are_held_to_the_same(site: Flask) -> None:
    sides = {"first": {"name": "A", "text": "The road must be widened."}, "second": {"name": "B", "text": SAID}}
    own, asked = (
        site.test_client().post("/compare", json={**sides, "include": include}).get_json()
        for include in ("unsure", ["unsure", "reported"])
    )
    assert own["pairs"] == []
    assert quotes(asked).keys() == {"The road must be widened.", SAID}


def test_of_a_statement_that_holds_both_the_speakers_part_is_judged(embedder: Embedder) -> None:
    from models.comparison import compare
    from models.nomination import Position
    from models.quote import Document, Quote
    from models.transcript import Metadata, Speaker

    texts = ("The company insists the water is safe, yet we measured lead in every sample.", "The water is safe.")
    sides = [
        Position(speaker, (Quote(name, text, speaker, Document("d", "0" * 64, Metadata()), 0, len(text)),), vectors)
        for name, text, vectors in zip("ab", texts, embedder.embed(texts)[:, None], strict=True)
        for speaker in [Speaker(name, name)]
    ]
    judged: list[tuple[str, str]] = []

    def judge(pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        judged.extend(pairs)
        return np.tile([0.1, 0.8, 0.1], (len(pairs), 1))

    found = compare(*sides, judge, embedder.embed, thresholds={"opposes": 0.5, "agrees": 0.5, "differs": 0.5})
    (pair,) = judged
    assert pair[0].split() == ", yet we measured lead in every sample.".split()
    assert len(pair[0]) == len(texts[0])
    (shown,) = found.pairs
    assert shown.first.text == texts[0]
    assert shown.why is not None
    assert not shown.why.shared  # the water is safe in the company's words alone


@pytest.mark.parametrize("name", ["md", "html", "csv"])
def test_every_export_names_who_holds_what_is_reported(name: str, site: Flask) -> None:
    asked = f"/compare?first=berg&second=lind&include=reported&include=unsure&format={name}"
    shown = asked.replace("/compare", "/embed/compare") if name == "html" else asked
    assert "reported: The residents" in site.test_client().get(shown).text


def test_the_command_line_asks_for_it_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    from click.testing import CliRunner

    from service.__main__ import commands

    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path / 'corpus.sqlite'}")
    (tmp_path / "hearing.txt").write_bytes(ROAD)
    run = CliRunner()
    assert run.invoke(commands, ["add", str(tmp_path / "hearing.txt")]).exit_code == 0
    compare = ["compare", "--first", "berg", "--second", "lind", "--include", "unsure"]
    assert "reported:" not in run.invoke(commands, compare).output
    assert "reported: The residents" in run.invoke(commands, [*compare, "--include", "reported"]).output


def test_an_include_that_there_is_not_is_refused_with_those_there_are(site: Flask) -> None:
    answer = site.test_client().get("/compare?include=unsure&include=everything")
    assert answer.status_code == 400
    error = answer.get_json()["error"]
    assert "everything" in error["message"]
    assert "reported" in error["remedy"]


def test_a_reader_asks_for_what_others_hold_and_sees_who_holds_it(
    page: Page, serve: Callable[[Flask], str], site: Flask
) -> None:
    asked = "/compare?first=berg&second=lind&include=unsure"
    site.test_client().get(f"{asked}&include=reported")  # loads the models, which may take longer than a page waits
    page.goto(f"{serve(site)}{asked}")
    marks = page.locator(".marks li", has_text="reported: The residents")
    assert marks.count() == 0
    page.get_by_label("Show what others hold").check()
    marks.first.wait_for()
    assert page.url.count("include=") == 2
    page.locator("td.second", has=marks).locator(".source a").first.click()
    page.get_by_text("[reported: The residents]").wait_for()
