"""Knows Reed-Solomon over GF(256): our own table for encoding, the library `reedsolo` for repairing.

Both use the field polynomial 0x11D and the generator with roots 1, 2, 4, …; a test holds them together.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

_FIELD = 0x11D


def _product(a: int, b: int) -> int:
    result = 0
    while b:
        if b & 1:
            result ^= a
        a <<= 1
        if a & 0x100:
            a ^= _FIELD
        b >>= 1
    return result


@cache
def _remainders(count: int) -> tuple[int, ...]:
    """Return what each value of the leading byte adds to the remainder, as a number of `count` bytes."""
    generator = [1]
    root = 1
    for _ in range(count):
        longer = [*generator, 0]
        for index, value in enumerate(generator):
            longer[index + 1] ^= _product(value, root)
        generator = longer
        root = _product(root, 2)
    return tuple(
        int.from_bytes(bytes(_product(value, factor) for factor in generator[1:]), "big") for value in range(256)
    )


def parity(data: bytes, count: int) -> bytes:
    """Return the `count` parity bytes that make `data` a code word."""
    table = _remainders(count)
    top, mask = 8 * (count - 1), (1 << 8 * (count - 1)) - 1
    rest = 0
    for byte in data:
        rest = ((rest & mask) << 8) ^ table[(rest >> top) ^ byte]
    return rest.to_bytes(count, "big")


@cache
def _decoder(count: int) -> Callable[[bytes, Sequence[int]], bytes | None]:
    import reedsolo  # noqa: PLC0415 - only damaged packets need it

    codec: Any = reedsolo.RSCodec(count)

    def decode(word: bytes, erased: Sequence[int]) -> bytes | None:
        try:
            return bytes(codec.decode(word, erase_pos=list(erased))[0])
        except reedsolo.ReedSolomonError:
            return None

    return decode


def repair(word: bytes, count: int, erased: Sequence[int] = ()) -> bytes | None:
    """Return the data of a code word with at most e errors and s erasures, 2e + s <= count; None if that fails.

    Beyond this bound a wrong repair is possible, though unlikely: a checksum inside the data must decide.
    """
    data = word[:-count]
    if parity(data, count) == word[-count:]:
        return data
    return _decoder(count)(word, erased)
