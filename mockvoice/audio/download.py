"""Really fetches audio by URL, for `--fetch` only: bounded in size and time, and to public addresses alone.

The address is checked where the connection is made, after DNS and on every redirect, so that a public
name that resolves to a private address is refused as well.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import threading
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpcore

from mockvoice.audio.deadline import Deadline, Now, TimedBackend
from mockvoice.audio.sound import Unavailable

MAX_REDIRECTS = 3
SECONDS = 20.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_GONE = frozenset({404, 410})
# Ranges that carry an IPv4 address or a site of their own, out of use or local: no address of the public internet.
_NEVER_PUBLIC = ("::/96", "::ffff:0:0:0/96", "64:ff9b:1::/48", "fec0::/10")


def public_addresses(host: str, port: int) -> list[str]:
    """Resolve a host; return its addresses. Raises Unavailable if there is none, or any is not public."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise Unavailable("unreachable", f"{host}: {error}") from None
    addresses = [str(item[4][0]) for item in found]
    for address in addresses:
        if not is_public(address):
            raise Unavailable("unreachable", f"{host} leads to {address}, which is not a public address")
    return addresses


def is_public(address: str) -> bool:
    """Say whether an IP address is one of the public internet; mapped and translated ones are unwrapped."""
    parsed = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour or (parsed.teredo[1] if parsed.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if any(parsed in ipaddress.ip_network(one) for one in _NEVER_PUBLIC):
            return False
        if parsed in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)))
    return parsed.is_global and not parsed.is_multicast


class PublicBackend(httpcore.SyncBackend):
    """Connects only to public addresses, and to the very address that was checked."""

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection after the check. Raises Unavailable."""
        return super().connect_tcp(public_addresses(host, port)[0], port, timeout, local_address, socket_options)


def fetch(
    url: str,
    max_bytes: int,
    backend: httpcore.NetworkBackend | None = None,
    seconds: float = SECONDS,
    now: Now = time.monotonic,
) -> bytes:
    """Download a URL within `seconds`, following up to MAX_REDIRECTS. Raises Unavailable.

    Blocks, so call it in a thread. Only a name that is slow to resolve can make it last longer.
    """
    timed = TimedBackend(backend or PublicBackend(), Deadline(seconds, now))
    timeouts = {"connect": SECONDS / 4, "read": SECONDS / 2, "write": SECONDS / 4, "pool": SECONDS / 4}
    with httpcore.ConnectionPool(network_backend=timed, retries=0) as pool:
        for _ in range(MAX_REDIRECTS + 1):
            try:
                parts = urlsplit(url)
                if parts.scheme not in {"http", "https"} or parts.port == 0 or not url.isascii():
                    raise Unavailable("unreachable", f"{url}: no http or https URL that can be asked for")
                with pool.stream("GET", url, headers={"Accept": "*/*"}, extensions={"timeout": timeouts}) as answer:
                    headers = {name.lower(): value for name, value in answer.headers}
                    if answer.status in _REDIRECTS and b"location" in headers:
                        url = urljoin(url, headers[b"location"].decode("latin-1"))
                        continue
                    _check_status(answer.status, url)
                    return _read(answer, headers, max_bytes)
            except httpcore.TimeoutException:
                raise Unavailable("timeout", f"{url}: no answer in time") from None
            except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.UnsupportedProtocol, ValueError) as error:
                raise Unavailable("unreachable", f"{url}: {type(error).__name__}") from None
    raise Unavailable("unreachable", f"{url}: more than {MAX_REDIRECTS} redirects")


def _check_status(status: int, url: str) -> None:
    if status in _GONE:
        raise Unavailable("gone", f"{url}: answered {status}")
    if not 200 <= status < 300:
        raise Unavailable("unreachable", f"{url}: answered {status}")


def _read(answer: httpcore.Response, headers: dict[bytes, bytes], max_bytes: int) -> bytes:
    declared = headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > max_bytes:
        raise Unavailable("too-large", f"{int(declared)} bytes, more than {max_bytes}")
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_stream():
        size += len(part)
        if size > max_bytes:
            raise Unavailable("too-large", f"more than {max_bytes} bytes")
        parts.append(part)
    return b"".join(parts)


async def fetch_in_thread(
    url: str, max_bytes: int, seconds: float = SECONDS, download: Callable[[str, int], bytes] = fetch
) -> bytes:
    """Download without blocking the event loop; the whole of it may take `seconds`. Raises Unavailable.

    Each download has a thread of its own: no other one waits for it, and a daemon, so the server ends without it.
    """
    done: Future[bytes] = Future()

    def work() -> None:
        if done.set_running_or_notify_cancel():
            try:
                done.set_result(download(url, max_bytes))
            except BaseException as error:
                done.set_exception(error)

    threading.Thread(target=work, name="mockvoice-fetch", daemon=True).start()
    try:
        return await asyncio.wait_for(asyncio.wrap_future(done), seconds)
    except TimeoutError:
        raise Unavailable("timeout", f"{url}: took longer than {seconds:g} s") from None
