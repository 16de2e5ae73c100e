"""Faults of speech are made from faithful bytes, and each is noticed by the judge that is there for it."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from contract_tests.kit.audio.sound import NotAudio, Sound
from contract_tests.kit.audio.speech import (
    breaks,
    disguises,
    form_of,
    growth,
    heard,
    hurries,
    likeness,
    outliers,
    silences,
    speeds,
)
from contract_tests.kit.flaws import Flaw, first_of
from tests.contract.endpoint import encoded, wav

FIXTURES = Path(__file__).parents[2] / "fixtures"
TEXT = "Hello, how can I help you today?"
TYPES = {
    "mp3": "audio/mpeg",
    "opus": "audio/opus",
    "aac": "audio/aac",
    "flac": "audio/flac",
    "wav": "audio/wav",
    "m4a": "audio/mp4",
    "webm": "audio/webm",
    "pcm": "audio/pcm",
}
LINK = b'{"audio_url": "https://cdn.example.com/speech.mp3"}'


def clip(form: str) -> bytes:
    return clip("wav")[44:] if form == "pcm" else (FIXTURES / f"hello-en.{form}").read_bytes()


def sound(form: str = "wav") -> Sound:
    return heard(clip(form), is_bare=form == "pcm")


# -- what it is --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("form", "media"), TYPES.items())
def test_what_was_asked_for_under_its_own_type_is_no_disguise(form: str, media: str) -> None:
    assert list(disguises(clip(form), media, form, media)) == []
    assert list(disguises(clip(form), media, "", "")) == []


@pytest.mark.parametrize("form", TYPES)
def test_a_text_is_no_audio(form: str) -> None:
    found = list(disguises(LINK, TYPES[form], form, TYPES[form]))

    assert [one.got for one in found] == [f"text: {LINK.decode()}"]


def test_a_text_is_no_audio_where_only_the_type_says_what_it_should_be() -> None:
    assert first_of(disguises(LINK, "audio/mpeg", "", "audio/mpeg")) == Flaw(
        "mp3, as Content-Type audio/mpeg says", f"text: {LINK.decode()}"
    )


@pytest.mark.parametrize(("asked", "sent"), [(a, b) for a in TYPES for b in TYPES if b not in {a, "pcm"}])
def test_another_format_under_the_type_of_the_one_that_was_asked_for_is_noticed(asked: str, sent: str) -> None:
    assert first_of(disguises(clip(sent), TYPES[asked], asked, TYPES[asked]))


@pytest.mark.parametrize("asked", [form for form in TYPES if form != "pcm"])
def test_bare_samples_are_not_taken_for_a_file(asked: str) -> None:
    assert first_of(disguises(clip("pcm"), TYPES[asked], asked, TYPES[asked]))


def test_another_codec_in_the_right_container_is_noticed() -> None:
    compressed = encoded(sound().samples, "adpcm_ms", "wav")

    assert first_of(disguises(compressed, "audio/wav", "wav", "audio/wav")) == Flaw(
        "wav coded as pcm", "wav coded as adpcm_ms"
    )


def test_the_right_bytes_under_another_type_are_noticed() -> None:
    found = list(disguises(clip("mp3"), "application/octet-stream", "mp3", "audio/mpeg"))

    assert found == [Flaw("Content-Type audio/mpeg for mp3", "Content-Type application/octet-stream")]


def test_where_the_documents_give_a_misleading_type_the_name_decides() -> None:
    assert list(disguises(clip("wav"), "audio/mpeg", "wav", "audio/mpeg")) == []
    assert first_of(disguises(clip("mp3"), "audio/mpeg", "wav", "audio/mpeg"))


def test_samples_that_begin_like_a_frame_are_samples() -> None:
    data = b"\xff\xfb\x90\x64" + clip("pcm")

    assert list(disguises(data, "audio/pcm", "pcm", "audio/pcm")) == []


@pytest.mark.parametrize(("name", "container"), [("mp3_44100_128", "mp3"), ("OPUS", "ogg"), ("pcm_24000", "pcm")])
def test_a_name_may_carry_figures(name: str, container: str) -> None:
    form = form_of(name)

    assert form is not None
    assert form.container == container


# -- whether it is whole -----------------------------------------------------------------------------


@pytest.mark.parametrize("form", TYPES)
def test_a_whole_file_does_not_break_off(form: str) -> None:
    assert list(breaks(clip(form), is_bare=form == "pcm")) == []


@pytest.mark.parametrize("form", [form for form in TYPES if form != "pcm"])
@pytest.mark.parametrize("part", [0.4, 0.6, 0.95])
def test_a_file_that_breaks_off_is_noticed(form: str, part: float) -> None:
    data = clip(form)

    assert first_of(breaks(data[: int(len(data) * part)], is_bare=False))


def test_a_flac_whose_last_frames_are_missing_is_noticed_by_the_length_it_tells() -> None:
    data = clip("flac")
    cut = data[: data.rindex(b"\xff\xf8")]

    assert first_of(breaks(cut, is_bare=False))


def test_a_wav_that_was_sent_before_its_length_was_known_does_not_break_off() -> None:
    data = clip("wav")
    streamed = data[:40] + b"\xff\xff\xff\xff" + data[44:]

    assert list(breaks(streamed, is_bare=False)) == []


def test_half_a_sample_is_noticed_without_a_container() -> None:
    assert first_of(breaks(clip("pcm")[:-1], is_bare=True))


def test_a_text_is_not_whole_audio() -> None:
    assert first_of(breaks(LINK, is_bare=False))


# -- silence -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TYPES)
def test_speech_is_no_silence(form: str) -> None:
    assert list(silences(sound(form))) == []


@pytest.mark.parametrize(("codec", "muxer"), [("libmp3lame", "mp3"), ("libopus", "ogg"), ("flac", "flac")])
def test_silence_is_noticed_in_any_format(codec: str, muxer: str) -> None:
    data = encoded(np.zeros(48_000), codec, muxer, 48_000)

    assert first_of(silences(heard(data, is_bare=False)))


def test_faint_noise_is_silence() -> None:
    noise = np.random.default_rng(1).integers(-60, 60, 24_000)

    assert first_of(silences(heard(wav(noise), is_bare=False)))


# -- durations ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("milliseconds", [1_000, 2_352, 6_000])
def test_what_somebody_could_say_in_the_time_is_plausible(milliseconds: int) -> None:
    assert list(hurries(milliseconds, TEXT)) == []


@pytest.mark.parametrize("milliseconds", [0, 120, 500, 9_000, 2_352_000])
def test_what_nobody_says_in_the_time_is_noticed(milliseconds: int) -> None:
    assert first_of(hurries(milliseconds, TEXT))


def test_a_text_of_syllables_takes_longer_to_say() -> None:
    text = "你好，今天我能帮你什么忙？"

    assert list(hurries(3_552, text)) == []
    assert first_of(hurries(700, text))


def test_a_short_text_is_not_judged() -> None:
    assert list(hurries(5_000, "Hi")) == []


def test_formats_of_one_speech_last_equally_long() -> None:
    durations = {form: sound(form).milliseconds for form in TYPES}

    assert outliers(durations) == {}


@pytest.mark.parametrize("form", ["mp3", "opus", "pcm"])
@pytest.mark.parametrize("factor", [0.5, 0.6, 0.9, 1.1, 2.0])
def test_a_format_that_lasts_longer_or_less_long_is_the_outlier(form: str, factor: float) -> None:
    durations = {one: sound(one).milliseconds for one in ("mp3", "opus", "aac", "flac", "pcm")}
    durations[form] = round(durations[form] * factor)

    assert list(outliers(durations)) == [form]


def test_of_two_formats_the_second_is_the_outlier() -> None:
    assert list(outliers({"mp3": 2_352, "opus": 2_587})) == ["opus"]


def test_a_header_that_tells_another_rate_shows_in_the_duration() -> None:
    data = clip("wav")
    faster = data[:24] + struct.pack("<II", 48_000, 96_000) + data[32:]

    durations = {form: sound(form).milliseconds for form in ("mp3", "flac", "opus")}
    durations["wav"] = heard(faster, is_bare=False).milliseconds

    assert list(outliers(durations)) == ["wav"]
    assert list(disguises(faster, "audio/wav", "wav", "audio/wav")) == []


@pytest.mark.parametrize(("twice", "is_well"), [(4_800, True), (4_000, True), (2_352, False), (9_000, False)])
def test_a_text_said_twice_lasts_about_twice_as_long(twice: int, is_well: bool) -> None:
    assert (first_of(growth(2_352, twice)) is None) is is_well


@pytest.mark.parametrize(("fast", "is_well"), [(1_176, True), (1_300, True), (2_352, False), (588, False), (0, False)])
def test_speed_two_halves_a_duration(fast: int, is_well: bool) -> None:
    assert (first_of(speeds(2_352, fast, 2.0)) is None) is is_well


# -- likeness ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", TYPES)
def test_formats_of_one_speech_sound_alike(form: str) -> None:
    assert likeness(sound("wav"), sound(form)) > 0.9


@pytest.mark.parametrize("cut", [0.1, 0.3, 0.5])
def test_a_speech_with_its_parts_swapped_does_not_sound_alike(cut: float) -> None:
    samples = sound().samples
    middle = int(len(samples) * cut)
    swapped = heard(wav(np.concatenate([samples[middle:], samples[:middle]])), is_bare=False)

    assert likeness(sound(), swapped) < 0.5


@pytest.mark.parametrize("change", [lambda samples: samples[::-1], lambda samples: samples * 0])
def test_other_sounds_of_the_same_length_are_not_alike(change: Callable[[Any], Any]) -> None:
    other = heard(wav(change(sound().samples)), is_bare=False)

    assert likeness(sound(), other) < 0.5


def test_loudness_and_rate_say_nothing() -> None:
    faint = heard(wav(sound().samples[::3] // 20, 8_000), is_bare=False)

    assert likeness(sound(), faint) > 0.98


def test_a_speech_that_lacks_a_piece_does_not_sound_alike() -> None:
    lacking = heard(wav(sound().samples[:-12_000]), is_bare=False)

    assert likeness(sound(), lacking) == 0.0


def test_bytes_that_are_no_audio_are_not_heard() -> None:
    with pytest.raises(NotAudio):
        heard(LINK, is_bare=False)
