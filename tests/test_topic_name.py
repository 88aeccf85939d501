"""Topic names: phrases that people use, full forms, no two alike, and none of what could be said of any matter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.phrases import noun_phrases
from models.topic_name import named

if TYPE_CHECKING:
    from models.embedding import Embedder

CHIPS = [
    "A broken supply chain left the factories without chips.",
    "Every supply chain that runs through one strait is a risk.",
    "We will bring the supply chain for chips home.",
    "The supply chain for batteries depends on a single mine.",
]
FISH = [
    "The fishing quota for cod was cut again.",
    "A fishing quota that nobody enforces saves no cod.",
    "Our meeting agreed on a fishing quota for the northern sea.",
    "Trawlers ignore the fishing quota and the meeting ends in words.",
]
SCHOOLS = [
    "Village schools lack teachers and books.",
    "Teachers in village schools have not been paid.",
    "We built village schools where there were none.",
]


def name_of(texts: list[str], *others: list[str]) -> str:
    return named([texts, *others])[0].text


def by_meaning(embedder: Embedder, *groups: list[str]) -> list[str]:
    centres = np.stack([embedder.embed(group).mean(axis=0) for group in groups])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    return [name.text for name in named(groups, centres, embedder.embed)]


def test_a_name_is_made_of_phrases_as_they_are_said(embedder: Embedder) -> None:
    for name, group in zip(by_meaning(embedder, CHIPS, FISH, SCHOOLS), (CHIPS, FISH, SCHOOLS), strict=True):
        said = " ".join(group).lower()
        assert all(phrase.lower() in said for phrase in name.split(" and "))
        assert "_" not in name


def test_the_full_form_of_a_phrase_stands_for_its_parts() -> None:
    assert name_of(CHIPS, FISH, SCHOOLS).startswith("Supply chain")
    assert name_of(FISH, CHIPS, SCHOOLS).startswith("Fishing quota")


def test_the_last_word_of_a_name_is_part_of_it_though_it_is_a_verb_elsewhere() -> None:
    said = ["They would repeal the Clean Rivers Act.", "Without the Clean Rivers Act the mills would pour out dye."]
    assert name_of(said, FISH) == "Clean Rivers Act"


@pytest.mark.parametrize("vague", ["meeting", "strong partnership", "friendship", "long conversation"])
def test_what_could_be_said_of_any_matter_does_not_lead(vague: str) -> None:
    said = [f"Our {vague} is about malaria.", f"This {vague} and malaria nets.", f"A {vague} that ends malaria."]
    assert name_of(said, FISH, CHIPS).split(" and ")[0] == "Malaria"


def test_who_speaks_leads_less_than_what_is_spoken_of() -> None:
    said = ["President Maro will ban landmines.", "To Maro landmines are cruel.", "Maro signed, and landmines went."]
    assert name_of(said, FISH, CHIPS).split(" and ")[0] == "Landmines"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Greek", "Greece"), ("Polish", "Poland"), ("Dutch", "Netherlands"), ("Cuban", "Cuba"), ("U.S.", "American")],
)
def test_a_country_and_its_people_are_not_named_twice(one: str, other: str) -> None:
    said = [
        f"The {one} ports are full.",
        f"From {other} ships leave.",
        f"The {one} coast is long.",
        f"In {other} we met.",
    ]
    (name,) = named([said])
    assert not {one, other} <= {word for term in name.terms for word in term.split()}


@pytest.mark.parametrize(
    ("sentence", "phrase", "no_phrase"),
    [
        ("In the 21st century the rivers rise.", "century", "st century"),
        ("The ROK-U.S. alliance holds.", "ROK-U.S. alliance", "ROK-U"),
        ("It spread before COVID-19 vaccines came.", "COVID-19 vaccines", "COVID"),
        ("We need a supply line.", "supply line", "line of"),
    ],
)
def test_numbers_and_abbreviations_are_not_torn_apart(sentence: str, phrase: str, no_phrase: str) -> None:
    found = {one.text for one in noun_phrases(sentence)}
    assert phrase in found
    assert no_phrase not in found


def test_a_second_phrase_that_says_the_same_does_not_stand_in_the_name(embedder: Embedder) -> None:
    said = ["Wind power and wind energy grow.", "Wind energy is cheap.", "Wind power is clean.", "Turbines turn."]
    doctors = ["Physicians left.", "Doctors are few.", "Physicians and doctors train.", "Doctors or physicians stay."]
    names = by_meaning(embedder, said, doctors, FISH)
    assert names[0] in {"Wind power", "Wind energy"}
    assert names[1] in {"Doctors", "Physicians"}


def test_closeness_to_the_centre_decides_between_phrases_said_equally_often(embedder: Embedder) -> None:
    said = [
        "The glacier melts and the window is open.",
        "A window, a glacier, and warmer summers.",
        "Ice sheets shrink as the air warms.",
        "Sea levels rise when polar ice is lost.",
    ]
    assert by_meaning(embedder, said, FISH)[0].split(" and ")[0] == "Glacier"


def test_no_two_topics_have_one_name_and_none_has_a_name_that_is_taken() -> None:
    names = [name.text for name in named([CHIPS, CHIPS, CHIPS, ["Well."], ["So."]], taken=["other"])]
    assert len({name.casefold() for name in [*names, "Other"]}) == 6


def test_the_same_groups_get_the_same_names_every_time(embedder: Embedder) -> None:
    expected = by_meaning(embedder, CHIPS, FISH, SCHOOLS)
    assert all(by_meaning(embedder, CHIPS, FISH, SCHOOLS) == expected for _ in range(3))
    assert sorted(by_meaning(embedder, SCHOOLS, FISH, CHIPS)) == sorted(expected)


def test_without_groups_there_are_no_names(embedder: Embedder) -> None:
    assert named([], np.zeros((0, 384), np.float32), embedder.embed) == []


def test_a_name_of_several_words_is_not_cut() -> None:
    farm = [
        "His dystopic novel Animal Farm warns of tyranny.",
        "Nobody forgets the dystopic novel Animal Farm.",
    ]
    phrases = {phrase.text for text in farm for phrase in noun_phrases(text)}
    assert "dystopic novel Animal Farm" in phrases
    assert not {"dystopic novel Animal", "Animal", "Farm"} & phrases
    assert name_of(farm, FISH) == "Dystopic novel Animal Farm"


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("Nobody may break the Good Friday Agreement on the border.", "Good Friday Agreement"),
        ("They met at the port of New York in winter.", "New York"),
        ("We invited the First Lady of Arlen to the harbour.", "First Lady of Arlen"),
    ],
)
def test_new_good_and_first_are_of_the_names_that_they_stand_in(said: str, name: str) -> None:
    assert name in {phrase.text for phrase in noun_phrases(said)}


def test_a_title_is_no_part_of_a_name() -> None:
    phrases = {
        phrase.text for phrase in noun_phrases("We heard President Novak and Prime Minister Berg of the Harbour Party.")
    }
    assert {"Novak", "Berg", "Harbour Party"} <= phrases
    assert not any("President" in text or "Minister" in text for text in phrases)


def test_a_documents_symbol_is_no_word() -> None:
    phrases = {
        phrase.text for phrase in noun_phrases("The council heard of it (see A/76/PV.3), and the harbour closed.")
    }
    assert phrases == {"council", "harbour"}


def test_what_fits_any_matter_is_no_second_phrase() -> None:
    said = [f"The {word} ferry is a problem of our countries." for word in ("old", "slow", "blue", "last")]
    assert name_of(said, FISH, SCHOOLS) == "Ferry"


def test_a_state_is_called_by_its_name_where_that_stands() -> None:
    said = ["Syrian harbours are closed.", "The Syrian harbours need cranes.", "Cranes for Syria are late."]
    assert name_of(said, FISH) == "Syria"
