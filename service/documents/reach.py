"""Reach: connections to public addresses alone, each made to the very address that was looked up and checked.

A name is resolved once, here, and what it resolved to is connected to: no second look-up can lead elsewhere (DNS
rebinding). The certificate is still checked against the name. Nothing of the environment is asked for a proxy.
"""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import httpcore

from service.errors import BadValue

PORTS = (80, 443, 8080, 8443)
_UNICAST = IPv6Network("2000::/3")  # all that is given out to the public network
_NAT64 = IPv6Network("64:ff9b::/96")  # holds an IPv4 address
_SPECIAL = tuple(
    IPv6Network(one)
    for one in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")  # Teredo, examples, 6to4
)
_RELAYS = "192.88.99."  # of 6to4
_PROTOCOLS = "192.0.0."
_METADATA = frozenset(("168.63.129.16",))  # of Azure's machines: public by its number, and answered by the host


class Public(httpcore.NetworkBackend):
    """What httpcore connects by. No read and no write goes past `ends`, a time of time.monotonic()."""

    def __init__(self, ends: float) -> None:
        self._ends = ends

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        del local_address, socket_options
        demand_port(port)
        addresses = looked_up(host, port)
        for address in addresses:  # all of them before any is reached for: a name may have a good one and a bad one
            demand_public_address(host, address)
        failed: httpcore.ConnectError | httpcore.ConnectTimeout = httpcore.ConnectError("its name has no address")
        for address in addresses:
            try:
                return _Timed(connected(address, port, _left(self._ends, timeout, httpcore.ConnectTimeout)), self._ends)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
        raise failed


class _Timed(httpcore.NetworkStream):
    """A stream that ends when its time is up, however little comes at a time."""

    def __init__(self, stream: httpcore.NetworkStream, ends: float) -> None:
        self._stream, self._ends = stream, ends

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._ends, timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._ends, timeout, httpcore.WriteTimeout))

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        left = _left(self._ends, timeout, httpcore.ConnectTimeout)
        return _Timed(self._stream.start_tls(ssl_context, server_hostname, left), self._ends)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)

    def close(self) -> None:
        self._stream.close()


def looked_up(host: str, port: int) -> tuple[str, ...]:
    """All addresses of a name, as the system gives them; of an address, in whatever form it is written, itself."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError) as error:
        raise httpcore.ConnectError(f"the name {host} is not found") from error
    return tuple(dict.fromkeys(str(one[4][0]) for one in found))


def connected(address: str, port: int, timeout: float) -> httpcore.NetworkStream:
    return httpcore.SyncBackend().connect_tcp(address, port, timeout)


def demand_port(port: int) -> None:
    if port not in PORTS:
        raise BadValue(
            f"Port {port} is not one that web pages are found at ({', '.join(map(str, PORTS))}).",
            "Save the page, and add the file.",
        )


def demand_public_address(host: str, address: str) -> None:
    """Raise BadValue for an address that is not of the public network."""
    if not is_public(address):
        where = host if host == address else f"{host} leads to {address}, which"
        raise BadValue(
            f"{where} is an address of this machine or of its own network.", "Save the page there, and add the file."
        )


def is_public(address: str) -> bool:
    """Whether an address is one of the public network's; an IPv6 address that holds an IPv4 one as that one is."""
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        if found in _NAT64:
            return is_public(str(IPv4Address(int(found) & 0xFFFFFFFF)))
        return found in _UNICAST and not any(found in one for one in _SPECIAL) and found.scope_id is None
    if str(found) in _METADATA or str(found).startswith((_RELAYS, _PROTOCOLS)):
        return False
    return found.is_global and not found.is_multicast


def _left(ends: float, timeout: float | None, late: type[httpcore.TimeoutException]) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise late("it takes too long")
    return left if timeout is None else min(left, timeout)
