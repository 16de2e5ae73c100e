"""Knows how to find packets in sound: 8 kHz samples in, packets with times out. Needs numpy; the worker's business.

Works on the energy of the 32 tones in overlapping windows ("frames", one every 6 ms). A packet is found by its sync,
read symbol by symbol, and believed only if its checksum agrees.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem.packets import (
    HEADER_SYMBOLS,
    SYNC,
    Header,
    parity_count,
    payload_symbols,
    read_header,
    read_payload,
)
from mockvoice.audio.modem.tones import GROUP, HIGH, LOW

RATE = 8_000
HOP = 48  # samples: 6 ms
# How much of the energy of a group must lie in the right tone, on average over a sync.
_SYNC_THRESHOLD = 0.55
# A symbol whose strongest tone has less of its group's energy may be taken as erased.
_WEAK = 0.45
_TINY = 1e-9

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
    time = np.arange(window) / band.rate
    shape = np.hanning(window + 2)[1:-1]
    angles = 2 * np.pi * np.outer(time, band.tones)
    waves = np.concatenate([np.cos(angles), np.sin(angles)], axis=1)
    return waves.astype(np.float32) * shape[:, None].astype(np.float32)


def look(samples: Floats, band: Band, symbol_milliseconds: float) -> Frames:
    """Return the frames of samples, with windows that fit symbols of that length."""
    hop = band.rate * HOP // RATE
    margin = 4 if symbol_milliseconds <= 32 else 8
    window = int(band.rate * (symbol_milliseconds - margin) / 1000)
    lead = window
    padded = np.concatenate([np.zeros(lead, np.float32), samples, np.zeros(band.rate, np.float32)])
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
    return score / np.float32(2 * len(SYNC))


def candidates(score: Floats) -> list[int]:
    """Return the best frame of each run of frames in which a sync may begin."""
    above = np.flatnonzero(score > _SYNC_THRESHOLD)
    if not len(above):
        return []
    runs = np.split(above, np.flatnonzero(np.diff(above) > 2) + 1)
    return [int(run[score[run].argmax()]) for run in runs]


def hear(samples: Floats, symbol_milliseconds: float, band: Band = VOICE) -> list[Found]:
    """Return the packets in samples whose symbols last so long, in order."""
    frames = look(samples, band, symbol_milliseconds)
    period = symbol_milliseconds * RATE / 1000 / HOP
    return packets_in(frames, sync_scores(frames, period), period)


def packets_in(frames: Frames, score: Floats, period: float) -> list[Found]:
    """Return the packets at the candidates of a score."""
    found: list[Found] = []
    busy = -1.0
    for best in candidates(score):
        if best <= busy:
            continue
        for shift in (0, 1, -1, 2, -2):
            packet = _packet_at(frames, best + shift, period)
            if packet is not None:
                found.append(packet)
                busy = best + shift + (packet.end - packet.start) * RATE / HOP - 2 * period
                break
    return found


def _packet_at(frames: Frames, start: int, period: float) -> Found | None:
    if start < 0:
        return None
    places = np.rint(start + period * np.arange(len(SYNC), len(SYNC) + HEADER_SYMBOLS)).astype(int)
    if places[-1] >= len(frames.values):
        return None
    header = read_header(frames.values[places].tobytes())
    if header is None:
        return None
    first = len(SYNC) + HEADER_SYMBOLS
    count = payload_symbols(header.length)
    places = np.rint(start + period * np.arange(first, first + count)).astype(int)
    payload = read_places(frames, places, header)
    if payload is None:
        return None
    hop = HOP / RATE
    begin = start * hop - frames.offset
    return Found(header, *payload, begin, begin + (first + count) * period * hop, period * hop)


def read_places(frames: Frames, places: NDArray[np.int_], header: Header) -> tuple[bytes, bytes] | None:
    """Return (UTF-8 bytes, digest) of the payload whose symbols are in these frames; None when it is too damaged."""
    inside = places < len(frames.values)
    missing = np.flatnonzero(~inside)
    allowed = parity_count(header.length)
    if len(missing) > allowed:
        return None
    safe = np.where(inside, places, 0)
    word = np.where(inside, frames.values[safe], 0).astype(np.uint8).tobytes()
    confidence = np.where(inside, frames.confidence[safe], 2.0)
    order = np.argsort(confidence, kind="stable")
    weak = [int(index) for index in order if confidence[index] < _WEAK]
    tried: set[tuple[int, ...]] = set()
    for extra in (0, allowed // 2, allowed):
        erased = tuple(sorted([*map(int, missing), *weak[:extra]][:allowed]))
        if erased in tried:
            continue
        tried.add(erased)
        payload = read_payload(header, word, erased)
        if payload is not None:
            return payload.raw, payload.digest
    return None
