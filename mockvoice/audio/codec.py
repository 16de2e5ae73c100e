"""Knows how to turn samples into files and files into samples. PyAV is the codec, in both directions.

Import it only where work is done (the worker): PyAV costs some 45 ms and 30 MB.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import av
from av.audio.resampler import AudioResampler
from av.error import FFmpegError

from mockvoice.audio.bare import WRITERS
from mockvoice.audio.blocks import frames_of
from mockvoice.audio.samples import AudioSegment
from mockvoice.audio.sniff import sniff
from mockvoice.audio.sound import BadAudio, Sound

# Decoding stops at this much audio: a 1 Hz wav of 48 kB would otherwise unfold to 760 MB.
MAX_SECONDS = 4 * 3600
# Packets that may fail before a file counts as broken off.
MAX_ERRORS = 20
# An encoder pads its last frame: 1,024 samples at 8 kHz are 0.128 s.
_PADDING_SECONDS = 0.15
EXAMINE_RATE = 16_000
# Containers that tell their length, and how far into an MP3 its index may be (behind a tag).
_TELLING = frozenset({"wav", "flac", "mov", "matroska"})
_INDEX_BYTES = 64 << 10
# Samples are handed on in blocks of at least this size.
_BLOCK_BYTES = 64_000
# What takes a block of samples.
Take = Callable[[bytes], None]


@dataclass(frozen=True, slots=True)
class Format:
    """How a format is written: FFmpeg's muxer and codec, the rate the codec insists on, its bit rate and options."""

    muxer: str
    codec: str
    rate: int | None
    bit_rate: int | None
    options: tuple[tuple[str, str], ...] = ()


# Options measured to be the fastest that sound the same: LAME 7, Opus 0, AAC fast.
FORMATS = {
    "mp3": Format("mp3", "libmp3lame", None, 64_000, (("compression_level", "7"),)),
    "opus": Format("ogg", "libopus", 48_000, 32_000, (("compression_level", "0"),)),
    "ogg": Format("ogg", "libopus", 48_000, 32_000, (("compression_level", "0"),)),
    "aac": Format("adts", "aac", None, 64_000, (("aac_coder", "fast"),)),
    "m4a": Format("ipod", "aac", None, 64_000, (("aac_coder", "fast"),)),
    "webm": Format("webm", "libopus", 48_000, 32_000, (("compression_level", "0"),)),
    "flac": Format("flac", "flac", None, None),
    "wav": Format("wav", "pcm_s16le", None, None),
    "pcm": Format("s16le", "pcm_s16le", None, None),
}
# No provider offers these, fixtures have them: as a telephone sounds, and MP3 as others write it, with an index.
FIXTURE_FORMATS = {
    "telephone": Format("wav", "pcm_mulaw", 8_000, None),
    "indexed-mp3": Format("mp3", "libmp3lame", None, 64_000, (("compression_level", "7"),)),
}


def encode(pcm: bytes, rate: int, format_name: str, comment: str = "") -> bytes:
    """Return a whole file in one of the formats from mono 16-bit samples; the same bytes for the same samples.

    The comment goes where the format has a place for one that PyAV can write.
    """
    form = FORMATS.get(format_name) or FIXTURE_FORMATS[format_name]
    if format_name in WRITERS:
        return b"".join(WRITERS[format_name](pcm, rate, form.bit_rate or 0, comment))
    sink = io.BytesIO()
    with av.open(sink, "w", format=form.muxer, options={"fflags": "+bitexact"}) as out:
        stream = stream_of(out, form, rate, comment)
        for frame in frames_of(pcm, rate):
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return sink.getvalue()


def stream_of(out: Any, form: Format, rate: int, comment: str) -> Any:
    """Return the audio stream of a file that is written."""
    stream = out.add_stream(form.codec, rate=form.rate or rate, options=dict(form.options))
    stream.layout = "mono"
    if form.bit_rate is not None:
        stream.bit_rate = form.bit_rate
    if comment:
        # Ogg keeps comments with the stream, the others with the file.
        (stream if form.muxer == "ogg" else out).metadata["comment"] = comment
    return stream


def decode(data: bytes, rate: int, max_seconds: float = MAX_SECONDS) -> tuple[Iterator[bytes], Sound]:
    """Decode everything at once; return mono 16-bit blocks at `rate`, and what was found. Raises BadAudio."""
    blocks: list[bytes] = []
    sound, _ = _read(data, rate, max_seconds, blocks.append)
    return iter(blocks), sound


def examine(data: bytes, max_seconds: float = MAX_SECONDS) -> Sound:
    """Decode everything, keep nothing, and say what was found. Raises BadAudio."""
    return _read(data, EXAMINE_RATE, max_seconds, None)[0]


def listen(data: bytes, take: Take, max_seconds: float = MAX_SECONDS) -> tuple[Sound, str]:
    """Hand mono 16-bit blocks at EXAMINE_RATE to `take`; return what was found, and the file's comment.

    Raises BadAudio.
    """
    return _read(data, EXAMINE_RATE, max_seconds, take)


def _read(data: bytes, rate: int, max_seconds: float, take: Take | None) -> tuple[Sound, str]:
    if not data:
        raise BadAudio("empty", "no bytes at all")
    demuxer = sniff(data)
    if demuxer is None:
        raise BadAudio("not-audio", "the first bytes belong to no audio format")
    try:
        source = av.open(io.BytesIO(data), "r", format=demuxer, options={"protocol_whitelist": "none"})
    except (FFmpegError, ValueError) as error:
        raise BadAudio("not-audio", f"looks like {demuxer}, but does not open: {type(error).__name__}") from None
    with source:
        if not source.streams.audio:
            raise BadAudio("not-audio", f"a {demuxer} file without an audio stream")
        counter = _Counter(rate, max_seconds, take)
        errors = _drain(source, counter)
        stream = source.streams.audio[0]
        if demuxer == "mov" and stream.duration and stream.time_base:
            counter.cut_padding(float(stream.duration * stream.time_base))
        if counter.samples == 0:
            raise BadAudio("no-samples", f"a {demuxer} file without a single sample")
        counter.hand_on(all_of_it=True)
        sound = Sound(
            milliseconds=round(counter.samples * 1000 / rate),
            container=demuxer,
            codec=stream.codec_context.name,
            sample_rate=stream.codec_context.sample_rate,
            channels=stream.codec_context.channels,
            peak=counter.peak / 32768,
            header_milliseconds=round(source.duration / 1000) if source.duration and _claims(demuxer, data) else None,
            errors=errors,
        )
        return sound, _comment(source.metadata) or _comment(stream.metadata)


def _comment(metadata: Mapping[str, str]) -> str:
    """Return the comment among the tags of a file; Matroska spells its names in capitals."""
    return next((text for name, text in metadata.items() if name.lower() == "comment"), "")


def _claims(demuxer: str, data: bytes) -> bool:
    """Say whether a file of this kind tells its length; of an MP3 without an index FFmpeg only guesses it."""
    return demuxer in _TELLING or any(mark in data[:_INDEX_BYTES] for mark in (b"Xing", b"Info"))


def _drain(source: av.container.InputContainer, counter: _Counter) -> int:
    """Push every packet through decoder and resampler; return the number of packets that failed."""
    errors = 0
    stream = source.streams.audio[0]
    try:
        for packet in source.demux(stream):
            try:
                for frame in packet.decode():
                    counter.take(frame)
            except (FFmpegError, ValueError):
                errors += 1
                if errors > MAX_ERRORS:
                    break
    except FFmpegError:
        errors += 1
    counter.finish()
    return errors


class _Counter:
    """Resamples frames, counts their samples, remembers the loudest, and hands blocks on if asked to."""

    def __init__(self, rate: int, max_seconds: float, take: Take | None) -> None:
        self.samples = 0
        self.peak = 0
        self._rate = rate
        self._limit = int(max_seconds * rate)
        self._take = take
        self._held = b""
        self._kind: tuple[str, str, int] | None = None
        self._resampler = AudioResampler(format="s16", layout="mono", rate=rate)

    def take(self, frame: av.AudioFrame) -> None:
        """Count one frame. Raises BadAudio past the limit.

        Joined or damaged files change rate or layout on the way, which one resampler does not take.
        """
        kind = (frame.format.name, frame.layout.name, frame.sample_rate)
        if kind != self._kind:
            self.finish()
            self._kind = kind
            self._resampler = AudioResampler(format="s16", layout="mono", rate=self._rate)
        for piece in self._resampler.resample(frame):
            self._count(piece)

    def finish(self) -> None:
        """Count what the resampler still holds."""
        if self._kind is not None:
            with contextlib.suppress(FFmpegError, ValueError):
                for piece in self._resampler.resample(None):
                    self._count(piece)

    def cut_padding(self, seconds: float) -> None:
        """Forget what lies past the end that an edit list gives, if it is no more than an encoder's padding."""
        excess = self.samples - round(seconds * self._rate)
        if 0 < excess <= _PADDING_SECONDS * self._rate:
            self.samples -= excess
            self._held = self._held[: -2 * excess]

    def hand_on(self, all_of_it: bool = False) -> None:
        """Hand blocks on, except for an end that may turn out to be padding."""
        if self._take is not None:
            ready = len(self._held) - (0 if all_of_it else 2 * int(_PADDING_SECONDS * self._rate))
            if ready > 0:
                self._take(self._held[:ready])
                self._held = self._held[ready:]

    def _count(self, frame: av.AudioFrame) -> None:
        block = bytes(frame.planes[0])[: frame.samples * 2]
        self.samples += frame.samples
        self.peak = max(self.peak, AudioSegment(block, sample_width=2, frame_rate=self._rate, channels=1).max)
        if self._take is not None:
            self._held += block
            if len(self._held) > _BLOCK_BYTES:
                self.hand_on()
        if self.samples > self._limit:
            raise BadAudio("too-long", f"longer than {self._limit / self._rate:g} s")
