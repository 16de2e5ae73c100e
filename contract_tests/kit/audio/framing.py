"""Knows how audio files are framed, and says what one lacks to be whole. Decodes nothing.

Sources: RIFF WAVE (data sizes), ISO/IEC 11172-3 and 13818-3 (MPEG audio frames), ISO/IEC 13818-7 (ADTS),
RFC 3533 (Ogg pages), ISO/IEC 14496-12 (boxes), RFC 8794 (EBML).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from contract_tests.kit.audio.sound import container_of

# A size that says "nobody knows yet", which a server writes that streams a wav: none, or as many bytes as there may be,
# with or without those of the header. No answer that is read is a thirtieth of that.
_PLACEHOLDER = 0x7FFFF000


def lack_of(data: bytes) -> str:
    """Say what a file lacks to be whole, by its own frames and sizes; empty where nothing is missing."""
    walk = _WALKS.get(container_of(data))
    return walk(data) if walk else ""


# -- wav ---------------------------------------------------------------------------------------------


def _wav(data: bytes) -> str:
    at = 12
    block_align = 0
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name == b"fmt ":
            block_align = int.from_bytes(data[at + 20 : at + 22], "little")
        if name == b"data":
            return _wav_samples(len(data) - at - 8, size, block_align)
        at += 8 + size + size % 2
    return "there is no chunk with samples"


def _wav_samples(there: int, announced: int, block_align: int) -> str:
    if not announced or announced >= _PLACEHOLDER:
        announced = there
    if announced > there:
        return f"the header announces {announced:,} bytes of samples, {there:,} came"
    if block_align and announced % block_align:
        return f"the last sample breaks off: {announced:,} bytes are no multiple of {block_align}"
    return ""


# -- MPEG audio --------------------------------------------------------------------------------------

_VERSION_1, _VERSION_2 = 3, 2
_BIT_RATES = {
    _VERSION_1: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    _VERSION_2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = {_VERSION_1: (44_100, 48_000, 32_000), _VERSION_2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_TAGS_BEHIND = (b"TAG", b"APETAGEX", b"LYRICSBEGIN")


def _mp3_frame(head: bytes) -> int:
    """Return how many bytes a frame of layer III has by its first four; 0 where they begin none."""
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, bit_rate, rate = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version not in _RATES or rate == 3 or not 0 < bit_rate < 15:
        return 0
    kilobits = _BIT_RATES[_VERSION_1 if version == _VERSION_1 else _VERSION_2][bit_rate]
    words = 144_000 if version == _VERSION_1 else 72_000
    return words * kilobits // _RATES[version][rate] + (head[2] >> 1 & 1)


def _behind_tags(data: bytes) -> int:
    """Return where the sound begins, behind ID3v2 tags."""
    at = 0
    while data[at : at + 3] == b"ID3":
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        at += 10 + size + (10 if data[at + 5 : at + 6] == b"\x10" else 0)
    return at


class _Frames(NamedTuple):
    number: int
    lack: str


def _frames(data: bytes, at: int, size_of: Callable[[bytes], int]) -> _Frames:
    """Walk frames that follow each other without a gap, to the end or a tag behind them."""
    count = 0
    while at < len(data):
        rest = data[at : at + 11]
        size = size_of(rest)
        if not size:
            return _Frames(count, "" if _is_behind(data, at) else f"no frame begins at byte {at:,} of {len(data):,}")
        if at + size > len(data):
            return _Frames(count, f"the last frame breaks off after {len(data) - at} of its {size} bytes")
        count += 1
        at += size
    return _Frames(count, "" if count else "there is no frame")


def _is_behind(data: bytes, at: int) -> bool:
    return data[at:].startswith(_TAGS_BEHIND) or not any(data[at:])


def _mp3(data: bytes) -> str:
    start = _behind_tags(data)
    if start > len(data):
        return "it breaks off inside its tag"
    frames = _frames(data, start, _mp3_frame)
    announced = _indexed_frames(data[start : start + 200])
    # The frame with the index may count itself.
    if not frames.lack and frames.number < announced:
        return f"its index announces {announced:,} frames, {frames.number - 1:,} came"
    return frames.lack


def _indexed_frames(first: bytes) -> int:
    """Return how many frames the index in the first frame announces; 0 where there is none."""
    at = max(first.find(b"Xing"), first.find(b"Info"))
    if at < 0 or not first[at + 7 : at + 8] or not first[at + 7] & 1:
        return 0
    return int.from_bytes(first[at + 8 : at + 12], "big")


def _adts_frame(head: bytes) -> int:
    if len(head) < 7 or head[0] != 0xFF or head[1] & 0xF6 != 0xF0:
        return 0
    return (head[3] & 3) << 11 | head[4] << 3 | head[5] >> 5


def _aac(data: bytes) -> str:
    return _frames(data, 0, _adts_frame).lack


# -- Ogg ---------------------------------------------------------------------------------------------

_LAST_PAGE = 4
_OGG_HEAD = 27


class _Page(NamedTuple):
    flags: int
    serial: int
    number: int
    is_sound: bool  # its checksum is right


def _checksums() -> list[int]:
    table = []
    for byte in range(256):
        value = byte << 24
        for _ in range(8):
            value = (value << 1 ^ 0x04C11DB7 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
        table.append(value)
    return table


_CHECKSUMS = _checksums()


def _checksum(page: bytes) -> int:
    value = 0
    for byte in page:
        value = (value << 8 & 0xFFFFFFFF) ^ _CHECKSUMS[value >> 24 ^ byte]
    return value


def _pages(data: bytes) -> Iterator[_Page | str]:
    """Yield pages, and a sentence instead of the first that is not one."""
    at = 0
    while at < len(data):
        head = data[at : at + _OGG_HEAD]
        segments = data[at + _OGG_HEAD : at + _OGG_HEAD + head[26]] if len(head) == _OGG_HEAD else b""
        size = _OGG_HEAD + len(segments) + sum(segments)
        if head[:4] != b"OggS"[: len(head)]:
            yield f"no page begins at byte {at:,} of {len(data):,}"
            return
        if len(head) < _OGG_HEAD or len(segments) < head[26] or at + size > len(data):
            yield f"the last page breaks off at byte {len(data):,}"
            return
        page = data[at : at + size]
        told = int.from_bytes(head[22:26], "little")
        right = told == _checksum(page[:22] + bytes(4) + page[26:])
        yield _Page(head[5], int.from_bytes(head[14:18], "little"), int.from_bytes(head[18:22], "little"), right)
        at += size


def _ogg(data: bytes) -> str:
    pages: list[_Page] = []
    for one in _pages(data):
        if isinstance(one, str):
            return one
        pages.append(one)
    damaged = next((one for one in pages if not one.is_sound), None)
    if damaged:
        return f"page {damaged.number} has a wrong checksum"
    for one, after in pairwise(pages):
        if one.serial == after.serial and after.number != one.number + 1:
            return f"page {after.number} comes behind page {one.number}"
    return "" if pages[-1].flags & _LAST_PAGE else "no page is marked as the last one"


# -- boxes and elements ------------------------------------------------------------------------------


def _mp4(data: bytes) -> str:
    at = 0
    names = set()
    while at < len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        size = size or len(data) - at
        if size < 8 or at + size > len(data):
            return f"the box {name.decode('latin-1')!r} has {size:,} bytes, {len(data) - at:,} came"
        names.add(name)
        at += size
    missing = {b"moov", b"mdat"} - names
    return f"there is no box {sorted(missing)[0].decode()!r}" if missing else ""


_SEGMENT = 0x18538067


class _Number(NamedTuple):
    value: int
    size: int
    is_unknown: bool


def _number(data: bytes, at: int, keeps_marker: bool) -> _Number | None:
    """Read one of EBML's numbers; None where it breaks off, or is none."""
    first = data[at] if at < len(data) else 0
    size = 9 - first.bit_length()
    if not first or at + size > len(data):
        return None
    value = int.from_bytes(data[at : at + size], "big")
    bits = (1 << 7 * size) - 1
    return _Number(value if keeps_marker else value & bits, size, value & bits == bits)


def _webm(data: bytes) -> str:
    at = 0
    while at < len(data):
        name = _number(data, at, keeps_marker=True)
        size = _number(data, at + name.size, keeps_marker=False) if name else None
        if name is None or size is None:
            return f"the last element breaks off at byte {len(data):,}"
        at += name.size + size.size
        if not size.is_unknown and at + size.value > len(data):
            return f"the element {name.value:x} has {size.value:,} bytes, {len(data) - at:,} came"
        # What stands in a segment, or in an element of a length nobody knew, is looked at as well.
        if not size.is_unknown and name.value != _SEGMENT:
            at += size.value
    return ""


_WALKS: dict[str, Callable[[bytes], str]] = {
    "wav": _wav,
    "mp3": _mp3,
    "aac": _aac,
    "ogg": _ogg,
    "mp4": _mp4,
    "webm": _webm,
}
