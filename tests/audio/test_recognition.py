"""Packets become a transcript: words with times, who speaks, in which language."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio.memory import Memory
from mockvoice.audio.modem.moments import Span, pack
from mockvoice.audio.modem.packets import HEADER_SYMBOLS, SYNC, payload_symbols, read_header, read_payload
from mockvoice.audio.recognition import Packet, transcript_of
from mockvoice.audio.script import Line, Script
from mockvoice.audio.transcript import Transcript
from mockvoice.audio.voice import plan

TICK = 0.024
texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=160)
lines = st.lists(st.builds(Line, st.sampled_from(["alloy", "nova"]), texts), min_size=1, max_size=3)


def packets(script: Sequence[Line], speed: float = 1.0) -> tuple[list[Packet], int]:
    """Return what a perfect ear hears of a script, and its duration in milliseconds."""
    found = []
    now = 0.0
    for one in plan(Script(tuple(script), speed, "wav")):
        symbol = TICK * one.symbol_ticks
        now += TICK * one.pauses[0]
        for word, pause in zip(one.packets, one.pauses[1:], strict=True):
            first = len(SYNC) + HEADER_SYMBOLS
            header = read_header(word[len(SYNC) : first])
            assert header is not None
            payload = read_payload(header, word[first:])
            assert payload is not None
            assert len(word) == first + payload_symbols(header.length)
            found.append(
                Packet(
                    now, symbol, header.voice, header.language, header.is_first, header.is_squeezed,
                    payload.raw.decode(), payload.digest.hex(),
                )
            )  # fmt: skip
            now += symbol * len(word) + TICK * pause
    return found, round(now * 1000)


def heard(script: Sequence[Line], speed: float = 1.0, memory: Memory | None = None) -> Transcript | None:
    memory = memory or Memory()
    memory.introduce(line.voice for line in script)
    return transcript_of(*packets(script, speed), memory.name_of, memory.text_of)


@given(lines, st.sampled_from([0.5, 1.0, 1.9]))
def test_words_are_ordered_and_inside_the_duration(script: list[Line], speed: float) -> None:
    found = heard(script, speed)

    assert found is not None
    for pieces in (found.words, found.segments):
        times = [time for piece in pieces for time in (piece.start_milliseconds, piece.end_milliseconds)]
        assert times == sorted(times)
        assert all(0 <= time <= found.milliseconds for time in times)


@given(lines)
def test_words_and_segments_hold_all_of_the_text(script: list[Line]) -> None:
    found = heard(script)

    assert found is not None
    wanted = "".join("".join(line.text.split()) for line in script)
    for pieces in (found.words, found.segments):
        assert "".join("".join(piece.text.split()) for piece in pieces) == wanted


@given(texts)
def test_the_text_of_one_voice_is_exact(text: str) -> None:
    found = heard([Line("alloy", text)])

    assert found is not None
    assert found.text == text


def test_each_segment_has_its_speaker_and_a_change_begins_a_new_one() -> None:
    found = heard([Line("alloy", "Hello there."), Line("nova", "Good morning."), Line("alloy", "Bye.")])

    assert found is not None
    assert [(one.speaker, one.text) for one in found.segments] == [
        ("alloy", "Hello there."), ("nova", "Good morning."), ("alloy", "Bye."),
    ]  # fmt: skip
    assert found.text == "Hello there. Good morning. Bye."


def test_texts_of_a_language_without_spaces_are_joined_without_any() -> None:
    found = heard([Line("alloy", "你好。"), Line("nova", "早上好。")])

    assert found is not None
    assert (found.text, found.language) == ("你好。早上好。", "zh")


def test_a_reference_is_known_only_to_who_spoke_it() -> None:
    script = Script((Line("alloy", "Far too fast for any word of it to be heard in the sound."),), 3.0, "wav")
    memory = Memory()
    memory.remember(script)

    assert heard(script.lines, 3.0) is None
    found = heard(script.lines, 3.0, memory)
    assert found is not None
    assert found.text == "Far too fast for any word of it to be heard in the sound."
    assert found.words[-1].end_milliseconds <= found.milliseconds


def test_the_first_word_of_a_packet_begins_with_it_also_where_the_packet_before_is_missing() -> None:
    text = "A packet holds no more than seventy-two bytes. " * 4
    whole, milliseconds = packets([Line("alloy", text)])
    memory = Memory()

    found = transcript_of([whole[0], whole[2]], milliseconds, memory.name_of, memory.text_of)

    assert found is not None
    again = found.words[len(whole[0].text.split())]
    assert whole[2].text.startswith(again.text)
    assert again.start_milliseconds == round(1_000 * whole[2].start)


@pytest.mark.parametrize(("symbol", "pace"), [(0.048, 1.0), (0.024, 1.0), (0.0528, 1.1), (0.0216, 0.9)])
def test_a_packet_that_says_its_times_is_believed_at_the_pace_of_its_symbols(symbol: float, pace: float) -> None:
    spans = [Span(-300, -200), Span(-200, 100), Span(100, 200), Span(400, 700), Span(700, 900)]
    moments = pack("oh, a", [*spans[:3], Span(200, 400), spans[4]], 0).hex()
    packet = Packet(5.0, symbol, 1, "en", True, False, "oh, a", "", moments)

    found = transcript_of([packet], 9_000, str, lambda _digest: None)

    assert found is not None
    assert [tuple(word) for word in found.words] == [
        ("oh,", round(5_000 - 300 * pace), round(5_000 + 200 * pace)),
        ("a", round(5_000 + 700 * pace), round(5_000 + 900 * pace)),
    ]


def test_no_packets_say_nothing() -> None:
    assert transcript_of([], 1_000, str, str) is None
