"""What people see and send: pages without inline code, forms that lose nothing, writes from this machine alone."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from html import escape, unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from flask.testing import FlaskClient

from service.app import create_app
from service.config import Config
from service.rendering.wording import TEMPLATES, manifest

if TYPE_CHECKING:
    from pathlib import Path

    from werkzeug.test import TestResponse

    from service.corpus import Corpus

PASTED = """CHAIR NOVAK:  The fee for the port must rise by one tenth in the spring.

MR. BRANDT:  The fee for the port must not rise in the spring or ever after.
"""


MAYOR = "MAYOR O'MALLEY"


class Tags(HTMLParser):
    """Every tag of a page with its attributes, and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data

    def fields(self) -> dict[str, str]:
        """The named inputs and what they hold."""
        held = [dict(attrs) for tag, attrs in self.tags if tag == "input" and attrs.get("type") != "radio"]
        return {str(each["name"]): each.get("value") or "" for each in held if each.get("name")}


def people(app_corpus: Corpus, config: Config | None = None) -> FlaskClient:
    """A browser on this machine."""
    client = create_app(config or Config(), app_corpus).test_client()
    client.environ_base["HTTP_ACCEPT"] = "text/html,*/*;q=0.8"
    return client


@pytest.fixture(scope="module")
def client(council_corpus: Corpus) -> FlaskClient:
    return people(council_corpus)


@pytest.fixture
def own(council_corpus_factory: Callable[..., Corpus]) -> tuple[FlaskClient, Corpus]:
    """A client and a corpus that may be written to."""
    corpus = council_corpus_factory()
    return people(corpus), corpus


@pytest.fixture(scope="module")
def addresses(council_corpus: Corpus) -> tuple[str, ...]:
    document, topic = council_corpus.documents()[0].id, council_corpus.topics()[0].id
    return (
        *("/", "/?topic=road", "/?topic=submarine", "/topics", f"/topics/{topic}", "/speakers", "/speakers/lindqvist"),
        *("/speakers/lindqvist/over-time", "/speakers/lindqvist/over-time?topic=road"),
        "/issues",
        *("/documents", f"/documents/{document}", f"/documents/{document}?added=1", f"/documents/{document}/remove"),
        *("/map", "/map?since=2022", "/map?speaker=omalley&speaker=lindqvist"),
        *("/compare", f"/compare?topic={topic}&include=unsure", "/compare?since=2022", "/compare?topic=buses", "/add"),
        *(
            f"/add?replaces={document}",
            "/docs",
            "/topic-edits",
            *("/review", "/review?status=sample", "/rulings", "/review/errors"),
            "/embed/compare",
            "/brief?first=omalley&second=lindqvist&topic=road&topic=buses",
            f"/cite/{council_corpus.compare().pairs[0].first.id}",
            "/nowhere",
            "/compare?limit=0",
            "/embed/compare?limit=0",
        ),
    )


# Every page --------------------------------------------------------------------------------------------------


def test_no_page_holds_inline_script_or_style(client: FlaskClient, addresses: tuple[str, ...]) -> None:
    for address in addresses:
        for tag, attributes in Tags(client.get(address).text).tags:
            assert tag != "style", address
            assert tag != "script" or attributes.get("src"), address
            assert "style" not in attributes, address
            assert not any(name.startswith(("on", "hx-on")) for name in attributes), address


def test_no_template_holds_inline_script_style_or_arithmetic() -> None:
    for template in TEMPLATES.glob("*.html"):
        text = template.read_text()
        assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:|hx-on|hx-vals=.js", text), template.name
        assert not re.search(r"<script(?![^>]*\ssrc=)", text), template.name
        for expression in re.findall(r"\{[{%](.*?)[%}]\}", text):
            assert not re.search(r"\s[-+*/]\s|\|\s*safe", re.sub(r"'[^']*'|\"[^\"]*\"", "", expression)), expression


def test_every_page_has_one_heading_a_language_a_title_and_landmarks(
    client: FlaskClient, addresses: tuple[str, ...]
) -> None:
    for address in (each for each in addresses if not each.startswith(("/docs", "/embed"))):
        page = Tags(client.get(address).text)
        names = [tag for tag, _ in page.tags]
        assert names.count("h1") == 1, address
        assert ("html", {"lang": "en"}) in page.tags
        assert {"title", "main", "nav", "header", "footer"} <= set(names), address
        ids = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
        assert len(ids) == len(set(ids)), address


def test_every_answer_carries_the_security_headers(client: FlaskClient, addresses: tuple[str, ...]) -> None:
    for address in (*addresses, "/compare?format=json", "/openapi.json", "/static/style.css"):
        headers = client.get(address).headers
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'"), address
        assert "base-uri 'none'" in policy
        assert "unsafe" not in policy
        assert ("frame-ancestors *" in policy) == address.startswith("/embed"), address
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"


def test_static_files_may_be_kept_for_good_because_their_address_holds_their_content(client: FlaskClient) -> None:
    page = Tags(client.get("/").text)
    own = [a.get("src") or a.get("href") or "" for tag, a in page.tags if tag in ("script", "link")]
    files = [address for address in own if address.startswith("/static/")]
    assert any("htmx-2.0.11.min.js?v=" in address for address in files)
    for address in files:
        answer = client.get(address)
        assert answer.status_code == 200
        assert "max-age=31536000" in answer.headers["Cache-Control"]


def test_what_was_said_is_text_and_never_markup(client: FlaskClient, council_corpus: Corpus) -> None:
    document = council_corpus.documents()[0].id
    page = client.get(f"/documents/{document}").text
    assert "<script>alert" not in page
    assert escape('<script>alert("ferry")</script>', quote=False) in page.replace("&#34;", '"')
    assert "Remarks &lt;b&gt;on&lt;/b&gt; the road" in page


# Reading -----------------------------------------------------------------------------------------------------


def test_the_front_page_lists_topics_with_counts_and_leads_to_their_comparison(
    client: FlaskClient, council_corpus: Corpus
) -> None:
    page = client.get("/").text
    for topic in council_corpus.topics():
        assert topic.name in page
        assert f'href="/compare?topic={topic.id}"' in page
        for speaker, number in topic.speakers:
            assert f'{speaker.name} <span class="number">{number}</span>' in unescape(page)


def test_the_front_page_filters_and_keeps_the_chosen_speakers(client: FlaskClient) -> None:
    page = client.get("/?topic=lime&first=omalley").text
    assert "first=omalley&amp;topic=" in page
    assert '<option value="omalley" selected>' in page
    assert "No topic has these words" in client.get("/?topic=submarine").text


def test_a_comparison_page_shows_what_a_reader_must_know(client: FlaskClient, council_corpus: Corpus) -> None:
    found = council_corpus.compare("lindqvist", "omalley", include_unsure=True)
    words = unescape(Tags(client.get("/compare?first=lindqvist&second=omalley&include=unsure").text).words)
    for pair in found.pairs:
        for quote in (pair.first, pair.second):
            assert quote.text in words
        assert f"{pair.confidence:.2f}" in words
    for shown in ("via interpreter", "(inaudible) in this passage", "Norby, 2 December 2021, ¶", "unreviewed"):
        assert shown in words
    for side in (found.first_searched, found.second_searched):
        assert f"{side.statements} statement" in words
        assert f"{side.words} words" in words


def test_a_comparison_links_each_quote_to_its_place(client: FlaskClient, council_corpus: Corpus) -> None:
    page = client.get("/compare").text
    for pair in council_corpus.compare().pairs:
        for quote in (pair.first, pair.second):
            address = f"/documents/{quote.document.id}#s{quote.start}"
            assert f'href="{address}"' in page
            assert f'id="s{quote.start}"' in client.get(address).text


def test_the_address_of_a_comparison_holds_every_choice(client: FlaskClient) -> None:
    page = client.get("/compare?topic=buses&since=2021&min_confidence=0.5&include=unsure&limit=7").text
    held = Tags(page)
    links = [attributes["data-copy"] or "" for _, attributes in held.tags if "data-copy" in attributes]
    for choice in ("topic=buses", "since=2021", "min_confidence=0.5", "include=unsure", "limit=7", "first=", "second="):
        assert choice in links[0]
    assert client.get(links[0]).status_code == 200


def test_sides_can_be_swapped(client: FlaskClient) -> None:
    page = client.get("/compare?first=lindqvist&second=omalley").text
    assert 'href="/compare?first=omalley&amp;second=lindqvist"' in page


def test_two_texts_can_be_shown_side_by_side_without_any_link_to_a_document(client: FlaskClient) -> None:
    said = {
        "first": "The road must be widened this year.",
        "second": "The road must not be widened, this year or ever.",
    }
    answer = client.post("/compare", json={side: {"name": side, "text": text} for side, text in said.items()})
    assert answer.mimetype == "text/html"
    assert all(text in Tags(answer.text).words for text in said.values())  # "not" is marked
    assert '<span class=" differs cue">not</span>' in answer.text
    assert 'href="/documents/' not in answer.text
    assert 'rel="alternate"' not in answer.text


def test_silence_is_said_in_words(client: FlaskClient, corpus_factory: Callable[..., Corpus]) -> None:
    assert "so there is nothing to compare" in client.get("/compare?since=2022").text
    page = client.get("/compare?min_confidence=1").text
    assert "Nothing opposing reaches the confidence asked for" in page
    assert "The nearest pair was too close to call (probability that it opposes: 0." in page
    assert "include=unsure#unsure" in page


def test_a_topic_of_one_speaker_says_so(corpus: Corpus) -> None:
    browser = people(corpus)
    for name, text in (("A", "Ferries to the island must sail at night."), ("B", "Apples are cheap in the north.")):
        browser.post("/documents", data={"text": f"{text}  {text[:-1]} and by day.", "speaker": f"Ms {name}"})
    alone = [row for row in corpus.topics() if len(row.speakers) == 1]
    assert alone
    page = browser.get(f"/topics/{alone[0].id}").text
    assert f"Only {alone[0].speakers[0][0].name} spoke on this topic" in page
    assert f"/topics/{alone[0].id}" in browser.get("/").text


def test_a_document_is_printed_whole_and_in_order(client: FlaskClient, council_corpus: Corpus) -> None:
    row = council_corpus.documents()[0]
    text = council_corpus.text(row.id)
    words = " ".join(Tags(client.get(f"/documents/{row.id}").text).words.split())
    at = 0
    for turn in council_corpus.document(row.id).utterances:
        for line in text[turn.start : turn.end].split("\n\n"):
            at = words.index(" ".join(line.split()), at)
    assert "Sign up for news from the council" in words


# The empty database ------------------------------------------------------------------------------------------


def test_an_empty_database_offers_the_sample_and_a_paste_box(corpus: Corpus) -> None:
    browser = people(corpus)
    page = browser.get("/").text
    assert 'action="/sample"' in page
    assert '<textarea id="text"' in page
    assert browser.post("/sample", follow_redirects=True).status_code == 200
    assert corpus.documents()
    assert "summary record, not verbatim" in browser.get("/compare").text
    assert "summary record, not verbatim" in browser.get("/embed/compare").text


def test_an_empty_database_answers_every_list(corpus: Corpus) -> None:
    browser = people(corpus)
    for address in ("/topics", "/speakers", "/documents", "/add"):
        assert browser.get(address).status_code == 200
    assert browser.get("/compare").status_code == 404


# Adding ------------------------------------------------------------------------------------------------------


def test_a_pasted_transcript_is_previewed_and_only_then_added(corpus: Corpus) -> None:
    browser = people(corpus)
    page = browser.post("/add", data={"text": PASTED, "place": "Bergen"}).text
    assert "Nothing has been added yet" in page
    assert "CHAIR NOVAK" in page
    assert corpus.documents() == ()
    fields = Tags(page).fields()
    assert fields["place"] == "Bergen"
    answer = browser.post("/documents", data={**fields, "text": PASTED, "title": "The port"})
    assert answer.status_code == 303
    row = corpus.documents()[0]
    assert answer.location == f"/documents/{row.id}?added=1"
    assert (row.metadata.title, row.metadata.place) == ("The port", "Bergen")
    assert len(row.speakers) == 2


def test_a_chosen_file_is_carried_to_the_second_step_byte_by_byte(corpus: Corpus, council: Path) -> None:
    browser = people(corpus)
    file = (io.BytesIO(council.read_bytes()), "council.txt")
    page = Tags(browser.post("/add", data={"file": file}, content_type="multipart/form-data").text)
    browser.post("/documents", data=page.fields())
    name, data = corpus.original(corpus.documents()[0].id)
    assert (name, data) == ("council.txt", council.read_bytes())


def test_a_label_can_be_given_to_somebody_else_or_to_nobody(corpus: Corpus, council: Path) -> None:
    browser = people(corpus)
    fields = Tags(browser.post("/add", data={"text": council.read_text()}).text).fields()
    number = {label: key.split(":")[1] for key, label in fields.items() if key.startswith("label:")}
    fields[f"name:{number['MINISTER LINDQVIST']}"] = "Ada Lindqvist"
    fields[f"name:{number[MAYOR]}"] = ""
    again = Tags(browser.post("/add", data={**fields, "text": council.read_text()}).text).fields()
    assert again[f"name:{number['MINISTER LINDQVIST']}"] == "Ada Lindqvist"
    browser.post("/documents", data={**again, "text": council.read_text()})
    assert [row.speaker.name for row in corpus.speakers()] == ["Ada Lindqvist"]


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"text": ""}, "no transcript yet"),
        ({"text": "Just a line of text without any labels at all."}, "speaker"),
        ({"text": PASTED, "date": "2nd of May"}, "2nd of May"),
        ({"text": PASTED, "record": "hearsay"}, "hearsay"),
    ],
)
def test_an_error_keeps_what_was_typed(corpus: Corpus, form: dict[str, str], said: str) -> None:
    answer = people(corpus).post("/add", data={"title": "Kept title", **form})
    assert answer.status_code == 400
    assert said in unescape(answer.text)
    assert 'value="Kept title"' in answer.text
    assert escape(form["text"].strip(), quote=False)[:60] in unescape(answer.text).replace("\r", "") or not form["text"]
    assert corpus.documents() == ()


def test_an_error_keeps_the_chosen_file(corpus: Corpus) -> None:
    file = (io.BytesIO(b"no labels in here, only words"), "note.txt")
    answer = people(corpus).post("/add", data={"file": file}, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert "Chosen: <strong>note.txt</strong>" in answer.text
    assert Tags(answer.text).fields()["kept"]


def test_a_text_without_labels_can_be_one_speakers(corpus: Corpus) -> None:
    text = "The harbour must be dredged before the winter comes. The city will pay for it."
    people(corpus).post("/documents", data={"text": text, "speaker": "Ada Novak"})
    assert [row.speaker.name for row in corpus.speakers()] == ["Ada Novak"]


def test_a_speech_printed_on_pages_is_one_turn_in_its_paragraphs(corpus: Corpus) -> None:
    first = (
        "The harbour must be dredged before the winter comes, since no large ship can leave it when the ice is thick. "
    )
    second = "The city will pay for it from the tolls that every ship has paid since the bridge was built. "
    second += "Nobody else is asked to pay."
    text = f"{first}The council will send\nA/70/PV.15 28/09/2015\nits engineers in spring.\n{second}"
    browser = people(corpus)
    browser.post("/documents", data={"text": text, "speaker": "Ada Novak"})
    page = browser.get(f"/documents/{corpus.documents()[0].id}").text
    words = page[page.index('class="transcript"') : page.index("said by nobody")]
    assert words.count("Ada Novak</a></h2>") == 1
    assert words.count("<p>") == 2
    assert "A/70/PV.15" not in words


def test_an_unsure_merge_is_asked_about_and_not_made(own: tuple[FlaskClient, Corpus]) -> None:
    browser, corpus = own
    text = (
        "SECRETARY LINDQVIST:  The bridge must be closed to lorries at once.\n\nMR. BRANDT:  The bridge must stay open."
    )
    page = browser.post("/add", data={"text": text}).text
    assert "Is this Minister Lindqvist?" in page
    fields = Tags(page).fields()
    browser.post("/documents", data={**fields, "text": text})
    assert {"Secretary Lindqvist", "Minister Lindqvist"} <= {row.speaker.name for row in corpus.speakers()}
    corpus.remove(corpus.documents()[-1].id)
    number = next(key.split(":")[1] for key, label in fields.items() if label == "SECRETARY LINDQVIST")
    browser.post("/documents", data={**fields, "text": text, f"merge:{number}": "Minister Lindqvist"})
    assert "Secretary Lindqvist" not in {row.speaker.name for row in corpus.speakers()}


def test_what_is_here_already_is_pointed_out(own: tuple[FlaskClient, Corpus], council: Path) -> None:
    browser, _ = own
    assert "already here" in browser.post("/add", data={"text": council.read_text()}).text
    near = council.read_text().replace("Norby", "Narby")
    assert "Another version of the same event" in browser.post("/add", data={"text": near}).text


def test_too_large_a_file_is_refused_in_words(corpus_factory: Callable[..., Corpus]) -> None:
    browser = people(corpus_factory(max_bytes=2000), Config(max_bytes=2000))
    for size in (5000, 3_000_000):
        file = (io.BytesIO(b"x" * size), "big.txt")
        answer = browser.post("/add", data={"file": file}, content_type="multipart/form-data")
        assert (answer.status_code, answer.mimetype) == (413, "text/html")


# Correcting --------------------------------------------------------------------------------------------------


def test_metadata_is_corrected_and_emptied(own: tuple[FlaskClient, Corpus]) -> None:
    browser, corpus = own
    row = corpus.documents()[0]
    browser.post(f"/documents/{row.id}/facts", data={"title": "The road", "date": "2021-12", "by": "Eva"})
    metadata = corpus.documents()[0].metadata
    assert (metadata.title, metadata.date, metadata.place, metadata.record) == ("The road", "2021-12", None, None)
    last = list(corpus.audit())[-1]
    assert (last.who, last.verified) == ("Eva", False)


def test_a_document_goes_only_after_a_second_step(own: tuple[FlaskClient, Corpus]) -> None:
    browser, corpus = own
    row = corpus.documents()[0]
    asked = browser.get(f"/documents/{row.id}/remove").text
    assert "Remove this document?" in asked
    assert corpus.documents()
    address = browser.post(f"/documents/{row.id}/remove").location
    assert address == f"/documents?removed={row.id}"
    assert corpus.documents() == ()
    assert row.original_name in browser.get(address).text
    seen = browser.get(address, environ_base={"REMOTE_ADDR": "192.0.2.7"}).text  # a reader's
    assert row.original_name not in seen
    assert "removed" not in seen.casefold()


def test_a_document_is_replaced(own: tuple[FlaskClient, Corpus], council: Path) -> None:
    browser, corpus = own
    old = corpus.documents()[0]
    text = council.read_text().replace("this year or ever", "not in ten years")
    browser.post("/documents", data={"text": text, "replaces": old.id})
    (new,) = corpus.documents()
    assert new.id != old.id
    assert new.metadata.place == "Norby"


def test_speakers_are_renamed_split_and_merged(own: tuple[FlaskClient, Corpus]) -> None:
    browser, corpus = own
    first = corpus.documents()[0].id
    browser.post("/documents", data={"text": "MAYOR O'MALLEY:  The harbour must be dredged before the winter comes."})
    document = next(row.id for row in corpus.documents() if row.id != first)

    def names() -> list[str]:
        return [row.speaker.name for row in corpus.speakers()]

    browser.post("/speakers/lindqvist/name", data={"name": "Ada Lindqvist"})
    assert "Ada Lindqvist" in names()
    other = browser.post("/speakers/omalley/split", data={"name": "Deputy Ek", "document": document})
    assert other.status_code == 303
    assert "Deputy Ek" in names()
    browser.post("/speakers/lindqvist/merge", data={"merged": other.location.rsplit("/", 1)[1]})
    assert "Deputy Ek" not in names()


def test_an_empty_name_is_refused(own: tuple[FlaskClient, Corpus]) -> None:
    assert own[0].post("/speakers/omalley/name", data={"name": " "}).status_code == 400


# Who may write -----------------------------------------------------------------------------------------------

WRITES = ("/sample", "/add", "/documents", "/documents/x/facts", "/documents/x/remove", "/speakers/omalley/name")
WRITES += ("/topics/x/name", "/topics/x/merge", "/topics/x/split", "/topics/x/move", "/topics/x/lock", "/topics/x/hide")
WRITES += ("/topic-edits/1/undo", "/compare/freeze", "/reports/1/answer")


def refused(answer: TestResponse) -> bool:
    return answer.status_code == 403 and "othing was changed" in answer.text


@pytest.mark.parametrize("address", WRITES)
def test_writes_are_taken_from_this_machine_alone(client: FlaskClient, address: str) -> None:
    assert refused(client.post(address, environ_base={"REMOTE_ADDR": "192.0.2.7"}))
    assert refused(client.post(address, headers={"X-Forwarded-For": "192.0.2.7"}))
    assert refused(client.post(address, environ_base={"REMOTE_ADDR": "localhost"}))  # a socket file's


@pytest.mark.parametrize("here", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_this_machine_is_known_under_all_its_addresses(client: FlaskClient, here: str) -> None:
    assert client.get("/add", environ_base={"REMOTE_ADDR": here}).status_code == 200
    assert client.get("/", environ_base={"REMOTE_ADDR": here}, headers={"Host": "rebound.example"}).status_code == 403


@pytest.fixture(scope="module")
def reader(council_corpus: Corpus) -> FlaskClient:
    return people(council_corpus, Config(read_only=True))


@pytest.mark.parametrize("address", WRITES)
def test_a_read_only_collection_takes_no_writes(reader: FlaskClient, address: str) -> None:
    assert refused(reader.post(address))
    assert "read-only" in reader.post(address).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_forms_of_other_sites_are_refused(client: FlaskClient, headers: dict[str, str]) -> None:
    for address in WRITES:
        assert refused(client.post(address, headers=headers))


def test_forms_are_not_shown_to_those_who_may_not_send_them(client: FlaskClient, council_corpus: Corpus) -> None:
    document = council_corpus.documents()[0].id
    for address in ("/", "/speakers/omalley", f"/documents/{document}"):
        assert "/add" in client.get(address).text
        elsewhere = client.get(address, environ_base={"REMOTE_ADDR": "192.0.2.7"}).text
        assert "/add" not in elsewhere
        assert 'method="post"' not in elsewhere
    assert client.get("/add", environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 403


def test_names_pointed_at_this_machine_from_outside_are_not_answered_to(
    client: FlaskClient, council_corpus: Corpus
) -> None:
    for host in ("rebound.example:8000", "127.0.0.1.rebound.example", "localhost.", "evil@localhost"):
        assert client.get("/", headers={"Host": host}).status_code in (400, 403)
    for host in ("localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"):
        assert client.get("/", headers={"Host": host}).status_code == 200
    public = people(council_corpus, Config(public_url="https://counterpose.example.org"))
    assert public.get("/", headers={"Host": "counterpose.example.org"}).status_code == 200
    assert refused(public.post("/sample", headers={"Host": "counterpose.example.org"}))


def test_where_the_public_name_is_known_no_other_is_answered_to(council_corpus: Corpus) -> None:
    public = people(council_corpus, Config(public_url="https://counterpose.example.org", metrics=True))
    there, here = {"REMOTE_ADDR": "192.0.2.7"}, {"REMOTE_ADDR": "127.0.0.1"}
    for host in ("evil.example", "10.0.0.5:8000", "localhost", "counterpose.example.org.evil.example"):
        for path in ("/", "/compare", "/topics?format=json", "/static/style.css", "/sign-in"):
            answer = public.get(path, headers={"Host": host}, environ_base=there)
            assert answer.status_code == 403, (host, path)
        for path in ("/healthz", "/readyz", "/metrics"):  # which are asked of each machine by its own address
            assert public.get(path, headers={"Host": host}, environ_base=there).status_code == 200
    assert public.get("/", headers={"Host": "counterpose.example.org:443"}, environ_base=there).status_code == 200
    assert public.get("/", headers={"Host": "localhost:8000"}, environ_base=here).status_code == 200
    open_to_all = people(council_corpus)  # whose name nobody has said
    assert open_to_all.get("/", headers={"Host": "10.0.0.5:8000"}, environ_base=there).status_code == 200


def test_what_a_comparison_is_made_with_is_said_in_words(council_corpus: Corpus) -> None:
    names = dict(manifest(council_corpus.compare().made_with))
    assert names["similarity from which a pair may agree"] == "0.5"
    assert names["asked for: least probability"] == "0"
    assert not [name for name in names if name.startswith(("asked, ", "thresholds, "))]


def test_the_description_of_the_interface_has_the_menu_and_goes_dark(council_corpus: Corpus) -> None:
    client = create_app(Config(), council_corpus).test_client()
    page = client.get("/docs").text
    assert '<a href="/review">Review</a>' in page
    assert 'name="color-scheme" content="light dark"' in page
    assert "prefers-color-scheme: dark" in client.get("/static/docs.css").text
