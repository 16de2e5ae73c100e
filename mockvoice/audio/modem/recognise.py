"""Knows in which order sound is searched for packets, and how long sound is searched in pieces. Needs numpy.

A search is only for the stretches in which no earlier one found a packet, so that the slow ones cost nothing where the
first one found everything, and everything is found where clips of different speed were joined.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from mockvoice.audio.modem import drift, ear
from mockvoice.audio.modem.ear import RATE, Floats, Found

# Milliseconds of a symbol: two ticks, one tick, and two frames of MP3 at 44.1 kHz.
SYMBOLS = (48.0, 24.0, 2_304_000 / 44_100)
# A packet lasts 6.9 s at most: 115 symbols of 52.2 ms, or of 48 ms and 14 % slower. The overlap must hold one.
WINDOW = 64 * RATE
OVERLAP = 9 * RATE
# The shortest packet has 24 symbols of 24 ms, and may be 14 % faster.
_SHORTEST = round(0.49 * RATE)
# Sound that stays below this share of full scale (-70 dB) is silence.
_SILENCE = 3e-4
# Where a packet begins and ends is known to 6 ms: the next window begins a little before the end of the last packet,
# and what sounds so near to a packet is still the packet.
_MARGIN = RATE // 100

# The search for drift settles on one pitch: the second time it may be that of another clip.
# Sound that was transcoded badly, but kept its tempo, is searched once more, with guesses.
_SEARCHES: tuple[Callable[[Floats], list[Found]], ...] = (
    *(partial(ear.hear, symbol_milliseconds=symbol) for symbol in SYMBOLS),
    drift.hear,
    drift.hear,
    *(partial(ear.hear, symbol_milliseconds=symbol, is_thorough=True) for symbol in SYMBOLS[:2]),
)


def recognise(samples: Floats) -> list[Found]:
    """Return the packets in mono samples at 8 kHz, full scale 1, in order. Times are seconds from the first sample.

    Takes as much memory as one window of 64 s needs, however many samples there are.
    """
    found: list[Found] = []
    start = 0
    while True:
        is_last = start + WINDOW >= len(samples)
        here = _search(samples[start : start + WINDOW], is_last)
        found += (_later(packet, start) for packet in here)
        if is_last:
            return found
        # What begins before the overlap was heard whole; a packet heard in the overlap is left out of the next window.
        heard = int(here[-1].end * RATE) - _MARGIN if here else 0
        start += max(WINDOW - OVERLAP, heard)


def _search(window: Floats, is_last: bool) -> list[Found]:
    found: list[Found] = []
    for search in _SEARCHES:
        for first, last in list(_unheard(window, found, is_last)):
            found += (_later(packet, first) for packet in search(window[first:last]))
        found.sort(key=lambda packet: packet.start)
    return found


def _unheard(window: Floats, found: list[Found], is_last: bool) -> Iterator[tuple[int, int]]:
    """Yield the stretches of samples that are no packet yet and may hold one."""
    begins = [max(0, round(packet.start * RATE)) for packet in found]
    ends = [min(len(window), round(packet.end * RATE)) for packet in found]
    for first, last in zip([0, *ends], [*begins, len(window)], strict=True):
        # A packet that goes on behind the window is whole in the next one.
        is_open = last == len(window) and not is_last
        inner = window[first + _MARGIN : last - _MARGIN]
        if last - first >= (OVERLAP if is_open else _SHORTEST) and abs(inner).max() > _SILENCE:
            yield first, last


def _later(packet: Found, samples: int) -> Found:
    seconds = samples / RATE
    return packet._replace(start=packet.start + seconds, end=packet.end + seconds)
