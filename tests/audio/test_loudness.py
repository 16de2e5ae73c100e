"""Louder and quieter speech: by so many decibels, as long as before, and understood."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import numpy as np
import pytest

from mockvoice.audio.loudness import amplify
from mockvoice.audio.script import Script, solo
from mockvoice.audio.studio import Studio

TEXT = "It is louder now, or quieter: 你好 🙂."


@pytest.fixture
def one() -> Iterator[Studio]:
    made = Studio()
    yield made
    made.close()


def script(volume: float, form: str = "wav", speed: float = 1.0) -> Script:
    return solo(TEXT, "alloy", speed, form, volume)


def level(one: Studio, runner: asyncio.Runner, what: Script) -> float:
    """Root mean square of a speech, in decibels of full scale."""
    heard = runner.run(one.listen(runner.run(one.speak(what)).data))
    return float(20 * np.log10(heard.sound.level))


@pytest.mark.parametrize(
    ("decibels", "samples"), [(0, [0, 1_000, -1_000]), (20, [0, 10_000, -10_000]), (-20, [0, 100, -100])]
)
def test_samples_are_so_many_decibels_louder(decibels: float, samples: list[int]) -> None:
    before = np.array([0, 1_000, -1_000], "<i2").tobytes()

    assert np.frombuffer(amplify(before, decibels), "<i2").tolist() == samples


def test_what_is_beyond_full_scale_is_cut_off() -> None:
    before = np.array([20_000, -20_000, 32_767, -32_768], "<i2").tobytes()

    assert np.frombuffer(amplify(before, 20), "<i2").tolist() == [32_767, -32_768, 32_767, -32_768]


@pytest.mark.slow
@pytest.mark.parametrize("form", ["wav", "mp3", "ogg"])
def test_a_speech_is_so_much_louder(one: Studio, runner: asyncio.Runner, form: str) -> None:
    plain = level(one, runner, script(0, form))

    heard = [level(one, runner, script(volume, form)) - plain for volume in (-20, -6, 6)]

    # MP3 at volume 0 is joined from frames, which differs by a tenth of a decibel.
    assert heard == pytest.approx([-20, -6, 6], abs=0.2)


@pytest.mark.slow
@pytest.mark.parametrize("speed", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("volume", [-20, 20])
@pytest.mark.parametrize("form", ["wav", "mp3", "ogg"])
def test_every_word_is_heard_however_loud(
    one: Studio, runner: asyncio.Runner, form: str, volume: float, speed: float
) -> None:
    speech = runner.run(one.speak(script(volume, form, speed)))
    packets = runner.run(one.listen(speech.data)).packets

    assert "".join(packet.text for packet in packets) == TEXT
    assert speech.milliseconds == runner.run(one.speak(script(0, form, speed))).milliseconds


@pytest.mark.slow
def test_the_volume_tells_speeches_apart(one: Studio, runner: asyncio.Runner) -> None:
    loud, plain = runner.run(one.speak(script(3))), runner.run(one.speak(script(0)))

    assert loud.data != plain.data
    assert one.known_speech(script(3)) is loud
