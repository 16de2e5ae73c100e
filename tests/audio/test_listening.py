"""Who knows the words of an upload, and in which order they are asked."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockvoice.audio import codec, voice
from mockvoice.audio.clips import ClipLibrary
from mockvoice.audio.listening import MADE_UP, PLUG_IN, SAME_BYTES, SILENCE, TAG, VOICE, Listener, Recording
from mockvoice.audio.script import Line, Script, solo
from mockvoice.audio.studio import Studio
from mockvoice.audio.tags import comment_of

# Two spaces, and Chinese with spaces in it: what a transcript could lose.
TEXT = "账户 4711，  余额 $1,234.56。"


@pytest.fixture
def studio() -> Iterator[Studio]:
    one = Studio()
    yield one
    one.close()


def hear(runner: asyncio.Runner, studio: Studio, data: bytes) -> Recording:
    return runner.run(Listener(studio, ClipLibrary([]), fetch=False, lenient=False).hear_upload(data))


@pytest.mark.slow
@pytest.mark.parametrize("speed", [1.0, 4.0])
def test_bytes_that_were_made_here_have_their_text_to_the_letter(
    runner: asyncio.Runner, studio: Studio, speed: float
) -> None:
    speech = runner.run(studio.speak(solo(TEXT, "alloy", speed, "mp3")))

    heard = hear(runner, studio, speech.data)

    assert (heard.source, heard.transcript().text) == (SAME_BYTES, TEXT)


@pytest.mark.slow
def test_a_dialogue_of_the_same_bytes_has_both_speakers(runner: asyncio.Runner, studio: Studio) -> None:
    script = Script((Line("a", "Hello there."), Line("b", "Good morning.")), 1.0, "wav")

    heard = hear(runner, studio, runner.run(studio.speak(script)).data)

    assert heard.transcript().text == "Hello there. Good morning."
    assert [(one.speaker, one.text) for one in heard.transcript().segments] == [
        ("a", "Hello there."), ("b", "Good morning."),
    ]  # fmt: skip


@pytest.mark.slow
def test_the_voice_is_heard_after_another_codec(runner: asyncio.Runner, studio: Studio) -> None:
    data = codec.encode(voice.speak(TEXT, "nobody"), voice.RATE, "opus")

    heard = hear(runner, studio, data)

    assert (heard.source, heard.transcript().text) == (VOICE, TEXT)


@pytest.mark.slow
@pytest.mark.parametrize(("milliseconds", "source"), [(2_000, TAG), (4_000, MADE_UP)])
def test_a_tag_is_believed_only_where_the_duration_agrees(
    runner: asyncio.Runner, studio: Studio, milliseconds: int, source: str
) -> None:
    tone = (b"\x00\x10" * 20 + b"\x00\xf0" * 20) * 1_200

    heard = hear(runner, studio, codec.encode(tone, voice.RATE, "flac", comment_of([Line("a", TEXT)], milliseconds)))

    assert heard.source == source
    assert (heard.transcript().text == TEXT) is (source == TAG)


@pytest.mark.slow
def test_silence_has_no_text(runner: asyncio.Runner, studio: Studio) -> None:
    heard = hear(runner, studio, codec.encode(bytes(2 * voice.RATE), voice.RATE, "flac"))

    assert (heard.source, heard.transcript().text) == (SILENCE, "")


# -- the transcriber ---------------------------------------------------------------------------------

_EAR = """
from mockvoice.audio.transcript import Segment, Transcript, Word

def text(pcm):
    return f"{len(pcm) / 32_000:g} seconds"

def transcript(pcm):
    return Transcript("Ho ho.", "nl", 2_000, (Word("Ho", 0, 900), Word("ho.", 900, 2_000)),
                      (Segment("Ho ho.", 0, 2_000, "santa"),))

def nothing(pcm):
    return " "

def number(pcm):
    return 5
"""
FOREIGN = (b"\x00\x10" * 20 + b"\x00\xf0" * 20) * 1_200


@pytest.fixture
def ear(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Studio]:
    """A module of the user's with functions that hear; each test says which."""
    (tmp_path / "users_ear.py").write_text(_EAR)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    one = Studio()
    yield one
    one.close()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "expected"), [("text", ("2 seconds", "en")), ("transcript", ("Ho ho.", "nl")), ("nothing", ("", "en"))]
)
def test_a_transcriber_hears_what_nobody_here_knows(
    runner: asyncio.Runner, ear: Studio, function: str, expected: tuple[str, str]
) -> None:
    ear._transcriber = f"users_ear:{function}"

    heard = hear(runner, ear, codec.encode(FOREIGN, voice.RATE, "wav"))

    assert heard.source == PLUG_IN
    assert (heard.transcript().text, heard.transcript().language) == expected


@pytest.mark.slow
def test_a_transcriber_is_not_asked_for_our_own_voice(runner: asyncio.Runner, ear: Studio) -> None:
    ear._transcriber = "users_ear:number"

    heard = hear(runner, ear, codec.encode(voice.speak("Hello.", "a"), voice.RATE, "wav"))

    assert heard.source == VOICE


@pytest.mark.slow
def test_a_transcriber_that_returns_something_else_is_told(runner: asyncio.Runner, ear: Studio) -> None:
    ear._transcriber = "users_ear:number"

    with pytest.raises(RuntimeError, match="expected a text or a Transcript, got int"):
        hear(runner, ear, codec.encode(FOREIGN, voice.RATE, "wav"))


# -- human speech ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("form", ["mp3", "opus", "wav"])
def test_human_speech_is_heard_with_its_speakers(runner: asyncio.Runner, form: str) -> None:
    pytest.importorskip("espeakng_loader")
    studio, other = Studio("espeak"), Studio()
    script = Script((Line("a", "Thank you for calling."), Line("b", "My number is 4711.")), 1.0, form)
    other.memory.introduce(["a", "b"])

    heard = hear(runner, other, runner.run(studio.speak(script)).data)
    studio.close()
    other.close()

    assert heard.source == VOICE
    assert heard.transcript().text == "Thank you for calling. My number is 4711."
    assert [one.speaker for one in heard.transcript().segments] == ["a", "b"]
