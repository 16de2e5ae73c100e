"""Knows how to hear packets in sound that was played faster or slower, with or without a change of pitch.

Pitch: the tones stand on a grid; the mean spectrum tells by how much the grid is stretched. Tempo: a sync is looked for
at every period in question, and a packet is followed symbol by symbol, as its timing drifts. Needs numpy.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem import ear, reading
from mockvoice.audio.modem.ear import Band, Floats, Found, Frames
from mockvoice.audio.modem.packets import HEADER_SYMBOLS, SYNC, Header, payload_symbols
from mockvoice.audio.modem.tones import HIGH, LOW, STEP

# Stretches that are looked for, each way.
_WIDEST = 0.14
_PITCH_STEP, _TEMPO_STEP, _PACE_STEP = 0.002, 0.01, 0.001
_SPECTRUM_SAMPLES = 2_048
# How much more energy must lie on the lines of the grid than between them.
_CONTRAST = 2.0
# How far a symbol may be from where an even pace puts it, in frames of 6 ms. A step costs the square of the frames by
# which it is uneven: linear costs let a path slip by a whole fast symbol in one hop.
_FARTHEST = 24
_UNEVEN_COST = 0.08
# Periods that are tried for the header of a packet, and how many steps of the search they are apart.
_PACES_TRIED, _APART = 5, 15


def hear(samples: Floats) -> list[Found]:
    """Return the packets in samples of unknown pitch and tempo, in order; nothing if it does not sound like any."""
    pitch = pitch_of(samples)
    if pitch is None:
        return []
    band = Band(tuple(pitch * hertz for hertz in (*LOW, *HIGH)), ear.RATE)
    for symbol in (48.0, 24.0):
        found = _hear_at(samples, band, symbol)
        if found:
            return found
    return []


def pitch_of(samples: Floats) -> float | None:
    """Return by which factor the grid of tones is stretched; None where there is no grid."""
    count = len(samples) // _SPECTRUM_SAMPLES
    if count == 0:
        samples = np.concatenate([samples, np.zeros(_SPECTRUM_SAMPLES - len(samples), np.float32)])
        count = 1
    blocks = samples[: count * _SPECTRUM_SAMPLES].reshape(count, _SPECTRUM_SAMPLES)
    shape = np.hanning(_SPECTRUM_SAMPLES).astype(np.float32)
    spectrum = (np.abs(np.fft.rfft(blocks * shape, axis=1)) ** 2).mean(axis=0)
    bins, shares = _lines()
    # In both kinds of lines, between two bins as far as the line is.
    on, between = spectrum[bins] * (1 - shares) + spectrum[bins + 1] * shares
    # Each line counts alike, however loud: a hum or a missing band must not decide.
    contrast = np.log((on + 1e-9) / (between + 1e-9)).mean(axis=1)
    best = int(contrast.argmax())
    return float(_factors()[best]) if contrast[best] > np.log(_CONTRAST) else None


@cache
def _factors() -> NDArray[np.float64]:
    return np.arange(1 - _WIDEST, 1 + _WIDEST + _PITCH_STEP / 2, _PITCH_STEP)


@cache
def _lines() -> tuple[NDArray[np.int_], NDArray[np.float64]]:
    """Return where the lines of the grid, and those between them, lie in a spectrum: a row for each stretch."""
    tones = np.array([*LOW, *HIGH], float)
    places = _factors()[:, None] * np.stack([tones, tones + STEP / 2])[:, None] * (_SPECTRUM_SAMPLES / ear.RATE)
    bins = places.astype(int)
    return bins, places - bins


def _hear_at(samples: Floats, band: Band, symbol: float) -> list[Found]:
    frames = ear.look(samples, band, symbol * (1 - _WIDEST))
    even = symbol * ear.RATE / 1000 / ear.HOP
    periods = even * np.arange(1 - _WIDEST, 1 + _WIDEST + _TEMPO_STEP / 2, _TEMPO_STEP)
    scores = [ear.sync_scores(frames, period) for period in periods]
    shortest = min(map(len, scores))
    if shortest == 0:
        return []
    table = np.stack([score[:shortest] for score in scores])
    found: list[Found] = []
    busy = -1.0
    for start in ear.candidates(table.max(axis=0)):
        if start <= busy:
            continue
        packet = follow(frames, start, symbol)
        if packet is not None:
            found.append(packet)
            busy = (packet.end + frames.offset) * ear.RATE / ear.HOP - 2 * even
    return found


def follow(frames: Frames, start: int, symbol: float) -> Found | None:
    """Return the packet whose sync begins at a frame, following its symbols as their timing drifts."""
    first = len(SYNC) + HEADER_SYMBOLS
    for period in _paces(frames, start, symbol, first):
        places = _path(frames, start, period, first)
        if places is None:
            continue
        for header in reading.headers(ear.symbols_at(frames, places[len(SYNC) :])):
            packet = _packet_at(frames, start, symbol, header)
            if packet is not None:
                return packet
    return None


def _packet_at(frames: Frames, start: int, symbol: float, header: Header) -> Found | None:
    first = len(SYNC) + HEADER_SYMBOLS
    count = first + payload_symbols(header.length)
    places = _path(frames, start, _paces(frames, start, symbol, count)[0], count)
    payload = reading.payload(ear.symbols_at(frames, places[first:]), header) if places is not None else None
    if places is None or payload is None:
        return None
    pace = (places[-1] - places[0]) / (len(places) - 1)
    hop = ear.HOP / ear.RATE
    begin = places[0] * hop - frames.offset
    return Found(header, *payload, begin, begin + len(places) * pace * hop, pace * hop)


def _paces(frames: Frames, start: int, symbol: float, count: int) -> list[float]:
    """Return the even periods, in frames, at which a packet's symbols are clear: the clearest first, none twice."""
    even = symbol * ear.RATE / 1000 / ear.HOP
    periods = even * np.arange(1 - _WIDEST, 1 + _WIDEST + _PACE_STEP / 2, _PACE_STEP)
    places = np.rint(start + periods[:, None] * np.arange(count)).astype(int)
    last = frames.count - 1
    safe = places.clip(0, last)
    clear = frames.confidence[safe]
    for index, value in enumerate(SYNC[:count]):
        clear[:, index] = 2 * ear.clear_as(frames, safe[:, index], value)
    total = np.where(places <= last, clear, 0.0).sum(axis=1)
    chosen: list[int] = []
    for index in np.argsort(-total, kind="stable"):
        if all(abs(int(index) - other) >= _APART for other in chosen):
            chosen.append(int(index))
        if len(chosen) == _PACES_TRIED:
            break
    return [float(periods[index]) for index in chosen]


def _path(frames: Frames, start: int, period: float, count: int) -> NDArray[np.int_] | None:
    """Return the frame of each of `count` symbols: the path of most confidence whose steps are nearly even."""
    states = 2 * _FARTHEST + 1
    centres = np.rint(start + period * np.arange(count)).astype(int)
    places = centres[:, None] + np.arange(-_FARTHEST, _FARTHEST + 1)
    last = frames.count - 1
    inside = (places >= 0) & (places <= last)
    safe = places.clip(0, last)
    gain = np.where(inside, frames.confidence[safe], 0.0)
    for index, value in enumerate(SYNC[:count]):
        gain[index] = np.where(inside[index], ear.clear_as(frames, safe[index], value), 0.0)
    total = np.where(np.abs(np.arange(states) - _FARTHEST) <= 2, gain[0], -np.inf)
    steps = np.zeros((count, states), np.int8)
    # By row: come from the state before, the same, the state behind; the step is a frame longer, even, a frame shorter.
    uneven = np.diff(centres)[:, None] + np.arange(1, -2, -1) - period
    costs = _UNEVEN_COST * uneven * uneven
    for index in range(1, count):
        moved = np.stack([np.append(-np.inf, total[:-1]), total, np.append(total[1:], -np.inf)])
        moved -= costs[index - 1][:, None]
        choice = moved.argmax(axis=0)
        steps[index] = choice - 1
        total = moved[choice, np.arange(states)] + gain[index]
    state = int(total.argmax())
    chosen = np.empty(count, int)
    for index in range(count - 1, -1, -1):
        chosen[index] = places[index, state]
        state += int(steps[index, state])
    return chosen if chosen[0] >= 0 and chosen[-1] <= last + 2 * round(period) else None
