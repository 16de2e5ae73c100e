"""Packets hidden above speech: exact through what keeps 16 kHz, never wrong."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from mockvoice.audio import codec, espeak, stretch, voice
from mockvoice.audio.hearing import Hearing
from mockvoice.audio.modem import ear, halving, highband
from mockvoice.audio.modem.ear import Floats, Found
from mockvoice.audio.modem.packets import voice_number
from mockvoice.audio.modem.schedule import schedule

needs_espeak = pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra espeak is not installed")

TEXTS = {
    "en": "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56.",
    "zh": "你好，世界。今天天气很好！",
    "de": "She sells six Swiss sea shells 👨‍👩‍👧: sizzling, hissing, fizzing, Spaß.",
}
# How it went: format of the codec and bits a second.
CODED = {
    "mp3 32k": ("mp3", 32_000), "mp3 64k": ("mp3", 64_000), "mp3 128k": ("mp3", 128_000), "opus 24k": ("opus", 24_000),
    "opus 32k": ("opus", 32_000), "aac 32k": ("aac", 32_000), "flac": ("flac", None),
}  # fmt: skip


@cache
def spoken(language: str, speed: float = 1.0) -> bytes:
    text = TEXTS[language]
    speech = espeak.say(text, language, "alloy", speed)
    return highband.mix(speech.pcm, schedule(text, voice_number("alloy"), language, speed))


def floats(pcm: bytes) -> Floats:
    return np.frombuffer(pcm, "<i2").astype(np.float32) / np.float32(32_768)


def hear_high(samples: Floats) -> list[Found]:
    low = halving.lower(samples)
    return ear.hear(low, 48.0, highband.LOWERED) or ear.hear(low, 24.0, highband.LOWERED)


def heard(pcm_16k: bytes) -> str:
    return b"".join(packet.raw for packet in hear_high(floats(pcm_16k))).decode()


@needs_espeak
@pytest.mark.slow
@pytest.mark.parametrize("channel", CODED)
@pytest.mark.parametrize("language", TEXTS)
def test_the_hidden_text_is_exact_after_a_codec(language: str, channel: str, monkeypatch: pytest.MonkeyPatch) -> None:
    form, bit_rate = CODED[channel]
    monkeypatch.setitem(codec.FORMATS, form, replace(codec.FORMATS[form], bit_rate=bit_rate))
    data = codec.encode(spoken(language), espeak.RATE, form)

    blocks, _ = codec.decode(data, halving.RATE)

    assert heard(b"".join(blocks)) == TEXTS[language]


@needs_espeak
@pytest.mark.parametrize("language", TEXTS)
def test_the_hidden_text_is_exact_at_16_khz_and_in_noise(language: str) -> None:
    pcm = spoken(language)
    wave = np.frombuffer(pcm, "<i2").astype(np.float64)
    noise = np.random.default_rng(7).normal(size=len(wave)) * np.sqrt(np.mean(wave**2)) / 10
    noisy = np.clip(wave + noise, -32_768, 32_767).astype("<i2").tobytes()

    plain, loud = (heard(stretch.resampled(one, espeak.RATE, halving.RATE)) for one in (pcm, noisy))

    assert (plain, loud) == (TEXTS[language], TEXTS[language])


@needs_espeak
@pytest.mark.slow
def test_fast_speech_carries_its_text_in_short_symbols() -> None:
    pcm = stretch.resampled(spoken("en", 1.6), espeak.RATE, halving.RATE)

    (first, *_) = found = hear_high(floats(pcm))

    assert b"".join(packet.raw for packet in found).decode() == TEXTS["en"]
    assert (first.symbol, first.header.voice, first.header.language) == (0.024, voice_number("alloy"), "en")


@needs_espeak
def test_speech_is_loud_and_what_it_hides_is_26_decibels_below() -> None:
    wave = np.frombuffer(spoken("en"), "<i2").astype(np.float64)
    energy = np.abs(np.fft.rfft(wave)) ** 2
    hertz = np.fft.rfftfreq(len(wave), 1 / espeak.RATE)

    hidden_share = schedule(TEXTS["en"], 0, "en", 1.0).milliseconds * 24 / len(wave)
    ratio = 10 * np.log10(energy[hertz < 3_300].sum() * hidden_share / energy[hertz > 3_600].sum())

    assert abs(ratio - highband.BELOW_DECIBELS) < 1
    assert np.abs(wave).max() == 26_000


@needs_espeak
def test_the_ears_for_the_voice_and_for_the_high_band_do_not_mistake_each_other() -> None:
    pcm = spoken("en")
    low = floats(stretch.resampled(pcm, espeak.RATE, ear.RATE))

    bare = floats(stretch.resampled(espeak.say(TEXTS["en"], "en", "alloy").pcm, espeak.RATE, halving.RATE))

    assert ear.hear(low, 48.0) == []
    assert hear_high(bare) == []


@needs_espeak
@pytest.mark.slow
@pytest.mark.parametrize("speed", [1.0, 1.9])
def test_tones_and_human_speech_joined_give_all_their_texts(speed: float) -> None:
    tones = voice.speak("Tones alone. ", "nova", speed)
    hearing = Hearing()

    hearing.take(stretch.resampled(tones + spoken("en", speed) + tones, voice.RATE, halving.RATE))

    found = b"".join(packet.raw for packet in hearing.finish().packets).decode()
    assert found == f"Tones alone. {TEXTS['en']}Tones alone. "


@pytest.mark.parametrize("milliseconds", [0, 5, 400, 20_000])
def test_a_mix_lasts_as_long_as_the_longer_part_and_hides_even_under_silence(milliseconds: int) -> None:
    plan = schedule("Silence speaks.", 1, "en", 1.0)

    pcm = highband.mix(bytes(48 * milliseconds), plan)

    assert len(pcm) == 48 * max(milliseconds, plan.milliseconds)
    assert heard(stretch.resampled(pcm, espeak.RATE, halving.RATE)) == "Silence speaks."


def test_nothing_to_hide_leaves_the_speech() -> None:
    tone = (8_000 * np.sin(np.arange(48_000) * 2 * np.pi * 440 / 24_000)).astype("<i2").tobytes()

    pcm = highband.mix(tone, schedule("", 1, "en", 1.0))

    assert len(pcm) == len(tone)
    assert hear_high(floats(stretch.resampled(pcm, espeak.RATE, halving.RATE))) == []


def test_the_low_pass_keeps_speech_and_timing_and_makes_room_for_the_tones() -> None:
    click = np.zeros(50_000)
    click[30_000] = 1.0

    clean = highband.lowpassed(click)

    decibels = 20 * np.log10(np.abs(np.fft.rfft(clean)) + 1e-12)
    hertz = np.fft.rfftfreq(len(clean), 1 / espeak.RATE)
    assert len(clean) == len(click)
    assert int(np.abs(clean).argmax()) == 30_000
    assert abs(decibels[hertz < 3_250]).max() < 0.5
    assert decibels[hertz > 3_700].max() < -75


@needs_espeak
@pytest.mark.slow
@pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg, the judge that is not ours, is not installed")
@pytest.mark.parametrize("suffix", ["mp3", "ogg", "m4a", "wav"])
def test_the_hidden_text_is_exact_after_ffmpeg(suffix: str, tmp_path: Path) -> None:
    source, coded, target = tmp_path / "source.wav", tmp_path / f"coded.{suffix}", tmp_path / "target.raw"
    source.write_bytes(codec.encode(spoken("en"), espeak.RATE, "wav"))
    command = ["ffmpeg", "-loglevel", "error", "-i"]

    subprocess.run([*command, source, "-ar", "16000", "-b:a", "32k", coded], check=True)
    subprocess.run([*command, coded, "-ar", "16000", "-ac", "1", "-f", "s16le", target], check=True)

    assert heard(target.read_bytes()) == TEXTS["en"]
