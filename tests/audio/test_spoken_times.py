"""Words above human speech are heard when they are spoken, not when their symbols sound."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from mockvoice.audio import codec, espeak, voice
from mockvoice.audio.jobs import answers
from mockvoice.audio.languages import language_of
from mockvoice.audio.memory import Memory
from mockvoice.audio.recognition import Packet, transcript_of
from mockvoice.audio.transcript import Transcript

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra espeak is not installed"),
]
# Begins are told in units of 10 ms and steps of some milliseconds, and heard to 6 ms.
WITHIN = 40
TEXTS = (
    "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56.",
    "Hello, how can I help you today?",
    "Grüße aus München: Straße, Öl, Äpfel.",
    "안녕하세요, 오늘 회의는 세 시에 시작합니다.",
)


def spoken(lines: list[list[str]], speed: float, form: str) -> bytes:
    job = {"job": "speak", "engine": "espeak", "format": form, "lines": lines, "speed": speed}
    return b"".join(data for _, data in answers(job, b""))


def heard(data: bytes) -> Transcript:
    ((header, _),) = answers({"job": "listen", "transcriber": ""}, data)
    packets = [Packet(**one) for one in header["packets"]]
    memory = Memory(lambda: ["alloy", "nova"])
    found = transcript_of(packets, header["sound"]["milliseconds"], memory.name_of, memory.text_of)
    assert found is not None
    return found


@pytest.mark.parametrize(("form", "late"), [("wav", 0), ("mp3", 24), ("opus", 0)])
@pytest.mark.parametrize("speed", [0.7, 1.0, 1.3])
@pytest.mark.parametrize("text", TEXTS)
def test_words_begin_when_they_are_spoken(text: str, speed: float, form: str, late: int) -> None:
    said = espeak.say(text, language_of(text), "alloy", speed).words

    found = heard(spoken([["alloy", text]], speed, form))

    assert found.text == text
    assert [word.text for word in found.words] == [word.text for word in said]
    begins = zip(found.words, said, strict=True)
    assert max(abs(one.start_milliseconds - late - other.start_milliseconds) for one, other in begins) < WITHIN
    assert abs(found.words[-1].end_milliseconds - late - said[-1].end_milliseconds) < WITHIN


def test_each_speaker_is_heard_when_he_speaks() -> None:
    first = spoken([["alloy", TEXTS[1]]], 1.0, "pcm")
    milliseconds = len(first) * 500 // voice.RATE

    found = heard(codec.encode(first + spoken([["nova", TEXTS[1]]], 1.0, "pcm"), voice.RATE, "wav"))

    assert [(one.speaker, one.text) for one in found.segments] == [("alloy", TEXTS[1]), ("nova", TEXTS[1])]
    begin = espeak.say(TEXTS[1], "en", "nova").words[0].start_milliseconds
    assert abs(found.segments[1].start_milliseconds - milliseconds - begin) < WITHIN


def test_speech_lasts_no_longer_for_telling_its_times() -> None:
    for text in TEXTS:
        for speed in (0.7, 1.0, 1.9):
            alone = espeak.say(text, language_of(text), "alloy", speed).milliseconds
            tones = voice.spoken_milliseconds(text, speed)

            lasts = len(spoken([["alloy", text]], speed, "pcm")) * 500 // voice.RATE

            assert abs(lasts - max(alone, tones)) <= 1
