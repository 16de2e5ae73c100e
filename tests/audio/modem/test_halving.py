"""Samples at half the rate: the lower band as it was, the upper one moved down."""

from __future__ import annotations

import numpy as np
import pytest

from mockvoice.audio.modem.ear import Floats
from mockvoice.audio.modem.halving import RATE, halve, lower
from mockvoice.audio.modem.highband import HIGH, LOW, LOWERED, LOWERED_BY

SECOND = np.arange(RATE) / RATE


def tone(hertz: float) -> Floats:
    return np.sin(2 * np.pi * hertz * SECOND).astype(np.float32)


def loudness(samples: Floats) -> float:
    """In decibels of a tone at full scale, without what the ends of the sound make."""
    return float(10 * np.log10(2 * np.mean(samples[100:-100].astype(np.float64) ** 2) + 1e-20))


def pitch(samples: Floats) -> float:
    return float(np.abs(np.fft.rfft(samples)).argmax()) * RATE / 2 / len(samples)


@pytest.mark.parametrize("hertz", [100, 520, 2_845, 3_240])
def test_half_the_rate_keeps_what_the_voice_needs(hertz: int) -> None:
    assert pitch(halve(tone(hertz))) == hertz
    assert abs(loudness(halve(tone(hertz)))) < 0.5


@pytest.mark.parametrize("hertz", [4_760, 6_000, 7_900])
def test_nothing_folds_into_the_band_of_the_voice(hertz: int) -> None:
    assert loudness(halve(tone(hertz))) < -50


@pytest.mark.parametrize("hertz", [LOW[0], LOW[-1], HIGH[0], HIGH[-1]])
def test_the_upper_band_is_moved_down(hertz: int) -> None:
    lowered = lower(tone(hertz))

    assert pitch(lowered) == hertz - LOWERED_BY
    assert float(hertz - LOWERED_BY) in LOWERED.tones
    assert abs(loudness(lowered)) < 1


@pytest.mark.parametrize("hertz", [100, 1_000, 2_000, 2_690])
def test_speech_does_not_fold_into_the_band_that_was_moved_down(hertz: int) -> None:
    assert loudness(lower(tone(hertz))) < -60


@pytest.mark.parametrize("count", [0, 1, 46, 99, 100, 101, 5_001])
def test_half_of_the_samples_come_out_where_they_were(count: int) -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, count).astype(np.float32)
    taps = np.sinc(2 * 3_700 / RATE * np.arange(-23, 24)) * np.hamming(47)
    expected = np.convolve(np.concatenate([np.zeros(23), samples, np.zeros(23)]), taps / taps.sum(), "valid")[::2]

    halved = halve(samples)

    assert len(halved) == len(lower(samples)) == (count + 1) // 2
    assert np.allclose(halved, expected[: len(halved)], atol=1e-6)
