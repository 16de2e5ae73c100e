"""Which addresses may be fetched that an answer tells: where they lead, not what is behind them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

# Returns the IP addresses of a host. Raises OSError where there are none.
Resolve = Callable[[str, int], Iterable[str]]
_PORTS = {"http": 80, "https": 443}


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host. Raises OSError where there are none."""
    return [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def out_of_reach(url: str, is_loopback: bool, look_up: Resolve = resolve) -> str:
    """Return why an address is not fetched; empty where it is.

    Only http and https, without a password, and only where every IP address of the host is one of the public
    internet; from a target on the loopback, one of the loopback as well.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return "it cannot be read"
    if parts.scheme not in _PORTS or not host:
        return "it is no address of http or https"
    if parts.username is not None or parts.password is not None:
        return "it holds a password"
    try:
        found = [ipaddress.ip_address(one.partition("%")[0]) for one in look_up(host, port)]
    except (OSError, ValueError, UnicodeError) as error:
        return f"its host is not known: {error}"
    strange = [one for one in found if not (_is_public(one) or (is_loopback and _unwrapped(one).is_loopback))]
    if strange or not found:
        return f"it leads to {strange[0] if strange else 'nowhere'}, which is not of the public internet"
    return ""


Address = ipaddress.IPv4Address | ipaddress.IPv6Address


def _unwrapped(address: Address) -> Address:
    """Return the address of IPv4 that one of IPv6 carries; any other as it is."""
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        if inner is None and address in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _is_public(address: Address) -> bool:
    inner = _unwrapped(address)
    if isinstance(inner, ipaddress.IPv6Address) and (inner in ipaddress.ip_network("::/96") or inner.is_site_local):
        return False
    return inner.is_global and not inner.is_multicast
