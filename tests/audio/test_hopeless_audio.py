"""Audio that costs a decoder more than it is worth: it is given up, once."""

from __future__ import annotations

import random
import subprocess
import threading
from collections.abc import Callable
from typing import Any

import pytest

from mockvoice.audio import codec, voice
from mockvoice.openapi.recipes import BOUNDARY, form_body
from tests.harness.recipes import Kitchen, read_clip

HEADERS = [("authorization", "Bearer gw_mock-funded"), ("content-type", f"multipart/form-data; boundary={BOUNDARY}")]


class NoPatience(threading.Timer):
    """A timer that is over at once."""

    def start(self) -> None:
        self.function()


@pytest.mark.slow
def test_an_upload_that_takes_too_long_is_not_tried_again(
    kitchen: Callable[..., Kitchen], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker that was idle is ended with it; a fresh one would only be kept busy as long once more."""
    started: list[None] = []
    start = subprocess.Popen
    cook = kitchen("hadrian")

    def count(*words: Any, **options: Any) -> Any:
        started.append(None)
        return start(*words, **options)

    def upload(clip: str) -> int:
        body = form_body({"model": "whisper-1"}, {"file": (clip, read_clip(clip))})
        return cook.client.send("POST", "/hadrian/api/v1/audio/transcriptions", HEADERS, body).status

    monkeypatch.setattr(subprocess, "Popen", count)
    first = upload("hello-en.mp3")
    monkeypatch.setattr(threading, "Timer", NoPatience)
    second = upload("hello-en.wav")

    assert (first, second, len(started)) == (200, 400, 1)


@pytest.mark.slow
def test_decoding_stops_after_so_many_broken_packets() -> None:
    data = bytearray(codec.encode(random.Random(1).randbytes(voice.RATE * 20), voice.RATE, "mp3"))
    for place in range(len(data) // 10, len(data), 50):
        data[place] ^= 0xFF

    assert codec.examine(bytes(data)).errors == codec.MAX_ERRORS + 1
