"""Fetching: a public transcript page on its way in, by its address."""

from __future__ import annotations

import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from service.errors import BadValue, TooLarge, Unreadable
from service.readers import Source
from service.readers.parts.encodings import encoding
from service.version import own_version

if TYPE_CHECKING:
    import httpcore

SECONDS, IN_ALL = 10.0, 60.0  # of silence, and altogether
REDIRECTS = 5
OK = 200
LONGEST_URL = 4000  # characters
SUFFIXES = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "application/pdf": ".pdf"}
_MOVED = (301, 302, 303, 307, 308)
_OWN = ("localhost", "local", "internal", "home.arpa", "lan", "intranet")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: `url` is where it was found in the end, past all redirects."""

    source: Source
    url: str


def is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def fetch(url: str, max_bytes: int) -> Fetched:
    """Get a page, a text or a PDF file. Raises BadValue, Unreadable, TooLarge and TooMany, each with what to do.

    Every address on the way, that of robots.txt too, is checked after it is resolved (reach.py). No cookie is kept
    and no proxy used.
    """
    import httpcore
    import httpx

    from service.documents.courtesy import MOST, courtesy
    from service.documents.reach import Public

    here = demand_public(url.strip())
    courtesy().wait(_site(here))
    backend = Public(time.monotonic() + IN_ALL)
    with httpcore.ConnectionPool(ssl_context=httpx.create_ssl_context(), network_backend=backend) as pool:

        def robots(address: str) -> tuple[int, bytes]:
            with _answer(pool, address) as (response, there):
                return response.status, _body(response, there, MOST, cut=True)

        def allowed(address: str) -> None:
            courtesy().demand(_site(address), address, robots)

        with _answer(pool, here, allowed) as (response, there):
            suffix = _suffix(response, there)
            data = _body(response, there, max_bytes)
            return Fetched(Source(_name(there, suffix), _as_utf8(data, response, suffix)), there)


def demand_public(url: str) -> str:
    """The address as it is asked for, its name in ASCII. Raises BadValue for what is no web address, or plainly one of
    this machine or its network. What a name leads to is checked when it is connected to."""
    import httpx

    from service.documents.reach import demand_port, demand_public_address

    if len(url) > LONGEST_URL:
        raise BadValue(f"An address of {len(url):,} characters is too long.", f"Give at most {LONGEST_URL:,}.")
    try:
        found = httpx.URL(url)
        host = found.raw_host.decode("ascii").rstrip(".").lower()
    except (httpx.InvalidURL, UnicodeError) as error:
        raise BadValue(
            f"{url[:200]!r} is not a web address: {error}.", "Give one that begins with https://."
        ) from error
    if found.scheme not in ("http", "https") or not host:
        raise BadValue(f"{url!r} is not a web address.", "Give one that begins with https:// or http://.")
    if found.userinfo:
        raise BadValue("The address holds a user name or a password.", "Give the address of a public page.")
    if found.port is not None:
        demand_port(found.port)
    try:
        demand_public_address(host, str(ip_address(host)))
    except ValueError:
        if host.rpartition(".")[2] in _OWN or host.replace(".", "").isdigit() or host.startswith("0x"):
            raise BadValue(
                f"{host} is an address of this machine or of its own network.", "Save the page there, and add the file."
            ) from None
    return str(found.copy_with(host=host, fragment=None))


@contextmanager
def _answer(
    pool: httpcore.ConnectionPool, url: str, allowed: Callable[[str], None] | None = None
) -> Iterator[tuple[httpcore.Response, str]]:
    """What an address answers once no redirect is left, and the address by then. Errors on the way are ours."""
    import httpcore
    import httpx

    headers: dict[str | bytes, str | bytes] = {
        "User-Agent": f"Counterpose/{own_version()}",
        "Accept": ", ".join(SUFFIXES),
        "Accept-Encoding": "gzip, identity",
    }
    patience = {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), SECONDS)}
    here = url
    try:
        for _ in range(REDIRECTS + 1):
            here = demand_public(here)
            if allowed is not None:
                allowed(here)
            parts = httpx.URL(here)
            asked = httpcore.URL(scheme=parts.raw_scheme, host=parts.raw_host, port=parts.port, target=parts.raw_path)
            with pool.stream("GET", asked, headers=headers, extensions=patience) as response:
                location = _header(response, "location")
                if response.status not in _MOVED or not location:
                    yield response, here
                    return
                here = urljoin(here, location)
    except (
        httpcore.NetworkError,
        httpcore.ProtocolError,
        httpcore.TimeoutException,
        httpcore.UnsupportedProtocol,
    ) as error:
        raise _failed(here, f"cannot be fetched: {str(error) or type(error).__name__}") from error
    raise _failed(url, f"leads on more than {REDIRECTS} times")


def _body(response: httpcore.Response, url: str, most: int, *, cut: bool = False) -> bytes:
    """The body, unpacked, of at most so many bytes; `cut`: whatever more there is left out, else TooLarge."""
    encoding = _header(response, "content-encoding").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise _failed(url, f"is packed as {encoding[:40]}, which was not asked for")
    packed = zlib.decompressobj(16 + zlib.MAX_WBITS) if encoding.endswith("gzip") else None
    data = bytearray()
    for some in response.iter_stream():
        try:
            data += packed.decompress(some, most + 1 - len(data)) if packed else some
        except zlib.error as error:
            raise _failed(url, "is not packed as it says") from error
        if len(data) > most:
            if cut:
                return bytes(data[:most])
            raise TooLarge(f"{url} has more than {most:,} bytes.", "Save the part that matters, and add that.")
    if packed and (not packed.eof or packed.unused_data):
        raise _failed(url, "is not packed as it says")
    return bytes(data)


def _suffix(response: httpcore.Response, url: str) -> str:
    if response.status != OK:
        raise _failed(url, f"answered {response.status}")
    media_type = _header(response, "content-type").partition(";")[0].strip().lower()
    if media_type not in SUFFIXES:
        raise _failed(url, f"is {media_type[:80] or 'of no stated type'}, and not a web page, text or PDF")
    return SUFFIXES[media_type]


def _as_utf8(data: bytes, response: httpcore.Response, suffix: str) -> bytes:
    """A plain text in the encoding that its server states, as UTF-8; other formats say it themselves.

    Where none is stated, none that is one of text, or a wrong one, the reader finds it out, as of a file.
    """
    stated = Message()
    stated["content-type"] = _header(response, "content-type")
    named = encoding(stated.get_content_charset() or "")
    if suffix != ".txt" or named is None:
        return data
    try:
        return data.decode(named).encode()
    except UnicodeError:
        return data


def _header(response: httpcore.Response, name: str) -> str:
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name.encode()), "")


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _name(url: str, suffix: str) -> str:
    """What the file would be called if it were saved."""
    parts = urlsplit(url)
    name = unquote(PurePosixPath(parts.path).name) or parts.hostname or "page"
    return name if PurePosixPath(name).suffix.lower() == suffix else f"{name}{suffix}"


def _failed(url: str, what: str) -> Unreadable:
    return Unreadable(f"{url} {what}.", "Open it in a browser, save the page, and add the file.")
