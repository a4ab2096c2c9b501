"""Tell clients apart, so that each pays for its own queries.

In: a request. Out: a name for who asks: the address it comes from, or the one that a proxy on this
machine says it comes from; empty for this machine itself, whose owner may ask what they like.
"""

from __future__ import annotations

import ipaddress

from flask import Request

__all__ = ["client_of"]


def client_of(request: Request) -> str:
    """Give the address that a request comes from; an IPv6 client is its network of 64 bits.

    The last address of ``X-Forwarded-For`` counts, and only where the connection comes from this
    machine: what stands before it can be made up by the client.
    """
    peer = _address(request.remote_addr or "")
    if peer is None or not peer.is_loopback:
        return _name(peer)
    forwarded = request.headers.get("X-Forwarded-For", "").rsplit(",", 1)[-1].strip()
    if not forwarded:
        return ""
    return _name(_address(forwarded)) or "unknown"


_Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _address(text: str) -> _Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def _name(address: _Address | None) -> str:
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address or "")
