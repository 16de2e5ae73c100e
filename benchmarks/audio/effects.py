"""What ffmpeg and sox cannot do alone: noise and speech of a given level, AMR, and ten minutes of other sounds."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray

from benchmarks.audio.tools import RATE, decoded, run
from mockvoice.audio import espeak
from mockvoice.audio.modem.tones import HIGH, LOW

Doubles = NDArray[np.float64]
_SPEECH = (
    "It was a bright cold day in April, and the clocks were striking thirteen. She asked him twice what the weather "
    "would be like in the mountains, but he only shrugged, folded his newspaper and looked out of the window. "
)
_VOICES = ("en", "en-us+f3", "de", "fr", "es", "en+m7", "en-gb-scotland", "it")
_AMR_SAMPLES = 160
_AMR_RATE = 8_000


def _samples(data: bytes) -> Doubles:
    return np.frombuffer(data, "<i2").astype(np.float64)


def _bytes(samples: Doubles) -> bytes:
    return np.clip(np.rint(samples), -32_768, 32_767).astype("<i2").tobytes()


def _level(samples: Doubles) -> float:
    return float(np.sqrt((samples**2).mean())) or 1.0


def noise(data: bytes, decibels: float) -> bytes:
    """Return samples with white noise so many decibels below them."""
    samples = _samples(data)
    amplitude = _level(samples) * 10 ** (-decibels / 20)
    return _bytes(samples + np.random.default_rng(1).normal(0, amplitude, len(samples)))


def other_speech(data: bytes, decibels: float) -> bytes:
    """Return samples with someone else speaking, at so many decibels relative to them."""
    samples = _samples(data)
    other = np.resize(_samples(speech(20)), len(samples))
    return _bytes(samples + other * (_level(samples) * 10 ** (decibels / 20) / _level(other)))


def amr(data: bytes, bits_per_second: int) -> bytes:
    """Return samples after AMR-NB: encoded by PyAV, as Debian's ffmpeg cannot, and decoded by ffmpeg."""
    import av  # noqa: PLC0415 - only this channel needs it

    encoder = av.CodecContext.create("libopencore_amrnb", "w")
    encoder.sample_rate, encoder.layout, encoder.format = _AMR_RATE, "mono", "s16"
    encoder.bit_rate = bits_per_second
    encoder.open()
    narrow = run(
        ("sox", "-D", "-t", "raw", "-e", "signed", "-b", "16", "-c", "1", "-r", str(RATE), "-",
         "-t", "raw", "-r", str(_AMR_RATE), "-"), data
    )  # fmt: skip
    parts = [b"#!AMR\n"]
    step = 2 * _AMR_SAMPLES
    for start in range(0, len(narrow), step):
        frame = av.AudioFrame(format="s16", layout="mono", samples=_AMR_SAMPLES)
        frame.sample_rate = _AMR_RATE
        frame.planes[0].update(narrow[start : start + step].ljust(frame.planes[0].buffer_size, b"\0"))
        parts += map(bytes, encoder.encode(frame))
    parts += map(bytes, encoder.encode(None))
    return decoded(b"".join(parts), "amr")


@cache
def speech(seconds: int) -> bytes:
    """Return speech by espeak-ng in eight voices, over and over; noise shaped like speech where it is absent."""
    if shutil.which("espeak-ng") is not None:
        said = b"".join(decoded(run(("espeak-ng", "-v", voice, "--stdout", _SPEECH)), "wav") for voice in _VOICES)
    elif find_spec("espeakng_loader") is not None:
        said = b"".join(espeak.say(_SPEECH, voice.partition("+")[0], voice).pcm for voice in _VOICES)
    else:
        return _murmur(seconds)
    size = 2 * RATE * seconds
    return (said * (size // len(said) + 1))[:size]


def _murmur(seconds: int) -> bytes:
    count = RATE * seconds
    white = np.random.default_rng(2).normal(0, 1, count)
    smooth = np.convolve(white, np.hanning(24), "same")
    syllables = np.maximum(0, np.sin(2 * np.pi * 4 * np.arange(count) / RATE))
    return _bytes(smooth * syllables * 800)


def white_noise(seconds: int) -> bytes:
    """Return white noise."""
    return _bytes(np.random.default_rng(3).normal(0, 3_000, RATE * seconds))


def other_tones(seconds: int) -> bytes:
    """Return dual tones: keys of a telephone, and pairs of the modem's own at random, of 20 to 200 ms each."""
    random = np.random.default_rng(4)
    keys = ((697, 770, 852, 941), (1209, 1336, 1477, 1633))
    parts: list[Doubles] = []
    count = 0
    while count < RATE * seconds:
        groups = keys if random.random() < 0.5 else (LOW, HIGH)
        time = np.arange(RATE * int(random.integers(20, 200)) // 1000) / RATE
        parts.append(sum((np.sin(2 * np.pi * random.choice(group) * time) for group in groups), np.zeros(len(time))))
        count += len(time)
    return _bytes(np.concatenate(parts)[: RATE * seconds] * 5_000)


def silence(seconds: int) -> bytes:
    """Return silence."""
    return bytes(2 * RATE * seconds)


FOREIGN: dict[str, Callable[[int], bytes]] = {
    "noise": white_noise,
    "speech": speech,
    "tones": other_tones,
    "silence": silence,
}
