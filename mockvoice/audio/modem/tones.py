"""Knows how a symbol sounds: two simultaneous tones out of two groups of sixteen, over the hum of the voice.

Everything is whole numbers, down to the sine table: the same samples on every machine. Needs numpy (the worker).
"""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem.schedule import TICK_MILLISECONDS, Schedule

RATE = 24_000
GROUP = 16
# Hertz. All tones are multiples of 5 Hz, so that one table of 4,800 samples holds a whole cycle of each.
BASE, STEP = 520, 75
LOW = tuple(BASE + STEP * index for index in range(GROUP))
HIGH = tuple(BASE + STEP * (GROUP + index) for index in range(GROUP))
_GRID = 5
_CYCLE = RATE // _GRID
# Amplitudes in 1/65,536 of full scale: louder tones lose symbols in Opus, a louder upper group more so.
_LOW_LEVEL, _HIGH_LEVEL, _HUM_LEVEL, _OVERTONE_LEVEL = 9_830, 5_898, 3_277, 1_638
_EDGE_MILLISECONDS = 4
_UNIT = 1 << 30

Samples = NDArray[np.int64]


def whole_sine(numerator: int, denominator: int) -> int:
    """Return sin(2π · numerator / denominator) in units of 2**-30, by whole numbers alone."""
    bits = 80
    two_pi = 7_595_904_947_272_677_161_575_987  # 2π · 2**80, rounded
    quarter = 4 * (numerator % denominator)
    quadrant, rest = divmod(quarter, denominator)
    if quadrant in {1, 3}:
        rest = denominator - rest
    angle = two_pi * rest // (4 * denominator)
    term = total = angle
    square = angle * angle >> bits
    for factor in range(2, 40, 2):
        term = -(term * square >> bits) // (factor * (factor + 1))
        total += term
    value = (total + (1 << (bits - 31))) >> (bits - 30)
    return -value if quadrant >= 2 else value


@cache
def _sine() -> Samples:
    return np.array([whole_sine(index, _CYCLE) for index in range(_CYCLE)], dtype=np.int64)


def tone(hertz: int, count: int) -> Samples:
    """Return `count` samples of a tone in units of 2**-30. `hertz` must be a multiple of 5."""
    return _sine()[(np.arange(count, dtype=np.int64) * (hertz // _GRID)) % _CYCLE]


@cache
def _window(count: int) -> Samples:
    """Return a window in units of 2**-30 that rises and falls in 4 ms, zero at both ends."""
    edge = RATE * _EDGE_MILLISECONDS // 1000
    # 0.5 - 0.5 cos(π (i + 0.5) / edge), a cosine being a sine a quarter ahead.
    rise = [(_UNIT - whole_sine(2 * index + 1 + edge, 4 * edge)) // 2 for index in range(edge)]
    window = np.full(count, _UNIT, dtype=np.int64)
    window[:edge] = rise
    window[count - edge :] = rise[::-1]
    return window


@lru_cache(maxsize=16)
def symbols(
    hum: int,
    milliseconds: int,
    low: tuple[int, ...] = LOW,
    high: tuple[int, ...] = HIGH,
    levels: tuple[int, int] = (_LOW_LEVEL, _HIGH_LEVEL),
) -> tuple[bytes, ...]:
    """Return the samples of all 256 symbols: mono, 16 bit, little-endian, at RATE.

    Each begins and ends in silence, so that they can stand in any order. A hum of 0 is none. `levels` are the
    amplitudes of the two groups in 1/65,536 of full scale.
    """
    count = RATE * milliseconds // 1000
    window = _window(count)
    lows = [tone(hertz, count) * levels[0] for hertz in low]
    highs = [tone(hertz, count) * levels[1] for hertz in high]
    base = tone(hum, count) * _HUM_LEVEL + tone(2 * hum, count) * _OVERTONE_LEVEL if hum else np.zeros(count, np.int64)
    made = []
    for value in range(256):
        wave = (lows[value & 15] + highs[value >> 4] + base) >> 16
        # 2**30 · 2**30 / 2**45 leaves 15 bits; half a unit is added to round.
        made.append((((wave * window >> 30) + (1 << 14)) >> 15).astype("<i2").tobytes())
    return tuple(made)


def samples_of(one: Schedule, waves: tuple[bytes, ...]) -> bytes:
    """Return mono 16-bit samples at RATE of a schedule, spoken in these symbols."""
    tick = bytes(2 * RATE * TICK_MILLISECONDS // 1000)
    parts = [tick * one.pauses[0]]
    for packet, pause in zip(one.packets, one.pauses[1:], strict=True):
        parts += [waves[byte] for byte in packet]
        parts.append(tick * pause)
    return b"".join(parts)
