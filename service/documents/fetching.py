"""Fetching: a public transcript page on its way in, by its address."""

from __future__ import annotations

import time
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from service.errors import BadValue, TooLarge, Unreadable
from service.readers import Source
from service.version import own_version

if TYPE_CHECKING:
    import httpx

SECONDS, IN_ALL = 10.0, 60.0  # of silence, and altogether
REDIRECTS = 5
OK = 200
SUFFIXES = {"text/html": ".html", "application/xhtml+xml": ".html", "text/plain": ".txt", "application/pdf": ".pdf"}
_OWN = ("localhost", "local", "internal", "home.arpa", "lan", "intranet")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A page as it came: `url` is where it was found in the end, past all redirects."""

    source: Source
    url: str


def is_address(text: str) -> bool:
    return text.lower().startswith(("http://", "https://"))


def fetch(url: str, max_bytes: int) -> Fetched:
    """Get a page, a text or a PDF file. Raises BadValue, Unreadable and TooLarge, each with what to do instead."""
    import httpx

    here, ends = url.strip(), time.monotonic() + IN_ALL
    headers = {"User-Agent": f"Counterpose/{own_version()}", "Accept": ", ".join(SUFFIXES)}
    try:
        with httpx.Client(timeout=SECONDS, headers=headers) as client:
            for _ in range(REDIRECTS + 1):
                demand_public(here)
                with client.stream("GET", here) as response:
                    if response.has_redirect_location:
                        here = urljoin(here, response.headers["location"])
                        continue
                    suffix = _suffix(response, here)
                    data = b""
                    for some in response.iter_bytes():
                        data += some
                        if len(data) > max_bytes:
                            raise TooLarge(
                                f"{here} has more than {max_bytes:,} bytes.",
                                "Save the part that matters, and add that.",
                            )
                        if time.monotonic() > ends:
                            raise _failed(here, f"did not arrive within {IN_ALL:.0f} seconds")
                    return Fetched(Source(_name(here, suffix), _as_utf8(data, response, suffix)), here)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _failed(here, f"cannot be fetched: {str(error) or type(error).__name__}") from error
    raise _failed(url, f"leads on more than {REDIRECTS} times")


def demand_public(url: str) -> None:
    """Raise BadValue for what is no web address, or one of this machine or its network. Asked before every request."""
    parts = urlsplit(url)
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme.lower() not in ("http", "https") or not host:
        raise BadValue(f"{url!r} is not a web address.", "Give one that begins with https:// or http://.")
    if parts.username is not None or parts.password is not None:
        raise BadValue("The address holds a user name or a password.", "Give the address of a public page.")
    try:
        found = ip_address(host)
        private = not (getattr(found, "ipv4_mapped", None) or found).is_global
    except ValueError:
        private = host.rpartition(".")[2] in _OWN or host.replace(".", "").isdigit() or host.startswith("0x")
    if private:
        raise BadValue(
            f"{host} is an address of this machine or of its own network.", "Save the page there, and add the file."
        )


def _suffix(response: httpx.Response, url: str) -> str:
    if response.status_code != OK:
        raise _failed(url, f"answered {response.status_code} {response.reason_phrase}".rstrip())
    media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media_type not in SUFFIXES:
        raise _failed(url, f"is {media_type or 'of no stated type'}, and not a web page, text or PDF")
    return SUFFIXES[media_type]


def _as_utf8(data: bytes, response: httpx.Response, suffix: str) -> bytes:
    """A plain text in the encoding that its server states, as UTF-8; other formats say it themselves."""
    if suffix != ".txt" or response.charset_encoding is None:
        return data
    try:
        return data.decode(response.charset_encoding).encode()
    except (LookupError, UnicodeDecodeError):
        return data  # the statement is wrong: the reader will tell


def _name(url: str, suffix: str) -> str:
    """What the file would be called if it were saved."""
    parts = urlsplit(url)
    name = unquote(PurePosixPath(parts.path).name) or parts.hostname or "page"
    return name if PurePosixPath(name).suffix.lower() == suffix else f"{name}{suffix}"


def _failed(url: str, what: str) -> Unreadable:
    return Unreadable(f"{url} {what}.", "Open it in a browser, save the page, and add the file.")
