"""Audio by URL: what stands for what without the network, and where a real download may go."""

from __future__ import annotations

import contextlib
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpcore
import pytest

from mockvoice.audio.clips import Clip, ClipLibrary
from mockvoice.audio.download import PublicBackend, fetch, is_public, public_addresses
from mockvoice.audio.remote import StandIn, look_up
from mockvoice.audio.sound import Unavailable

FIXTURES = Path(__file__).parents[2] / "fixtures"
LIBRARY = ClipLibrary([FIXTURES])
HOSTS = {"gone.mock.test": "gone", "slow.mock.test": "timeout"}
EXTENSIONS = ["mp3", "wav"]


def find(url: str, name_hint: str | None = None) -> Clip | StandIn:
    return look_up(url, LIBRARY, HOSTS, EXTENSIONS, name_hint)


@pytest.mark.parametrize(
    "url",
    [
        "https://clips.mock.test/hello-en.mp3",
        "https://CLIPS.mock.test/hello-en.mp3?signature=x#y",
        "https://clips.mock.test/some/folder/hello-en.mp3",
        "http://127.0.0.1:8800/_mock/fixtures/hello-en.mp3",
    ],
)
def test_a_fixture_is_found_under_its_public_name_and_where_the_simulator_serves_it(url: str) -> None:
    found = find(url)

    assert isinstance(found, Clip)
    assert found.name == "hello-en.mp3"


@pytest.mark.parametrize("url", ["https://cdn.example.org/a.mp3", "https://8.8.8.8/a", "http://a.b/x.wav"])
def test_any_other_public_url_is_a_stand_in_whose_length_follows_from_it(url: str) -> None:
    first, second, other = find(url), find(url), find(url + "?z=.pdf")

    assert isinstance(first, StandIn)
    assert isinstance(other, StandIn)
    assert first == second
    assert 2_000 <= first.milliseconds <= 90_000
    assert first.seed != other.seed


@pytest.mark.parametrize(
    ("url", "condition"),
    [
        ("https://gone.mock.test/a.mp3", "gone"),
        ("https://slow.mock.test/a.mp3", "timeout"),
        ("https://unheard-of.mock.test/a.mp3", "unreachable"),
        ("https://clips.mock.test/no-such-clip.mp3", "gone"),
        ("https://clips.mock.test/", "gone"),
        ("https://cdn.example.org/page.html", "not-audio"),
        ("ftp://cdn.example.org/a.mp3", "unreachable"),
        ("file:///etc/passwd", "unreachable"),
        ("http://localhost/a.mp3", "unreachable"),
        ("http://127.0.0.1/a.mp3", "unreachable"),
        ("http://10.0.0.7/a.mp3", "unreachable"),
        ("http://192.168.1.1/a.mp3", "unreachable"),
        ("http://169.254.169.254/latest/meta-data/a.mp3", "unreachable"),
        ("http://[::1]/a.mp3", "unreachable"),
        ("http://[fe80::1]/a.mp3", "unreachable"),
        ("http://nas.local/a.mp3", "unreachable"),
        ("https://unreachable.invalid/a.mp3", "unreachable"),
        ("http://intranet/a.mp3", "unreachable"),
        ("http:///a.mp3", "unreachable"),
        ("http://[broken/a.mp3", "unreachable"),
        ("http://example.com:99999/a.mp3", "unreachable"),
        ("http://example.com:x/a.mp3", "unreachable"),
    ],
)
def test_what_cannot_be_had_names_its_condition(url: str, condition: str) -> None:
    with pytest.raises(Unavailable) as refused:
        find(url)

    assert refused.value.condition == condition


def test_a_name_hint_speaks_for_the_type() -> None:
    assert isinstance(find("https://cdn.example.org/download.php", "talk.mp3"), StandIn)
    with pytest.raises(Unavailable):
        find("https://cdn.example.org/talk.mp3", "talk.pdf")


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True), ("2606:4700:4700::1111", True),
        ("127.0.0.1", False), ("10.1.2.3", False), ("172.16.0.1", False), ("192.168.0.1", False),
        ("169.254.1.1", False), ("100.64.0.1", False), ("0.0.0.0", False), ("224.0.0.1", False),
        ("255.255.255.255", False), ("192.0.2.1", False),
        ("::1", False), ("::", False), ("fe80::1%eth0", False), ("fc00::1", False), ("ff02::1", False),
        ("::127.0.0.1", False), ("::10.0.0.1", False), ("::8.8.8.8", False), ("::ffff:0:10.0.0.1", False),
        ("64:ff9b:1::7f00:1", False), ("fec0::1", False), ("64:ff9b::808:808", True), ("fed0::1", False),
        ("::ffff:127.0.0.1", False), ("::ffff:8.8.8.8", True), ("64:ff9b::7f00:1", False), ("2002:7f00:1::", False),
    ],
)  # fmt: skip
def test_only_addresses_of_the_public_internet_are_public(address: str, public: bool) -> None:
    assert is_public(address) == public


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "::1", "0.0.0.0", "2130706433", "0x7f000001", "127.1"])
def test_every_spelling_of_the_loopback_is_refused(host: str) -> None:
    with pytest.raises(Unavailable):
        public_addresses(host, 80)


# What a redirect may lead to that nobody can follow, as bytes of its Location.
BAD_LOCATIONS = {
    "to-metadata": b"http://169.254.169.254/latest/meta-data",
    "to-file": b"file:///etc/passwd",
    "to-bracket": b"http://[bad",
    "to-port": b"http://cdn.example.org:99999/",
    "to-port-0": b"http://cdn.example.org:0/",
    "to-name": b"http://cdn.example.org:name/",
    "to-utf-8": "/\u4f60\u597d.mp3".encode(),
    "to-utf-8-host": "http://\u4f60\u597d..test/".encode(),
    "to-long-host": b"http://" + b"x" * 70 + b".example.org/",
    "to-nul": b"http://a%00b/",
}


class Handler(http.server.BaseHTTPRequestHandler):
    """A small server for downloads; the path says what it does."""

    def do_GET(self) -> None:
        name = self.path.strip("/")
        if name.startswith("redirect"):
            left = int(name.removeprefix("redirect") or 0)
            self.send_response(302)
            self.send_header("Location", f"/redirect{left - 1}" if left > 1 else "/audio")
            self.end_headers()
        elif name in BAD_LOCATIONS:
            self.send_response(302)
            self.send_header("Location", BAD_LOCATIONS[name].decode("latin-1"))
            self.end_headers()
        elif name in {"404", "410", "403", "500"}:
            self.send_response(int(name))
            self.end_headers()
        elif name == "declared":
            self.send_response(200)
            self.send_header("Content-Length", "999999999")
            self.end_headers()
        elif name == "endless":
            self.send_response(200)
            self.end_headers()
            with contextlib.suppress(ConnectionError):  # the client stops at its limit, and goes
                for _ in range(100):
                    self.wfile.write(bytes(10_000))
        else:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"audio")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


class LoopbackToo(PublicBackend):
    """For these tests alone: lets the test's own server through, and checks every other address."""

    def connect_tcp(self, host: str, port: int, *args: Any, **kwargs: Any) -> httpcore.NetworkStream:
        if host == "127.0.0.1":
            return httpcore.SyncBackend().connect_tcp(host, port, *args, **kwargs)
        return super().connect_tcp(host, port, *args, **kwargs)


@pytest.mark.parametrize("name", ["audio", "redirect1", "redirect3"])
def test_a_download_follows_a_few_redirects(origin: str, name: str) -> None:
    assert fetch(f"{origin}/{name}", 1_000, LoopbackToo()) == b"audio"


@pytest.mark.parametrize(
    ("name", "condition"),
    [
        ("404", "gone"), ("410", "gone"), ("403", "unreachable"), ("500", "unreachable"), ("redirect9", "unreachable"),
        ("declared", "too-large"), ("endless", "too-large"), *[(name, "unreachable") for name in BAD_LOCATIONS],
    ],
)  # fmt: skip
def test_a_download_that_fails_names_its_condition(origin: str, name: str, condition: str) -> None:
    with pytest.raises(Unavailable) as refused:
        fetch(f"{origin}/{name}", 100_000, LoopbackToo())

    assert refused.value.condition == condition


@pytest.mark.parametrize(
    "url", ["http://example.com:99999/a.mp3", "http://[bad/", "http://x:0/", "//x", "http://", "http://x.test/\u4f60"]
)
def test_a_url_that_cannot_be_read_is_unreachable(url: str) -> None:
    with pytest.raises(Unavailable) as refused:
        fetch(url, 1_000, LoopbackToo())

    assert refused.value.condition == "unreachable"


def test_a_download_never_goes_to_the_loopback(origin: str) -> None:
    with pytest.raises(Unavailable, match="not a public address"):
        fetch(f"{origin}/audio", 1_000)


@pytest.mark.parametrize("name", ["get.php?id=1", "call-2024.05.12", "rec.mpga", "rec", "rec.", "a.bin", "v1.0/rec"])
def test_a_suffix_that_says_nothing_is_taken_for_audio(name: str) -> None:
    assert isinstance(find(f"https://cdn.example.org/{name}"), StandIn)


@pytest.mark.parametrize("name", ["a.pdf", "a.html", "a.JSON", "a.zip", "a.txt", "a.png"])
@pytest.mark.parametrize("extensions", [EXTENSIONS, []])
def test_a_suffix_that_is_certainly_no_audio_is_refused(name: str, extensions: list[str]) -> None:
    with pytest.raises(Unavailable) as refused:
        look_up(f"https://cdn.example.org/{name}", LIBRARY, HOSTS, extensions, None)

    assert refused.value.condition == "not-audio"


def test_other_audio_is_refused_only_where_the_provider_lists_its_types() -> None:
    url = "https://cdn.example.org/a.opus"

    assert isinstance(look_up(url, LIBRARY, HOSTS, [], None), StandIn)
    with pytest.raises(Unavailable):
        look_up(url, LIBRARY, HOSTS, EXTENSIONS, None)


@pytest.mark.parametrize(
    ("url", "name_hint"),
    [
        ("https://clips.mock.test/hello-en.opus", None),
        ("https://clips.mock.test/hello-en.mp3", "x.pdf"),
        ("https://example.com/audio.mp3", "x.pdf"),
    ],
)
def test_a_fixture_is_judged_by_its_name_like_any_other_file(url: str, name_hint: str | None) -> None:
    with pytest.raises(Unavailable) as refused:
        find(url, name_hint)

    assert refused.value.condition == "not-audio"


def test_no_name_is_judged_where_the_bytes_will_be() -> None:
    assert isinstance(look_up("https://cdn.example.org/a.pdf", LIBRARY, HOSTS, None, None), StandIn)
