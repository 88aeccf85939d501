"""Adding by URL: what is fetched and from where, and how pages of four publishers' structure are read."""

from __future__ import annotations

import gzip
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import httpcore
import pytest
from click.testing import CliRunner

from models.identity import resolve
from models.transcript import Kind, Mark, Transcript
from service.__main__ import commands
from service.app import create_app
from service.config import Config
from service.corpus import Corpus
from service.documents import courtesy, fetching, reach
from service.documents.courtesy import Courtesy
from service.documents.fetching import demand_public, fetch
from service.documents.reach import connected, is_public, looked_up
from service.errors import BadValue, CounterposeError, TooLarge, TooMany, Unreadable
from service.readers import Source, read

PAGES = Path(__file__).with_name("pages")
SPEECH, QUESTION, MODERATION = Kind.SPEECH, Kind.QUESTION, Kind.MODERATION
LARGE = 10_000_000


HERE = "93.184.216.34"
"""A public address that, in these tests, this machine has: what connects to it comes to a server of the test's own."""


class Net:
    """A network of names and addresses, and all that was tried in it. Only HERE has a server; nothing else answers."""

    def __init__(self, patch: pytest.MonkeyPatch, port: int) -> None:
        self.port = port
        self.names: dict[str, list[tuple[str, ...]]] = {}  # what each name leads to, the last again and again
        self.asked: list[str] = []  # names looked up
        self.connected: list[str] = []
        self.requests: list[str] = []
        patch.setattr(reach, "looked_up", self._looked_up)
        patch.setattr(reach, "connected", self._connected)
        patch.setattr(courtesy, "PAUSE", 0.0)
        patch.setattr(courtesy, "courtesy", cache(Courtesy))

    def _looked_up(self, host: str, port: int) -> tuple[str, ...]:
        self.asked.append(host)
        if host not in self.names:
            return looked_up(host, port)  # of what is an address, itself; of what is a name, nothing
        answers = self.names[host]
        return answers.pop(0) if len(answers) > 1 else answers[0]

    def _connected(self, address: str, _port: int, timeout: float) -> httpcore.NetworkStream:
        self.connected.append(address)
        if address != HERE:
            raise AssertionError(f"reached for {address}")
        return connected("127.0.0.1", self.port, timeout)


class Handler(BaseHTTPRequestHandler):
    net: Net
    robots = (404, b"")
    plain = "MINISTER GÓMEZ:  Así es.\n".encode("iso-8859-1")  # the text at /plain, or /plain?CHARSET

    def do_GET(self) -> None:
        name = self.path.strip("/").partition("?")[0]
        self.net.requests.append(f"{self.headers['Host']}{self.path}")
        assert "Cookie" not in self.headers
        if name == "robots.txt":
            self._answer(self.robots[0], "text/plain", self.robots[1])
        elif name.startswith("hop"):
            left = int(name.removeprefix("hop"))
            self._answer(302, "", b"", location=f"/hop{left - 1}" if left else "/state.html")
        elif name == "to":
            self._answer(302, "", b"", location=unquote(self.path.partition("?")[2]))
        elif name == "elsewhere":
            self._answer(301, "", b"", location="ftp://example.org/file")
        elif name == "picture":
            self._answer(200, "image/png", b"\x89PNG")
        elif name == "plain":
            charset = unquote(self.path.partition("?")[2]) or "iso-8859-1"
            self._answer(200, f"text/plain; charset={charset}", self.plain)
        elif name.startswith("packed-"):
            self._answer(200, "text/html", PACKED[name], encoding=name.removeprefix("packed-").partition("-")[0])
        elif name == "slow":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self._trickle(b"<p>ANNA BERG: Yes.</p>")
        elif name == "headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            self._trickle(b"X-More: and more\r\n" * 1000, 0.0)
        elif name == "waiting":
            self._trickle(b"HTTP/1.1 100 Continue\r\n\r\n")
        elif (PAGES / name).is_file():
            self._answer(200, "text/html; charset=utf-8", (PAGES / name).read_bytes())
        else:
            self._answer(404, "text/html", b"<p>Not here")

    def _answer(
        self, status: int, media_type: str, body: bytes, location: str | None = None, encoding: str | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Set-Cookie", "who=you; Path=/")
        if location is not None:
            self.send_header("Location", location)
        if encoding is not None:
            self.send_header("Content-Encoding", encoding)
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self, some: bytes, pause: float = 0.02) -> None:
        """Without end, until the other side has gone."""
        with suppress(OSError):
            while True:
                self.wfile.write(some)
                time.sleep(pause)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


PACKED = {
    "packed-gzip": gzip.compress((PAGES / "state.html").read_bytes()),
    "packed-gzip-bomb": gzip.compress(b" " * 2 * LARGE, 1),
    "packed-gzip-half": gzip.compress(b"<p>" * 1000)[:-9],
    "packed-gzip-none": b"<p>ANNA BERG: Yes.</p>",
    "packed-br": b"\x0b\x02\x80<p>ok</p>\x03",
    "packed-zstd": b"\x28\xb5\x2f\xfd",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A public site, with the network that it is in and the handler of its requests."""

    address: str
    net: Net
    handler: type[Handler]


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    class Own(Handler):
        pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Own)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    Own.net = Net(monkeypatch, server.server_port)
    Own.net.names["pages.example.org"] = [(HERE,)]
    yield Site("http://pages.example.org", Own.net, Own)
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
    ("charset", "words"),
    [
        *(("utf-8", "Gómez"), ("UTF-16", "Gómez"), ("latin1", "Gómez"), ("ISO-8859-15", "Gómez €"), ("cp1251", "Мост")),
        *(("windows-1250", "Łódź"), ("koi8-r", "Мост"), ("koi8-u", "Міст"), ("ibm866", "Мост"), ("macintosh", "Gómez")),
        *(("Shift_JIS", "橋"), ("euc-jp", "橋"), ("iso-2022-jp", "橋"), ("gbk", "桥"), ("gb18030", "桥")),
        *(("big5", "橋"), ("euc-kr", "다리"), ("us-ascii", "Bridge")),
    ],
)
def test_a_plain_text_is_taken_in_any_encoding_of_text(site: Site, charset: str, words: str) -> None:
    site.handler.plain = words.encode(charset)
    assert fetch(f"{site.address}/plain?{charset}", LARGE).source.data.decode() == words


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "hex", "zip", "bz2", "rot13", "uu", "base64", "unicode_escape", "utf-7", "none"]
)
def test_a_text_in_what_is_no_encoding_of_text_is_left_to_its_reader(site: Site, charset: str) -> None:
    """As a page is that names such a one; nothing is decoded by it."""
    site.handler.plain = "MINISTER GÓMEZ:  We want peace.\n".encode()
    found = fetch(f"{site.address}/plain?{charset}", LARGE).source
    assert found.data == site.handler.plain
    assert "MINISTER GÓMEZ" in read(found).text


def test_a_page_that_names_what_is_no_encoding_of_text_is_read_as_any_text() -> None:
    head = '<html><head><meta charset="unicode_escape"></head><body>'
    text = f"{head}<p>MINISTER GÓMEZ: We want peace.</p><p>IVO LIND: So do we.</p></body></html>"
    assert "MINISTER GÓMEZ" in read(Source("a.html", text.encode())).text


@pytest.mark.parametrize(
    ("path", "said_of_it"),
    [
        ("/hop5", "leads on more than 5 times"),
        ("/missing", "answered 404"),
        ("/picture", "is image/png"),
        ("/to?http://10.0.0.1/secret", "10.0.0.1 is an address of this machine or of its own network"),
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
    net = Net(monkeypatch, 9)  # where nothing listens
    net.names["pages.example.org"] = [(HERE,)]
    with pytest.raises(Unreadable, match="cannot be fetched"):
        fetch("http://pages.example.org/", LARGE)


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


# What leads inside ------------------------------------------------------------------------------------------

INSIDE = [
    *(
        "127.0.0.1",
        "127.1.2.3",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "169.254.169.254",
    ),
    *("100.64.0.1", "100.100.100.200", "192.0.0.192", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1"),
    *("192.88.99.1", "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255"),
    *("::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::7f00:1", "::10.0.0.1", "fe80::1", "fe80::1%1", "fc00::1"),
    *("fd00:ec2::254", "fec0::1", "ff02::1", "ff0e::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::1"),
    *("2002:7f00:1::", "2002:a00:1::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "3fff::1", "5f00::1"),
    *("100::1", "2001:10::1", "168.63.129.16", "::ffff:168.63.129.16", "64:ff9b::a83f:8110"),
]
FORMS = [  # of addresses inside, as they stand in a URL
    *("http://2130706433/", "http://0x7f000001/", "http://017700000001/", "http://0177.0.0.1/", "http://0x7f.1/"),
    *("http://127.1/", "http://0/", "http://[::1]/", "http://[::ffff:7f00:1]/", "http://[0:0:0:0:0:ffff:127.0.0.1]/"),
    *("http://127.0.0.1./", "http://localhost./", "http://LOCALHOST/", "http://a.localhost/", "http://①②⑦.⓪.⓪.①/"),
    *("http://127。0。0。1/", "http://printer.local/", "http://db.internal./", "http://[::ffff:169.254.169.254]/"),
    *(
        "http://user:word@pages.example.org/",
        "http://pages.example.org@127.0.0.1/",
        "http://127.0.0.1#@pages.example.org/",
    ),
    *("http://127.0.0.1\\@pages.example.org/", "http://pages.example.org:22/", "http://pages.example.org:6379/"),
    *(
        "ftp://pages.example.org/",
        "file:///etc/passwd",
        "gopher://pages.example.org/",
        "javascript:alert(1)",
        "https:///x",
    ),
    *("http://[fe80::1%25eth0]/", "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/", "//pages.example.org/", ""),
    *("http://pages.example.org\r\nHost: x/", "http:/\\127.0.0.1/", "http://127.0.0.1%00.pages.example.org/"),
]


@pytest.mark.parametrize("address", INSIDE)
def test_a_name_that_leads_inside_is_refused_once_it_is_resolved(site: Site, address: str) -> None:
    site.net.names["evil.example.org"] = [(address,)]
    with pytest.raises(BadValue, match="of this machine or of its own network"):
        fetch("http://evil.example.org/state.html", LARGE)
    assert (site.net.connected, site.net.requests) == ([], [])


@pytest.mark.parametrize("url", FORMS)
def test_an_address_inside_is_refused_however_it_is_written(site: Site, url: str) -> None:
    with pytest.raises((BadValue, Unreadable)):
        fetch(url, LARGE)
    assert (site.net.connected, site.net.requests) == ([], [])


@pytest.mark.parametrize("address", INSIDE)
def test_one_bad_address_among_good_ones_is_enough(site: Site, address: str) -> None:
    site.net.names["evil.example.org"] = [(HERE, address)]
    with pytest.raises(BadValue):
        fetch("http://evil.example.org/state.html", LARGE)
    assert (site.net.connected, site.net.requests) == ([], [])


@pytest.mark.parametrize(
    "url",
    [
        *(one for one in FORMS if one.startswith(("http://", "ftp", "file")) and "\r" not in one),
        "http://evil.example.org/",
    ],
)
def test_a_redirect_inside_is_refused(site: Site, url: str) -> None:
    site.net.names["evil.example.org"] = [("10.0.0.1",)]
    with pytest.raises((BadValue, Unreadable)):
        fetch(f"{site.address}/to?{quote(url)}", LARGE)
    assert set(site.net.connected) <= {HERE}
    assert all("/to?" in one or one.endswith("/robots.txt") for one in site.net.requests)


def test_a_robots_txt_that_leads_inside_is_refused(site: Site) -> None:
    site.handler.robots = (302, b"")
    site.net.names["evil.example.org"] = [("10.0.0.1",)]
    original = Handler._answer
    site.handler._answer = lambda self, status, *rest, **more: original(  # type: ignore[method-assign]
        self, status, *rest, **{**more, "location": "http://evil.example.org/robots.txt"} if status == 302 else more
    )
    with pytest.raises(BadValue, match=r"10\.0\.0\.1"):
        fetch(f"{site.address}/state.html", LARGE)
    assert site.net.requests == ["pages.example.org/robots.txt"]


def test_a_name_that_changes_its_mind_is_connected_to_where_it_was_checked(site: Site) -> None:
    site.net.names["rebound.example.org"] = [(HERE,), (HERE,), ("127.0.0.1",)]
    found = fetch("http://rebound.example.org/state.html", LARGE)
    assert found.source.data == (PAGES / "state.html").read_bytes()
    assert site.net.asked == ["rebound.example.org"] * 2  # for robots.txt and for the page: once a connection
    assert site.net.connected == [HERE] * 2
    with pytest.raises(BadValue):
        fetch("http://rebound.example.org/state.html", LARGE)  # it is asked anew, and leads inside by now
    assert site.net.connected == [HERE] * 2


def test_the_name_stands_in_the_request_and_the_address_in_the_connection(site: Site) -> None:
    fetch(f"{site.address}:8080/state.html", LARGE)
    assert site.net.requests[-1] == "pages.example.org:8080/state.html"
    assert set(site.net.connected) == {HERE}


def test_a_certificate_is_checked_against_the_name(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    names: list[str | None] = []

    class Stream(httpcore.MockStream):
        def start_tls(self, ssl_context: object, server_hostname: str | None = None, timeout: object = None) -> Stream:
            del timeout
            names.append(server_hostname)
            assert ssl_context.check_hostname  # type: ignore[attr-defined]
            return self

    monkeypatch.setattr(
        reach,
        "connected",
        lambda *_: Stream([b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"]),
    )
    with pytest.raises(Unreadable, match="answered 404"):
        fetch("https://pages.example.org./x", LARGE)
    assert set(names) == {"pages.example.org"}


def test_no_proxy_of_the_environment_is_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://10.0.0.1:3128")
    fetch(f"{site.address}/state.html", LARGE)
    assert set(site.net.connected) == {HERE}


def test_public_addresses_are_public() -> None:
    for address in ("93.184.216.34", "8.8.8.8", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"):
        assert is_public(address)


# What never ends ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said_of_it"),
    [
        ("packed-gzip-bomb", "more than 10,000,000 bytes"),
        ("packed-gzip-half", "not packed as it says"),
        ("packed-gzip-none", "not packed as it says"),
        ("packed-br", "packed as br"),
        ("packed-zstd", "packed as zstd"),
        ("headers", "cannot be fetched"),
    ],
)
def test_packed_bodies_and_headers_have_an_end(site: Site, path: str, said_of_it: str) -> None:
    with pytest.raises(CounterposeError, match=said_of_it):
        fetch(f"{site.address}/{path}", LARGE)


def test_a_packed_page_is_unpacked(site: Site) -> None:
    assert fetch(f"{site.address}/packed-gzip", LARGE).source.data == (PAGES / "state.html").read_bytes()


@pytest.mark.parametrize("path", ["slow", "waiting"])
def test_an_answer_that_trickles_is_given_up(site: Site, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "IN_ALL", 0.5)
    began = time.monotonic()
    with pytest.raises(Unreadable, match=r"takes too long|timed out"):
        fetch(f"{site.address}/{path}", LARGE)
    assert time.monotonic() - began < 5


# What a site asks of programs ---------------------------------------------------------------------------------


def test_what_robots_txt_closes_is_left_alone(site: Site) -> None:
    site.handler.robots = (
        200,
        b"User-agent: *\nDisallow: /state*\n\nUser-agent: Counterpose\nDisallow: /house.html$\n",
    )
    with pytest.raises(BadValue, match=r"leave .*/house\.html alone \(robots\.txt\)"):
        fetch(f"{site.address}/house.html", LARGE)
    assert site.net.requests == ["pages.example.org/robots.txt"]
    assert fetch(f"{site.address}/state.html", LARGE).source.data
    with pytest.raises(BadValue, match="alone"):
        fetch(f"{site.address}/to?{site.address}/house.html", LARGE)
    assert site.net.requests.count("pages.example.org/robots.txt") == 1


def test_where_robots_txt_cannot_be_had_nothing_is_fetched(site: Site) -> None:
    site.handler.robots = (503, b"")
    with pytest.raises(Unreadable, match="answered 503"):
        fetch(f"{site.address}/state.html", LARGE)
    assert site.net.requests == ["pages.example.org/robots.txt"]


def test_pages_of_one_site_are_asked_for_with_a_pause(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "PAUSE", 0.4)
    began = time.monotonic()
    for name in ("state.html", "house.html"):
        fetch(f"{site.address}/{name}", LARGE)
    assert time.monotonic() - began >= 0.4
    site.handler.robots = (200, b"User-agent: *\nCrawl-delay: 50\n")
    site.net.names["slow.example.org"] = [(HERE,)]
    fetch("http://slow.example.org/state.html", LARGE)
    fetch("http://slow.example.org/state.html", LARGE)
    with pytest.raises(TooMany, match="every 50 seconds"):
        fetch("http://slow.example.org/state.html", LARGE)


def test_a_pause_that_was_asked_for_is_kept_where_the_other_rules_had_to_go(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(courtesy.time, "sleep", slept.append)
    held = Courtesy()
    rules = b"User-agent: *\nCrawl-delay: 20\n"
    for site in ("slow.one", "large.one", "large.two"):
        text = (rules + b"# nothing\n" * courtesy.MOST)[: courtesy.MOST] if "large" in site else rules
        held.demand(site, f"{site}/page", lambda _, text=text: (200, text))  # type: ignore[misc]
    assert held._rules.get("slow.one") is None
    for _ in range(2):
        held.wait("slow.one")
    assert slept[1] == pytest.approx(20, abs=1)


def test_of_large_rules_of_many_sites_the_last_used_are_kept_and_small_ones_beside_them() -> None:
    asked, held = Counter[str](), Courtesy()
    large = (b"User-agent: *\nDisallow: /private\n" + b"# nothing\n" * courtesy.MOST)[: courtesy.MOST]

    def get(address: str) -> tuple[int, bytes]:
        asked[urlsplit(address).netloc] += 1
        return 200, large if "large" in address else b"User-agent: *\nDisallow: /private\n"

    def visit(site: str) -> None:
        held.demand(f"http://{site}", f"http://{site}/page", get)
        with pytest.raises(BadValue, match="alone"):
            held.demand(f"http://{site}", f"http://{site}/private", get)

    for site in ("large.one", "small.one", "large.two", "small.one", "large.three", "small.one", "small.two"):
        visit(site)
    assert set(asked.values()) == {1}
    visit("large.three")
    assert asked["large.three"] == 1
    visit("large.one")  # it had to go
    assert asked["large.one"] == 2


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
    refused = client.post("/add", data={"url": "http://10.0.0.1/"}, headers={"Accept": "text/html"})
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
