"""Knows audio files and pictures by their first bytes.

Our own short list on purpose: a codec library that probes for itself also takes playlists, concat scripts
and SDP, which reach for other files or wait on a socket (measured: 20 s for an SDP text).
"""

from __future__ import annotations

from collections.abc import Callable

_FORM_TYPES = {b"AIFF": "aiff", b"AIFC": "aiff"}
_BOXES = frozenset({b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"})


def _is_adts(head: bytes) -> bool:
    return len(head) > 6 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


def _is_mpeg_frame(head: bytes) -> bool:
    return len(head) > 3 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06 != 0 and head[2] >> 4 != 0xF


# (test, demuxer) in order; a demuxer is named as FFmpeg names it.
_SIGNATURES: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda head: head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE", "wav"),
    (lambda head: head[:3] == b"ID3" and len(head) > 10, "mp3"),
    (lambda head: head[:4] == b"fLaC", "flac"),
    (lambda head: head[:4] == b"OggS", "ogg"),
    (lambda head: head[:4] == b"\x1a\x45\xdf\xa3", "matroska"),
    (lambda head: head[4:8] in _BOXES, "mov"),
    (lambda head: head[:4] == b"FORM" and head[8:12] in _FORM_TYPES, "aiff"),
    (lambda head: head[:5] == b"#!AMR", "amr"),
    (lambda head: head[:4] == b"caff", "caf"),
    (lambda head: head[:8] == b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (_is_adts, "aac"),
    (_is_mpeg_frame, "mp3"),
)


def sniff(data: bytes) -> str | None:
    """Return the demuxer for these bytes, or None when they are no audio file we know."""
    return _first(_SIGNATURES, data)


_PICTURES: tuple[tuple[Callable[[bytes], bool], str], ...] = (
    (lambda head: head[:8] == b"\x89PNG\r\n\x1a\n", "png_pipe"),
    (lambda head: head[:3] == b"\xff\xd8\xff", "jpeg_pipe"),
    (lambda head: head[:4] == b"RIFF" and head[8:12] == b"WEBP", "webp_pipe"),
    (lambda head: head[:4] == b"GIF8", "gif"),
    (lambda head: head[:2] == b"BM", "bmp_pipe"),
    (lambda head: head[:4] in {b"II*\0", b"MM\0*"}, "tiff_pipe"),
)


def sniff_picture(data: bytes) -> str | None:
    """Return the demuxer for these bytes, or None when they are no picture we know."""
    return _first(_PICTURES, data)


def _first(signatures: tuple[tuple[Callable[[bytes], bool], str], ...], data: bytes) -> str | None:
    head = data[:16]
    return next((demuxer for fits, demuxer in signatures if fits(head)), None)
