"""Knows how a stretch of text becomes bytes: as UTF-8, or in a fixed prefix code where that is shorter.

The code is a constant of ours and no library's compressor, so that the same text gives the same sound everywhere.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

# Length in bits of the code of each byte value, in base 17; made from the letter frequencies of English.
_LENGTHS = (
    "ggggggggggaggggggggggggggggggggg399cbbc8bbcc797b9999999999abccc9"
    "c8aa98aa99cb9a98ac998abacaccgcgcg466546654a856446a444676a6bggggg"
    "cccccccccccccccccccccccccccccccccccccccbbbbbbbbbbbbbbbbbbbbbbbbb"
    "ggb8bbggggggggggbbggggggbbggggggggbgggggggggggggggggggggggggggff"
)
LONGEST = 16
_MASK = (1 << LONGEST) - 1
# Where a text may be cut: after these.
_ASCII_BREAKS = (b" ", b".", b",", b";", b"!", b"?", b"\n")
_WIDE_BREAKS = tuple(mark.encode() for mark in "、。，！？")


@cache
def _codes() -> tuple[tuple[int, int], ...]:
    """Return (code, bits) of every byte value: the canonical code of the lengths."""
    lengths = [int(digit, LONGEST + 1) for digit in _LENGTHS]
    codes = [(0, 0)] * 256
    code = 0
    before = 0
    for bits, value in sorted((bits, value) for value, bits in enumerate(lengths)):
        code <<= bits - before
        codes[value] = (code, bits)
        code += 1
        before = bits
    return tuple(codes)


@cache
def _ladder() -> tuple[list[int], list[tuple[int, int]]]:
    """Return the codes in order, each filled up with zeros to LONGEST bits, and the (value, bits) of each."""
    filled = sorted((code << (LONGEST - bits), value, bits) for value, (code, bits) in enumerate(_codes()))
    return [code for code, *_ in filled], [(value, bits) for _, value, bits in filled]


def squeeze(raw: bytes) -> bytes:
    """Return the bytes in the prefix code; a one and zeros fill up the last byte."""
    codes = _codes()
    number, size = 1, 0
    for byte in raw:
        code, bits = codes[byte]
        number = (number << bits) | code
        size += bits
    fill = 8 - size % 8
    number = (((number << 1) | 1) << (fill - 1)) & ((1 << (size + fill)) - 1)
    return number.to_bytes((size + fill) // 8, "big")


def unsqueeze(body: bytes) -> bytes:
    """Undo `squeeze`. Raises ValueError for bytes it did not make."""
    number = int.from_bytes(body, "big")
    total = len(body) * 8
    fill = (number & -number).bit_length()
    if not number or fill > 8:
        raise ValueError("no end mark")
    codes, values = _ladder()
    out = bytearray()
    left = total - fill
    # Zeros behind the end, so that there are always LONGEST bits to look at.
    number = number >> fill << LONGEST
    while left > 0:
        ahead = number >> left & _MASK
        place = bisect_right(codes, ahead) - 1
        value, bits = values[place]
        if (ahead ^ codes[place]) >> (LONGEST - bits):
            raise ValueError("no such code")
        out.append(value)
        left -= bits
    if left:
        raise ValueError("a code breaks off")
    return bytes(out)


def ends(raw: bytes, squeezed: bool) -> list[float]:
    """Return for each byte of `raw` where its code ends, in bytes of the body."""
    if not squeezed:
        return [float(index + 1) for index in range(len(raw))]
    codes = _codes()
    return [bits / 8 for bits in accumulate(codes[byte][1] for byte in raw)]


def pieces(text: str, limit: int) -> Iterator[bytes]:
    """Cut a text into UTF-8 pieces of at most `limit` bytes, after spaces and punctuation where there are any.

    The pieces, joined, are the text.
    """
    raw = text.encode()
    start = 0
    while len(raw) - start > limit:
        window = raw[start : start + limit]
        least = limit // 2
        cut = max(window.rfind(mark, least) for mark in _ASCII_BREAKS) + 1
        if len(window) > 3 and not window.isascii():
            cut = max(cut, *(window.rfind(mark, least) + 3 for mark in _WIDE_BREAKS))
        if cut <= least:
            cut = limit
            while raw[start + cut] & 0xC0 == 0x80:
                cut -= 1
        yield raw[start : start + cut]
        start += cut
    if start < len(raw):
        yield raw[start:]
