"""Words of clips stand at the times at which their sound holds them, where that can be known."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.app import make_world
from mockvoice.audio import codec, voice
from mockvoice.audio.clips import AUDIO_SUFFIXES, Clip, ClipLibrary
from mockvoice.audio.listening import FIXTURE, VOICE, Listener, Recording
from mockvoice.audio.script import Line
from mockvoice.audio.studio import Studio
from mockvoice.audio.transcript import Word, assembled, at_times_of, spread, words_of
from mockvoice.core.errors import SettingsError
from mockvoice.core.settings import Settings

FIXTURES = Path(__file__).parents[2] / "fixtures"
SHIPPED = ClipLibrary([FIXTURES])
# Where a symbol begins is heard to 6 ms, and once more after another codec.
HEARD_WITHIN = 12
texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=60)


@pytest.fixture(scope="module")
def studio() -> Iterator[Studio]:
    one = Studio()
    yield one
    one.close()


def listener(studio: Studio, *folders: Path) -> Listener:
    return Listener(studio, ClipLibrary(folders), fetch=False, lenient=False)


def times(words: tuple[Word, ...]) -> list[int]:
    return [time for word in words for time in word[1:]]


def put(folder: Path, name: str, data: bytes, said: str | dict[str, Any] | None = None) -> None:
    (folder / name).write_bytes(data)
    if isinstance(said, str):
        (folder / name).with_suffix(".txt").write_text(said, encoding="utf-8")
    elif said is not None:
        (folder / name).with_suffix(".json").write_text(json.dumps(said), encoding="utf-8")


# -- the clips of fixtures/ --------------------------------------------------------------------------


def spoken_clips() -> list[Clip]:
    clips = [SHIPPED.by_name(path.name) for path in sorted(FIXTURES.iterdir()) if path.suffix in AUDIO_SUFFIXES]
    return [clip for clip in clips if clip is not None and clip.has_times and clip.path.stem != "blip"]


@pytest.mark.slow
@pytest.mark.parametrize("clip", spoken_clips(), ids=lambda clip: clip.name)
def test_a_clip_of_ours_has_the_words_that_are_heard_in_it_when_they_are_heard(
    clip: Clip, studio: Studio, runner: asyncio.Runner
) -> None:
    heard = runner.run(listener(studio).hear_upload(clip.data)).transcript()

    told = clip.transcript(heard.milliseconds)

    if told.text:
        assert [word.text for word in told.words] == [word.text for word in heard.words]
    assert all(abs(a - b) <= HEARD_WITHIN for a, b in zip(times(told.words), times(heard.words), strict=True))


def test_each_clip_with_words_and_a_length_needs_no_ear(studio: Studio, runner: asyncio.Runner) -> None:
    async def deaf(_data: bytes) -> None:
        raise AssertionError("listened to a clip that is known")

    ear = listener(studio, FIXTURES)
    ear.studio = type("Deaf", (), {"listen": staticmethod(deaf)})()

    found = runner.run(ear.hear_url("https://clips.mock.test/dialogue-en.mp3", {}, (), None, 1))

    assert [(one.speaker, one.start_milliseconds) for one in found.transcript().segments] == [
        ("agent", 99), ("customer", 3_027), ("agent", 5_667),
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dialogue-en.mp3", "hello-en.aac"])
def test_a_clip_is_the_same_by_its_address_and_as_an_upload(name: str, studio: Studio, runner: asyncio.Runner) -> None:
    ear = listener(studio, FIXTURES)
    data = (FIXTURES / name).read_bytes()

    by_address = runner.run(ear.hear_url(f"https://clips.mock.test/{name}", {}, (), None, 1))
    uploaded = runner.run(ear.hear_upload(data))

    assert uploaded.source == FIXTURE
    assert uploaded.transcript() == by_address.transcript()


# -- clips of the user's -----------------------------------------------------------------------------


def heard(folder: Path, name: str, studio: Studio, runner: asyncio.Runner) -> Recording:
    return runner.run(listener(studio, folder).hear_upload((folder / name).read_bytes()))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("said", "has_true_times"),
    [("Hello there,  my friend.", True), ("Something else is said here.", False)],
)
def test_a_text_beside_speech_of_ours_gets_its_times_if_it_is_what_is_spoken(
    said: str, has_true_times: bool, tmp_path: Path, studio: Studio, runner: asyncio.Runner
) -> None:
    put(tmp_path, "a.wav", codec.encode(voice.speak("Hello there, my friend.", "nova", 0.7), voice.RATE, "wav"), said)

    found = heard(tmp_path, "a.wav", studio, runner)

    alone = runner.run(listener(studio).hear_upload((tmp_path / "a.wav").read_bytes())).transcript()
    even = spread([("", said)], "en", found.milliseconds)
    assert found.source == FIXTURE
    assert found.transcript().words == (alone.words if has_true_times else even.words)


@pytest.mark.slow
def test_speakers_are_those_of_the_sidecar_and_times_those_of_the_sound(
    tmp_path: Path, studio: Studio, runner: asyncio.Runner
) -> None:
    lines = (Line("x", "你好，世界。今天"), Line("y", "天气很好。"))
    parts = [{"speaker": "Ann", "text": "你好，世界。"}, {"speaker": "Bob", "text": "今天天气很好。"}]
    data = codec.encode(voice.speak_lines(lines, 1.0), voice.RATE, "flac")
    put(tmp_path, "a.flac", data, {"language": "zh", "parts": parts})

    found = heard(tmp_path, "a.flac", studio, runner).transcript()

    alone = runner.run(listener(studio).hear_upload(data)).transcript()
    assert [(one.speaker, one.text) for one in found.segments] == [("Ann", "你好，世界。"), ("Bob", "今天天气很好。")]
    assert found.segments[0].start_milliseconds == alone.segments[0].start_milliseconds
    assert found.segments[1].end_milliseconds == alone.segments[1].end_milliseconds
    assert found.words[3].text == "今天"
    assert found.words[3].end_milliseconds <= alone.segments[1].start_milliseconds


@pytest.mark.slow
def test_speech_of_ours_without_a_text_beside_it_is_heard(
    tmp_path: Path, studio: Studio, runner: asyncio.Runner
) -> None:
    put(tmp_path, "a.wav", codec.encode(voice.speak("Nobody wrote this down.", "nova"), voice.RATE, "wav"))

    found = heard(tmp_path, "a.wav", studio, runner)

    assert (found.source, found.transcript().text) == (VOICE, "Nobody wrote this down.")


def test_times_that_the_user_gives_are_kept(tmp_path: Path) -> None:
    words = [["Hi,", 10, 200], ["you there.", 200, 900]]
    put(tmp_path, "a.mp3", b"", {"text": "Hi, you there.", "words": words, "late": {"a.mp3": 5}})
    clip = ClipLibrary([tmp_path]).by_name("a.mp3")
    assert clip is not None

    found = clip.transcript(1_000)

    assert found.words == (Word("Hi,", 15, 205), Word("you there.", 205, 905))
    assert (found.text, found.segments[0].start_milliseconds) == ("Hi, you there.", 15)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([["Hi", 0, 100]], "say 'Hi'…, not what 'text' says"),
        ([["Hi there.", 0]], "expected [[text, begin, end in milliseconds], …]"),
        ([["Hi there.", "soon", 5]], "expected [[text, begin, end in milliseconds], …]"),
        (5, "expected [[text, begin, end in milliseconds], …]"),
        ([["Hi", 0, 100], ["there.", 50, 200]], "nor go back"),
        ([["Hi there.", -1, 100]], "must not be negative"),
    ],
)
def test_words_that_cannot_be_are_told(tmp_path: Path, words: Any, message: str) -> None:
    put(tmp_path, "a.mp3", b"", {"text": "Hi there.", "words": words})

    with pytest.raises(SettingsError) as told:
        ClipLibrary([tmp_path]).names()

    assert message in str(told.value)
    assert "a.json" in str(told.value)


@pytest.mark.parametrize(
    ("sidecar", "message"),
    [
        ({"parts": "Hi."}, "'parts': expected a list of objects with 'text'"),
        ({"parts": [{"speaker": "a"}]}, "'parts': expected a list of objects with 'text'"),
        ({"parts": [{"text": 5}]}, "'text': expected a string, got int"),
        ({"text": None}, "'text': expected a string, got NoneType"),
    ],
)
def test_a_sidecar_that_cannot_be_is_told(tmp_path: Path, sidecar: dict[str, Any], message: str) -> None:
    put(tmp_path, "a.mp3", b"", sidecar)

    with pytest.raises(SettingsError, match=re.escape(message)):
        ClipLibrary([tmp_path]).names()


@pytest.mark.parametrize("name", ["a.txt", "a.json"])
def test_a_sidecar_in_another_encoding_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "a.mp3").write_bytes(b"")
    (tmp_path / name).write_bytes("Grüße".encode("latin-1"))

    with pytest.raises(SettingsError, match=f"{name}: not in UTF-8"):
        ClipLibrary([tmp_path]).names()


def test_a_mistake_in_a_sidecar_is_told_at_the_start(tmp_path: Path) -> None:
    put(tmp_path, "a.mp3", b"", {"text": 5})

    with pytest.raises(SettingsError, match="expected a string, got int"):
        make_world(Settings(fixtures=(tmp_path,)))


def test_silence_may_have_no_words(tmp_path: Path) -> None:
    put(tmp_path, "a.mp3", b"", {"text": "", "words": [], "milliseconds": {"a.mp3": 5}})

    clip = ClipLibrary([tmp_path]).by_name("a.mp3")

    assert clip is not None
    assert clip.has_times
    assert clip.transcript(5).words == ()


# -- letters and times -------------------------------------------------------------------------------


@given(st.lists(texts, max_size=4), st.sampled_from(["en", "zh"]), st.sampled_from(["en", "zh"]), st.data())
def test_the_same_letters_get_their_times_however_they_are_cut(
    parts: list[str], spoken: str, written: str, data: st.DataObject
) -> None:
    text = " ".join(parts)
    words = words_of(text, spoken)
    moments = sorted(data.draw(st.lists(st.integers(0, 9_000), min_size=2 * len(words), max_size=2 * len(words))))
    said = [Word(word, *moments[2 * index : 2 * index + 2]) for index, word in enumerate(words)]
    heard = assembled([("", said)], spoken, 9_000)

    found = at_times_of(heard, [("", part) for part in parts], written)

    assert found is not None
    assert [word.text for word in found.words] == [word for part in parts for word in words_of(part, written)]
    assert times(found.words) == sorted(times(found.words))
    assert {*moments} >= {*times(found.words[:1])[:1], *times(found.words[-1:])[-1:]}


@given(texts, texts)
def test_other_letters_get_no_times(spoken: str, written: str) -> None:
    heard = spread([("", spoken)], "en", 1_000)

    found = at_times_of(heard, [("", written)], "en")

    assert (found is not None) == ("".join(spoken.split()) == "".join(written.split()))
