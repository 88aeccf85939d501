"""Line: how a request reached this service: from this machine itself or from elsewhere, in the clear or not."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from flask import Request

from service.config import Config

LOOPBACK_NAMES = frozenset(("localhost", "127.0.0.1", "::1"))
_HOST = re.compile(r"(\[[^\]]*\]|[^:]*)(?::\d*)?")
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Via")


def is_here(request: Request) -> bool:
    """Whether this machine asks, under one of its own names, and not through a proxy."""
    return (
        is_loopback(peer(request))
        and host_name(request.host) in LOOPBACK_NAMES
        and not any(name in request.headers for name in FORWARDED)
    )


def is_private(request: Request, config: Config) -> bool:
    """Whether nobody between can read along: over https, or within this machine.

    Proxies say whether it was https. Where none is known of, no header is believed, and the public address stands for
    how readers come.
    """
    if is_here(request) or request.is_secure:
        return True
    return not config.proxies and (config.public_url or "").startswith("https://")


def peer(request: Request) -> str | None:
    """The address at the other end of the connection, whatever a header says of who is beyond it."""
    found: str | None = request.environ.get("werkzeug.proxy_fix.orig", request.environ).get("REMOTE_ADDR")
    return found


def is_loopback(address: str | None) -> bool:
    """Whether an address is this machine's own; a socket file, which has no address, is a proxy's."""
    try:
        found = ip_address((address or "").partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return (mapped or found).is_loopback


def host_name(host: str) -> str:
    """The host without its port and brackets; empty for what is no host."""
    found = _HOST.fullmatch(host)
    return found[1].strip("[]").lower() if found else ""
