"""A file tells the duration that its text and speed give, in every format and by every way it is made."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from mockvoice.audio import codec, lame, voice
from mockvoice.audio.jobs import answers
from mockvoice.audio.modem import schedule
from mockvoice.audio.script import solo
from mockvoice.audio.studio import Studio
from tests.audio import told

TEXTS = {
    "short": "Oh.",
    "long": "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56. " * 2,
}
ENGINES = [
    "tones",
    pytest.param(
        "espeak",
        marks=pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra espeak is not installed"),
    ),
]
WITHIN_SECONDS = 0.020
Test = Callable[..., None]


def in_every_way(test: Test) -> Test:
    for name, values in {
        "engine": ENGINES,
        "form": told.READERS,
        "text": TEXTS,
        "speed": (0.7, 1.0, 1.9),
        "in_pieces": (False, True),
    }.items():
        test = pytest.mark.parametrize(name, values)(test)
    return test


@cache
def made(engine: str, form: str, text: str, speed: float, in_pieces: bool) -> tuple[bytes, float]:
    """The file and its seconds, as a worker makes them."""
    job = {"job": "speak", "engine": engine, "format": form, "lines": [["alloy", TEXTS[text]]], "speed": speed}
    done = list(answers({**job, "in_pieces": in_pieces}, b""))
    return b"".join(data for _, data in done), done[-1][0]["milliseconds"] / 1000


@in_every_way
def test_a_file_tells_how_long_it_lasts(engine: str, form: str, text: str, speed: float, in_pieces: bool) -> None:
    data, seconds = made(engine, form, text, speed, in_pieces)

    assert abs(told.READERS[form](data) - seconds) < WITHIN_SECONDS


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ffprobe") is None, reason="ffprobe is not installed")
@in_every_way
def test_ffprobe_reads_how_long_a_file_lasts(
    tmp_path: Path, engine: str, form: str, text: str, speed: float, in_pieces: bool
) -> None:
    data, seconds = made(engine, form, text, speed, in_pieces)
    path = tmp_path / f"clip.{form}"
    path.write_bytes(data)

    assert abs(told.by_ffprobe(path) - seconds) < WITHIN_SECONDS


@pytest.fixture
def studio(request: pytest.FixtureRequest) -> Iterator[Studio]:
    one = Studio(request.param)
    yield one
    one.close()


@pytest.mark.slow
@pytest.mark.parametrize("studio", ENGINES, indirect=True)
def test_whole_and_streamed_answers_of_the_server_tell_how_long_they_last(
    studio: Studio, runner: asyncio.Runner
) -> None:
    async def streamed(text: str) -> bytes:
        return b"".join([piece async for piece in studio.stream(solo(text, "nova", 1.0, "mp3"))])

    whole = runner.run(studio.speak(solo(TEXTS["long"], "alloy", 1.0, "mp3")))
    pieces = runner.run(streamed(TEXTS["long"]))

    known = studio.known_speech(solo(TEXTS["long"], "nova", 1.0, "mp3"))
    assert known is not None
    for data, milliseconds in ((whole.data, whole.milliseconds), (pieces, known.milliseconds)):
        assert abs(told.mp3(data) - milliseconds / 1000) < WITHIN_SECONDS


def test_a_speech_lasts_as_long_as_its_schedule_says() -> None:
    for text in TEXTS.values():
        for speed in (0.7, 1.0, 1.9, 4.0):
            said = schedule.schedule(text, 7, "en", speed)

            assert len(voice.speak(text, "alloy", speed)) == said.milliseconds * voice.RATE // 500


# -- frames of MP3 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [1, 500, 576, 863, 865, 24_000, 100_000])
def test_mp3_has_as_many_frames_as_the_sound_lasts(samples: int) -> None:
    frames = list(lame.on_time(bytes(2 * samples), voice.RATE, 64_000))

    assert len(frames) == max(1, round(samples / 576))
    assert {len(frame) for frame in frames} == {192}


def test_the_sound_of_an_mp3_is_a_frame_late() -> None:
    wave = np.random.default_rng(1).integers(-6_000, 6_000, voice.RATE).astype(np.float64)
    smooth = np.convolve(wave, np.hanning(9) / 5, "same")

    blocks, _ = codec.decode(codec.encode(smooth.astype("<i2").tobytes(), voice.RATE, "mp3"), voice.RATE)

    decoded = np.frombuffer(b"".join(blocks), "<i2").astype(np.float64)
    shifts = [float(np.dot(decoded[late : late + 12_000], smooth[:12_000])) for late in range(1_200)]
    assert np.argmax(shifts) == 576
    assert np.corrcoef(decoded[576:12_576], smooth[:12_000])[0, 1] > 0.98
