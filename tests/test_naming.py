"""Naming: labels are one speaker only where nothing contradicts it; what is not sure is listed, not merged."""

from __future__ import annotations

import pytest

from models.identity import KnownSpeaker, resolve
from models.naming import display_name, parse, role_of
from models.near_copy import FINGERPRINTS, fingerprints, near_copy
from models.transcript import Speaker


def _groups(*labels: str, known: tuple[KnownSpeaker, ...] = ()) -> set[frozenset[str]]:
    assigned = resolve(labels, known).assigned
    return {frozenset(label for label in labels if assigned[label].id == one.id) for one in assigned.values()}


def _known(slug: str, name: str, *labels: str) -> KnownSpeaker:
    return KnownSpeaker(Speaker(slug, name), labels)


@pytest.mark.parametrize(
    ("label", "name", "role"),
    [
        ("FOREIGN MINISTER LAVROV", "Foreign Minister Lavrov", "Foreign Minister"),
        ("MR LAVROV", "Mr Lavrov", None),
        ("Sergey LAVROV", "Sergey Lavrov", None),
        ("President Donald J. Trump", "Donald J. Trump", "President"),
        ("PRESIDENT VON DER LEYEN", "President von der Leyen", "President"),
        ("European Commission President Ursula von der Leyen", "Ursula von der Leyen", "European Commission President"),
        ("SENATOR MCCAIN", "Senator McCain", "Senator"),
        ("PRESIDENT AKUFO-ADDO", "President Akufo-Addo", "President"),
        ("SECRETARY O’NEILL", "Secretary O’Neill", "Secretary"),
        ("SECRETARY OF STATE BLINKEN", "Secretary of State Blinken", "Secretary of State"),
        ("THE VICE PRESIDENT", "The Vice President", "Vice President"),
        ("Sergey Lavrov (Foreign Minister)", "Sergey Lavrov", "Foreign Minister"),
        ("Antony Blinken, Secretary of State", "Antony Blinken", "Secretary of State"),
        ("HELEN_THOMAS_(upi)", "Helen Thomas", None),
        ("KING ABDULLAH II", "King Abdullah II", "King"),
        ("George HW Bush", "George HW Bush", None),
        ("ЛАВРОВ", "Лавров", None),
        ("LARRY KING", "Larry King", None),
        ("SECRETARY PRICE", "Secretary Price", "Secretary"),
    ],
)
def test_a_label_is_shown_as_a_name_and_a_role(label: str, name: str, role: str | None) -> None:
    assert (display_name(parse(label)), role_of(parse(label))) == (name, role)


def test_a_delegation_is_told_from_its_brackets() -> None:
    assert parse("Mr. Smith (Germany)").delegation == "Germany"


@pytest.mark.parametrize(
    "labels",
    [
        ("FOREIGN MINISTER LAVROV", "MR LAVROV", "Sergey Lavrov", "LAVROV"),
        ("VICE PRESIDENT HARRIS", "THE VICE PRESIDENT"),
        ("Savannah Guthrie", "Savannah"),
        ("President Donald J. Trump", "Donald Trump", "President Trump", "TRUMP"),
        ("PRESIDENT NIINISTÖ", "Sauli Niinisto"),
        ("W Mitt Romney", "Mitt Romney"),
        ("SECRETARY BLINKEN", "SECRETARY OF STATE BLINKEN"),
        ("PRESIDENT BIN ZAYED AL NAHYAN", "Mohamed bin Zayed Al Nahyan"),
    ],
)
def test_one_person_under_several_labels_is_one_speaker(labels: tuple[str, ...]) -> None:
    for order in (labels, labels[::-1]):
        assert _groups(*order, "SECRETARY QUIST") == {frozenset(labels), frozenset({"SECRETARY QUIST"})}


@pytest.mark.parametrize(
    "labels",
    [
        ("FIRST LADY BIDEN", "PRESIDENT BIDEN"),
        ("MR. CLINTON", "MRS. CLINTON"),
        ("PRESIDENT BUSH", "VICE PRESIDENT BUSH"),
        ("Barbara Peña", "Isabella Peña"),
        ("Mr. Smith (Germany)", "Mr. Smith (France)"),
        ("George W Bush", "George HW Bush"),
        ("Speaker 1", "Speaker 2"),
        ("PRESIDENT DUDA", "PRESIDENT DUQUE"),
        ("THE PRESIDENT", "VICE PRESIDENT HARRIS"),
    ],
)
def test_titles_given_names_and_delegations_that_differ_keep_people_apart(labels: tuple[str, str]) -> None:
    assert _groups(*labels) == {frozenset({label}) for label in labels}
    assert resolve(labels).unsure == ()


@pytest.mark.parametrize(
    ("labels", "unsure"),
    [
        (("George Stephanopoulos", "George Stephanopoulus"), "George Stephanopoulus"),
        (("PRESIDENT BIDEN", "FIRST LADY BIDEN", "BIDEN"), "BIDEN"),
        (("Joe Biden", "Joseph Biden"), "Joseph Biden"),
        (("SENATOR KERRY", "SECRETARY KERRY"), "SENATOR KERRY"),
        (("PRESIDENT DUDA", "PRESIDENT MARCOS", "THE PRESIDENT"), "THE PRESIDENT"),
    ],
)
def test_an_unsure_merge_is_listed_with_its_reason_and_not_made(labels: tuple[str, ...], unsure: str) -> None:
    resolution = resolve(labels)
    assert len({one.id for one in resolution.assigned.values()}) == len(labels)
    listed = {merge.label: merge for merge in resolution.unsure}
    assert unsure in listed
    assert listed[unsure].reason
    ids = {one.id for label, one in resolution.assigned.items() if label != unsure}
    assert set(listed[unsure].candidates) <= ids


def test_a_speaker_already_there_is_found_again_and_keeps_id_and_name() -> None:
    known = (_known("sergey-lavrov", "Sergey V. Lavrov", "Sergey Lavrov"),)
    found = resolve(["FOREIGN MINISTER LAVROV"], known).assigned["FOREIGN MINISTER LAVROV"]
    assert (found.id, found.name, found.role, found.new) == (
        "sergey-lavrov",
        "Sergey V. Lavrov",
        "Foreign Minister",
        False,
    )


def test_another_office_in_another_document_is_unsure() -> None:
    known = (_known("biden", "Vice President Biden", "VICE PRESIDENT BIDEN"),)
    resolution = resolve(["PRESIDENT BIDEN"], known)
    assert resolution.assigned["PRESIDENT BIDEN"].new
    assert resolution.unsure[0].candidates == ("biden",)


def test_a_bare_office_is_never_somebody_of_another_document() -> None:
    known = (_known("harris", "Vice President Harris", "VICE PRESIDENT HARRIS"),)
    assert resolve(["THE VICE PRESIDENT"], known).assigned["THE VICE PRESIDENT"].new


def test_ids_are_surnames_then_titles_then_numbers() -> None:
    known = (_known("biden", "President Biden", "PRESIDENT BIDEN"), _known("first-lady-biden", "Somebody", "X"))
    assert resolve(["FIRST LADY BIDEN"], known).assigned["FIRST LADY BIDEN"].id == "first-lady-biden-2"
    assert resolve(["Sergey Lavrov"]).assigned["Sergey Lavrov"].id == "sergey-lavrov"
    assert resolve(["MR. NIINISTÖ"]).assigned["MR. NIINISTÖ"].id == "niinisto"


def test_the_same_labels_give_the_same_answer() -> None:
    labels = ["PRESIDENT BIDEN", "FIRST LADY BIDEN", "Joe Biden", "MR. BIDEN"]
    assert resolve(labels) == resolve(labels)


def _document(seed: str, words: int = 600) -> str:
    return " ".join(f"{seed}{i * i % 97} harbour {seed}{i}" for i in range(words))


def test_a_corrected_version_of_a_document_is_pointed_out() -> None:
    original = _document("a")
    corrected = original.replace("a100 ", "b100 ").replace(" harbour a300", "\n harbour a300")
    found = near_copy(corrected, {"one": _document("c"), "two": original})
    assert found is not None
    assert found[0] == "two"
    assert found[1] > 0.9


def test_documents_that_merely_share_words_are_not_copies() -> None:
    assert near_copy(_document("a"), {"one": _document("b"), "two": _document("c", 20)}) is None
    assert near_copy("", {"one": _document("b")}) is None
    assert near_copy(_document("a"), {}) is None


def test_a_text_keeps_its_fingerprints_whatever_its_case_and_its_lines() -> None:
    text = _document("a")
    own = fingerprints(text)
    assert len(own) == FINGERPRINTS
    assert fingerprints(text.upper().replace(" ", "\n ", 300)) == own
    assert all(0 <= value < 2**63 for value in own)
    assert fingerprints("We want peace.")[:1] == (
        7446549747208988621,
    )  # as they are stored: another way to make them is a migration


def test_a_copy_has_fingerprints_in_common_with_its_text_and_another_text_has_none() -> None:
    original, words = set(fingerprints(_document("a"))), _document("a").split()
    corrected = " ".join("x" if at % 20 == 0 else word for at, word in enumerate(words))
    for copy in (corrected, " ".join(words[: len(words) * 6 // 10]), " ".join(words[len(words) // 2 :])):
        assert len(original & set(fingerprints(copy))) >= FINGERPRINTS / 8
    assert not original & set(fingerprints(_document("b")))


def test_a_text_of_few_words_has_few_fingerprints() -> None:
    assert len(fingerprints("one two three four five six seven eight nine")) == 2
    assert len(fingerprints("one")) == 1
    assert fingerprints(" ") == ()
