"""Knows the packet: sync, header, payload, each with its parity. A packet is read whole or not at all.

    sync      5 symbols   a fixed pattern to find it by
    header    9 symbols   payload length, kind and language, voice (3 bytes); 4 bytes of parity
    payload   n symbols   text or reference; checksum of header and text (3 bytes); a third of parity

A symbol is a byte; how it sounds is the business of `tones`.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterator
from typing import NamedTuple

from mockvoice.audio.modem.parity import parity, repair
from mockvoice.audio.modem.spelling import pieces, squeeze, unsqueeze

SYNC = bytes([0x0F, 0xF0, 0x7A, 0xC3, 0x55])
HEADER_BYTES, HEADER_PARITY = 5, 4
HEADER_SYMBOLS = HEADER_BYTES + HEADER_PARITY
CHECK_BYTES = 3
# UTF-8 bytes of one packet: as much as is lost when it is damaged, some five seconds.
PIECE_BYTES = 72
# Parity for each byte of payload.
_PARITY_SHARE = 0.33
_LEAST_PARITY = 6
_DIGEST_BYTES = 8
_OTHERS = bytes(range(0x80, 0x100))

PLAIN, SQUEEZED, REFERENCE = 0, 1, 2
_FIRST = 0x20
# The number of a language is its place here; 0 is none. Only ever append.
LANGUAGES = ("", "en", "zh", "ja", "ko", "fr", "de", "es", "ar", "ru", "it", "pt", "nl", "pl", "hi", "tr", "vi", "th")


class Header(NamedTuple):
    """What a packet says of its payload. `is_first` marks the first packet of an utterance."""

    length: int
    kind: int
    is_first: bool
    language: str
    voice: int

    @property
    def is_squeezed(self) -> bool:
        """Whether the text is in the prefix code."""
        return self.kind == SQUEEZED


class Payload(NamedTuple):
    """What a packet says: its UTF-8 bytes, or the digest of a text that was too long for its time."""

    raw: bytes
    digest: bytes


def voice_number(name: str) -> int:
    """Return the 24-bit number by which packets name a voice."""
    return int.from_bytes(hashlib.blake2s(name.encode(), digest_size=3).digest(), "big")


def digest_of(text: str) -> bytes:
    """Return the 8 bytes by which a packet refers to a text that it does not hold."""
    return hashlib.blake2s(text.encode(), digest_size=_DIGEST_BYTES).digest()


def parity_count(length: int) -> int:
    """Return how many parity bytes protect a payload of `length` bytes, checksum included."""
    return max(_LEAST_PARITY, 2 * math.ceil((length + CHECK_BYTES) * _PARITY_SHARE / 2))


def payload_symbols(length: int) -> int:
    """Return how many symbols a payload of `length` bytes takes with checksum and parity."""
    return length + CHECK_BYTES + parity_count(length)


def _packet(body: bytes, kind: int, language: int, voice: int, is_first: bool) -> bytes:
    header = bytes([len(body), kind << 6 | (_FIRST if is_first else 0) | language]) + voice.to_bytes(3, "big")
    data = body + _check(header, body)
    return b"".join([SYNC, header, parity(header, HEADER_PARITY), data, parity(data, parity_count(len(body)))])


def _check(header: bytes, body: bytes) -> bytes:
    return (zlib.crc32(body, zlib.crc32(header)) & 0xFFFFFF).to_bytes(CHECK_BYTES, "big")


def packets_of(text: str, voice: int, language: str) -> Iterator[bytes]:
    """Yield the packets of a text, in order."""
    number = LANGUAGES.index(language) if language in LANGUAGES else 0
    is_first = True
    for piece in pieces(text, PIECE_BYTES):
        # The code favours Latin letters: where most bytes are others it never gains.
        short = squeeze(piece) if 2 * len(piece.translate(None, _OTHERS)) > len(piece) else piece
        if len(short) < len(piece):
            yield _packet(short, SQUEEZED, number, voice, is_first)
        else:
            yield _packet(piece, PLAIN, number, voice, is_first)
        is_first = False


def reference_to(text: str, voice: int, language: str) -> bytes:
    """Return the one packet that stands for a whole text."""
    number = LANGUAGES.index(language) if language in LANGUAGES else 0
    return _packet(digest_of(text), REFERENCE, number, voice, True)


def read_header(word: bytes) -> Header | None:
    """Return what the symbols of a header say; None when they are no header."""
    found = repair(word, HEADER_PARITY)
    if found is None or not found[0]:
        return None
    kind, language = found[1] >> 6, found[1] & 0x1F
    if kind > REFERENCE or language >= len(LANGUAGES) or (kind == REFERENCE and found[0] != _DIGEST_BYTES):
        return None
    return Header(found[0], kind, bool(found[1] & _FIRST), LANGUAGES[language], int.from_bytes(found[2:], "big"))


def _header_bytes(header: Header) -> bytes:
    first = _FIRST if header.is_first else 0
    return bytes([header.length, header.kind << 6 | first | LANGUAGES.index(header.language)]) + header.voice.to_bytes(
        3, "big"
    )


def read_payload(header: Header, word: bytes, erased: tuple[int, ...] = ()) -> Payload | None:
    """Return what the symbols of a payload say; None when they are too damaged, or the checksum disagrees."""
    data = repair(word, parity_count(header.length), erased)
    if data is None:
        return None
    body = data[:-CHECK_BYTES]
    if data[-CHECK_BYTES:] != _check(_header_bytes(header), body):
        return None
    if header.kind == REFERENCE:
        return Payload(b"", body)
    try:
        raw = unsqueeze(body) if header.kind == SQUEEZED else body
        raw.decode()
    except ValueError:
        return None
    return Payload(raw, b"")
