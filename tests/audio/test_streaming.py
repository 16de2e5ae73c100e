"""A speech that is streamed: the same bytes, the first of them out before the last are made."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from mockvoice.audio import codec, pool, voice
from mockvoice.audio.passage import encode_pieces
from mockvoice.audio.script import solo
from mockvoice.audio.sound import BadAudio
from mockvoice.audio.studio import Studio

TEXT = "A long text, for there has to be something left to do when the first bytes are out. " * 12


@pytest.fixture
def one() -> Iterator[Studio]:
    made = Studio()
    yield made
    made.close()


@pytest.mark.parametrize("form", sorted(codec.FORMATS))
def test_the_pieces_are_the_file(form: str) -> None:
    pcm = voice.speak("Hello there, how are you?", "alloy")

    pieces = list(encode_pieces(pcm, voice.RATE, form, "a comment"))

    assert b"".join(pieces) == codec.encode(pcm, voice.RATE, form, "a comment")
    assert (len(pieces) > 1) == (form in {"mp3", "opus", "ogg", "aac", "wav", "pcm"})


@pytest.mark.slow
@pytest.mark.parametrize("form", ["mp3", "opus", "aac", "wav", "flac"])
def test_a_streamed_speech_is_the_same_as_a_whole_one(one: Studio, runner: asyncio.Runner, form: str) -> None:
    script = solo(TEXT, "alloy", 1.0, form)

    async def stream() -> bytes:
        return b"".join([piece async for piece in one.stream(script)])

    streamed = runner.run(stream())

    other = Studio()
    assert streamed == runner.run(other.speak(script)).data
    assert one.known_speech(script) is not None
    other.close()


@pytest.mark.slow
def test_the_first_bytes_are_out_before_the_last_are_made(one: Studio, runner: asyncio.Runner) -> None:
    script = solo(TEXT, "alloy", 1.0, "opus")

    async def first() -> bool:
        stream = one.stream(script)
        assert await anext(stream)
        is_done = one.known_speech(script) is not None
        async for _ in stream:
            pass
        return is_done

    assert runner.run(first()) is False
    assert one.known_speech(script) is not None


@pytest.mark.slow
def test_a_stream_whose_worker_dies_ends_with_an_error_and_not_with_other_bytes(
    one: Studio, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[pool._Worker] = []

    class Noted(pool._Worker):
        def __init__(self) -> None:
            super().__init__()
            started.append(self)

    monkeypatch.setattr(pool, "_Worker", Noted)

    async def interrupted() -> None:
        stream = one.stream(solo(TEXT * 20, "alloy", 1.0, "opus"))
        await anext(stream)
        for worker in started:
            worker._process.kill()
        async for _ in stream:
            pass

    with pytest.raises(BadAudio, match="gave up"):
        runner.run(interrupted())
