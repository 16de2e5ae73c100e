"""Knows how to find packets in sound: 8 kHz samples in, packets with times out. Needs numpy; the worker's business.

Works on the energy of the 32 tones in overlapping windows ("frames", one every 6 ms). A packet is found by its sync,
read symbol by symbol, and believed only if its checksum agrees.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem import reading
from mockvoice.audio.modem.packets import HEADER_SYMBOLS, SYNC, Header, payload_symbols
from mockvoice.audio.modem.tones import GROUP, HIGH, LOW

RATE = 8_000
HOP = 48  # samples: 6 ms
# How much of the energy of a group must lie in the right tone, on average over a sync.
_SYNC_THRESHOLD = 0.55
_TINY = 1e-9
# So many are multiplied in one go: the product stays in the cache.
_FRAMES_AT_ONCE = 512
# A window rises and falls in so long: half a sine for fast symbols, flat in the middle for slow ones. A Hann window
# wastes what a codec left: through AMR 7.4k it loses twice as many symbols. A flat one bears no error of timing.
_EDGE_MILLISECONDS = 11

Floats = NDArray[np.float32]


class Band(NamedTuple):
    """The 32 tones in hertz, and the rate of the samples they are looked for in."""

    tones: tuple[float, ...]
    rate: int


VOICE = Band((*map(float, LOW), *map(float, HIGH)), RATE)


class Found(NamedTuple):
    """A packet, and when its first symbol begins and its last one ends, in seconds. `symbol` is the symbol's length."""

    header: Header
    raw: bytes
    digest: bytes
    moments: bytes
    start: float
    end: float
    symbol: float


@dataclass(frozen=True, eq=False)
class Frames:
    """Sound as the shares of energy: a row for each tone, a column for each frame. `offset` is where they begin."""

    shares: Floats
    offset: float

    @property
    def count(self) -> int:
        """How many frames there are."""
        return len(self.shares[0])

    @cached_property
    def confidence(self) -> Floats:
        """How much of the energy of each frame lies in its strongest tones, 0 to 1."""
        strongest: Floats = self.shares.reshape(2, GROUP, -1).max(axis=1).min(axis=0)
        return strongest

    @cached_property
    def clear_as_sync(self) -> Floats:
        """How much of the energy of each frame is that of the symbols of a sync, a row for each."""
        low, high = ([value & 15 for value in SYNC], [GROUP + (value >> 4) for value in SYNC])
        clear: Floats = (self.shares[low] + self.shares[high]) / np.float32(2 * len(SYNC))
        return clear


@lru_cache(maxsize=32)
def _filters(band: Band, window: int) -> Floats:
    """Return windowed cosines and sines of the tones, as rows."""
    time = (np.arange(window) + 0.5) / band.rate
    to_edge = np.minimum(time, time[::-1]) * 1000 / _EDGE_MILLISECONDS
    shape = np.sin(np.pi / 2 * np.minimum(1, to_edge))
    angles = 2 * np.pi * np.outer(band.tones, time)
    return (np.concatenate([np.cos(angles), np.sin(angles)]) * shape).astype(np.float32)


def look(samples: Floats, band: Band, symbol_milliseconds: float) -> Frames:
    """Return the frames of samples, with windows that fit symbols of that length."""
    hop = band.rate * HOP // RATE
    margin = 2 if symbol_milliseconds <= 32 else 6
    window = int(band.rate * (symbol_milliseconds - margin) / 1000)
    lead = window
    padded = np.concatenate([np.zeros(lead, np.float32), samples, np.zeros(lead + hop, np.float32)])
    count = (len(padded) - window) // hop
    strides = (padded.strides[0] * hop, padded.strides[0])
    windows = np.lib.stride_tricks.as_strided(padded, (count, window), strides, writeable=False)
    filters = _filters(band, window)
    shares = np.empty((2, GROUP, count), np.float32)
    for first in range(0, count, _FRAMES_AT_ONCE):
        # Copied, for windows overlap, and rows that do are multiplied the slow way by some versions of numpy.
        parts = filters @ np.ascontiguousarray(windows[first : first + _FRAMES_AT_ONCE]).T
        parts *= parts
        energy = (parts[: 2 * GROUP] + parts[2 * GROUP :]).reshape(2, GROUP, -1)
        np.divide(energy, energy.sum(axis=1, keepdims=True) + _TINY, shares[:, :, first : first + _FRAMES_AT_ONCE])
    # A frame that covers a symbol best starts `margin / 2` after the symbol does.
    return Frames(shares.reshape(2 * GROUP, count), (lead + band.rate * margin / 2000) / band.rate)


def sync_scores(frames: Frames, period: float) -> Floats:
    """Return for each frame how well a sync fits that begins there; `period` is a symbol in frames."""
    last = round((len(SYNC) - 1) * period)
    count = frames.count - last
    if count <= 0:
        return np.zeros(0, np.float32)
    score = np.zeros(count, np.float32)
    for index, clear in enumerate(frames.clear_as_sync):
        at = round(index * period)
        score += clear[at : at + count]
    return score


def clear_as(frames: Frames, places: NDArray[np.int_], value: int) -> Floats:
    """Return how much of the energy in these frames is that of a symbol, 0 to 1."""
    clear: Floats = frames.shares[value & 15, places] + frames.shares[GROUP + (value >> 4), places]
    clear /= 2
    return clear


def candidates(score: Floats) -> list[int]:
    """Return the best frame of each run of frames in which a sync may begin."""
    above = np.flatnonzero(score > _SYNC_THRESHOLD)
    if not len(above):
        return []
    runs = np.split(above, np.flatnonzero(np.diff(above) > 2) + 1)
    return [int(run[score[run].argmax()]) for run in runs]


class Looked(NamedTuple):
    """Frames with windows for one length of symbol, its period in frames, and those at which a sync may begin."""

    frames: Frames
    period: float
    begins: list[int]


def looked(samples: Floats, symbol_milliseconds: float, band: Band = VOICE) -> Looked:
    """Look for packets whose symbols last so long."""
    frames = look(samples, band, symbol_milliseconds)
    period = symbol_milliseconds * RATE / 1000 / HOP
    return Looked(frames, period, candidates(sync_scores(frames, period)))


def hear(samples: Floats, symbol_milliseconds: float, band: Band = VOICE) -> list[Found]:
    """Return the packets in samples whose symbols last so long, in order."""
    return packets_in(looked(samples, symbol_milliseconds, band))


def packets_in(seen: Looked, is_thorough: bool = False) -> list[Found]:
    """Return the packets where a sync may begin. Being thorough takes long where it fails."""
    found: list[Found] = []
    busy = -1.0
    for best in seen.begins:
        if best <= busy:
            continue
        for shift in (0, 1, -1, 2, -2):
            packet = _packet_at(seen.frames, best + shift, seen.period, is_thorough)
            if packet is not None:
                found.append(packet)
                busy = best + shift + (packet.end - packet.start) * RATE / HOP - 2 * seen.period
                break
    return found


def _packet_at(frames: Frames, start: int, period: float, is_thorough: bool) -> Found | None:
    first = len(SYNC) + HEADER_SYMBOLS
    places = np.rint(start + period * np.arange(len(SYNC), first)).astype(int)
    if start < 0 or places[-1] >= frames.count:
        return None
    for header in reading.headers(symbols_at(frames, places), is_thorough):
        count = payload_symbols(header.length)
        places = np.rint(start + period * np.arange(first, first + count)).astype(int)
        payload = reading.payload(symbols_at(frames, places), header, is_thorough)
        if payload is not None:
            hop = HOP / RATE
            begin = start * hop - frames.offset
            return Found(header, *payload, begin, begin + (first + count) * period * hop, period * hop)
    return None


def symbols_at(frames: Frames, places: NDArray[np.int_]) -> reading.Symbols:
    """Return the symbols in these frames; what lies behind the last frame is missing."""
    missing = tuple(np.flatnonzero(places >= frames.count).tolist())
    return reading.Symbols(frames.shares[:, places % frames.count].T, missing)
