"""`--fetch` over HTTP: what is really downloaded is heard, and judged by its bytes instead of its name."""

from __future__ import annotations

import http.server
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockvoice.audio import download
from tests.harness.recipes import Kitchen, read_clip
from tests.harness.wire import Answer

WORDS = "Hello, how can I help you today?"
CALLS = {"fishaudio-net": ("speechToText", "audio_url"), "fishaudio-org": ("createTranscription", "audioUrl")}
Fetch = Callable[[str], Answer]


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        bodies = {"/talk.pdf": read_clip("hello-en.mp3"), "/talk.mp3": b"<html>no audio</html>"}
        body = bodies.get(self.path)
        self.send_response(404 if body is None else 200)
        self.end_headers()
        self.wfile.write(body or b"")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def origin(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server on the loopback that the downloader finds under a public name."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    monkeypatch.setattr(download, "public_addresses", lambda _host, _port: ["127.0.0.1"])
    yield f"http://cdn.example.org:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture(params=CALLS)
def ask(request: pytest.FixtureRequest, kitchen: Callable[..., Kitchen]) -> Fetch:
    """Call a provider that takes audio by URL, with `--fetch` on."""
    cook = kitchen(request.param, fetch=True)
    operation, field = CALLS[request.param]
    return lambda url: cook.cook({"with": {field: url}}, operation)


@pytest.mark.slow
def test_what_is_behind_the_url_is_heard_whatever_it_is_called(ask: Fetch, origin: str) -> None:
    """A stand-in would have other words, and its name would be refused."""
    answer = ask(f"{origin}/talk.pdf")

    assert answer.status == 200, answer.body
    assert answer.json()["text"] == WORDS


@pytest.mark.slow
def test_what_is_no_audio_is_refused_whatever_it_is_called(ask: Fetch, origin: str) -> None:
    assert ask(f"{origin}/talk.mp3").status == 400


def test_what_is_not_there_is_refused(ask: Fetch, origin: str) -> None:
    assert 400 <= ask(f"{origin}/nothing.mp3").status <= 404


def test_the_loopback_is_out_of_reach_by_any_name(ask: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [(2, 1, 6, "", ("127.0.0.1", 80))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)

    answer = ask("http://cdn.example.org/talk.mp3")

    assert answer.status == 400
    assert "which is not a public address" in answer.headers["x-mockvoice-hint"]


@pytest.mark.parametrize("url", ["http://example.com:99999/a.mp3", "http://example.com:0/a.mp3"])
def test_a_port_that_is_none_is_unreachable(ask: Fetch, url: str) -> None:
    assert ask(url).status == 400
