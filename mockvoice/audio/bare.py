"""Knows the formats that need no muxer: what is written of them is final, so it can be sent piece by piece."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

from mockvoice.audio import lame
from mockvoice.audio.tags import id3

_PIECE_BYTES, _MP3_PIECE_BYTES = 48_000, 4_096
# Yields a file from mono 16-bit samples, their rate, a bit rate, and a comment.
Writer = Callable[[bytes, int, int, str], Iterator[bytes]]


def wav_header(data_bytes: int, rate: int, channels: int = 1) -> bytes:
    """Return the 44-byte header of a 16-bit PCM wav with `data_bytes` of samples."""
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + data_bytes, b"WAVE", b"fmt ", 16, 1, channels, rate,
        rate * channels * 2, channels * 2, 16, b"data", data_bytes,
    )  # fmt: skip


def _samples(pcm: bytes, _rate: int, _bit_rate: int, _comment: str) -> Iterator[bytes]:
    for start in range(0, len(pcm), _PIECE_BYTES):
        yield pcm[start : start + _PIECE_BYTES]


def _wav(pcm: bytes, rate: int, bit_rate: int, comment: str) -> Iterator[bytes]:
    yield wav_header(len(pcm), rate)
    yield from _samples(pcm, rate, bit_rate, comment)


def _mp3(pcm: bytes, rate: int, bit_rate: int, comment: str) -> Iterator[bytes]:
    # Not through FFmpeg's muxer: its index tells what is padding, but ffprobe counts the padding all the same.
    held = id3(comment)
    for frame in lame.on_time(pcm, rate, bit_rate):
        held += frame
        if len(held) > _MP3_PIECE_BYTES:
            yield held
            held = b""
    yield held


WRITERS: dict[str, Writer] = {"pcm": _samples, "wav": _wav, "mp3": _mp3}
