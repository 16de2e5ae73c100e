"""Looks inside audio with the suite's own eyes: container by its first bytes, then everything decoded and counted."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.media import bare

# Nothing louder than this is silence: 16-bit samples, so about -50 dB of full scale.
SILENT_PEAK = 104
# A longer answer is not decoded to its end.
LONGEST_SECONDS = 1_800


class NotAudio(Exception):
    """The bytes do not decode; the message says why."""


@dataclass(frozen=True)
class Sound:
    """What some bytes decode to. `samples` are mono, 16 bit, at `rate` hertz."""

    container: str
    codec: str
    rate: int
    channels: int
    milliseconds: int
    peak: int
    samples: Any
    claimed_milliseconds: int | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing is to be heard."""
        return self.peak <= SILENT_PEAK


def _is_mp3(head: bytes) -> bool:
    return head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)


def _is_aac(head: bytes) -> bool:
    return len(head) > 1 and head[0] == 0xFF and head[1] & 0xF6 == 0xF0


# Container → how its first bytes look. Order matters: ADTS and MPEG audio differ in the layer bits alone.
_MAGIC: dict[str, Callable[[bytes], bool]] = {
    "wav": lambda head: head[:4] == b"RIFF" and head[8:12] == b"WAVE",
    "flac": lambda head: head[:4] == b"fLaC",
    "ogg": lambda head: head[:4] == b"OggS",
    "webm": lambda head: head[:4] == b"\x1aE\xdf\xa3",
    "mp4": lambda head: head[4:8] == b"ftyp",
    "aac": _is_aac,
    "mp3": _is_mp3,
}
_DEMUXER = {"wav": "wav", "flac": "flac", "ogg": "ogg", "webm": "matroska", "mp4": "mov", "aac": "aac", "mp3": "mp3"}
# Media type without parameters → containers it may stand for; pcm has no magic.
CONTAINERS = {
    "audio/mpeg": ("mp3",), "audio/mp3": ("mp3",), "audio/wav": ("wav",), "audio/x-wav": ("wav",),
    "audio/flac": ("flac",), "audio/x-flac": ("flac",), "audio/ogg": ("ogg",), "audio/opus": ("ogg",),
    "audio/aac": ("aac",), "audio/mp4": ("mp4",), "audio/webm": ("webm",), "audio/pcm": ("pcm",),
}  # fmt: skip


def container_of(data: bytes) -> str:
    """Return the container that the first bytes show; empty if none is known."""
    return next((name for name, fits in _MAGIC.items() if fits(data[:16])), "")


def decode(data: bytes) -> Sound:
    """Decode everything. Raises NotAudio for bytes that are no audio, or break off in the middle of decoding."""
    container = container_of(data)
    if not container:
        raise NotAudio(f"the first bytes are those of no audio format: {data[:12]!r}")
    import av  # noqa: PLC0415 - it costs 45 ms, and not every run hears anything
    import numpy as np  # noqa: PLC0415

    pieces: list[Any] = []
    count = 0
    try:
        with av.open(io.BytesIO(data), "r", format=_DEMUXER[container], options={"protocol_whitelist": "none"}) as file:
            stream = file.streams.audio[0]
            claimed = int(stream.duration * stream.time_base * 1000) if stream.duration and stream.time_base else None
            rate, channels, codec = stream.rate, stream.channels, stream.codec_context.name
            resample = av.AudioResampler("s16", "mono", rate)
            for frame in file.decode(stream):
                for one in resample.resample(frame):
                    pieces.append(one.to_ndarray().reshape(-1))
                    count += one.samples
                if count > rate * LONGEST_SECONDS:
                    break
            for one in resample.resample(None):
                pieces.append(one.to_ndarray().reshape(-1))
                count += one.samples
    except (av.error.FFmpegError, IndexError, ValueError, TypeError) as error:
        raise NotAudio(f"does not decode as {container}: {error}") from None
    if not count:
        raise NotAudio(f"a {container} file without a single sample")
    samples = np.concatenate(pieces)
    return Sound(
        container, codec, rate, channels, count * 1000 // rate, int(np.abs(samples.astype(int)).max()), samples, claimed
    )


def of_pcm(data: bytes, rate: int = 24_000) -> Sound:
    """Take headerless bytes for mono 16-bit samples. Raises NotAudio for an odd number of bytes, or none."""
    if not data or len(data) % 2:
        raise NotAudio(f"{len(data)} bytes are no 16-bit samples")
    import numpy as np  # noqa: PLC0415

    samples = np.frombuffer(data, "<i2")
    return Sound(
        "pcm", "pcm_s16le", rate, 1, len(samples) * 1000 // rate, int(np.abs(samples.astype(int)).max()), samples
    )


def hear(data: bytes, media: str) -> Sound:
    """Decode an answer by its media type; `audio/pcm` has no container. Raises NotAudio."""
    return of_pcm(data) if bare(media) == "audio/pcm" else decode(data)
