"""A time limit for a whole download: every wait on its connections lasts at most for what is left of it.

httpcore bounds each read on its own, so a server that sends a byte a second is never late. Here connecting, TLS,
sending and each read get the time that is left; when none is, they fail at once.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable, Iterable
from typing import Any

import httpcore

Now = Callable[[], float]


class Deadline:
    """A moment `seconds` from now, by a clock of seconds that is handed in."""

    def __init__(self, seconds: float, now: Now = time.monotonic) -> None:
        self._now = now
        self._end = now() + seconds

    def bound(self, wait: float | None, late: type[httpcore.TimeoutException]) -> float:
        """Return how long to wait (seconds): as asked, but no longer than is left. Raises `late` when nothing is."""
        left = self._end - self._now()
        if left <= 0:
            raise late("the time for the whole download is over")
        return left if wait is None else min(wait, left)


class TimedBackend(httpcore.NetworkBackend):
    """Opens connections as `inner` does, all of them under one deadline."""

    def __init__(self, inner: httpcore.NetworkBackend, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Open a connection; raises ConnectTimeout when the time is over."""
        wait = self._deadline.bound(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._inner.connect_tcp(host, port, wait, local_address, socket_options), self._deadline)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._inner = inner
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._inner.read(max_bytes, self._deadline.bound(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._inner.write(buffer, self._deadline.bound(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        wait = self._deadline.bound(timeout, httpcore.ConnectTimeout)
        return _TimedStream(self._inner.start_tls(ssl_context, server_hostname, wait), self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._inner.get_extra_info(info)
