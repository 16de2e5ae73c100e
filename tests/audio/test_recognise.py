"""Packets in sound, without a codec: samples at 24 kHz are thinned out to 8 kHz (no tone lies above 2,845 Hz)."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.audio.saying import pcm, plan, say, text_of
from mockvoice.audio.modem import recognise as module
from mockvoice.audio.modem.ear import RATE, Floats, Found
from mockvoice.audio.modem.recognise import recognise

SENTENCES = "".join(
    f"Sentence number {number} says that {number * 7919} is not {number * 104729}. " for number in range(70)
)
SHORT = "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56."


def sound(text: str, speed: float = 1.0) -> Floats:
    return thinned(say(text, speed))


def thinned(data: bytes) -> Floats:
    return np.frombuffer(data, "<i2")[::3].astype(np.float32) / np.float32(32_768)


def played(samples: Floats, factor: float) -> Floats:
    """Samples played so many times faster, pitch and all."""
    places = np.arange(0, len(samples) - 1, factor)
    return np.asarray(np.interp(places, np.arange(len(samples)), samples), np.float32)


def silence(seconds: float) -> Floats:
    return np.zeros(round(seconds * RATE), np.float32)


@settings(max_examples=60, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=90), speed=st.sampled_from((0.6, 1.0, 1.9))
)
def test_any_text_that_is_said_is_heard(text: str, speed: float) -> None:
    assert text_of(recognise(sound(text, speed))) == text


@pytest.mark.slow
@pytest.mark.parametrize("speed", (1.0, 1.9))
@pytest.mark.parametrize("lead", (0.0, 1.3, 2.6, 3.9, 5.2))
def test_no_packet_is_lost_or_doubled_at_the_seam_of_two_windows(lead: float, speed: float) -> None:
    samples = np.concatenate([silence(lead), sound(SENTENCES, speed)])

    found = recognise(samples)

    assert len(samples) > 1.5 * module.WINDOW
    assert text_of(found) == SENTENCES


@pytest.mark.slow
def test_a_packet_that_is_stretched_is_not_lost_at_a_seam() -> None:
    samples = played(sound(SENTENCES[:1600]), 0.98)

    assert text_of(recognise(samples)) == SENTENCES[:1600]


def test_times_are_those_of_the_schedule_in_every_window() -> None:
    said = plan(SENTENCES)
    begins = [0.024 * said.pauses[0]]
    for packet, pause in zip(said.packets, said.pauses[1:], strict=True):
        begins.append(begins[-1] + 0.048 * len(packet) + 0.024 * pause)

    found = recognise(thinned(pcm(said)))

    assert len(found) == len(said.packets)
    assert max(abs(packet.start - begin) for packet, begin in zip(found, begins, strict=False)) < 0.012


def test_clips_of_different_speed_and_pitch_joined_give_all_their_texts() -> None:
    clips = [
        sound("Slow. " + SHORT),
        sound("Fast. " + SHORT, 1.9),
        played(sound("High. " + SHORT), 1.02),
        played(sound("Low. " + SHORT), 0.98),
    ]

    found = recognise(np.concatenate(clips))

    assert text_of(found) == f"Slow. {SHORT}Fast. {SHORT}High. {SHORT}Low. {SHORT}"


def test_symbols_of_two_mp3_frames_at_44_khz_are_heard() -> None:
    from mockvoice.audio.modem import tones
    from mockvoice.audio.modem.packets import packets_of

    rate, count = 44_100, 2_304
    time = np.arange(count) / rate
    edge = np.minimum(1, np.minimum(np.arange(count), np.arange(count)[::-1]) / (0.004 * rate))
    symbols = [
        edge * (np.sin(2 * np.pi * tones.LOW[value & 15] * time) + np.sin(2 * np.pi * tones.HIGH[value >> 4] * time))
        for packet in packets_of(SHORT, 1, "en")
        for value in packet
    ]

    samples = played(0.1 * np.concatenate(symbols).astype(np.float32), rate / RATE)

    assert text_of(recognise(samples)) == SHORT


@pytest.mark.parametrize("begin, end", ((0.1, 0.6), (0.25, 1.0), (0.4, 0.55)))
def test_a_cut_gives_a_substring(begin: float, end: float) -> None:
    whole = sound(SENTENCES[:900])
    cut = whole[int(begin * len(whole)) : int(end * len(whole))]

    text = text_of(recognise(cut))

    assert text in SENTENCES
    assert len(text) > 0.5 * (end - begin) * 900 - 150


def test_a_damaged_packet_is_missing_and_the_others_stay() -> None:
    said = plan(SENTENCES[:400])
    samples = thinned(pcm(said)).copy()
    whole = recognise(samples)
    begin, end = (round(RATE * time) for time in (whole[1].start + 1, whole[1].end))
    samples[begin:end] = np.random.default_rng(1).normal(0, 0.1, end - begin)

    found = recognise(samples)

    assert [packet.raw for packet in found] == [packet.raw for index, packet in enumerate(whole) if index != 1]


@pytest.mark.parametrize("speed", (0.7, 1.0, 1.9))
def test_no_packet_is_heard_twice_where_its_neighbours_are_not_silent(speed: float) -> None:
    samples = sound(SENTENCES[:700], speed)
    noise = np.random.default_rng(1).normal(0, 0.003, len(samples)).astype(np.float32)

    assert text_of(recognise(samples + noise)) == SENTENCES[:700]


def test_the_slow_search_is_left_out_where_every_packet_was_found(monkeypatch: pytest.MonkeyPatch) -> None:
    def slow(_window: module.Window, _first: int, _last: int) -> list[Found]:
        raise AssertionError("searched on")

    monkeypatch.setattr(module, "_SEARCHES", (module._SEARCHES[0], slow))

    assert text_of(recognise(sound(SENTENCES))) == SENTENCES


@pytest.mark.parametrize("samples", (np.zeros(0, np.float32), np.zeros(1, np.float32), silence(200)))
def test_nothing_is_heard_in_silence(samples: Floats) -> None:
    assert recognise(samples) == []


@pytest.mark.slow
def test_memory_does_not_grow_with_the_sound() -> None:
    samples = np.random.default_rng(1).normal(0, 0.1, 300 * RATE).astype(np.float32)
    tracemalloc.start()
    try:
        found = recognise(samples)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert found == []
    assert peak < 40_000_000
