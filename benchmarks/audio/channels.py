"""The 39 channels of the table, and the frontier: what a pipeline may do to sound. Samples in, samples out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, reduce

from benchmarks.audio import effects
from benchmarks.audio.tools import decoded, ffmpeg, sox

Channel = Callable[[bytes], bytes]


# Where ffmpeg reads a format by another name than it writes it.
_READ_AS = {"adts": "aac"}


def _codec(form: str, codec: str, *options: str) -> Channel:
    return lambda data: decoded(ffmpeg(data, "-c:a", codec, *options, "-f", form), _READ_AS.get(form, form))


def _filter(graph: str) -> Channel:
    return lambda data: ffmpeg(data, "-af", graph, "-f", "s16le", "-ar", "24000", "-ac", "1")


def _sox(*arguments: str) -> Channel:
    return lambda data: sox(data, *arguments)


def _chain(*steps: Channel) -> Channel:
    return lambda data: reduce(lambda sound, step: step(sound), steps, data)


def _nothing(data: bytes) -> bytes:
    return data


_WAV_16K = _codec("wav", "pcm_s16le", "-ar", "16000")
_OPUS_24K_VOIP = _codec("ogg", "libopus", "-b:a", "24k", "-application", "voip")
_MULAW = _codec("wav", "pcm_mulaw", "-ar", "8000")
_NORMALIZE = _sox("gain", "-n", "0")
_QUIET = "0.2%"

CODECS: dict[str, Channel] = {
    "none": _nothing,
    "mp3 128k 44.1k": _codec("mp3", "libmp3lame", "-ar", "44100", "-b:a", "128k"),
    "mp3 64k": _codec("mp3", "libmp3lame", "-b:a", "64k"),
    "mp3 32k": _codec("mp3", "libmp3lame", "-b:a", "32k"),
    "mp3 16k": _codec("mp3", "libmp3lame", "-b:a", "16k"),
    "wav 16k": _WAV_16K,
    "aac 32k": _codec("adts", "aac", "-b:a", "32k"),
    "vorbis q0": _codec("ogg", "libvorbis", "-q:a", "0"),
    "opus 32k": _codec("ogg", "libopus", "-b:a", "32k"),
    "opus 24k": _codec("ogg", "libopus", "-b:a", "24k"),
    "opus 24k voip": _OPUS_24K_VOIP,
    "opus 16k": _codec("ogg", "libopus", "-b:a", "16k"),
    "opus 10k": _codec("ogg", "libopus", "-b:a", "10k"),
    "webm opus 48k stereo": _codec("webm", "libopus", "-ar", "48000", "-ac", "2", "-b:a", "32k"),
    "mu-law 8k": _MULAW,
    "g726 32k": _codec("wav", "g726", "-ar", "8000", "-b:a", "32k"),
    "mp3, wav 16k, opus 24k": _chain(
        _codec("mp3", "libmp3lame", "-ar", "44100", "-b:a", "128k"), _WAV_16K, _codec("ogg", "libopus", "-b:a", "24k")
    ),
}
DISTURBED: dict[str, Channel] = {
    "noise 20 dB": partial(effects.noise, decibels=20),
    "noise 10 dB": partial(effects.noise, decibels=10),
    "noise 0 dB": partial(effects.noise, decibels=0),
    "phone": _chain(partial(effects.noise, decibels=15), _MULAW),
    "echo 60 ms": _filter("aecho=1:1:60:0.5,volume=0.7"),
    "room echo": _sox("gain", "-6", "reverb", "50"),
    "other speech -10 dB": partial(effects.other_speech, decibels=-10),
    "other speech 0 dB": partial(effects.other_speech, decibels=0),
}
LEVELS: dict[str, Channel] = {
    "gain -30 dB": _sox("gain", "-30"),
    "+9 dB clipped": _chain(_NORMALIZE, _sox("vol", "9dB")),
    "loudnorm": _filter("loudnorm"),
    "normalize, compressor": _chain(_NORMALIZE, _filter("acompressor=threshold=0.1:ratio=8:attack=5:release=50")),
    "band 300-3400 Hz": _sox("sinc", "300-3400"),
    "trimmed silence": _sox("silence", "1", "0.01", _QUIET, "reverse", "silence", "1", "0.01", _QUIET, "reverse"),
    "silenceremove": _filter("silenceremove=start_periods=1:stop_periods=-1:stop_duration=0.05:stop_threshold=-50dB"),
    "+ 137 ms pad": _sox("pad", "0.137"),
}
HARD: dict[str, Channel] = {
    "normalize, opus 24k voip": _chain(_NORMALIZE, _OPUS_24K_VOIP),
    "amr 12.2k": partial(effects.amr, bits_per_second=12_200),
    "amr 7.4k": partial(effects.amr, bits_per_second=7_400),
    "gsm 13k": _codec("gsm", "libgsm", "-ar", "8000"),
    "atempo 1.05": _filter("atempo=1.05"),
    "asetrate 1.02": _filter("asetrate=24480,aresample=24000"),
}
TABLE: dict[str, Channel] = CODECS | DISTURBED | LEVELS | HARD
FRONTIER: dict[str, Channel] = {
    **{f"atempo {factor}": _filter(f"atempo={factor}") for factor in ("0.9", "0.95", "1.1")},
    "asetrate 0.98": _filter("asetrate=23520,aresample=24000"),
}
CHANNELS: dict[str, Channel] = TABLE | FRONTIER
QUICK_CHANNELS = ("mp3 64k", "opus 24k", "mu-law 8k", "noise 10 dB", "asetrate 1.02")
# What keeps 16 kHz, and so what is hidden above human speech.
WIDE_CHANNELS = (
    "none", "mp3 128k 44.1k", "mp3 64k", "mp3 32k", "wav 16k", "aac 32k", "vorbis q0", "opus 32k", "opus 24k",
    "opus 24k voip", "opus 16k", "noise 20 dB", "noise 10 dB", "echo 60 ms", "gain -30 dB", "loudnorm", "+ 137 ms pad",
)  # fmt: skip
LONG_CHANNELS = ("mp3 64k", "opus 24k", "mu-law 8k", "mp3, wav 16k, opus 24k")
