"""Guard: whose requests are taken, who may write, and the headers every answer carries."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import Request, Response

from service.config import Config
from service.errors import Forbidden

_LOOPBACK_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-Ip", "Via")

_EVERYWHERE = {"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}
_PAGE = {
    **_EVERYWHERE,
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_EMBED = {
    **_EVERYWHERE,
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors *"
    ),
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# One that says how high it is does so by a script of ours.
_FITTED = {
    **_EMBED,
    "Content-Security-Policy": _EMBED["Content-Security-Policy"].replace("style-src", "script-src 'self'; style-src"),
}
# The API's page draws its icons from data: addresses in its own style sheet.
_DOCS = {
    **_PAGE,
    "Content-Security-Policy": _PAGE["Content-Security-Policy"].replace("img-src 'self'", "img-src 'self' data:"),
}


class Guard:
    """Writes are taken from this machine only until there are accounts; reads from anywhere the server listens."""

    def __init__(self, config: Config) -> None:
        self._read_only = config.read_only
        self._public = urlsplit(config.public_url).hostname if config.public_url else None

    def demand_known_host(self, request: Request) -> None:
        """A page elsewhere can point its own name at this machine and read what only this machine may: refuse it."""
        host = _name(request.host)
        if _is_loopback(request.remote_addr) and host not in _LOOPBACK_NAMES and host != self._public:
            raise Forbidden(
                f"This server does not answer to the name “{host}”.",
                "Use http://127.0.0.1, or set COUNTERPOSE_PUBLIC_URL to the address that readers use.",
            )

    @property
    def takes_reports(self) -> bool:
        """Whether errors can be reported here: by anybody, but not where all is read-only."""
        return not self._read_only

    def may_write(self, request: Request) -> bool:
        """From this machine, under one of its own names, not through a proxy, and not where all is read-only."""
        return not self._read_only and _is_here(request)

    @staticmethod
    def is_here(request: Request) -> bool:
        """Whether this machine asks: nothing is counted against it."""
        return _is_here(request)

    def demand_here(self, request: Request) -> None:
        """For what is not for everybody to read: only those who may write where writing is possible."""
        if not _is_here(request):
            raise Forbidden(
                "This is given out on the machine that Counterpose runs on, and this request came from another.",
                "Open it there, at http://127.0.0.1, or use the command line there.",
            )

    def demand_report(self, request: Request) -> None:
        """Anybody may report an error, with a form of this site."""
        if not self.takes_reports:
            raise Forbidden(
                "This collection is read-only and takes no reports.", "Write to whoever runs it. Nothing was kept."
            )
        _demand_own(request)

    def demand_write(self, request: Request) -> None:
        if self._read_only:
            raise Forbidden(
                "This collection is read-only.", "Ask whoever runs it to make the change. Nothing was changed."
            )
        if not self.may_write(request):
            raise Forbidden(
                "Changes are taken from the machine that Counterpose runs on, and this request came from another.",
                "Open the page there, at http://127.0.0.1, or use the command line there. Nothing was changed.",
            )
        _demand_own(request)

    @staticmethod
    def seal(request: Request, response: Response) -> Response:
        """Set the security headers that go with the part of the site that answered."""
        framable = request.blueprint == "embed" and not request.path.startswith("/oembed")
        embed = _FITTED if request.args.get("fit") else _EMBED
        headers = embed if framable else _DOCS if request.path == "/docs" else _PAGE
        if request.endpoint == "static":
            headers = {**_PAGE, "Cross-Origin-Resource-Policy": "cross-origin"}
        response.headers.update(headers)
        return response


def _is_here(request: Request) -> bool:
    """Whether this machine asks, under one of its own names, and not through a proxy."""
    return (
        _is_loopback(request.remote_addr)
        and _name(request.host) in _LOOPBACK_NAMES
        and not any(name in request.headers for name in _FORWARDED)
    )


def _is_loopback(address: str | None) -> bool:
    """Whether a request came from this machine itself; a socket file, which has no address, is a proxy's."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def _name(host: str) -> str:
    """The host without its port and brackets; empty for what is no host."""
    found = _HOST.fullmatch(host)
    return found[1].strip("[]").lower() if found else ""


def _demand_own(request: Request) -> None:
    if not _is_own(request):
        raise Forbidden(
            "This form was sent from another site.", "Open the page here and send it again. Nothing was changed."
        )


def _is_own(request: Request) -> bool:
    """Whether a form was sent by a page of this site (or by a program, which sends neither header)."""
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    return site in (None, "same-origin", "none") and (origin is None or origin.partition("://")[2] == request.host)
