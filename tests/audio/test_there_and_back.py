"""What is said is heard: any text, through files of every kind, joined and cut."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockvoice.audio import codec, voice
from mockvoice.audio.jobs import answers
from mockvoice.audio.memory import Memory
from mockvoice.audio.recognition import Packet, transcript_of
from mockvoice.audio.script import Line
from mockvoice.audio.transcript import joined

pytestmark = pytest.mark.slow
# A file of one sample is no audio to a decoder.
_LEAST = 2_000
several = settings(max_examples=40, deadline=None)

# No control characters, and no halves of characters.
unicode_texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), max_size=200)
long_texts = st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=100, max_size=600)
speeds = st.sampled_from((0.5, 0.8, 1.0, 1.3, 1.9))
formats = st.sampled_from(("wav", "mp3", "opus", "flac", "telephone"))


def said(text: str, speed: float = 1.0, name: str = "alloy") -> bytes:
    return voice.speak_lines((Line(name, text),), speed)


def heard(pcm: bytes, form: str = "wav") -> str:
    """The text that is heard in a file of these samples."""
    ((header, _),) = answers({"job": "listen", "transcriber": ""}, codec.encode(pcm, voice.RATE, form))
    packets = [Packet(**one) for one in header["packets"]]
    memory = Memory()
    found = transcript_of(packets, header["sound"]["milliseconds"], memory.name_of, memory.text_of)
    return found.text if found is not None else ""


@several
@given(unicode_texts, speeds, formats)
def test_any_text_is_heard_as_it_was_said(text: str, speed: float, form: str) -> None:
    assert heard(said(text, speed), form) == text


@several
@given(unicode_texts, unicode_texts, speeds, speeds, formats)
def test_joined_speeches_give_both_texts(first: str, second: str, slow: float, fast: float, form: str) -> None:
    both = heard(said(first, slow) + said(second, fast, "nova"), form)

    assert both in {joined((first, second), language) for language in ("en", "zh")}


@several
@given(long_texts, speeds, st.floats(0, 1), st.floats(0, 1), formats)
def test_a_cut_gives_a_part_of_the_text(text: str, speed: float, one: float, other: float, form: str) -> None:
    pcm = said(text, speed)
    first, last = sorted(int(place * (len(pcm) // 2)) for place in (one, other))

    assert heard(pcm[2 * first : 2 * last].ljust(_LEAST, b"\0"), form) in text
