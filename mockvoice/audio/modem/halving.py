"""Knows how to halve the rate of samples: 16 kHz in, 8 kHz out, as one product of matrices. Needs numpy (the worker).

`halve` keeps the lower half of the band, `lower` moves the upper one down to where the lower one was.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem.ear import Floats
from mockvoice.audio.modem.highband import LOWERED_BY

RATE = 16_000
# Samples that come out of one row of the product: fewer cost more copying, more cost more zeros. A multiple of 5, after
# which a wave of LOWERED_BY has gone through whole cycles.
_AT_ONCE = 50
_ROWS_AT_ONCE = 512
# Taps, and half the width of what is kept, in hertz. In front of what is moved down stands human speech, 26 dB louder.
_KEPT, _TAPS = 3_700, 47
_LOWERED, _LOWERED_TAPS, _KAISER = 1_650, 71, 7.0
_MIDDLE = 4_850


def halve(samples: Floats) -> Floats:
    """Return samples at half the rate, without what lies above 3.7 kHz of 16."""
    return _thinned(samples, _low_pass(), _TAPS)


def lower(samples: Floats) -> Floats:
    """Return samples at half the rate in which what lay at 3.4 to 6.3 kHz lies LOWERED_BY hertz lower."""
    return _thinned(samples, _lowering(), _LOWERED_TAPS)


def _sinc(half_width: int, taps: int) -> NDArray[np.float64]:
    time = np.arange(taps) - taps // 2
    shape: NDArray[np.float64] = np.sinc(2 * half_width / RATE * time)
    return shape


@cache
def _low_pass() -> Floats:
    taps = _sinc(_KEPT, _TAPS) * np.hamming(_TAPS)
    return _rows(np.tile(taps / taps.sum(), (_AT_ONCE, 1)))


@cache
def _lowering() -> Floats:
    """A band-pass for positive frequencies alone, turned backwards as each sample that comes out asks for."""
    taps = _sinc(_LOWERED, _LOWERED_TAPS) * np.kaiser(_LOWERED_TAPS, _KAISER)
    time = np.arange(_LOWERED_TAPS) - _LOWERED_TAPS // 2
    band = 2 * taps / taps.sum() * np.exp(2j * np.pi * _MIDDLE / RATE * time)
    turns = np.exp(-2j * np.pi * LOWERED_BY / RATE * 2 * np.arange(_AT_ONCE))
    # A product is no convolution: the taps stand the other way round.
    return _rows((turns[:, None] * band[::-1]).real)


def _rows(taps: NDArray[np.float64]) -> Floats:
    """Return the matrix that makes _AT_ONCE samples, each with taps of its own, out of those around them."""
    count = taps.shape[1]
    rows = np.zeros((2 * _AT_ONCE - 2 + count, _AT_ONCE), np.float32)
    for index, own in enumerate(taps):
        rows[2 * index : 2 * index + count, index] = own
    return rows


def _thinned(samples: Floats, rows: Floats, taps: int) -> Floats:
    count = -(-len(samples) // 2)
    blocks = max(1, -(-count // _AT_ONCE))
    padded = np.zeros(2 * blocks * _AT_ONCE + taps - 2, np.float32)
    padded[taps // 2 : taps // 2 + len(samples)] = samples
    around = np.lib.stride_tricks.sliding_window_view(padded, len(rows))[:: 2 * _AT_ONCE]
    thinned = np.empty((blocks, _AT_ONCE), np.float32)
    for first in range(0, blocks, _ROWS_AT_ONCE):
        # Copied, for windows overlap; a little at a time, for the copy is larger than the sound.
        np.matmul(
            np.ascontiguousarray(around[first : first + _ROWS_AT_ONCE]), rows, thinned[first : first + _ROWS_AT_ONCE]
        )
    return thinned.reshape(-1)[:count]
