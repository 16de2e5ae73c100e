"""What a file tells of its own length, read by parsers that share nothing with the codec; and what ffprobe reads."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

# Of MPEG-2 layer III, the only kind that is made here: kilobits a second, and the rates.
_KILOBITS = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES = (22_050, 24_000, 16_000)
_FRAME_SAMPLES = 576


def wav(data: bytes) -> float:
    assert (data[:4], data[8:16], data[36:40]) == (b"RIFF", b"WAVEfmt ", b"data")
    (bytes_a_second,) = struct.unpack("<I", data[28:32])
    (size,) = struct.unpack("<I", data[40:44])
    assert len(data) == 44 + size
    return float(size / bytes_a_second)


def flac(data: bytes) -> float:
    assert data[:4] == b"fLaC"
    packed = int.from_bytes(data[18:26], "big")  # 20 bits of rate, 3 + 5 of channels and width, 36 of samples
    return float((packed & (1 << 36) - 1) / (packed >> 44))


def opus(data: bytes) -> float:
    pages = [place for place in range(len(data)) if data.startswith(b"OggS\0", place)]
    (last,) = struct.unpack("<q", data[pages[-1] + 6 : pages[-1] + 14])
    head = data.index(b"OpusHead")
    (skipped,) = struct.unpack("<H", data[head + 10 : head + 12])
    return float((last - skipped) / 48_000)


def mp3(data: bytes) -> float:
    place = 0
    if data[:3] == b"ID3":
        place = 10 + sum(byte << shift for byte, shift in zip(data[6:10], (21, 14, 7, 0), strict=True))
    seconds = 0.0
    while place < len(data):
        head = data[place : place + 4]
        assert head[:2] == b"\xff\xf3", "not a frame of MPEG-2 layer III"
        rate = _RATES[head[2] >> 2 & 3]
        place += 72_000 * _KILOBITS[head[2] >> 4] // rate + (head[2] >> 1 & 1)
        seconds += _FRAME_SAMPLES / rate
    assert place == len(data), "the last frame is cut"
    return seconds


READERS = {"wav": wav, "flac": flac, "opus": opus, "mp3": mp3}


def by_ffprobe(path: Path) -> float:
    command = ["ffprobe", "-v", "error", "-show_entries", "format=duration", "-of", "csv=p=0", str(path)]
    return float(subprocess.run(command, capture_output=True, check=True).stdout)
