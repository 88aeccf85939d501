"""What a comparison is called for people: sides are set against each other only where something opposes."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import docx
import pytest

from models.comparison import Comparison, TopicRef
from models.framing import takes_part
from models.published import as_json
from service.app import create_app
from service.commands.comparing import printed
from service.config import Config
from service.exports import export
from service.rendering.heading import framed, heading

if TYPE_CHECKING:
    from service.corpus import Corpus

AGREEING = {"first": "lindqvist", "second": "omalley", "min_confidence": "1"}


@pytest.fixture(scope="module")
def opposed(council_corpus: Corpus) -> Comparison:
    found = council_corpus.compare("lindqvist", "omalley")
    return replace(found, first_framing="the wider road", second_framing="old trees of Norby")


@pytest.fixture(scope="module")
def peaceful(opposed: Comparison) -> Comparison:
    return replace(opposed, pairs=())


def test_where_something_opposes_the_heading_is_the_title(opposed: Comparison) -> None:
    assert heading(opposed) == opposed.title == "the wider road vs. old trees of Norby"


def test_where_nothing_opposes_it_names_the_two_and_the_topic(peaceful: Comparison) -> None:
    names = f"{peaceful.first.name} and {peaceful.second.name}"
    assert heading(peaceful) == names
    assert heading(replace(peaceful, topic=TopicRef("road", "the road"))) == f"{names} on the road"
    assert heading(replace(peaceful, topic=TopicRef(None, "a new road"))) == f"{names} on “a new road”"


@pytest.mark.parametrize("framing", ["fracking", "laws", "Joe Biden", "United States", "Federal Republic of Germany"])
def test_a_bare_word_and_a_mere_name_take_no_position(opposed: Comparison, framing: str) -> None:
    for one in (replace(opposed, first_framing=framing), replace(opposed, second_framing=framing)):
        assert "vs." not in heading(one)
        assert "vs." in as_json(one)["title"], "programs read on what they did"


@pytest.mark.parametrize("framing", ["NATO’s extension", "territorial integrity of Ukraine", "Green New deal plan"])
def test_other_phrases_may_stand_for_a_position(framing: str) -> None:
    assert takes_part(framing)


def test_no_file_sets_sides_against_each_other_where_nothing_opposes(peaceful: Comparison) -> None:
    assert not framed(peaceful)
    assert heading(peaceful) in printed(peaceful, 80)
    for name in ("html", "md"):
        found = export(peaceful, name).decode()
        assert "vs." not in found
        assert heading(peaceful).replace("'", "&#39;" if name == "html" else "'") in found
    assert docx.Document(io.BytesIO(export(peaceful, "docx"))).core_properties.title == heading(peaceful)


def test_no_page_sets_sides_against_each_other_where_nothing_opposes(council_copy: Corpus) -> None:
    client = create_app(Config(), council_copy).test_client()
    asked = urlencode(AGREEING)
    frozen = client.post("/snapshots", json={**AGREEING, "min_confidence": 1.0}).get_json()
    for path in (f"/compare?{asked}&format=html", f"/embed/compare?{asked}", frozen["path"]):
        answer = client.get(path, headers={"Accept": "text/html"}).text
        assert "vs." not in answer
    listed = client.get("/snapshots", headers={"Accept": "text/html"}).text
    assert "vs." not in listed
    told = client.get(f"/oembed?{urlencode({'url': f'http://localhost/compare?{asked}'})}").get_json()
    assert "vs." not in json.dumps(told)
