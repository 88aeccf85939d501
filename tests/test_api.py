"""What programs may rely on: addresses, forms, refusals, and the same bytes again."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from flask.testing import FlaskClient
from flask_openapi3 import utils
from pydantic import BaseModel

from models.published import as_json
from service import schema
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.schema.compare import ComparisonAnswer
from service.schema.corpus import DocumentAnswer, DocumentsAnswer, SpeakerItem, SpeakersAnswer
from service.schema.operation import HealthAnswer
from service.schema.refusals import ErrorAnswer
from service.schema.topics import TopicAnswer, TopicsAnswer

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture(scope="module")
def client(council_corpus: Corpus) -> FlaskClient:
    return create_app(Config(), council_corpus).test_client()


@pytest.fixture(scope="module")
def document_id(council_corpus: Corpus) -> str:
    return council_corpus.documents()[0].id


def error_of(response: TestResponse) -> dict[str, Any]:
    assert response.mimetype == "application/json"
    ErrorAnswer.model_validate(response.json)
    found: dict[str, Any] = response.get_json()["error"]
    return found


# /compare ----------------------------------------------------------------------------------------------------


def test_compare_answers_json_as_the_model_states_it(client: FlaskClient, council_corpus: Corpus) -> None:
    response = client.get("/compare?first=lindqvist&second=omalley")
    assert response.mimetype == "application/json"
    assert response.json == json.loads(json.dumps(as_json(council_corpus.compare("lindqvist", "omalley"))))
    ComparisonAnswer.model_validate(response.json)


def test_the_same_question_gets_the_same_bytes(client: FlaskClient) -> None:
    first, second = client.get("/compare?topic=road"), client.get("/compare?topic=road")
    assert first.data == second.data
    assert first.headers["ETag"] == second.headers["ETag"]
    again = client.get("/compare?topic=road", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_every_quote_is_where_it_says(client: FlaskClient) -> None:
    pairs = client.get("/compare").get_json()["pairs"]
    assert pairs
    for quote in (pair[side] for pair in pairs for side in ("first", "second")):
        stored = client.get(f"/documents/{quote['document']['id']}.txt")
        assert stored.mimetype == "text/plain"
        assert stored.text[quote["start"] : quote["end"]] == quote["text"]
        assert sha256(stored.data).hexdigest() == quote["document_sha256"]


def test_the_requested_order_of_sides_is_kept(client: FlaskClient) -> None:
    for first, second in (("lindqvist", "omalley"), ("omalley", "lindqvist")):
        found = client.get(f"/compare?first={first}&second={second}").get_json()
        assert (found["first"]["id"], found["second"]["id"]) == (first, second)


def test_speakers_are_found_by_id_name_and_surname_in_any_case(client: FlaskClient) -> None:
    for name in ("lindqvist", "Minister Lindqvist", "LINDQVIST"):
        assert client.get("/compare", query_string={"first": name}).get_json()["first"]["id"] == "lindqvist"


def test_an_empty_value_is_no_value(client: FlaskClient) -> None:
    assert client.get("/compare?first=&topic=&since=&limit=&format=&include=").data == client.get("/compare").data


def test_unsure_pairs_come_only_when_asked_for(client: FlaskClient) -> None:
    relations = [pair["relation"] for pair in client.get("/compare").get_json()["pairs"]]
    assert set(relations) == {"opposes", "agrees"}
    assert relations == sorted(relations, key=["opposes", "agrees"].index)
    assert "unsure" in {pair["relation"] for pair in client.get("/compare?include=unsure").get_json()["pairs"]}


def test_limits_dates_and_confidence_narrow_the_answer(client: FlaskClient) -> None:
    assert len(client.get("/compare?limit=1").get_json()["pairs"]) == 2
    assert client.get("/compare?since=2022").get_json()["pairs"] == []
    assert client.get("/compare?since=2021-12&until=2021-12-02").get_json()["pairs"]
    assert all(p["confidence"] >= 0.95 for p in client.get("/compare?min_confidence=0.95").get_json()["pairs"])


@pytest.mark.parametrize(
    ("query", "named"),
    [
        ("limit=-1", "-1"),
        ("limit=1000000", "1000000"),
        ("limit=many", "many"),
        ("min_confidence=2", "2"),
        ("min_confidence=nan", "nan"),
        ("since=yesterday", "yesterday"),
        ("since=2021-13", "2021-13"),
        ("include=all", "all"),
        ("format=papyrus", "papyrus"),
        ("first=lindqvist&second=Lindqvist", "Lindqvist"),
    ],
)
def test_a_bad_value_is_named_and_refused(client: FlaskClient, query: str, named: str) -> None:
    response = client.get(f"/compare?{query}")
    assert response.status_code == 400
    error = error_of(response)
    assert error["code"] == "bad_value"
    assert named in error["message"]
    assert error["remedy"]


def test_an_unknown_speaker_is_refused_with_the_nearest(client: FlaskClient) -> None:
    response = client.get("/compare?first=lindkvist")
    assert response.status_code == 404
    assert any("lindqvist" in each.lower() for each in error_of(response)["nearest"])


def test_two_texts_are_compared_and_not_kept(client: FlaskClient, council_corpus: Corpus) -> None:
    before = council_corpus.revision
    body = {
        "first": {"name": "Ada", "text": "The road through the valley must be widened this year."},
        "second": {"name": "Grace", "text": "The road through the valley must not be widened, this year or ever."},
        "topic": None,
    }
    response = client.post("/compare", json=body)
    assert response.status_code == 200
    ComparisonAnswer.model_validate(response.json)
    assert response.get_json()["pairs"][0]["relation"] == "opposes"
    assert response.data == client.post("/compare", json=body).data
    assert council_corpus.revision == before
    assert len(council_corpus.documents()) == 1


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "not JSON"),
        (b'{"first":\n}', "in line 2, column 1"),
        (b'{"first": "caf\xe9"}', "not UTF-8"),
        (b"[" * 100_000, "nested too deeply"),
        (b"[]", "not a JSON object"),
        (b"null", "not a JSON object"),
        (b'{"first": {"name": "A", "text": "x"}}', "second is missing"),
        (b'{"first": 1, "second": 2}', "first is “1”"),
        (b'{"first": {"name": "A", "text": null}, "second": {"name": "B", "text": "x"}}', "first.text is “null”"),
        (b'{"first": {"name": "A", "text": "\\ud800"}, "second": {"name": "B", "text": "x"}}', "first.text is “?”"),
        (b'{"first": {"name": "\\ud800", "text": "x"}, "second": {"name": "B", "text": "x"}}', "first.name is “?”"),
    ],
)
def test_a_body_that_is_none_is_refused_with_what_is_wrong(client: FlaskClient, body: bytes, said: str) -> None:
    response = client.post("/compare", data=body, content_type="application/json")
    assert response.status_code == 400
    assert said in error_of(response)["message"]


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_that_is_not_called_json_is_refused_as_such(client: FlaskClient, media_type: str | None) -> None:
    body = b'{"first": {"name": "A", "text": "x"}, "second": {"name": "B", "text": "y"}}'
    response = client.post("/compare", data=body, content_type=media_type)
    assert (response.status_code, error_of(response)["code"]) == (415, "unsupported_media_type")


def test_two_texts_may_have_so_many_characters_and_no_more(client: FlaskClient) -> None:
    sides = {"first": {"name": "A", "text": "x" * 200_001}, "second": {"name": "B", "text": "We want peace."}}
    response = client.post("/compare", json=sides)
    assert response.status_code == 413
    assert "200,000" in error_of(response)["message"]
    sides["first"]["text"] = "x" * 2_500_001  # refused before it is read
    response = client.post("/compare", json=sides)
    assert response.status_code == 413
    assert "more than this server takes at once" in error_of(response)["message"]


@pytest.mark.parametrize(
    ("asked", "remedy"),
    [
        ("limit=-1", "1 to 100"),
        ("limit=1000000", "1 to 100"),
        ("limit=abc", "1 to 100"),
        ("min_confidence=nan", "0 to 1"),
        ("since=yesterday", "2021-12-02"),
        ("until=2021-13", "2021-12-02"),
        ("include=all", "unsure"),
    ],
)
def test_a_value_out_of_bounds_is_refused_with_what_would_do(client: FlaskClient, asked: str, remedy: str) -> None:
    response = client.get(f"/compare?{asked}")
    error = error_of(response)
    assert response.status_code == 400
    assert f"“{asked.partition('=')[2]}”" in error["message"]
    assert remedy in error["remedy"]


# Formats -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/compare", "/topics", "/speakers", "/documents"])
def test_json_unless_a_page_is_preferred(client: FlaskClient, address: str) -> None:
    def given(query: str = "", **headers: str) -> str:
        response = client.get(address + query, headers=headers)
        assert "Accept" in response.headers["Vary"]
        return response.mimetype

    assert given() == "application/json"
    assert given(Accept="*/*") == "application/json"
    assert given(**BROWSER) == "text/html"
    assert given("?format=json", **BROWSER) == "application/json"
    assert given("?format=html") == "text/html"


def test_a_comparison_comes_in_every_export_format(client: FlaskClient) -> None:
    assert client.get("/compare?format=md").mimetype == "text/markdown"
    assert client.get("/compare?format=csv").mimetype == "text/csv"
    assert client.get("/compare", headers={"Accept": "text/csv"}).mimetype == "text/csv"


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/topics", TopicsAnswer),
        ("/speakers", SpeakersAnswer),
        ("/speakers/lindqvist", SpeakerItem),
        ("/documents", DocumentsAnswer),
        ("/healthz", HealthAnswer),
    ],
)
def test_lists_have_the_documented_form(client: FlaskClient, address: str, form: type[BaseModel]) -> None:
    form.model_validate(client.get(address).json)


def test_a_topic_holds_its_quotes(client: FlaskClient) -> None:
    topic = client.get("/topics").get_json()["topics"][0]
    found = TopicAnswer.model_validate(client.get(f"/topics/{topic['id']}").json)
    assert len(found.quotes) == found.statements == topic["statements"]


def test_topics_are_found_by_their_words(client: FlaskClient) -> None:
    assert client.get("/topics?q=lime+trees").get_json()["topics"]
    assert client.get("/topics?q=submarine").get_json()["topics"] == []


def test_a_document_states_its_turns_and_statements(client: FlaskClient, document_id: str) -> None:
    found = DocumentAnswer.model_validate(client.get(f"/documents/{document_id}").json)
    text = client.get(f"/documents/{document_id}.txt").text
    assert [turn.kind for turn in found.utterances].count("question") == 1
    for turn in found.utterances:
        assert all(turn.start <= each.start < each.end <= turn.end for each in turn.statements)
        assert text[turn.start : turn.end].strip()


# Refusals ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/nowhere", 404),
        ("GET", "/documents/000000000000", 404),
        ("GET", "/documents/000000000000.txt", 404),
        ("GET", "/topics/submarines", 404),
        ("GET", "/speakers/nobody", 404),
        ("DELETE", "/compare", 405),
        ("POST", "/topics", 405),
    ],
)
def test_a_refusal_is_json_for_programs_and_words_for_people(
    client: FlaskClient, method: str, address: str, status: int
) -> None:
    response = client.open(address, method=method)
    assert response.status_code == status
    error = error_of(response)
    assert error["message"]
    assert error["remedy"]
    page = client.open(address, method=method, headers=BROWSER)
    assert (page.status_code, page.mimetype) == (status, "text/html")
    assert "<h1" in page.text


def test_a_405_says_what_is_allowed(client: FlaskClient) -> None:
    assert "GET" in client.delete("/compare").headers["Allow"]


def test_a_fault_of_ours_shows_no_trace(council_corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("secret detail")

    app = create_app(Config(), council_corpus)
    monkeypatch.setattr(council_corpus, "speakers", broken)
    response = app.test_client().get("/speakers")
    assert response.status_code == 500
    assert error_of(response)["code"] == "internal"
    assert "secret" not in response.text


def test_too_large_a_body_is_refused(corpus_factory: Callable[..., Corpus]) -> None:
    small = Config(max_bytes=1000)
    client = create_app(small, corpus_factory(max_bytes=1000)).test_client()
    sides = {"first": {"name": "A", "text": "x" * 2_000_000}, "second": {"name": "B", "text": "y"}}
    response = client.post("/compare", json=sides)
    assert response.status_code == 413
    assert error_of(response)["code"] == "too_large"


# The description ---------------------------------------------------------------------------------------------


def test_every_operation_is_documented(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").get_json()
    operations = {(path, method): held for path, methods in spec["paths"].items() for method, held in methods.items()}
    assert {path for path, _ in operations} >= {
        *("/compare", "/topics", "/topics/{topic_id}", "/speakers", "/speakers/{speaker_id}"),
        "/speakers/{speaker_id}/over-time",
        *("/brief", "/cite/{statement_id}"),
        *("/documents", "/documents/{document_id}", "/documents/{document_id}.txt", "/healthz", "/corrections"),
    }
    assert {one["name"] for one in operations["/compare", "post"]["parameters"]} == {"format"}
    assert all({"401", "403", "429", "503"} <= set(operation["responses"]) for operation in operations.values())
    assert all("409" in operations[path, "get"]["responses"] for path in ("/compare", "/documents/{document_id}.txt"))
    assert ("/compare", "post") in operations
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(ids) == len(set(ids))
    for operation in operations.values():
        assert operation["summary"]
        assert operation["tags"][0] in {tag["name"] for tag in spec["tags"]}
        assert "422" not in operation["responses"]
        for status in operation["responses"].keys() - {"200"}:
            content = operation["responses"][status]["content"]["application/json"]
            assert content["schema"]["$ref"].endswith("ErrorAnswer")
            ErrorAnswer.model_validate(content["example"])


def test_the_description_holds_no_null_where_the_specification_wants_an_object(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").get_json()
    assert [name for name, held in (*spec.items(), *spec["components"].items()) if held is None] == []


def test_examples_have_the_form_they_document(client: FlaskClient) -> None:
    spec = client.get("/openapi.json").get_json()
    modules = [import_module(f"service.schema.{module.name}") for module in pkgutil.iter_modules(schema.__path__)]
    checked = 0
    for path in spec["paths"].values():
        for operation in path.values():
            held = operation["responses"]["200"]["content"].get("application/json")
            if held is None:
                continue
            name = held["schema"]["$ref"].rsplit("/", 1)[1]
            form = next(form for module in modules if (form := getattr(module, name, None)))
            form.model_validate(held["example"])
            checked += 1
    assert checked >= 9


def test_the_description_is_the_same_every_time(council_corpus: Corpus, described: Callable[[], None]) -> None:
    def description() -> bytes:
        described()
        return create_app(Config(), council_corpus).test_client().get("/openapi.json").data

    assert description() == description()


def test_a_server_answers_before_its_description_is_made(
    council_corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(utils, "get_model_schema", None)
        client = create_app(Config(), council_corpus).test_client()
        assert client.get("/topics").status_code == 200
    with ThreadPoolExecutor(4) as together:
        found = [one.result() for one in [together.submit(lambda: client.get("/openapi.json").data) for _ in range(4)]]
    assert len(set(found)) == 1
    assert "/topics" in json.loads(found[0])["paths"]


def test_references_in_the_description_lead_somewhere(client: FlaskClient) -> None:
    text = client.get("/openapi.json").text
    known = json.loads(text)["components"]["schemas"]
    named = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert named <= set(known)
