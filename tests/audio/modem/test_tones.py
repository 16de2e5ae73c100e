"""The samples: the same on every machine and every Python."""

from __future__ import annotations

import hashlib
import math

import numpy as np
import pytest

from mockvoice.audio.modem import tones
from mockvoice.audio.modem.schedule import TICK_MILLISECONDS
from mockvoice.audio.script import Line
from mockvoice.audio.voice import speak_lines

SCRIPT = (Line("alloy", "Hello there, your number is 4711."), Line("nova", "你好 👨‍👩‍👧"))


@pytest.mark.parametrize(
    ("speed", "digest"),
    [
        (0.7, "070bd902d19b3943c0674cb82c46c1155a97309c0fb553c7a88dfd6f3bec5e27"),
        (1.0, "f57bef41a783b509a718ef651293dc3f3fb25d8997867987382267e97fa8d47c"),
        (1.9, "76ce0bca86d1b16b1d72f9bdcb589c9f1ee92a69af5c467548371e15cec3af60"),
        (4.0, "cd49fefea26deb6325b59115e95abfa29180f9a5851b32b104f179c1752b0c98"),
    ],
)  # fmt: skip
def test_the_samples_of_a_script_are_pinned(speed: float, digest: str) -> None:
    """A change of these is a change of the voice: files made before are not made again."""
    assert hashlib.sha256(speak_lines(SCRIPT, speed)).hexdigest() == digest


def test_the_sine_of_whole_numbers_is_the_sine() -> None:
    for index in range(4_800):
        assert abs(tones.whole_sine(index, 4_800) - math.sin(2 * math.pi * index / 4_800) * 2**30) <= 1


@pytest.mark.parametrize("hum", [0, 100, 280])
@pytest.mark.parametrize("ticks", [1, 2])
def test_every_symbol_rises_from_silence_and_fades_to_it(hum: int, ticks: int) -> None:
    waves = [np.frombuffer(one, "<i2") for one in tones.symbols(hum, ticks * TICK_MILLISECONDS)]

    assert {len(wave) for wave in waves} == {ticks * 576}
    assert max(abs(int(wave[place])) for wave in waves for place in (0, 1, -2, -1)) <= 8
    assert max(int(np.abs(wave.astype(int)).max()) for wave in waves) < 12_000


def test_each_symbol_has_its_two_tones() -> None:
    for value, data in enumerate(tones.symbols(0, 48)):
        spectrum = np.abs(np.fft.rfft(np.frombuffer(data, "<i2").astype(float), 4_800))
        low, high = ([spectrum[hertz // 5] for hertz in group] for group in (tones.LOW, tones.HIGH))
        assert (int(np.argmax(low)), int(np.argmax(high))) == (value & 15, value >> 4)
