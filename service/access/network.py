"""Network: what counts as one who comes: an address, or of IPv6 the 64 bits that one customer has."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address


def network(address: str) -> str:
    """What is counted for an address; for what is none, itself."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, IPv6Address):
        return str(found.ipv4_mapped or f"{found.exploded[:19]}/64")
    return str(found)
