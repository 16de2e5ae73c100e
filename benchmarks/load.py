"""A load generator for the loopback: keep-alive connections, one request after the other on each, bounded in time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import repeat
from typing import Any


@dataclass
class Result:
    requests: int
    seconds: float
    statuses: dict[int, int]
    # How many answers carry the header that was asked for.
    marked: int = 0


class _Connection(asyncio.Protocol):
    """Sends one request after the other; reads answers by their Content-Length, or chunk by chunk."""

    def __init__(
        self, requests: Iterator[bytes], mark: bytes, deadline: float, result: Result, done: asyncio.Future[None]
    ) -> None:
        self._requests = requests
        self._mark = mark
        self._deadline = deadline
        self._result = result
        self._done = done
        self._buffer = b""
        self._missing = 0
        self._in_chunks = False
        self._tail = b""

    def connection_made(self, transport: Any) -> None:
        self._transport: asyncio.WriteTransport = transport  # uvloop's is no subclass of it
        self._send()

    def _send(self) -> None:
        request = next(self._requests, None)
        if request is None:
            self._transport.close()
        else:
            self._transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._missing:
            self._missing -= len(data)
            if self._missing <= 0:
                self._finish()
            return
        if self._in_chunks:
            self._look_for_the_last_chunk(data)
            return
        self._buffer += data
        head, found, body = self._buffer.partition(b"\r\n\r\n")
        if not found:
            return
        status = int(head[9:12])
        self._result.statuses[status] = self._result.statuses.get(status, 0) + 1
        self._buffer = b""
        lower = head.lower()
        if self._mark in lower:
            self._result.marked += 1
        if b"transfer-encoding: chunked" in lower:
            self._look_for_the_last_chunk(body)
            return
        self._missing = int(lower.partition(b"content-length: ")[2].partition(b"\r\n")[0] or 0) - len(body)
        if self._missing <= 0:
            self._finish()

    def _look_for_the_last_chunk(self, data: bytes) -> None:
        self._tail = (self._tail + data)[-7:]
        self._in_chunks = not self._tail.endswith(b"\r\n0\r\n\r\n")
        if not self._in_chunks:
            self._tail = b""
            self._finish()

    def _finish(self) -> None:
        self._missing = 0
        self._result.requests += 1
        if time.perf_counter() < self._deadline:
            self._send()
        else:
            self._transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        if not self._done.done():
            self._done.set_result(None)


async def _run(port: int, requests: Iterator[bytes], mark: bytes, connections: int, seconds: float) -> Result:
    loop = asyncio.get_running_loop()
    result = Result(0, 0.0, {})
    started = time.perf_counter()
    ends: list[asyncio.Future[None]] = []
    for _ in range(connections):
        done: asyncio.Future[None] = loop.create_future()
        ends.append(done)
        await loop.create_connection(
            lambda done=done: _Connection(requests, mark, started + seconds, result, done),  # type: ignore[misc]
            "127.0.0.1",
            port,
        )
    await asyncio.wait_for(asyncio.gather(*ends), seconds + 30)
    result.seconds = time.perf_counter() - started
    return result


def load(port: int, requests: bytes | Iterable[bytes], connections: int, seconds: float, mark: str = "") -> Result:
    """Send one request again and again, or each of several once, over some connections for some seconds at most.

    Returns how many were answered, and how; with `mark` also how many answers carry a header of that name.
    """
    source = repeat(requests) if isinstance(requests, bytes) else iter(requests)
    run = _run(port, source, f"\r\n{mark or chr(0)}:".encode(), connections, seconds)
    try:
        import uvloop  # noqa: PLC0415 - a faster client leaves more of the machine to the server

        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            return runner.run(run)
    except ImportError:
        return asyncio.run(run)


def http_request(method: str, path: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
    """Spell a request for the wire."""
    lines = [f"{method} {path} HTTP/1.1", "host: 127.0.0.1", *[f"{name}: {value}" for name, value in headers]]
    if body:
        lines.append(f"content-length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
