"""In a large corpus the nearest pairs that a free text nominates are judged, which the answer says; all on request."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from models.nomination import NOMINEES, nominate
from models.published import as_json
from models.review import PARTLY_JUDGED
from service.app import create_app
from service.config import Config
from service.positions import comparing
from service.positions.comparing import Comparing
from service.snapshots.replaying import asked

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask
    from playwright.sync_api import Page

    from service.corpus import Corpus

FEW = 3
TOPIC = "the road and the trees"


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "LARGE", 0)
    monkeypatch.setattr(comparing, "UNASKED", FEW)


@pytest.fixture
def copy(council_copy: Corpus) -> Corpus:
    return council_copy


def test_the_nearest_are_judged_and_the_answer_says_how_many_and_of_how_many(copy: Corpus) -> None:
    found = copy.compare("lindqvist", "omalley", topic=TOPIC)
    assert found.made_with["thresholds"]["nominees"] == FEW
    (notice,) = (one for one in found.notices if one.kind == PARTLY_JUDGED)
    assert f"the {FEW} nearest were judged" in notice.words
    judged = len(found.pairs) + found.unsure
    assert judged <= FEW


def test_its_notice_leads_to_all_of_them(copy: Corpus) -> None:
    found = copy.compare("lindqvist", "omalley", topic=TOPIC, limit=5)
    (notice,) = (one for one in found.notices if one.kind == PARTLY_JUDGED)
    given = parse_qs(urlsplit(str(notice.path)).query)
    assert given == {
        "first": ["lindqvist"], "second": ["omalley"], "topic": [TOPIC], "limit": ["5"], "include": ["nominees"]
    }  # fmt: skip
    client = create_app(Config(), copy).test_client()
    page = client.get(str(notice.path), headers={"Accept": "text/html"})
    assert page.status_code == 200
    assert "nearest were judged" not in page.text
    assert 'value="nominees" checked' in page.text, "the form keeps what was asked"
    answer = client.get(str(notice.path)).get_json()
    assert answer["made_with"]["thresholds"]["nominees"] == NOMINEES
    assert answer["made_with"]["asked"]["include"] == ["nominees"]


def test_what_was_judged_before_changes_nothing(copy: Corpus) -> None:
    before = as_json(copy.compare("lindqvist", "omalley", topic=TOPIC))
    copy.compare("lindqvist", "omalley", topic=TOPIC, include_nominees=True)
    copy._comparing = Comparing(copy._store, copy._proof, copy._scoring, copy._listed)  # which remembers no answer
    assert as_json(copy.compare("lindqvist", "omalley", topic=TOPIC)) == before


def test_a_topic_of_the_corpus_and_all_topics_together_are_judged_in_full(copy: Corpus) -> None:
    for topic in (copy.topics()[0].id, None):
        found = copy.compare("lindqvist", "omalley", topic=topic)
        assert found.made_with["thresholds"]["nominees"] == NOMINEES
        assert not [one for one in found.notices if one.kind == PARTLY_JUDGED]


def test_asked_again_it_is_asked_as_it_was(copy: Corpus) -> None:
    found = copy.compare("lindqvist", "omalley", topic=TOPIC, include_nominees=True)
    assert asked(found.made_with)["include_nominees"]
    assert copy.replay(found).same


def test_fewer_nominees_are_the_nearest_of_all(copy: Corpus) -> None:
    with copy._store.reading() as reading:
        said = reading.statements(embedder=copy._scoring.embedder, comparable_only=True)
    sides = [
        copy._comparing.position(who, [one for one in said if one.quote.speaker == who])
        for who in sorted({one.quote.speaker for one in said}, key=lambda one: one.id)[:2]
    ]
    assert nominate(sides[0], sides[1], most=FEW) == nominate(sides[0], sides[1])[:FEW]


def test_the_page_shows_the_nearest_and_then_all(copy: Corpus, page: Page, serve: Callable[[Flask], str]) -> None:
    page.goto(
        f"{serve(create_app(Config(), copy))}/compare?first=lindqvist&second=omalley&topic={TOPIC.replace(' ', '+')}"
    )
    page.wait_for_url("**include=nominees**")
    assert page.get_by_label("Judge all pairs nominated").is_checked()
    assert not page.get_by_text("nearest were judged").count()
