"""The worker processes: they work at the same time, leave when idle, and may die without harm."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from mockvoice.audio import codec, pool, voice
from mockvoice.audio.clips import ClipLibrary
from mockvoice.audio.jobs import answers
from mockvoice.audio.listening import Listener
from mockvoice.audio.script import Speech, solo
from mockvoice.audio.sound import BadAudio
from mockvoice.audio.studio import Studio

FIXTURES = Path(__file__).parents[2] / "fixtures"
HELLO = solo("Hello there.", "alloy", 1.0, "wav")


@pytest.fixture
def one() -> Iterator[Studio]:
    made = Studio()
    yield made
    made.close()


@pytest.mark.slow
def test_a_speech_is_made_once_however_many_ask_for_it(one: Studio, runner: asyncio.Runner) -> None:
    async def ask() -> list[Speech]:
        return list(await asyncio.gather(*[one.speak(HELLO) for _ in range(20)]))

    speeches = runner.run(ask())

    assert len({id(speech) for speech in speeches}) == 1
    assert one.known_speech(HELLO) is speeches[0]
    assert speeches[0].data == codec.encode(voice.speak("Hello there.", "alloy"), voice.RATE, "wav")


@pytest.mark.slow
def test_a_worker_that_died_is_replaced(one: Studio, runner: asyncio.Runner) -> None:
    runner.run(one.speak(HELLO))
    for worker in one._pool._idle:
        worker._process.kill()
        worker._process.wait()

    speech = runner.run(one.speak(solo("Another.", "alloy", 1.0, "wav")))

    assert speech.milliseconds == voice.spoken_milliseconds("Another.")


@pytest.mark.slow
def test_a_job_that_takes_too_long_is_given_up(
    one: Studio, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pool, "JOB_SECONDS", 0.001)

    with pytest.raises(BadAudio) as refused:
        runner.run(one.listen(codec.encode(bytes(2 * voice.RATE * 600), voice.RATE, "flac")))

    assert refused.value.reason == "crashed"


@pytest.mark.slow
def test_a_worker_leaves_when_idle(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.05)
    one = Studio()
    runner.run(one.speak(HELLO))

    (worker,) = one._pool._idle
    assert worker._process.wait(timeout=5) == 0
    assert runner.run(one.speak(solo("After that.", "alloy", 1.0, "wav"))).data
    one.close()


@pytest.mark.slow
def test_a_worker_that_left_is_collected(runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool, "IDLE_SECONDS", 0.05)
    one = Studio()
    runner.run(one.speak(HELLO))
    (worker,) = one._pool._idle

    async def until_collected() -> None:
        while one._pool._idle:
            await asyncio.sleep(0.01)

    runner.run(asyncio.wait_for(until_collected(), 10))

    assert worker._process.returncode == 0
    one.close()


def test_bad_audio_is_an_answer_of_the_worker_not_its_end() -> None:
    assert next(answers({"job": "listen", "transcriber": ""}, b"no audio"))[0]["bad"] == "not-audio"


@pytest.mark.slow
def test_identical_uploads_are_decoded_once(one: Studio, runner: asyncio.Runner) -> None:
    listener = Listener(one, ClipLibrary([FIXTURES]), fetch=False, lenient=False)
    data = (FIXTURES / "hello-en.mp3").read_bytes()
    twin = bytes(bytearray(data))

    assert listener.known_upload(data) is None
    first = runner.run(listener.hear_upload(data))

    assert listener.known_upload(twin) is first
    assert first.transcript().text == "Hello, how can I help you today?"
    changed = bytearray(data)
    changed[5_000] ^= 1
    assert listener.known_upload(bytes(changed)) is None


@pytest.mark.slow
def test_names_of_strange_voices_are_read_while_others_are_answered(runner: asyncio.Runner) -> None:
    loop, goes_on = runner.get_loop(), threading.Event()

    def names() -> list[str]:
        loop.call_soon_threadsafe(goes_on.set)
        assert goes_on.wait(10), "nothing else was done meanwhile"
        return ["anna"]

    one = Studio(known_speakers=names)
    heard = runner.run(one.listen((FIXTURES / "hello-en.mp3").read_bytes()))
    one.close()

    assert heard.packets
    assert not one.memory.has_to_read([1])


@pytest.mark.slow
def test_bad_uploads_are_remembered_as_bad(one: Studio, runner: asyncio.Runner) -> None:
    listener = Listener(one, ClipLibrary([FIXTURES]), fetch=False, lenient=False)
    with pytest.raises(BadAudio):
        runner.run(listener.hear_upload(b"no audio"))

    with pytest.raises(BadAudio):
        listener.known_upload(b"no audio")


@pytest.mark.slow
@pytest.mark.parametrize("lenient", [False, True])
def test_audio_too_long_for_one_caller_is_not_remembered_as_bad_for_others(
    one: Studio, runner: asyncio.Runner, lenient: bool
) -> None:
    listener = Listener(one, ClipLibrary([]), fetch=False, lenient=lenient)
    data = (FIXTURES / "hello-en.wav").read_bytes()
    with pytest.raises(BadAudio, match="longer than 1 s") if not lenient else contextlib.nullcontext():
        runner.run(listener.hear_upload(data, 1))

    assert listener.known_upload(data) is None
    assert runner.run(listener.hear_upload(data, 3)).milliseconds == 2_352
    assert runner.run(listener.hear_upload(data)).milliseconds == 2_352


@pytest.mark.slow
def test_lenient_audio_takes_any_bytes_and_gives_them_a_length(one: Studio, runner: asyncio.Runner) -> None:
    listener = Listener(one, ClipLibrary([FIXTURES]), fetch=False, lenient=True)

    heard = runner.run(listener.hear_upload(b"contents" * 4_000))

    assert heard.milliseconds == 2_000
    assert heard.transcript().text
    assert listener.known_upload(b"contents" * 4_000) is heard
    real = (FIXTURES / "hello-en.wav").read_bytes()
    assert runner.run(listener.hear_upload(real)).milliseconds == 2_352
