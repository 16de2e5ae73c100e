"""Bytes as `requests` sends and gets them: a body read within bounds, and what it takes to show it once more."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import requests
from requests.structures import CaseInsensitiveDict
from urllib3 import HTTPResponse
from urllib3.exceptions import NewConnectionError

from contract_tests.kit.exchanges import Exchange

CONNECT_SECONDS = 10.0
READ_SECONDS = 60.0
# An answer that is larger, in bytes, or takes longer, in seconds, is given up: nothing documented comes near.
LONGEST_BODY = 64 * 1024 * 1024
LONGEST_ANSWER = 120.0
# So long, in seconds, calls that are to be under way together are held open once the last of them was sent.
HELD_BACK = 0.5

# Headers that tell how a body came, not what is in it.
_OF_THE_WIRE = frozenset({"content-encoding", "transfer-encoding"})


class TooMuch(OSError):
    """An answer that is too large, or takes too long; it was not read to its end."""


class HeldBack:
    """A body whose last byte leaves once all of a party are under way, and a little later, for all to be seen."""

    def __init__(self, data: bytes, party: threading.Barrier, sleep: Callable[[float], None]) -> None:
        self.data = data
        self._party = party
        self._sleep = sleep

    def __iter__(self) -> Iterator[bytes]:
        yield self.data[:-1]
        # Who waits in vain goes on: the party is broken then, and says so.
        with suppress(threading.BrokenBarrierError):
            self._party.wait()
            self._sleep(HELD_BACK)
        yield self.data[-1:]


def new_session(past_proxies: bool) -> requests.Session:
    """Return a session that follows no redirect, sends no password of a .netrc, and heeds the user's certificates."""
    session = requests.Session()
    session.trust_env = not past_proxies
    # Whoever is to be asked next is told by nobody; and a Location may be anything.
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    # With an auth of our own, requests looks for none in a .netrc, which would replace the key.
    session.auth = lambda request: request
    session.verify = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True
    return session


def read_body(
    response: requests.Response, clock: Callable[[], float], began: float
) -> tuple[bytes, tuple[tuple[float, int], ...]]:
    """Return a body and its pieces, each as (seconds since it began, bytes). Raises TooMuch."""
    chunks: list[bytes] = []
    pieces: list[tuple[float, int]] = []
    size = 0
    # A read waits until it is full, however slowly bytes come: whatever is left by then is cut off.
    cut = threading.Timer(LONGEST_ANSWER, getattr(response.raw, "shutdown", response.close))
    cut.daemon = True
    cut.start()
    try:
        for chunk in response.iter_content(65_536):
            chunks.append(chunk)
            size += len(chunk)
            pieces.append((clock() - began, len(chunk)))
            if size > LONGEST_BODY or clock() - began > LONGEST_ANSWER:
                break
    finally:
        cut.cancel()
    if size > LONGEST_BODY or clock() - began > LONGEST_ANSWER:
        response.close()
        raise TooMuch(f"given up after {size:,} bytes and {clock() - began:.0f} s, and it was not over")
    return b"".join(chunks), tuple(pieces)


def fill(response: requests.Response, exchange: Exchange) -> None:
    """Give a response the masked headers and body of its exchange: whoever sent the request reads them only."""
    response.headers = CaseInsensitiveDict(exchange.headers)
    response._content = exchange.body
    response._content_consumed = True
    # For who reads a stream past requests, as Schemathesis does with events.
    shown = {name: value for name, value in response.headers.items() if name not in _OF_THE_WIRE}
    response.raw = HTTPResponse(io.BytesIO(exchange.body), shown, response.status_code, preload_content=False)


def may_have_arrived(error: Exception) -> bool:
    """Say whether a request that came to nothing may have reached the endpoint: not where no connection was made."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError | requests.exceptions.ProxyError):
        return False
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return not isinstance(reason, NewConnectionError)


def bytes_of(body: Any) -> bytes:
    """Return the bytes of a body as requests holds it."""
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    if isinstance(body, HeldBack):
        return body.data
    return body if isinstance(body, bytes) else bytes(body) if isinstance(body, bytearray | memoryview) else b""


def text_of(value: Any) -> str:
    """Return the text of a header's value."""
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def all_text(request: requests.PreparedRequest, body: bytes) -> str:
    """Return whatever of a request may hold a key: headers, address, and the beginning of the body."""
    return " ".join([*map(text_of, request.headers.values()), str(request.url), body[:65_536].decode("latin-1")])
