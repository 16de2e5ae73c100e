"""Knows how doubtful symbols are read: the strongest tones first, then with doubtful ones erased or guessed otherwise.

A lost symbol has nearly always one of its two tones right, and every other time the second strongest is the other one.
Needs numpy.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from mockvoice.audio.modem.packets import (
    HEADER_PARITY,
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


class Symbols:
    """Symbols as heard, and which were not there. What is only asked of damaged ones is found out when it is asked."""

    def __init__(self, shares: Floats, missing: tuple[int, ...] = ()) -> None:
        """Take a row of shares for each symbol: sixteen of the low group, sixteen of the high one."""
        self._groups = shares.reshape(-1, 2, GROUP)
        self._first = self._groups.argmax(axis=2)
        self.values = _values(self._first)
        self.missing = missing

    @cached_property
    def _ahead(self) -> tuple[Floats, NDArray[np.intp]]:
        """By how much the strongest tone of each group is ahead of the second, and which that is."""
        rest = self._groups.copy()
        best = np.take_along_axis(rest, self._first[:, :, None], axis=2)
        np.put_along_axis(rest, self._first[:, :, None], -1.0, axis=2)
        second = rest.argmax(axis=2)
        ahead: Floats = (best - np.take_along_axis(rest, second[:, :, None], axis=2))[:, :, 0]
        return ahead, second

    @cached_property
    def doubtful(self) -> list[int]:
        """The places of all symbols, the least sure first."""
        order: list[int] = np.argsort(self._ahead[0].min(axis=1), kind="stable").tolist()
        return order

    @cached_property
    def guesses(self) -> bytes:
        """The values with the less sure tone of each replaced by the second strongest."""
        ahead, second = self._ahead
        doubt = np.arange(2) == ahead.argmin(axis=1)[:, None]
        return _values(np.where(doubt, second, self._first))


def _values(tones: NDArray[np.intp]) -> bytes:
    return (tones[:, 0] | tones[:, 1] << 4).astype(np.uint8).tobytes()


def headers(symbols: Symbols, is_thorough: bool = False) -> Iterator[Header]:
    """Yield the headers that symbols may be, each once."""
    header = read_header(symbols.values)
    if header is not None and header.is_possible:
        yield header
    elif is_thorough:
        seen = set()
        order = symbols.doubtful
        for erased in (order[:2], order[:3], order[:4]):
            data = repair(symbols.values, HEADER_PARITY, erased)
            header = read_header(data + parity(data, HEADER_PARITY)) if data is not None else None
            if header is not None and header.is_possible and header not in seen:
                seen.add(header)
                yield header


def payload(symbols: Symbols, header: Header, is_thorough: bool = False) -> Payload | None:
    """Return the payload that symbols are; None when they are too damaged."""
    allowed = parity_count(header.length)
    missing = symbols.missing
    if len(missing) > allowed:
        return None
    left = allowed - len(missing)
    if not is_thorough:
        found = read_payload(header, symbols.values, missing)
        if found is not None:
            return found
    gone = set(missing)
    order = [index for index in symbols.doubtful if index not in gone]
    for extra in (left // 2, left) if not is_thorough else (left // 4, left * 3 // 4):
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
