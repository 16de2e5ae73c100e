"""Knows how to listen: takes samples block by block, and says how loud they are and which packets are in them.

Memory stays bounded however long the audio is. Needs numpy (the worker).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from mockvoice.audio.modem.ear import Floats, Found
from mockvoice.audio.modem.halving import RATE, halve
from mockvoice.audio.modem.recognise import recognise

# Samples are looked through in stretches, each beginning with the end of the one before: a packet of slow speech fits.
_STRETCH_SECONDS, _OVERLAP_SECONDS = 600, 12
_LEVEL_SECONDS = 0.02
_UNIT = np.float32(1 / 32_768)
# What is quieter than this is silence: -50 dB of full scale.
SILENCE = 0.00316
# Two packets that begin within this time are one, found twice.
_SAME_SECONDS = 0.3


class Heard(NamedTuple):
    """What was heard: packets in order, root mean square level (0 to 1), and the share of time that is not silent."""

    packets: list[Found]
    level: float
    active_share: float


class Hearing:
    """Listens to mono 16-bit samples at 16 kHz."""

    def __init__(self, keep_bytes: int = 0) -> None:
        self.kept = b""
        self._keep_bytes = keep_bytes
        self._blocks: list[Floats] = []
        self._pending = self._kept = 0
        self._begin = 0.0
        self._packets: list[Found] = []
        self._energy = 0.0
        self._count = 0
        self._active = self._slots = 0

    def take(self, block: bytes) -> None:
        """Listen to some more samples; keep them as far as was asked for."""
        if len(self.kept) < self._keep_bytes:
            self.kept += block
        samples: Floats = np.multiply(np.frombuffer(block, "<i2"), _UNIT, dtype=np.float32)
        self._blocks.append(samples)
        self._pending += len(samples)
        self._energy += float(np.dot(samples, samples))
        self._count += len(samples)
        if self._pending >= _STRETCH_SECONDS * RATE:
            self._listen(keep=_OVERLAP_SECONDS * RATE)

    def finish(self) -> Heard:
        """Return what was heard."""
        if self._pending:
            self._listen(keep=0)
        level = (self._energy / self._count) ** 0.5 if self._count else 0.0
        return Heard(self._packets, level, self._active / self._slots if self._slots else 0.0)

    def _listen(self, keep: int) -> None:
        samples = np.concatenate(self._blocks)
        slot = int(RATE * _LEVEL_SECONDS)
        fresh = samples[self._kept :]
        slots = fresh[: len(fresh) // slot * slot].reshape(-1, slot)
        self._active += int(((slots > SILENCE) | (slots < -SILENCE)).any(axis=1).sum())
        self._slots += len(slots)
        # Our tones lie in the band of a telephone; under human speech they are hidden above it.
        for found in recognise(halve(samples), samples):
            moved = found._replace(start=found.start + self._begin, end=found.end + self._begin)
            if all(abs(moved.start - other.start) > _SAME_SECONDS for other in self._packets[-8:]):
                self._packets.append(moved)
        left = len(samples) - keep if keep else len(samples)
        self._blocks = [samples[left:]] if keep else []
        self._pending = self._kept = len(samples) - left
        self._begin += left / RATE
