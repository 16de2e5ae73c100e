"""How long a download may take, and where it connects to: with servers that exist in the test's memory alone."""

from __future__ import annotations

import asyncio
import socket
import threading
from typing import Any

import httpcore
import pytest

from mockvoice.audio.download import SECONDS, PublicBackend, fetch, fetch_in_thread
from mockvoice.audio.sound import Unavailable

HEAD = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
WHOLE = HEAD + b"\r\naudio"


class Server(httpcore.NetworkBackend, httpcore.NetworkStream):
    """Answers the same bytes to everybody, `step` at a time, each after `delay` seconds of its own clock."""

    def __init__(self, answer: bytes, step: int = 65_536, delay: float = 0.0, connect_delay: float = 0.0) -> None:
        self.time = 1_000.0
        self.reads = 0
        self._answer, self._left = answer, b""
        self._step, self._delay, self._connect_delay = step, delay, connect_delay

    def now(self) -> float:
        return self.time

    def _wait(self, delay: float, timeout: float | None, late: type[Exception]) -> None:
        assert timeout is not None
        self.time += min(delay, timeout)
        if delay > timeout:
            raise late

    def connect_tcp(self, host: str, port: int, timeout: float | None = None, *_: Any, **__: Any) -> Server:
        self._wait(self._connect_delay, timeout, httpcore.ConnectTimeout)
        self._left = self._answer
        return self

    def start_tls(self, *_: Any, **__: Any) -> Server:
        return self

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self._wait(self._delay, timeout, httpcore.ReadTimeout)
        self.reads += 1
        piece, self._left = self._left[: self._step], self._left[self._step :]
        return piece

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._wait(0, timeout, httpcore.WriteTimeout)

    def close(self) -> None:
        pass

    def get_extra_info(self, info: str) -> Any:
        return None


def download(server: Server, url: str = "http://a.example/x") -> bytes:
    return fetch(url, 1_000, server, now=server.now)


@pytest.mark.parametrize("url", ["http://a.example/x", "https://a.example/x"])
def test_a_quick_server_is_read_to_the_end(url: str) -> None:
    assert download(Server(WHOLE), url) == b"audio"


@pytest.mark.parametrize(
    "server",
    [
        Server(WHOLE, step=1, delay=1.0),
        Server(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 10_000, step=28, delay=1.0),
        Server(HEAD.replace(b"5", b"900") + b"\r\n" + b"x" * 900, step=len(HEAD) + 2, delay=4.0),
        Server(b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n", delay=9.0, connect_delay=4.0),
        Server(WHOLE, delay=60.0),
        Server(WHOLE, connect_delay=60.0),
    ],
    ids=["headers a byte a second", "hints without end", "slow body", "slow redirects", "silence", "no connection"],
)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_slow_server_ends_the_download_in_time(server: Server, scheme: str) -> None:
    """Whatever it sends now and then: the time is one for the whole download."""
    start = server.time = 0.0

    with pytest.raises(Unavailable) as refused:
        download(server, f"{scheme}://a.example/x")

    assert refused.value.condition == "timeout"
    assert server.time - start <= SECONDS


def test_nothing_more_is_read_once_the_time_is_over() -> None:
    server = Server(WHOLE, step=1)

    with pytest.raises(Unavailable):
        fetch("http://a.example/x", 1_000, server, seconds=0.0, now=server.now)

    assert server.reads == 0


def test_a_redirect_without_a_location_is_unreachable() -> None:
    with pytest.raises(Unavailable, match="answered 302") as refused:
        download(Server(b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n"))

    assert refused.value.condition == "unreachable"


def test_the_address_that_was_checked_is_the_one_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name may lead elsewhere when it is asked for a second time, so it is asked for once."""
    connected: list[str] = []

    def connect(_self: object, host: str, *_: Any, **__: Any) -> Server:
        connected.append(host)
        return Server(b"").connect_tcp(host, 80, 1.0)

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("8.8.8.8", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", connect)

    PublicBackend().connect_tcp("rebinding.example", 80, 1.0)

    assert connected == ["8.8.8.8"]


def test_a_download_that_hangs_is_a_timeout_and_holds_nobody_up(runner: asyncio.Runner) -> None:
    """More of them than any pool has threads; a healthy one beside them is answered, and none keeps the process."""
    release = threading.Event()

    def hang(_url: str, _max_bytes: int) -> bytes:
        release.wait()
        return b"late"

    async def together() -> list[Any]:
        slow = [fetch_in_thread("http://slow.example", 9, 0.02, hang) for _ in range(40)]
        healthy = fetch_in_thread("http://a.example", 9, 5.0, lambda _url, _max: b"audio")
        return await asyncio.gather(*slow, healthy, return_exceptions=True)

    *slow, healthy = runner.run(together())
    threads = [one for one in threading.enumerate() if one.name == "mockvoice-fetch"]
    release.set()
    for one in threads:
        one.join()

    assert healthy == b"audio"
    assert {error.condition for error in slow} == {"timeout"}
    assert all(one.daemon for one in threads)


def test_what_a_download_raises_comes_through(runner: asyncio.Runner) -> None:
    def gone(_url: str, _max_bytes: int) -> bytes:
        raise Unavailable("gone", "404")

    with pytest.raises(Unavailable, match="404") as refused:
        runner.run(fetch_in_thread("http://a.example", 9, 5.0, gone))

    assert refused.value.condition == "gone"
