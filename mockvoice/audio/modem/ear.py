"""Knows how to find packets in sound: 8 kHz samples in, packets with times out. Needs numpy; the worker's business.

Works on the energy of the 32 tones in overlapping windows ("frames", one every 6 ms). A packet is found by its sync,
read symbol by symbol, and believed only if its checksum agrees.
"""

from __future__ import annotations

from functools import lru_cache
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
    start: float
    end: float
    symbol: float


class Frames(NamedTuple):
    """Sound as the strongest tone of each group in each frame: `values` the symbol, `shares` the shares of energy."""

    values: NDArray[np.uint8]
    confidence: Floats
    shares: Floats
    offset: float


@lru_cache(maxsize=32)
def _filters(band: Band, window: int) -> Floats:
    """Return windowed cosines and sines of the tones, as columns."""
    time = (np.arange(window) + 0.5) / band.rate
    to_edge = np.minimum(time, time[::-1]) * 1000 / _EDGE_MILLISECONDS
    shape = np.sin(np.pi / 2 * np.minimum(1, to_edge))
    angles = 2 * np.pi * np.outer(time, band.tones)
    return (np.concatenate([np.cos(angles), np.sin(angles)], axis=1) * shape[:, None]).astype(np.float32)


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
    shares = np.empty((count, 2 * GROUP), np.float32)
    for first in range(0, count, 2_048):
        parts = windows[first : first + 2_048] @ filters
        parts *= parts
        energy = parts[:, : 2 * GROUP] + parts[:, 2 * GROUP :]
        for group in (slice(0, GROUP), slice(GROUP, 2 * GROUP)):
            part = energy[:, group]
            shares[first : first + 2_048, group] = part / (part.sum(axis=1, keepdims=True) + _TINY)
    low, high = shares[:, :GROUP], shares[:, GROUP:]
    values = (low.argmax(axis=1) | high.argmax(axis=1) << 4).astype(np.uint8)
    confidence = np.minimum(low.max(axis=1), high.max(axis=1))
    # A frame that covers a symbol best starts `margin / 2` after the symbol does.
    return Frames(values, confidence, shares, (lead + band.rate * margin / 2000) / band.rate)


def sync_scores(frames: Frames, period: float) -> Floats:
    """Return for each frame how well a sync fits that begins there; `period` is a symbol in frames."""
    last = round((len(SYNC) - 1) * period)
    count = len(frames.values) - last
    if count <= 0:
        return np.zeros(0, np.float32)
    score = np.zeros(count, np.float32)
    for index, value in enumerate(SYNC):
        at = round(index * period)
        score += frames.shares[at : at + count, value & 15]
        score += frames.shares[at : at + count, GROUP + (value >> 4)]
    score /= 2 * len(SYNC)
    return score


def clear_as(frames: Frames, places: NDArray[np.int_], value: int) -> Floats:
    """Return how much of the energy in these frames is that of a symbol, 0 to 1."""
    clear: Floats = frames.shares[places, value & 15] + frames.shares[places, GROUP + (value >> 4)]
    clear /= 2
    return clear


def candidates(score: Floats) -> list[int]:
    """Return the best frame of each run of frames in which a sync may begin."""
    above = np.flatnonzero(score > _SYNC_THRESHOLD)
    if not len(above):
        return []
    runs = np.split(above, np.flatnonzero(np.diff(above) > 2) + 1)
    return [int(run[score[run].argmax()]) for run in runs]


def hear(samples: Floats, symbol_milliseconds: float, band: Band = VOICE, *, is_thorough: bool = False) -> list[Found]:
    """Return the packets in samples whose symbols last so long, in order. Being thorough takes long where it fails."""
    frames = look(samples, band, symbol_milliseconds)
    period = symbol_milliseconds * RATE / 1000 / HOP
    return packets_in(frames, sync_scores(frames, period), period, is_thorough)


def packets_in(frames: Frames, score: Floats, period: float, is_thorough: bool = False) -> list[Found]:
    """Return the packets at the candidates of a score."""
    found: list[Found] = []
    busy = -1.0
    for best in candidates(score):
        if best <= busy:
            continue
        for shift in (0, 1, -1, 2, -2):
            packet = _packet_at(frames, best + shift, period, is_thorough)
            if packet is not None:
                found.append(packet)
                busy = best + shift + (packet.end - packet.start) * RATE / HOP - 2 * period
                break
    return found


def _packet_at(frames: Frames, start: int, period: float, is_thorough: bool) -> Found | None:
    first = len(SYNC) + HEADER_SYMBOLS
    places = np.rint(start + period * np.arange(len(SYNC), first)).astype(int)
    if start < 0 or places[-1] >= len(frames.values):
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
    inside = places < len(frames.values)
    return reading.symbols_of(frames.shares[np.where(inside, places, 0)], tuple(map(int, np.flatnonzero(~inside))))
