"""How long a text takes: a function of text and speed alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio.modem.packets import HEADER_SYMBOLS, REFERENCE, SYNC, digest_of, read_header
from mockvoice.audio.modem.schedule import FAST, SLOW, hum_of, schedule

texts = st.text(st.characters(codec="utf-8"), max_size=200)
speeds = st.floats(0.25, 4.0)
ENGLISH = "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56."


@given(texts, speeds, st.integers(0, 0xFFFFFF), st.sampled_from(["", "en", "zh"]))
def test_duration_follows_from_text_and_speed_alone(text: str, speed: float, voice: int, language: str) -> None:
    assert schedule(text, voice, language, speed).ticks == schedule(text, 0, "", speed).ticks


@given(texts, st.floats(0.25, 2.0))
def test_twice_the_speed_takes_half_the_time_to_the_tick(text: str, speed: float) -> None:
    slow, fast = schedule(text, 1, "en", speed).ticks, schedule(text, 1, "en", 2 * speed).ticks

    assert abs(slow - 2 * fast) <= 1 or fast == 5


@given(texts, speeds)
def test_more_speed_never_takes_more_time(text: str, speed: float) -> None:
    assert schedule(text, 1, "en", speed).ticks <= schedule(text, 1, "en", 0.9 * speed).ticks


@given(texts, speeds)
def test_there_is_a_pause_around_every_packet(text: str, speed: float) -> None:
    one = schedule(text, 1, "en", speed)

    assert len(one.pauses) == len(one.packets) + 1
    assert min(one.pauses) >= 2


def test_natural_speech_has_slow_symbols_fast_speech_fast_ones() -> None:
    assert [schedule(ENGLISH, 1, "en", speed).symbol_ticks for speed in (0.5, 1.0, 1.9)] == [SLOW, SLOW, FAST]


@given(texts.filter(bool), st.floats(0.25, 2.0))
def test_up_to_twice_the_speed_the_words_are_in_the_sound(text: str, speed: float) -> None:
    """`audio.memory` counts on it: it keeps only the texts of faster speech."""
    headers = [read_header(packet[len(SYNC) :][:HEADER_SYMBOLS]) for packet in schedule(text, 1, "en", speed).packets]

    assert all(header is not None and header.kind != REFERENCE for header in headers)


def test_speech_too_fast_for_its_words_refers_to_them() -> None:
    (packet,) = schedule(ENGLISH, 0x123456, "en", 3.0).packets

    header = read_header(packet[len(SYNC) : len(SYNC) + HEADER_SYMBOLS])
    assert header is not None
    assert (header.kind, header.voice, header.language) == (REFERENCE, 0x123456, "en")
    assert digest_of(ENGLISH) in packet


def test_the_shortest_speech_is_a_few_ticks_of_a_reference() -> None:
    one = schedule("a", 1, "en", 4.0)

    assert len(one.packets) == 1
    assert one.ticks == 14


def test_hums_lie_between_100_and_280_hertz() -> None:
    assert {hum_of(voice) for voice in range(1_000)} == set(range(100, 285, 5))
