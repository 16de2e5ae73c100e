"""Knows how doubtful symbols are read: the strongest tones first, then with doubtful ones erased or guessed otherwise.

A lost symbol has nearly always one of its two tones right, and every other time the second strongest is the other one.
Needs numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem.packets import (
    HEADER_PARITY,
    PIECE_BYTES,
    Header,
    Payload,
    parity_count,
    read_header,
    read_payload,
)
from mockvoice.audio.modem.parity import parity, repair
from mockvoice.audio.modem.tones import GROUP

# How many of the most doubtful symbols are guessed otherwise, in all combinations.
_GUESSED = 3
# Parity that guesses must leave over: without it anything can be repaired into something.
_SPARE = 4

Floats = NDArray[np.float32]


class Symbols(NamedTuple):
    """Symbols as heard: the likeliest value, the second guess, how sure the first is (0 to 1), which were not there."""

    values: bytes
    guesses: bytes
    sure: Floats
    missing: tuple[int, ...]


def symbols_of(shares: Floats, missing: tuple[int, ...] = ()) -> Symbols:
    """Return the symbols in rows of shares: sixteen of the low group, sixteen of the high one."""
    groups = shares.reshape(-1, 2, GROUP)
    order = groups.argsort(axis=2)[:, :, :-3:-1]
    best = np.take_along_axis(groups, order, axis=2)
    ahead = best[:, :, 0] - best[:, :, 1]
    first, second = order[:, :, 0], order[:, :, 1]
    # The guess changes the tone that is less sure.
    doubt = np.arange(2) == ahead.argmin(axis=1)[:, None]
    other = np.where(doubt, second, first)
    values, guesses = ((tone[:, 0] | tone[:, 1] << 4).astype(np.uint8).tobytes() for tone in (first, other))
    return Symbols(values, guesses, ahead.min(axis=1), missing)


def headers(symbols: Symbols, is_thorough: bool = False) -> Iterator[Header]:
    """Yield the headers that symbols may be, each once."""
    order = [int(index) for index in np.argsort(symbols.sure, kind="stable")]
    header = read_header(symbols.values)
    if header is not None and header.length <= PIECE_BYTES:
        yield header
    elif is_thorough:
        seen = set()
        for erased in (order[:2], order[:3], order[:4]):
            data = repair(symbols.values, HEADER_PARITY, erased)
            header = read_header(data + parity(data, HEADER_PARITY)) if data is not None else None
            if header is not None and header.length <= PIECE_BYTES and header not in seen:
                seen.add(header)
                yield header


def payload(symbols: Symbols, header: Header, is_thorough: bool = False) -> Payload | None:
    """Return the payload that symbols are; None when they are too damaged."""
    allowed = parity_count(header.length)
    missing = symbols.missing
    if len(missing) > allowed:
        return None
    gone = set(missing)
    order = [int(index) for index in np.argsort(symbols.sure, kind="stable") if index not in gone]
    left = allowed - len(missing)
    for extra in (0, left // 2, left) if not is_thorough else (left // 4, left * 3 // 4):
        found = read_payload(header, symbols.values, (*missing, *order[:extra]))
        if found is not None:
            return found
    return _guessed(symbols, header, order, left) if is_thorough else None


def _guessed(symbols: Symbols, header: Header, order: list[int], left: int) -> Payload | None:
    doubtful, others = order[:_GUESSED], order[_GUESSED:]
    for count in range(1, len(doubtful) + 1):
        for chosen in combinations(doubtful, count):
            word = bytearray(symbols.values)
            for index in chosen:
                word[index] = symbols.guesses[index]
            for extra in (0, left // 4, left // 2, left * 3 // 4):
                if left - extra < _SPARE:
                    continue
                found = read_payload(header, bytes(word), (*symbols.missing, *others[:extra]))
                if found is not None:
                    return found
    return None
