"""Films as the worker makes them, and what it says of somebody's video."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from pathlib import Path

import av
import pytest

from mockvoice.audio import codec, film, voice
from mockvoice.audio.jobs import answers
from mockvoice.audio.sound import BadAudio
from mockvoice.audio.studio import Studio

FIXTURES = Path(__file__).parents[2] / "fixtures"
HELLO = (FIXTURES / "hello-en.mp3").read_bytes()


def job(payload: bytes = b"", **more: object) -> tuple[dict[str, object], bytes]:
    (answer,) = answers({"job": "film", "max_seconds": 600, **more}, payload)
    return answer


def seconds_of(data: bytes) -> dict[str, float]:
    with av.open(io.BytesIO(data)) as file:
        return {one.type: float((one.duration or 0) * (one.time_base or 0)) for one in file.streams}


def test_the_same_sound_makes_the_same_film() -> None:
    pcm = voice.speak("Hello there.", "alloy")

    assert film.film(pcm, voice.RATE) == film.film(pcm, voice.RATE)


@pytest.mark.parametrize("milliseconds", [50, 100, 999, 2_352, 10_001])
def test_pictures_and_sound_end_together(milliseconds: int) -> None:
    made = film.film(b"\0\0" * (voice.RATE * milliseconds // 1000), voice.RATE)

    assert seconds_of(made) == pytest.approx({"video": milliseconds / 1000, "audio": milliseconds / 1000}, abs=0.002)
    assert codec.examine(made).milliseconds == pytest.approx(milliseconds, abs=1)


def test_without_an_h264_encoder_it_is_mpeg4(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(av.codec, "codecs_available", {"mpeg4", "aac"})

    made = film.film(voice.speak("Hello.", "alloy"), voice.RATE)

    assert film.look(made).codec == "mpeg4"


@pytest.mark.parametrize("name", ["hello-en.mp3", "hello-en.wav", "hello-en.ogg", "hello-en.flac", "hello-en.webm"])
def test_any_audio_can_be_filmed(name: str) -> None:
    data = (FIXTURES / name).read_bytes()

    _, made = job(data)

    assert codec.examine(made).milliseconds == pytest.approx(codec.examine(data).milliseconds, abs=50)


@pytest.mark.parametrize("milliseconds", [40, 700, 2_000, 9_000])
def test_a_text_is_spoken_within_its_time(milliseconds: int) -> None:
    _, made = job(text="we was they each new and call it", milliseconds=milliseconds)

    assert codec.examine(made).milliseconds == milliseconds


def test_audio_that_is_no_audio_makes_no_film() -> None:
    header, made = job((FIXTURES / "not-audio.mp3").read_bytes())

    assert (header["bad"], made) == ("not-audio", b"")


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("hello-en.mp3", "not-video"),
        ("hello-en.webm", "not-video"),
        ("not-audio.mp3", "not-video"),
        ("empty.wav", "not-video"),
        ("corrupt.flac", "not-video"),
        ("corrupt.mp4", "corrupt"),
    ],
)
def test_what_is_no_video_is_told(name: str, reason: str) -> None:
    with pytest.raises(BadAudio) as bad:
        film.look((FIXTURES / name).read_bytes())

    assert bad.value.reason == reason


def test_a_video_that_breaks_off_is_corrupt() -> None:
    with pytest.raises(BadAudio) as bad:
        film.look((FIXTURES / "face.mp4").read_bytes()[:3_000])

    assert bad.value.reason == "corrupt"


def test_our_videos_are_videos() -> None:
    seen = [film.look((FIXTURES / name).read_bytes()) for name in ("face.mp4", "no-face.mp4")]

    assert {(one.container, one.width, one.height) for one in seen} == {("mov", 160, 120)}


@pytest.fixture
def studio() -> Iterator[Studio]:
    made = Studio()
    yield made
    made.close()


@pytest.mark.slow
def test_a_film_is_made_once_however_many_ask_for_it(studio: Studio, runner: asyncio.Runner) -> None:
    read = 0

    async def read_audio() -> bytes:
        nonlocal read
        read += 1
        return HELLO

    async def ask() -> list[bytes]:
        wanted = [studio.film("hello", {"max_seconds": 600}, read_audio) for _ in range(5)]
        return [*await asyncio.gather(*wanted), await studio.film("hello", {"max_seconds": 600}, read_audio)]

    films = runner.run(ask())

    assert (len({*films}), read) == (1, 1)
