"""Knows how to make samples louder or quieter. Needs numpy (the worker)."""

from __future__ import annotations

import numpy as np

_HIGHEST = 32_767


def amplify(pcm: bytes, decibels: float) -> bytes:
    """Return mono 16-bit samples so many decibels louder; what is beyond full scale is cut off there."""
    factor = 10 ** (decibels / 20)
    louder = np.rint(np.frombuffer(pcm, "<i2") * factor)
    return np.clip(louder, -_HIGHEST - 1, _HIGHEST).astype("<i2").tobytes()
