from __future__ import annotations

from collections.abc import Callable

import pytest

from mockvoice.core.shelf import FileRule, SharedFile
from mockvoice.openapi.documents import data_folder
from mockvoice.service.files import FILES_PATH, file_behind
from tests.harness.wire import Client

DATA = bytes(range(100))
RULE = FileRule(60, 403, "text/plain; charset=utf-8", b"the link is over")


@pytest.fixture
def client(simulate: Callable[..., Client]) -> Client:
    async def make() -> bytes:
        return DATA

    one = simulate("fishaudio-net")
    world = one.app.world
    world.shelf.put("a.mp3", SharedFile("audio/mpeg", world.clock.now() + RULE.seconds, RULE, make))
    return one


def test_a_file_is_served_until_its_time_is_over(client: Client) -> None:
    fresh = client.send("GET", FILES_PATH + "a.mp3")
    client.advance(59)
    still = client.send("GET", FILES_PATH + "a.mp3")
    client.advance(1)
    over = client.send("GET", FILES_PATH + "a.mp3")

    assert (fresh.status, fresh.media, fresh.body, fresh.headers["content-length"]) == (200, "audio/mpeg", DATA, "100")
    assert still.body == DATA
    assert (over.status, over.media, over.body) == (403, RULE.media, RULE.body)


def test_a_head_has_the_length_and_no_body(client: Client) -> None:
    head = client.send("HEAD", FILES_PATH + "a.mp3")

    assert (head.status, head.headers["content-length"], head.body) == (200, "100", b"")


@pytest.mark.parametrize(
    ("wanted", "status", "body", "told"),
    [
        ("bytes=0-9", 206, DATA[:10], "bytes 0-9/100"),
        ("bytes=90-", 206, DATA[90:], "bytes 90-99/100"),
        ("bytes=-5", 206, DATA[-5:], "bytes 95-99/100"),
        ("bytes=-500", 206, DATA, "bytes 0-99/100"),
        ("bytes=95-500", 206, DATA[95:], "bytes 95-99/100"),
        ("bytes=100-", 416, b"", "bytes */100"),
        ("bytes=-0", 416, b"", "bytes */100"),
        ("bytes=9-3", 416, b"", "bytes */100"),
        ("bytes=-", 200, DATA, None),
        ("bytes=0-1,5-6", 200, DATA, None),
        ("pages=1-2", 200, DATA, None),
        ("bytes=" + "9" * 40 + "-", 200, DATA, None),
    ],
)
def test_one_range_of_bytes_can_be_asked_for(
    client: Client, wanted: str, status: int, body: bytes, told: str | None
) -> None:
    answer = client.send("GET", FILES_PATH + "a.mp3", [("range", wanted)])

    assert (answer.status, answer.body, answer.headers.get("content-range")) == (status, body, told)


@pytest.mark.parametrize(
    ("method", "name", "status"), [("GET", "b.mp3", 404), ("GET", "../a.mp3", 404), ("POST", "a.mp3", 405)]
)
def test_what_is_no_download_is_refused(client: Client, method: str, name: str, status: int) -> None:
    assert client.send(method, FILES_PATH + name).status == status


@pytest.mark.parametrize(
    ("url", "is_ours"),
    [
        ("http://127.0.0.1:8800/_mock/files/a.mp3", True),
        ("https://elsewhere.example/_mock/files/a.mp3?x=1", True),
        ("http://127.0.0.1:8800/_mock/files/b.mp3", False),
        ("http://127.0.0.1:8800/more/_mock/files/a.mp3", False),
        ("/_mock/files/a.mp3", False),
    ],
)
def test_our_own_addresses_are_known(client: Client, url: str, is_ours: bool) -> None:
    assert (file_behind(client.app.world.shelf, url) is not None) == is_ours


def transcribe(client: Client, url: str) -> int:
    key = [("authorization", "Bearer mock-funded"), ("content-type", "application/json")]
    return client.send("POST", "/api/open/speech-to-text", key, b'{"audio_url": "%s"}' % url.encode()).status


def test_audio_of_ours_is_understood_where_an_address_is_taken(client: Client) -> None:
    clip = (data_folder("fixtures") / "hello-en.mp3").read_bytes()

    async def make() -> bytes:
        return clip

    world = client.app.world
    world.shelf.put("clip.mp3", SharedFile("audio/mpeg", world.clock.now() + 60, RULE, make))
    url = "http://127.0.0.1:8800" + FILES_PATH + "clip.mp3"

    assert transcribe(client, url) == 200
    client.advance(60)
    assert transcribe(client, url) == 404
