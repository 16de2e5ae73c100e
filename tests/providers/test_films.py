"""The film behind a result, fetched over a real port: a video that carries the audio it was given."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest

from mockvoice.app import create_app
from mockvoice.core.settings import Settings
from mockvoice.web.simulator import Simulator
from tests.harness.live import serving

pytestmark = pytest.mark.slow

# What both may differ by, in milliseconds.
APART = 50
HELLO = 2_352
STAND_IN = "https://example.com/interview.mp3"


class Caller:
    """A client of both generations over HTTP."""

    def __init__(self, base: str) -> None:
        self.base = base

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Authorization": "Bearer mock-funded", "Content-Type": "application/json"}
        request = urllib.request.Request(self.base + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def film_of(self, audio: str) -> bytes:
        """Make a film of some audio, and download it."""
        data, headers = self.download(self.address_of(audio))
        assert headers["content-type"] == "video/mp4"
        return data

    def address_of(self, audio: str) -> str:
        """Make a film of some audio, and wait until its address is told."""
        path = "/fishaudio-org/api/open/v1/media/lip-sync/jobs"
        made = self.ask("POST", path, {"videoUrl": "https://clips.mock.test/face.mp4", "audioUrl": audio})
        until = time.monotonic() + 20
        while time.monotonic() < until:
            job = self.ask("GET", f"{path}/{made['data']['id']}")["data"]
            if job["result_url"]:
                return str(job["result_url"])
        raise AssertionError("the job was never completed")

    def download(self, address: str, **headers: str) -> tuple[bytes, dict[str, str]]:
        request = urllib.request.Request(address, headers=headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.read(), {name.lower(): value for name, value in answer.headers.items()}

    def heard(self, address: str) -> dict[str, Any]:
        """Return what the first generation hears in a file of ours."""
        found: dict[str, Any] = self.ask("POST", "/fishaudio-net/api/open/speech-to-text", {"audio_url": address})
        return found


@pytest.fixture(scope="module")
def simulator(spec_cache: Path) -> Iterator[Simulator]:
    app = create_app(Settings(providers=("fishaudio-net", "fishaudio-org"), cache=spec_cache, clock="x60"))
    yield app
    app.world.close()


@pytest.fixture(scope="module")
def caller(simulator: Simulator) -> Iterator[Caller]:
    with serving(simulator) as base:
        yield Caller(base)


def streams_of(data: bytes) -> dict[str, tuple[str, float]]:
    """Return codec and seconds of each kind of stream."""
    with av.open(io.BytesIO(data)) as file:
        return {
            one.type: (one.codec_context.name, float((one.duration or 0) * (one.time_base or 0)))
            for one in file.streams
        }


def test_it_has_pictures_and_sound_as_long_as_the_audio(caller: Caller) -> None:
    streams = streams_of(caller.film_of("https://clips.mock.test/hello-en.mp3"))

    assert {*streams} == {"audio", "video"}
    assert streams["video"][0] in {"h264", "mpeg4"}
    for _, seconds in streams.values():
        assert abs(seconds * 1000 - HELLO) <= APART


def test_what_it_says_is_what_the_audio_said(caller: Caller) -> None:
    heard = caller.heard(caller.address_of("https://clips.mock.test/dialogue-en.mp3"))
    audio = caller.heard("https://clips.mock.test/dialogue-en.mp3")

    assert heard["text"] == audio["text"]
    assert abs(heard["duration"] - audio["duration"]) * 1000 <= APART


def test_a_film_of_audio_that_nobody_fetched_says_its_made_up_words(caller: Caller) -> None:
    audio = caller.heard(STAND_IN)
    heard = caller.heard(caller.address_of(STAND_IN))

    assert heard["duration"] == audio["duration"]
    assert heard["text"] == audio["text"]


def test_a_speech_behind_an_address_can_be_filmed(caller: Caller) -> None:
    spoken = caller.ask(
        "POST",
        "/fishaudio-org/api/open/v1/speech/tts",
        {"text": "We meet at noon.", "voiceId": "1ebff47088cac69f6a263d8ce1527e29", "cache": True},
    )

    heard = caller.heard(caller.address_of(spoken["audio_url"]))

    assert heard["text"] == "We meet at noon."


def test_it_is_the_same_again_and_comes_in_ranges(caller: Caller) -> None:
    address = caller.address_of("https://clips.mock.test/hello-en.mp3")

    whole, _ = caller.download(address)
    part, headers = caller.download(address, Range="bytes=4-7")

    assert caller.download(address)[0] == whole
    assert (part, headers["content-range"]) == (b"ftyp", f"bytes 4-7/{len(whole)}")


def test_the_mouth_moves_with_the_voice(caller: Caller) -> None:
    film = caller.film_of("https://clips.mock.test/speaker-agent.mp3")
    mouths = []
    with av.open(io.BytesIO(film), "r") as file:
        for frame in file.decode(file.streams.video[0]):
            luma = frame.to_ndarray(format="gray")
            mouths.append(int((luma[72:98, 66:94] < 90).sum()))

    assert max(mouths) > 2 * min(mouths)
    # The clip ends in silence, and so the mouth is shut.
    assert mouths[-1] == min(mouths)


@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
def test_ffprobe_reads_it(caller: Caller, tmp_path: Path) -> None:
    path = tmp_path / "film.mp4"
    path.write_bytes(caller.film_of("https://clips.mock.test/hello-en.mp3"))

    command = ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", str(path)]
    shown = json.loads(subprocess.run(command, check=True, capture_output=True, timeout=30).stdout)

    assert sorted(one["codec_type"] for one in shown["streams"]) == ["audio", "video"]
    assert abs(float(shown["format"]["duration"]) * 1000 - HELLO) <= APART
