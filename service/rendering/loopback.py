"""Loopback: whether an address opens on the machine that serves it alone, and what is said of it then."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from service.translation import gettext


def only_here(url: str | None) -> str | None:
    """What whoever takes `url` along must know, where it leads to this very machine; None where it does not."""
    host = urlsplit(url or "").hostname
    if host is None or not _is_loopback(host):
        return None
    return gettext(
        "The links to this Counterpose open on this machine only. For others, set COUNTERPOSE_PUBLIC_URL to the "
        "address at which they reach it."
    )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:  # a name
        return host == "localhost" or host.endswith(".localhost")
