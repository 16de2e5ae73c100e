"""Knows how to hide packets above real speech, in a band of their own. Needs numpy; the worker's business.

Speech is cut at 3.3 kHz; the symbols of the voice, 3.2 kHz higher and without a hum, lie 26 dB below it. What keeps
16 kHz keeps them; a telephone's 8 kHz does not.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem import tones
from mockvoice.audio.modem.ear import Band
from mockvoice.audio.modem.schedule import TICK_MILLISECONDS, Schedule

# Hertz: 3,700 to 6,025.
_BASE = 3_700
LOW = tuple(_BASE + tones.STEP * index for index in range(tones.GROUP))
HIGH = tuple(_BASE + tones.STEP * (tones.GROUP + index) for index in range(tones.GROUP))
# They are looked for in samples at 8 kHz into which the band was moved down (see `halving`).
LOWERED_BY = 3_200
LOWERED = Band(tuple(float(hertz - LOWERED_BY) for hertz in (*LOW, *HIGH)), 8_000)
# Both groups alike, by whole-number amplitudes as in `tones`; how loud they are in the end is decided by the speech.
_LEVELS = (9_830, 9_830)
# Energy of the symbols below that of the speech. Measured: exact at 14 to 26 dB, at 32 dB noise begins to win.
BELOW_DECIBELS = 26.0
_PEAK = 26_000
# The low pass: 6 dB down at its cutoff, 83 dB at the first tone. Its taps are odd: a delay of whole samples.
_CUTOFF_HERTZ, _TAPS, _KAISER = 3_450, 257, 8.0
_BLOCK = 8_192
_BLOCKS_AT_ONCE = 64

_Wave = NDArray[np.float64]


def mix(speech_pcm: bytes, plan: Schedule) -> bytes:
    """Return speech that carries the packets of a schedule: mono 16-bit samples at 24 kHz, like the speech.

    It lasts as long as the longer of the two, and its loudest sample is 2 dB below full scale. The symbols lie
    BELOW_DECIBELS under the speech while both sound, pauses included.
    """
    speech = lowpassed(np.frombuffer(speech_pcm, "<i2").astype(np.float64))
    hidden = _sound(plan)
    # Where there is no speech, the symbols are all there is.
    energy = _energy(speech) or 1.0
    if plan.packets:
        hidden *= np.sqrt(energy / _energy(hidden)) * 10 ** (-BELOW_DECIBELS / 20)
    mixed = np.zeros(max(len(speech), len(hidden)))
    mixed[: len(speech)] += speech
    mixed[: len(hidden)] += hidden
    peak = float(np.abs(mixed).max(initial=0.0))
    return np.rint(mixed * (_PEAK / peak if peak else 1.0)).astype("<i2").tobytes()


def _energy(wave: _Wave) -> float:
    return float(np.mean(wave * wave)) if len(wave) else 0.0


def _sound(plan: Schedule) -> _Wave:
    symbols = tones.symbols(0, plan.symbol_ticks * TICK_MILLISECONDS, LOW, HIGH, _LEVELS)
    return np.frombuffer(tones.samples_of(plan, symbols), "<i2").astype(np.float64)


@cache
def _response() -> NDArray[np.complex128]:
    """Return the spectrum of the low pass, for blocks of _BLOCK samples."""
    time = np.arange(_TAPS) - (_TAPS - 1) / 2
    share = 2 * _CUTOFF_HERTZ / tones.RATE
    taps = share * np.sinc(share * time) * np.kaiser(_TAPS, _KAISER)
    return np.fft.rfft(taps / taps.sum(), _BLOCK)


def lowpassed(wave: _Wave) -> _Wave:
    """Return samples at 24 kHz without what lies above 3.7 kHz; neither length nor timing changes."""
    step = _BLOCK - (_TAPS - 1)
    count = -(-(len(wave) + _TAPS) // step)
    padded = np.zeros(count * step + _TAPS - 1)
    padded[_TAPS - 1 : _TAPS - 1 + len(wave)] = wave
    blocks = np.lib.stride_tricks.sliding_window_view(padded, _BLOCK)[::step]
    clean = [
        np.fft.irfft(np.fft.rfft(blocks[first : first + _BLOCKS_AT_ONCE]) * _response(), _BLOCK)[:, _TAPS - 1 :].ravel()
        for first in range(0, count, _BLOCKS_AT_ONCE)
    ]
    delay = (_TAPS - 1) // 2
    return np.concatenate(clean)[delay : delay + len(wave)]
