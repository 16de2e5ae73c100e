"""Knows where a request comes from: the address that is connected, or the one that a trusted proxy tells.

Imported with the first request that comes through a proxy.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockvoice.web.exchange import Exchange

_FORWARDED, _REAL = b"x-forwarded-for", b"x-real-ip"
# A chain of proxies that is longer says nothing about a client.
_HOPS_READ = 32


def address_of(x: Exchange) -> str:
    """Return the address a request comes from; empty where the socket has none."""
    client = x.scope.get("client")
    connected = str(client[0]) if client else ""
    trusted = x.desk.spec.addresses.get("proxies", ())
    if not is_among(connected, trusted):
        return connected
    return _told_by_proxies(x, trusted) or connected


def _told_by_proxies(x: Exchange, trusted: Iterable[str]) -> str:
    """Return the last address of X-Forwarded-For that is no proxy of ours, else X-Real-IP; empty where none is told."""
    hops = map(read_address, x.header(_FORWARDED).split(",")[-_HOPS_READ:])
    for hop in reversed([one for one in hops if one]):
        if not is_among(hop, trusted):
            return hop
    return read_address(x.header(_REAL))


def read_address(text: str) -> str:
    """Return an IP address as it is usually written, whatever way it was; empty for a text that is none."""
    try:
        return str(ipaddress.ip_address(text.strip()))
    except ValueError:
        return ""


def is_among(address: str, networks: Iterable[str]) -> bool:
    """Say whether an address is in one of some networks (`192.0.2.0/24`), or is one of some addresses."""
    try:
        wanted = ipaddress.ip_address(address)
        return any(wanted in ipaddress.ip_network(network, strict=False) for network in networks)
    except ValueError:
        return False
