"""Adding by URL: what is fetched and from where, and how pages of four publishers' structure are read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner

from models.identity import resolve
from models.transcript import Kind, Mark, Transcript
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.documents import fetching
from service.documents.fetching import demand_public, fetch
from service.errors import BadValue, CounterposeError, TooLarge, Unreadable
from service.readers import Source, read

PAGES = Path(__file__).with_name("pages")
SPEECH, QUESTION, MODERATION = Kind.SPEECH, Kind.QUESTION, Kind.MODERATION
LARGE = 10_000_000


@dataclass(frozen=True, slots=True)
class Site:
    """A server of these pages on loopback, as far as the check of addresses is told to let it be."""

    address: str


class Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        if name.startswith("hop"):
            left = int(name.removeprefix("hop"))
            self._answer(302, "", b"", location=f"/hop{left - 1}" if left else "/state.html")
        elif name == "inside":
            self._answer(302, "", b"", location="http://10.0.0.1/secret")
        elif name == "elsewhere":
            self._answer(301, "", b"", location="ftp://example.org/file")
        elif name == "picture":
            self._answer(200, "image/png", b"\x89PNG")
        elif name == "plain":
            self._answer(200, "text/plain; charset=iso-8859-1", "MINISTER GÓMEZ:  Así es.\n".encode("iso-8859-1"))
        elif (PAGES / name).is_file():
            self._answer(200, "text/html; charset=utf-8", (PAGES / name).read_bytes())
        else:
            self._answer(404, "text/html", b"<p>Not here")

    def _answer(self, status: int, media_type: str, body: bytes, location: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if location is not None:
            self.send_header("Location", location)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setattr(fetching, "demand_public", lambda url: url.startswith(address) or demand_public(url))
    yield Site(address)
    server.shutdown()
    server.server_close()
    thread.join(timeout=5)


def page(name: str) -> Transcript:
    path = PAGES / f"{name}.html"
    return read(Source(path.name, path.read_bytes()))


def said(transcript: Transcript) -> list[tuple[str | None, Kind]]:
    return [(one.label, one.kind) for one in transcript.utterances]


# How pages are read ------------------------------------------------------------------------------------------


def test_remarks_with_labels_in_bold_are_read_without_navigation_and_related_links() -> None:
    found = page("state")
    assert said(found) == [
        ("FOREIGN MINISTER OSTRAVA", SPEECH),
        ("SECRETARY MARLOW", SPEECH),
        ("MR. TELLER", MODERATION),
        ("QUESTION", QUESTION),
        ("SECRETARY MARLOW", SPEECH),
    ]
    assert found.utterances[0].marks == (Mark.INTERPRETED,)
    assert found.text[found.utterances[0].start :].startswith("Madam Secretary, we welcome you to Norby.")
    assert found.text.endswith("not a day earlier.")
    known = found.metadata
    assert known.title == "Secretary Marlow and Foreign Minister Ostrava Before Their Meeting"
    assert (known.date, known.place, known.language) == ("2023-03-04", "Norby, Lindland", "en-US")
    assert known.publisher == "Department of Outer Affairs"


def test_talks_whose_labels_are_names_in_bold_are_read_as_two_people_in_turn() -> None:
    found = page("presidency")
    assert [kind for _, kind in said(found)] == [SPEECH, SPEECH, SPEECH, SPEECH, QUESTION, SPEECH]
    assert found.utterances[1].marks == (Mark.INTERPRETED,)
    labels = [label for label, kind in said(found) if label and kind is SPEECH]
    people = resolve(list(dict.fromkeys(labels))).assigned
    assert [people[label].name for label in labels] == [
        *("Igor Velikov", "Astrid Holm", "Igor Velikov", "Astrid Holm", "Igor Velikov")
    ]
    assert people[labels[0]].role == "President of Vostria"
    assert "Security Council" not in found.text
    assert "Direct link" not in found.text
    assert (found.metadata.date, found.metadata.place) == ("2023-05-17", "The Winter Palace, Starograd")
    assert found.metadata.title == "Talks with Prime Minister of Lindland Astrid Holm"


def test_a_press_encounter_with_colons_outside_the_bold_is_read() -> None:
    found = page("assembly")
    assert said(found)[:3] == [("Secretary-General", SPEECH), ("Question", QUESTION), ("Secretary-General", SPEECH)]
    assert "Recorded Vote" not in found.text
    assert "Following is a transcript" not in found.text[found.utterances[0].start :]
    assert (found.metadata.date, found.metadata.place) == ("2022-09-14", "Headquarters, New Harbor")
    assert found.metadata.title == "Transcript of Secretary-General’s Press Encounter on the Floods"


def test_a_press_conference_with_a_bare_q_and_a_room_above_the_time_is_read() -> None:
    found = page("house")
    assert said(found) == [
        ("PRESIDENT CARVER", SPEECH),
        ("PRIME MINISTER ODUYA", SPEECH),
        ("Q", QUESTION),
        ("PRESIDENT CARVER", SPEECH),
        ("Q", QUESTION),
        ("PRIME MINISTER ODUYA", SPEECH),
    ]
    turns = [found.text[one.start : one.end] for one in found.utterances]
    assert turns[1].endswith("We will not borrow for it again.")
    assert turns[2] == "Thank you, Mr. President. How much will it cost?"
    assert turns[5] == "When it is paid for."
    assert "Stay Connected" not in found.text
    assert (found.metadata.date, found.metadata.place) == ("2022-06-09", "East Room")
    assert found.metadata.title == "Remarks by President Carver and Prime Minister Oduya in Joint Press Conference"


@pytest.mark.parametrize("label", ["<b>MR PRICE:</b>We", "<strong>MR PRICE:</strong> We", "<b>MR PRICE</b>: We"])
def test_a_label_in_bold_is_one_wherever_its_colon_and_space_stand(label: str) -> None:
    paragraphs = (
        f"<p>{label} want peace in the valley, as everybody here knows well.</p><p><b>MS. ROE:</b> We do not.</p>"
    )
    found = read(Source("a.html", f"<html><body><article>{paragraphs * 2}</article></body></html>".encode()))
    assert [one for one, _ in said(found)] == ["MR PRICE", "MS. ROE"] * 2


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:published_time" content="2022-06-09T21:14:05+00:00">',
        '<meta name="DCTERMS.date" content="2022-06-09">',
        '<script type="application/ld+json">{"@graph": [{"datePublished": "2022-06-09T00:00"}]}</script>',
        '<script type="application/ld+json">{not json</script><meta itemprop="datePublished" content="2022-06-09">',
    ],
)
def test_a_date_is_taken_from_where_pages_state_it(head: str) -> None:
    text = f"<html><head>{head}</head><body><p>ANNA BERG: We want peace.</p><p>IVO LIND: So do we.</p></body></html>"
    assert read(Source("a.html", text.encode())).metadata.date == "2022-06-09"


def test_what_a_page_does_not_state_stays_open() -> None:
    text = "<html><body><p>ANNA BERG: On May 3, 2020 we met in Oslo.</p><p>IVO LIND: We did.</p></body></html>"
    known = read(Source("a.html", text.encode())).metadata
    assert (known.date, known.place, known.publisher) == (None, None, None)


# What is fetched ---------------------------------------------------------------------------------------------


def test_a_page_comes_with_its_name_and_final_address(site: Site) -> None:
    found = fetch(f"{site.address}/hop4", LARGE)
    assert (found.source.name, found.url) == ("state.html", f"{site.address}/state.html")
    assert found.source.data == (PAGES / "state.html").read_bytes()


def test_a_plain_text_comes_in_the_encoding_that_its_server_states(site: Site) -> None:
    found = fetch(f"{site.address}/plain", LARGE)
    assert (found.source.name, found.source.data.decode()) == ("plain.txt", "MINISTER GÓMEZ:  Así es.\n")


@pytest.mark.parametrize(
    ("path", "said_of_it"),
    [
        ("/hop5", "leads on more than 5 times"),
        ("/missing", "answered 404"),
        ("/picture", "is image/png"),
        ("/inside", "10.0.0.1 is an address of this machine or of its own network"),
        ("/elsewhere", "is not a web address"),
    ],
)
def test_what_is_no_transcript_page_is_refused_with_what_it_is(site: Site, path: str, said_of_it: str) -> None:
    with pytest.raises(BadValue, match=said_of_it) as refused:
        fetch(site.address + path, LARGE)
    assert refused.value.remedy


def test_a_page_that_is_too_large_is_not_read_to_its_end(site: Site) -> None:
    with pytest.raises(TooLarge):
        fetch(f"{site.address}/state.html", 1000)


def test_a_server_that_does_not_answer_is_said_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "demand_public", str)
    with pytest.raises(Unreadable, match="cannot be fetched"):
        fetch("http://127.0.0.1:9/", LARGE)


@pytest.mark.parametrize(
    "url",
    [
        *("http://localhost/", "http://127.0.0.1/", "http://[::1]/", "http://[::ffff:127.0.0.1]/", "http://10.1.2.3/"),
        *("http://192.168.0.1/", "http://169.254.169.254/latest", "http://2130706433/", "http://0x7f000001/"),
        *("http://printer.local/", "http://db.internal./", "ftp://example.org/", "file:///etc/passwd", "https:///x"),
        *("https://user:word@example.org/", "javascript:alert(1)", "http://0.0.0.0/"),
    ],
)
def test_addresses_of_this_machine_and_its_network_are_refused(url: str) -> None:
    with pytest.raises(BadValue):
        demand_public(url)


@pytest.mark.parametrize("url", ["https://example.org/a?b=c", "http://93.184.216.34/", "HTTPS://EXAMPLE.ORG"])
def test_public_addresses_are_not(url: str) -> None:
    demand_public(url)


# Where it is asked for ---------------------------------------------------------------------------------------


def test_the_command_line_adds_a_page_by_its_address(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, models_at_hand: None
) -> None:
    monkeypatch.setenv("COUNTERPOSE_DATABASE_URL", f"sqlite:///{tmp_path}/counterpose.sqlite")
    done = CliRunner().invoke(commands, ["add", f"{site.address}/hop1"])
    assert done.exit_code == 0, done.output
    listed = CliRunner().invoke(commands, ["documents", "--json"]).output
    assert f'"url": "{site.address}/state.html"' in listed
    assert '"original_name": "state.html"' in listed
    wrong = CliRunner().invoke(commands, ["add", f"{site.address}/missing"])
    assert (wrong.exit_code, "answered 404" in wrong.output) == (1, True)


def test_the_form_leads_to_the_usual_preview_where_it_is_switched_on(
    site: Site, corpus_factory: Callable[..., Corpus]
) -> None:
    corpus = corpus_factory(add_by_url=True)
    client = create_app(Config(add_by_url=True), corpus).test_client()
    assert 'name="url"' in client.get("/add").text
    preview = client.post("/add", data={"url": f"{site.address}/house.html"})
    assert preview.status_code == 200
    assert "PRIME MINISTER ODUYA" in preview.text
    assert f'value="{site.address}/house.html"' in preview.text
    assert corpus.documents() == ()
    refused = client.post("/add", data={"url": "http://10.0.0.1/"})
    assert refused.status_code == 400
    assert 'value="http://10.0.0.1/"' in refused.text


def test_it_is_off_unless_it_is_switched_on(site: Site, corpus: Corpus) -> None:
    client = create_app(Config(), corpus).test_client()
    assert 'name="url"' not in client.get("/add").text
    assert client.post("/add", data={"url": f"{site.address}/house.html"}).status_code == 403


def test_every_refusal_is_one_of_ours(site: Site) -> None:
    for path in ("/hop9", "/nothing", "/picture"):
        with pytest.raises(CounterposeError):
            fetch(site.address + path, LARGE)
