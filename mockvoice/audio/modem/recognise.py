"""Knows in which order sound is searched for packets, and how long sound is searched in pieces. Needs numpy.

A search is only for the stretches in which no earlier one found a packet, so that the slow ones cost nothing where the
first one found everything, and everything is found where clips of different speed were joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from mockvoice.audio.modem import drift, ear
from mockvoice.audio.modem.ear import RATE, VOICE, Band, Floats, Found, Looked
from mockvoice.audio.modem.halving import lower
from mockvoice.audio.modem.highband import LOWERED

# Milliseconds of a symbol: two ticks, one tick, and two frames of MP3 at 44.1 kHz.
SYMBOLS = (48.0, 24.0, 2_304_000 / 44_100)
# A packet lasts 8.8 s at most: 183 symbols of 48 ms where it is timed, else 115 of 52.2 ms, or of 48 ms and 14 %
# slower. The overlap must hold one.
WINDOW = 64 * RATE
OVERLAP = 10 * RATE
# The shortest packet has 24 symbols, which last 24 ms or more, and may be 14 % faster.
_SHORTEST_SYMBOLS = 24
_SHORTEST = round(0.49 * RATE)
# Sound that stays below this share of full scale (-70 dB) is silence.
_SILENCE = 3e-4
# Where a packet begins and ends is known to 6 ms: the next window begins a little before the end of the last packet,
# and what sounds so near to a packet is still the packet.
_MARGIN = RATE // 100
# The same sound at 16 kHz has so many more samples.
_WIDER = 2
# Frames by which a sync may be seen beside where it is.
_NEAR = 2
_NOTHING: Floats = np.zeros(0, np.float32)


class Window:
    """Samples at 8 kHz and, where there are some, the same sound at 16 kHz. Remembers what was seen in a stretch."""

    def __init__(self, samples: Floats, wide: Floats | None = None) -> None:
        self.samples = samples
        self._wide = wide
        self._seen: dict[tuple[int, int, float, Band], Looked] = {}
        self._lowered: dict[tuple[int, int], Floats] = {}

    def _stretch(self, first: int, last: int, band: Band) -> Floats:
        if band is VOICE:
            return self.samples[first:last]
        if self._wide is None:
            return _NOTHING
        key = (first, last)
        if key not in self._lowered:
            self._lowered[key] = lower(self._wide[_WIDER * first : _WIDER * last])
        return self._lowered[key]

    def is_silent(self, first: int, last: int) -> bool:
        """Say whether nothing is loud enough to be a packet."""
        inner = self.samples[first:last] if self._wide is None else self._wide[_WIDER * first : _WIDER * last]
        return not ((inner > _SILENCE) | (inner < -_SILENCE)).any()

    def seen(self, first: int, last: int, symbol: float, band: Band) -> Looked:
        """Return what is seen in a stretch of samples, looking once."""
        key = (first, last, symbol, band)
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = ear.looked(self._stretch(first, last, band), symbol, band)
        return found


Search = Callable[[Window, int, int], list[Found]]


def _steady(window: Window, first: int, last: int, symbol: float, band: Band = VOICE) -> list[Found]:
    return ear.packets_in(window.seen(first, last, symbol, band))


def _thorough(window: Window, first: int, last: int, symbol: float) -> list[Found]:
    """Try once more where a sync was seen when the whole window was looked at, and no packet was found."""
    seen = window.seen(0, len(window.samples), symbol, VOICE)
    begin, end = ((sample / RATE + seen.frames.offset) * RATE / ear.HOP for sample in (first, last))
    # Only the last packet of all may break off; any other would be one that was found.
    room = 0 if last == len(window.samples) else _SHORTEST_SYMBOLS * seen.period
    inside = seen._replace(begins=[one for one in seen.begins if begin - _NEAR <= one <= end + _NEAR - room])
    return [_later(packet, -first) for packet in ear.packets_in(inside, is_thorough=True)]


def _drifting(window: Window, first: int, last: int) -> list[Found]:
    return drift.hear(window.samples[first:last])


# The search for drift settles on one pitch: the second time it may be that of another clip.
# Sound that was transcoded badly, but kept its tempo, is searched once more, with guesses.
_SEARCHES: tuple[Search, ...] = (
    *(partial(_steady, symbol=symbol) for symbol in SYMBOLS[:2]),
    *(partial(_steady, symbol=symbol, band=LOWERED) for symbol in SYMBOLS[:2]),
    partial(_steady, symbol=SYMBOLS[2]),
    _drifting,
    _drifting,
    *(partial(_thorough, symbol=symbol) for symbol in SYMBOLS[:2]),
)


def recognise(samples: Floats, wide: Floats | None = None) -> list[Found]:
    """Return the packets in mono samples at 8 kHz, full scale 1, in order. Times are seconds from the first sample.

    In `wide`, the same sound at 16 kHz, packets above human speech are looked for, too. Takes as much memory as one
    window of 64 s needs, however many samples there are.
    """
    found: list[Found] = []
    start = 0
    while True:
        stop = start + WINDOW
        is_last = stop >= len(samples)
        part = wide[_WIDER * start : _WIDER * stop] if wide is not None else None
        here = _search(Window(samples[start:stop], part), is_last)
        found += (_later(packet, start) for packet in here)
        if is_last:
            return found
        # What begins before the overlap was heard whole; a packet heard in the overlap is left out of the next window.
        heard = int(here[-1].end * RATE) - _MARGIN if here else 0
        start += max(WINDOW - OVERLAP, heard)


def _search(window: Window, is_last: bool) -> list[Found]:
    found: list[Found] = []
    unheard = list(_unheard(window, found, is_last))
    in_vain: set[tuple[Search, int, int]] = set()
    for search in _SEARCHES:
        before = len(found)
        for first, last in unheard:
            if (search, first, last) not in in_vain:
                in_vain.add((search, first, last))
                found += (_later(packet, first) for packet in search(window, first, last))
        if len(found) > before:
            found.sort(key=lambda packet: packet.start)
            unheard = list(_unheard(window, found, is_last))
    return found


def _unheard(window: Window, found: list[Found], is_last: bool) -> Iterator[tuple[int, int]]:
    """Yield the stretches of samples that are no packet yet and may hold one."""
    begins = [max(0, round(packet.start * RATE)) for packet in found]
    ends = [min(len(window.samples), round(packet.end * RATE)) for packet in found]
    for first, last in zip([0, *ends], [*begins, len(window.samples)], strict=True):
        # A packet that goes on behind the window is whole in the next one.
        is_open = last == len(window.samples) and not is_last
        is_long = last - first >= (OVERLAP if is_open else _SHORTEST)
        if is_long and not window.is_silent(first + _MARGIN, last - _MARGIN):
            yield first, last


def _later(packet: Found, samples: int) -> Found:
    seconds = samples / RATE
    return packet._replace(start=packet.start + seconds, end=packet.end + seconds)
