"""Knows the packet: sync, header, payload, each with its parity. A packet is read whole or not at all.

    sync      5 symbols   a fixed pattern to find it by
    header    9 symbols   payload length, kind and language, voice (3 bytes); 4 bytes of parity
    payload   n symbols   text, text with times, or reference; checksum of header and text (3 bytes); a third of parity

A symbol is a byte; how it sounds is the business of `tones`.
"""

from __future__ import annotations

import hashlib
import math
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mockvoice.audio.modem.moments import HEAD_BYTES, MOST_STEPS
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

PLAIN, SQUEEZED, REFERENCE, TIMED = 0, 1, 2, 3
# The text of a timed packet is in the prefix code where this bit of its first byte is set.
_IS_SQUEEZED = 0x80
# What stands before a text of PIECE_BYTES bytes: the head, and a step for every second byte, and for pauses.
_MOST_TIMED = PIECE_BYTES + HEAD_BYTES + 48
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

    @property
    def is_possible(self) -> bool:
        """Whether a packet of this kind can be so long."""
        return self.length <= (_MOST_TIMED if self.kind == TIMED else PIECE_BYTES)


class Payload(NamedTuple):
    """What a packet says: its UTF-8 bytes, or the digest of a text that was too long for its time; and its moments."""

    raw: bytes
    digest: bytes
    moments: bytes = b""


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
    number = _number_of(language)
    is_first = True
    for piece in pieces(text, PIECE_BYTES):
        body, is_squeezed = _spelled(piece)
        yield _packet(body, SQUEEZED if is_squeezed else PLAIN, number, voice, is_first)
        is_first = False


def timed_packets_of(text: str, voice: int, language: str, moments: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the packets of a text, each with its moments; as many as `pieces` has."""
    number = _number_of(language)
    for index, (piece, own) in enumerate(zip(pieces(text, PIECE_BYTES), moments, strict=True)):
        body, is_squeezed = _spelled(piece)
        head = bytes([own[0] | (_IS_SQUEEZED if is_squeezed else 0)]) + own[1:]
        yield _packet(head + body, TIMED, number, voice, index == 0)


def _number_of(language: str) -> int:
    return LANGUAGES.index(language) if language in LANGUAGES else 0


def _spelled(piece: bytes) -> tuple[bytes, bool]:
    """Return a piece of text as it is or in the prefix code, whichever is shorter, and whether it is in the code."""
    # The code favours Latin letters: where most bytes are others it never gains.
    short = squeeze(piece) if 2 * len(piece.translate(None, _OTHERS)) > len(piece) else piece
    return (short, True) if len(short) < len(piece) else (piece, False)


def reference_to(text: str, voice: int, language: str) -> bytes:
    """Return the one packet that stands for a whole text."""
    return _packet(digest_of(text), REFERENCE, _number_of(language), voice, True)


def read_header(word: bytes) -> Header | None:
    """Return what the symbols of a header say; None when they are no header."""
    found = repair(word, HEADER_PARITY)
    if found is None or not found[0]:
        return None
    kind, language = found[1] >> 6, found[1] & 0x1F
    if language >= len(LANGUAGES) or (kind == REFERENCE and found[0] != _DIGEST_BYTES):
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
    moments = b""
    is_squeezed = header.kind == SQUEEZED
    if header.kind == TIMED:
        moments, is_squeezed, body = _timed(body)
    try:
        raw = unsqueeze(body) if is_squeezed else body
        raw.decode()
    except ValueError:
        return None
    return Payload(raw, b"", moments)


def _timed(body: bytes) -> tuple[bytes, bool, bytes]:
    """Take the body of a timed packet apart: its moments, whether its text is in the prefix code, its text."""
    size = HEAD_BYTES + (body[0] & MOST_STEPS)
    return bytes([body[0] & MOST_STEPS]) + body[1:size], bool(body[0] & _IS_SQUEEZED), body[size:]
