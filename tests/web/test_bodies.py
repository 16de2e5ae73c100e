"""How a body is read: to its limit and not a byte further, and not for ever."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.harness.wire import Answer
from tests.web.test_pipeline import JSON, KEY, Tiny

# The tiny spec's x-voice-limits/body/bytes.
LIMIT = 1_000


def padded(size: int) -> bytes:
    """A good body of exactly so many bytes."""
    return b'{"text": "hello"}'.ljust(size)


def halves(body: bytes) -> Sequence[bytes]:
    return [body[:7], body[7:]]


@pytest.mark.parametrize("cut", [lambda body: body, halves], ids=["whole", "in pieces"])
def test_a_body_of_exactly_the_limit_is_taken_and_one_byte_more_is_not(
    runner: asyncio.Runner, cut: Callable[[bytes], bytes | Sequence[bytes]]
) -> None:
    """Without a Content-Length, so that it is the bytes that are counted."""
    one = Tiny(runner)
    headers = [KEY, JSON, ("content-length", "")]

    statuses = [one.client.send("POST", "/tiny/say", headers, cut(padded(LIMIT + more))).status for more in (0, 1)]

    assert statuses == [200, 413]


@pytest.mark.parametrize(("declared", "status", "reads"), [(LIMIT, 200, 1), (LIMIT + 1, 413, 0)])
def test_a_body_that_says_it_is_too_long_is_refused_before_it_is_sent(
    runner: asyncio.Runner, declared: int, status: int, reads: int
) -> None:
    asked: list[None] = []

    async def receive() -> dict[str, Any]:
        asked.append(None)
        return {"type": "http.request", "body": padded(LIMIT), "more_body": False}

    answer = call(Tiny(runner), runner, receive, declared)

    assert (answer.status, len(asked)) == (status, reads)


def call(one: Tiny, runner: asyncio.Runner, receive: Callable[[], Any], declared: int) -> Answer:
    """Call the simulator with a `receive` of our own."""
    answer = Answer(0, [], b"")

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.header_list = [(name.decode(), value.decode()) for name, value in message["headers"]]
        else:
            answer.body += message["body"]

    headers = [KEY, JSON, ("content-length", str(declared))]
    scope = {
        "type": "http", "method": "POST", "path": "/tiny/say", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers],
    }  # fmt: skip
    runner.run(one.client.app(scope, receive, send))
    return answer


def test_a_body_that_stops_coming_is_refused_and_its_connection_closed(runner: asyncio.Runner) -> None:
    one = Tiny(runner)
    one.client.app.world.settings = one.client.app.world.settings._replace(stall_seconds=0.001)
    pieces = [b'{"te']

    async def receive() -> dict[str, Any]:
        if not pieces:
            await asyncio.Event().wait()
        return {"type": "http.request", "body": pieces.pop(), "more_body": True}

    answer = call(one, runner, receive, 100)

    assert (answer.status, answer.json()) == (400, {"error": "bad"})
    assert answer.headers["connection"] == "close"
    assert "stopped coming for 0.001 s" in answer.headers["x-mockvoice-hint"]
    assert one.balance() == 100


def test_a_stalled_connection_is_answered_and_closed(serve: Callable[..., str]) -> None:
    place = urlsplit(serve("hadrian", stall_seconds=0.01))
    head = (
        "POST /hadrian/api/v1/audio/speech HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer gw_mock-funded\r\n"
        "Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
    )
    with socket.create_connection((place.hostname, place.port), 10) as connection:
        connection.sendall(head.encode())
        with connection.makefile("rb") as answer:
            received = answer.read()

    assert received.startswith(b"HTTP/1.1 400 ")
    assert b"connection: close\r\n" in received
