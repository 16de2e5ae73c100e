"""Knows how to draw a plain picture and write it as PNG, and to read back what a file of ours was drawn from.

Plain Python: a picture is eight by eight blocks of sixteen colours, so that a row is written once and packed well.
Other formats, and files of other people, are the worker's (pixels.py).
"""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

MEDIA = {"png": "image/png", "jpeg": "image/jpeg", "webp": "image/webp"}

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BLOCKS = 8
_COLOURS = 16
# Bits of one pixel: two pixels are a byte.
_DEPTH = 4
# Rows of equal blocks differ in nothing: the filter "up" leaves zeros, which even the fastest packing packs.
_NONE, _UP = b"\x00", b"\x02"
_PACKING = 1
_KEYWORD = b"prompt"
# JPEG has room for so many bytes in one comment.
_LONGEST_COMMENT = 65_533
_JPEG_START, _JPEG_COMMENT = b"\xff\xd8", b"\xff\xfe"


class Picture(NamedTuple):
    """What is drawn: the same words, seed and size give the same picture. Sizes are in pixels."""

    text: str
    width: int
    height: int
    seed: str = ""
    is_clear: bool = False


def draw_png(picture: Picture) -> bytes:
    """Return the picture as a PNG with a palette; its words stand in a text chunk called `prompt`."""
    digest = hashlib.sha512(f"{picture.seed}\0{picture.width}\0{picture.height}\0{picture.text}".encode()).digest()
    head = struct.pack(">IIBBBBB", picture.width, picture.height, _DEPTH, 3, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"PLTE", _palette(digest))]
    if picture.is_clear:
        # The darkest colours let through what is behind.
        chunks.append((b"tRNS", bytes(_COLOURS // 2)))
    chunks += [
        (b"iTXt", _KEYWORD + b"\0\0\0\0\0" + picture.text.encode()),
        (b"IDAT", zlib.compress(b"".join(_rows(picture, digest)), _PACKING)),
        (b"IEND", b""),
    ]
    return _SIGNATURE + b"".join(_chunk(name, data) for name, data in chunks)


def _palette(digest: bytes) -> bytes:
    """Return sixteen colours from dark to light, tinted by the digest."""
    tint = digest[:3]
    return bytes(
        (number * 12 + tint[channel] * (4 + number) // 20) % 256 for number in range(_COLOURS) for channel in range(3)
    )


def _rows(picture: Picture, digest: bytes) -> Iterator[bytes]:
    """Yield the lines of pixels, each with its filter before it: those of equal blocks as one piece."""
    for block in range(_BLOCKS):
        height = _edge(block + 1, picture.height) - _edge(block, picture.height)
        if not height:
            continue
        pixels = b"".join(
            bytes([digest[block * _BLOCKS + column] % _COLOURS])
            * (_edge(column + 1, picture.width) - _edge(column, picture.width))
            for column in range(_BLOCKS)
        )
        pixels += bytes(len(pixels) % 2)
        line = bytes(left << _DEPTH | right for left, right in zip(pixels[::2], pixels[1::2], strict=True))
        yield _NONE + line + (_UP + bytes(len(line))) * (height - 1)


def _edge(block: int, pixels: int) -> int:
    return block * pixels // _BLOCKS


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def with_comment(jpeg: bytes, text: str) -> bytes:
    """Return a JPEG with the words of its picture in a comment, cut where they are longer than one may be."""
    comment = text.encode()[:_LONGEST_COMMENT]
    return _JPEG_START + _JPEG_COMMENT + struct.pack(">H", len(comment) + 2) + comment + jpeg[len(_JPEG_START) :]


def words_in(data: bytes) -> str | None:
    """Return the words that a picture of ours was drawn from; None where none are told, or it is another's."""
    if data.startswith(_SIGNATURE):
        return _words_in_png(data)
    if data.startswith(_JPEG_START + _JPEG_COMMENT):
        (length,) = struct.unpack(">H", data[4:6])
        return data[6 : 4 + length].decode("utf-8", "ignore")
    return None


def _words_in_png(data: bytes) -> str | None:
    at = len(_SIGNATURE)
    while at + 8 <= len(data):
        (length,), name = struct.unpack(">I", data[at : at + 4]), data[at + 4 : at + 8]
        if name == b"iTXt" and data[at + 8 : at + 8 + len(_KEYWORD)] == _KEYWORD:
            return data[at + 8 + len(_KEYWORD) + 5 : at + 8 + length].decode("utf-8", "ignore")
        at += length + 12
    return None
