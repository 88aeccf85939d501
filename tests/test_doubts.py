"""Doubts about who said what: what is listed, what is not, who signs it off, and what waits for that."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from flask.testing import FlaskClient

from models.attribution import Doubt, Finding
from models.identity import KnownSpeaker, alike
from models.transcript import Metadata, Speaker
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.documents.attributing import demand_signed_off
from service.errors import BadValue, Conflict, Forbidden, TooLarge
from service.readers import Source
from tests.bench.attribution import clean, faults, found_in, is_listed, read, shows

LABELLED = json.loads(Path(__file__).with_name("attribution.json").read_text(encoding="utf-8"))["doubts"]
TALKS = """MINISTER OKORO:  We must build the dam on the river this year. The dam gives light to our villages.

MINISTER VELDE:  We must never build the dam on the river. Mr. Velde said that the dam takes the water away from us.

MINISTER OKORO:  The dam is paid for, and nobody will stop it now.
"""
PARLEY = """PRESIDENT HALE:  The treaty stands, and we will keep it.

PRIME MINISTER ROWE:  {rowe}

Q  Will it be kept?

PRESIDENT HALE:  {hale}

PRIME MINISTER ROWE:  We will see about that in the spring.
"""


def listed(text: str, speakers: dict[str, str | None] | None = None) -> list[tuple[Doubt, str]]:
    return [(one.doubt, " ".join(one.words.split())) for one in found_in("talks.txt", text, speakers or {})]


def parley(rowe: str = "We never signed it.", hale: str = "It will.") -> list[tuple[Doubt, str]]:
    return listed(PARLEY.format(rowe=rowe, hale=hale))


# What is listed ----------------------------------------------------------------------------------------------


def test_a_plain_exchange_raises_no_doubt() -> None:
    assert parley() == []


@pytest.mark.parametrize("label", ["SPEAKER 2", "UNIDENTIFIED", "Q", "MODERATOR", "THE INTERPRETER", "OFFICIAL 1"])
def test_a_label_that_names_nobody_is_listed_once_it_has_a_side(label: str) -> None:
    text = TALKS.replace("MINISTER VELDE", label)
    assert (Doubt.LABEL, label) in listed(text, {label: "Ada Roe"})


def test_an_office_is_nobody_unless_the_text_says_who_holds_it() -> None:
    office = PARLEY.replace("PRESIDENT HALE", "THE CHANCELLOR").format(rowe="We never signed it.", hale="It will.")
    assert [doubt for doubt, _ in listed(office)] == [Doubt.LABEL]
    named = office.replace("THE CHANCELLOR:  It", "CHANCELLOR HALE:  It")
    assert listed(named) == []


@pytest.mark.parametrize(
    ("rowe", "doubt", "words"),
    [
        ("We never signed it. MR. TELLER: One question.", Doubt.RUN_ON, "MR. TELLER"),
        ("We never did. Q  Is that so?", Doubt.RUN_ON, "Q "),
        ("We see. Thank you, Prime Minister Rowe. We go on.", Doubt.RUN_ON, "Thank you, Prime Minister Rowe."),
        ("Thank you, Mr. Prime Minister. We go on.", Doubt.RUN_ON, "Thank you, Mr. Prime Minister."),
        ("No. I am Ann Lee from Reuters. Will you sign?", Doubt.RUN_ON, "I am Ann Lee from Reuters."),
        (
            "No. How will the two of you pay for all that this treaty asks?",
            Doubt.RUN_ON,
            "How will the two of you pay for all that this treaty asks?",
        ),
        ("Prime Minister Rowe said no to it.", Doubt.THIRD_PERSON, "Prime Minister Rowe said no to it."),
        ("Rowe replied that it was void.", Doubt.THIRD_PERSON, "Rowe replied that it was void."),
        ("Next question, please.", Doubt.MODERATION, "Next question, please."),
        ("The floor is yours.", Doubt.MODERATION, "The floor is yours."),
        ("You have two minutes to respond.", Doubt.MODERATION, "You have two minutes to respond."),
    ],
)
def test_another_voice_in_a_turn_is_listed_with_its_words(rowe: str, doubt: Doubt, words: str) -> None:
    found = parley(rowe)
    assert any(each == doubt and words.strip() in said for each, said in found), found


@pytest.mark.parametrize(
    "rowe",
    [
        "Thank you, Mr. President. We never signed it.",
        "They wrote: “Prime Minister Rowe said no.” We never signed it.",
        "I am Prime Minister Rowe, and I never signed it.",
        "The Rowe administration never signed it.",
        "(Prime Minister Rowe laughs.) We never signed it.",
        "What is a treaty? A promise. Who keeps it? We do.",
        "The question is whether others will. Will they?",
    ],
)
def test_what_speakers_say_of_others_and_of_themselves_is_not(rowe: str) -> None:
    assert parley(rowe) == []


def test_a_label_printed_twice_running_is_listed() -> None:
    lost = PARLEY.format(rowe="We never signed it.", hale="It will.").replace("PRIME MINISTER ROWE:  We n", "We n")
    text = lost.replace("Q  Will it be kept?\n\n", "")
    assert (Doubt.RUN_ON, "PRESIDENT HALE") in listed(text)


def test_a_host_who_gives_the_floor_in_a_speech_does_not_moderate() -> None:
    speech = "We are glad to have you here. " * 10 + "The floor is yours, Prime Minister."
    assert listed(PARLEY.format(rowe="We never signed it.", hale=speech)) == []


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("MINISTER VELDE", "MINISTER VEDLE", True),
        ("SECRETARY BLINKEN", "SECRETARY BLINKIN", True),
        ("PRESIDENT MOON", "PRESIDENT YOON", False),
        ("MINISTER VELDE", "PRESIDENT VEDLE", False),
        ("MR. VELDE", "MRS. VELDE", False),
        ("Iran", "Iraq", False),
        ("Austria", "Australia", False),
        ("Niger", "Nigeria", False),
    ],
)
def test_names_that_are_nearly_one_clash_where_nothing_else_tells_them_apart(one: str, other: str, near: bool) -> None:
    people = [KnownSpeaker(Speaker(name.lower(), name), (name,)) for name in (one, other)]
    assert alike(*people) is alike(*reversed(people)) is near


def test_of_two_near_names_in_a_document_the_rarer_is_listed() -> None:
    misspelt = TALKS.replace("Mr. Velde said that t", "T") + "\nMINISTER VEDLE:  No.\n"
    found = found_in("talks.txt", misspelt, {})
    assert [(one.doubt, one.words, one.other and one.other.name) for one in found] == [
        (Doubt.NAME, "MINISTER VEDLE", "Minister Velde")
    ]


def test_every_place_holds_the_words_that_are_listed() -> None:
    text = TALKS.replace("MINISTER OKORO:  The dam", "Q:  The dam")
    for one in found_in("talks.txt", text, {"Q": "Ada Roe"}):
        assert isinstance(one, Finding)
        assert text[one.start : one.end] == one.words != ""


# On real transcripts -----------------------------------------------------------------------------------------

MOST = {"misspelt name": 0.9, "third person": 0.9, "thanked by name": 0.9, "swapped sides": 0.5}
"""The least share listed of the few transcripts here; docs/attribution.md has the figures for all."""


def test_faults_put_into_clean_transcripts_are_listed(shared: Path) -> None:
    total: dict[str, list[bool]] = {}
    for path in clean(shared / "corpus")[:40:6]:
        text, turns = read(path.name, path.read_bytes(), {})
        known = frozenset((one.doubt, one.words) for one in found_in(path.name, text, {}))
        for fault in faults(path.name, text, turns):
            if shows(path.name, fault, turns):
                total.setdefault(fault.kind, []).append(is_listed(path.name, fault, known))
    recall = {kind: sum(each) / len(each) for kind, each in total.items()}
    for kind in ("label that names nobody", "lost line break"):
        assert recall[kind] == 1, recall
    for kind, least in MOST.items():
        assert recall[kind] >= least, recall
    assert recall["lost label, the press's"] >= 0.6, recall
    assert recall["lost label, a side's"] >= 0.4, recall


def test_all_that_is_listed_in_clean_transcripts_was_read(shared: Path) -> None:
    corpus = shared / "corpus"
    found = [
        (str(path.relative_to(corpus)), one.doubt.value, " ".join(one.words.split()))
        for path in clean(corpus)
        for one in found_in(path.name, path.read_bytes().decode("utf-8-sig"), {})
    ]
    labelled = [(each["file"], each["kind"], each["starts"]) for each in LABELLED]
    assert len(found) == len(labelled)
    for file, kind, words in found:
        assert any(file == each[0] and kind == each[1] and words.startswith(each[2]) for each in labelled), words


# Signing off -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def added(corpus_factory: Callable[..., Corpus]) -> Corpus:
    corpus = corpus_factory()
    corpus.add(Source("talks.txt", TALKS.encode()), Metadata(title="Talks"))
    return corpus


@pytest.fixture
def talks(corpus_factory: Callable[..., Corpus], added: Corpus) -> Corpus:
    return corpus_factory(added)


@pytest.fixture
def document(talks: Corpus) -> str:
    return talks.documents()[0].id


@pytest.fixture
def client(talks: Corpus) -> FlaskClient:
    return create_app(Config(), talks).test_client()


def demand(corpus: Corpus, document: str) -> None:
    with corpus._store.reading() as reading:
        demand_signed_off([document], reading)


def test_publishing_waits_for_a_sign_off(talks: Corpus, document: str) -> None:
    with pytest.raises(Conflict, match="“Talks”: 1 open doubt") as refused:
        demand(talks, document)
    assert f"/documents/{document}#doubts" in refused.value.message
    assert refused.value.nearest == (document,)
    talks.attributing.sign_off(document, "M. Hopper", "He quotes himself.")
    demand(talks, document)
    found = talks.attributing.of(document)
    assert [(one.signed and one.signed.who, one.signed and one.signed.why) for one in found.doubts] == [
        ("M. Hopper", "He quotes himself.")
    ]
    written = list(talks.audit())[-1]
    assert (written.who, written.action, written.subject) == ("M. Hopper", "sign-off", document)


def test_something_new_asks_again_and_only_that(talks: Corpus, document: str) -> None:
    talks.attributing.sign_off(document, "M. Hopper")
    talks.add(Source("more.txt", TALKS.replace("VELDE", "VEDLE").replace("Mr. Velde", "They").encode()))
    found = talks.attributing.of(document)
    assert [one.finding.doubt for one in found.open] == [Doubt.NAME]
    assert len(found.doubts) == 2


def test_a_merge_settles_two_near_names(talks: Corpus, document: str) -> None:
    talks.add(Source("more.txt", TALKS.replace("VELDE", "VEDLE").replace("Mr. Velde", "They").encode()))
    talks.merge_speakers("velde", "vedle")
    assert [one.finding.doubt for one in talks.attributing.of(document).doubts] == [Doubt.THIRD_PERSON]


def test_a_sign_off_is_of_what_was_seen(talks: Corpus, document: str) -> None:
    seen = talks.attributing.of(document).seen
    talks.add(Source("more.txt", TALKS.replace("VELDE", "VEDLE").replace("Mr. Velde", "They").encode()))
    with pytest.raises(Conflict, match="others than when you opened"):
        talks.attributing.sign_off(document, "M. Hopper", seen=seen)
    assert len(talks.attributing.of(document).open) == 2


def test_a_sign_off_that_says_nothing_is_refused(talks: Corpus, document: str) -> None:
    with pytest.raises(BadValue, match="needs a name"):
        talks.attributing.sign_off(document, "  ")
    with pytest.raises(TooLarge):
        talks.attributing.sign_off(document, "M. Hopper", "x" * 1001)
    talks.attributing.sign_off(document, "M. Hopper")
    with pytest.raises(BadValue, match="no open doubt"):
        talks.attributing.sign_off(document, "M. Hopper")


def test_a_read_only_corpus_takes_no_sign_off(corpus_factory: Callable[..., Corpus]) -> None:
    with pytest.raises(Forbidden):
        corpus_factory(read_only=True).attributing.sign_off("000000000000", "M. Hopper")


def test_a_comparison_says_so_until_it_is_signed_off(client: FlaskClient, talks: Corpus, document: str) -> None:
    def notices() -> list[dict[str, Any]]:
        return client.get("/compare?first=okoro&second=velde").get_json()["notices"]

    assert client.get("/compare?first=okoro&second=velde").get_json()["pairs"]
    assert notices() == [
        {
            "kind": "attribution",
            "text": "Who said what in “Talks” has 1 open doubt and is not signed off.",
            "path": f"/documents/{document}#doubts",
        }
    ]
    talks.attributing.sign_off(document, "M. Hopper")
    ((one,), pairs) = notices(), client.get("/compare?first=okoro&second=velde").get_json()["pairs"]
    assert (one["kind"], one["path"]) == ("signed-off", f"/documents/{document}#doubts")
    who = r"signed off by M\. Hopper, \d+ \w+ \d{4}"
    said = rf"Who said what in “Talks”: {who} \(1 doubt: the speaker spoken of by name\)\."
    assert re.fullmatch(said, one["text"])
    doubted = [pair for pair in pairs if "Mr. Velde said" in pair["second"]["text"]]
    assert doubted
    for pair in doubted:
        assert [said["kind"] for said in pair["notices"]] == ["signed-off"]
        assert pair["notices"][0]["text"].startswith("That these are Minister Velde’s words: signed off by M. Hopper, ")
    for name in ("html&download=1", "md", "csv"):
        assert one["text"] in unescape(client.get(f"/compare?first=okoro&second=velde&format={name}").text), name
    page = client.get("/compare?first=okoro&second=velde", headers={"Accept": "text/html"}).text
    assert one["text"] in unescape(page)
    assert "signed off by M. Hopper, " in client.get(f"/documents/{document}", headers={"Accept": "text/html"}).text


def test_the_page_lists_doubts_with_a_link_to_the_words_and_takes_a_sign_off(
    client: FlaskClient, document: str
) -> None:
    page = client.get(f"/documents/{document}", headers={"Accept": "text/html"}).text
    place = TALKS.index("Mr. Velde said")
    assert "Who said what: 1 doubt" in page
    assert re.search(rf'<a href="#s{place}"[^>]*>Mr. Velde said that', page)
    assert f'id="s{place}"' in page
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    sent = client.post(f"/documents/{document}/sign-off", data={"by": "M. Hopper", "why": "Read it.", "seen": seen})
    assert (sent.status_code, sent.location) == (303, f"/documents/{document}#doubts")
    page = client.get(f"/documents/{document}", headers={"Accept": "text/html"}).text
    assert "Signed off by M. Hopper" in page
    assert "/sign-off" not in page


def test_the_preview_lists_doubts_before_anything_is_stored(client: FlaskClient) -> None:
    page = client.post("/add", data={"text": TALKS.replace("MINISTER VELDE", "MINISTER OKOR")}).text
    assert "are nearly the same name" in page


NAMELESS = """MINISTER OKORO:  We must build the dam on the river this year. The dam gives light to our villages.

SPEAKER 2:  We must never build the dam on the river. The dam takes the water away from our farmers.

MINISTER OKORO:  It is paid for, Speaker 2 said so himself.

SPEAKER 2:  Mr. Okoro says that it is paid for. Next question, please.

MINISTER OKORO:  The floor is yours.

SPEAKER 2:  The floor is yours.
"""


def test_adding_says_what_is_doubtful_and_where_to_sign_it_off(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    (tmp_path / "nameless.txt").write_text(NAMELESS)
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", str(corpus._config.database_url))
    (tmp_path / "who.json").write_text('{"SPEAKER 2": "Speaker 2"}')
    command = ["add", str(tmp_path / "nameless.txt"), "--speakers", str(tmp_path / "who.json")]
    said = CliRunner().invoke(commands, command).output
    (row,) = corpus.documents()
    number = len(corpus.attributing.of(row.id).open)
    assert number > 3
    assert f"Who said what: {number} doubts that nobody has signed off" in said
    assert re.search(r"label, Speaker 2, \d+-\d+: “SPEAKER 2”", said)
    assert f"and {number - 3} more" in said
    assert "“SPEAKER 2” stands for nobody in particular" in said
    assert f"counterpose sign-off {row.id}" in said
    again = CliRunner().invoke(commands, [*command, "--json"]).output
    assert json.loads(again)["added"][0]["doubts"] == number
    client = create_app(Config(), corpus).test_client()
    page = client.get(f"/documents/{row.id}?added=1", headers={"Accept": "text/html"}).text
    done = page.partition('<div class="done"')[2].partition("</div>")[0]
    assert f'<a href="#doubts">{number} doubts to look at and sign off</a>' in done
    assert "“SPEAKER 2” stands for nobody in particular" in done


def test_programs_get_the_doubts_as_json(client: FlaskClient, document: str) -> None:
    found = client.get(f"/documents/{document}/attribution").get_json()
    assert (found["open"], found["doubts"][0]["kind"]) == (1, "third-person")
    one = found["doubts"][0]
    assert client.get(f"/documents/{document}.txt").text[one["start"] : one["end"]] == one["text"]
    assert client.get("/documents/000000000000/attribution").status_code == 404


def test_the_command_line_lists_doubts_and_signs_them_off(
    talks: Corpus, document: str, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", str(talks._config.database_url))

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(commands, list(arguments))
        assert done.exit_code == 0, done.output
        return done.output

    assert "Talks: 1 doubt, 1 not signed off\n  third-person, Minister Velde, " in run("attribution")
    assert "(signed off by M. Hopper)" in run("sign-off", document, "--by", "M. Hopper", "--why", "Read it.")
    found = json.loads(run("attribution", document, "--json"))
    assert (found["open"], found["doubts"][0]["signed_off"]["why"]) == (0, "Read it.")
    assert CliRunner().invoke(commands, ["sign-off", document]).exit_code == 1
