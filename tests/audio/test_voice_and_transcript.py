from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio import codec, voice
from mockvoice.audio.clips import AUDIO_SUFFIXES, ClipLibrary
from mockvoice.audio.sound import BadAudio
from mockvoice.audio.subtitles import srt, vtt
from mockvoice.audio.transcript import Segment, joined, made_up, silence, spread, words_of
from mockvoice.core.errors import SettingsError

FIXTURES = Path(__file__).parents[2] / "fixtures"

texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=300)


@given(texts, st.sampled_from([0.25, 0.5, 1.0, 2.0, 4.0]))
def test_twice_the_speed_takes_half_the_time(text: str, speed: float) -> None:
    whole = voice.spoken_milliseconds(text, speed)

    # Time comes in ticks of 24 ms.
    assert abs(voice.spoken_milliseconds(text, speed * 2) * 2 - whole) <= 48 or voice.spoken_milliseconds(text) < 960


@given(texts, texts)
def test_more_text_never_takes_less_time(first: str, second: str) -> None:
    assert voice.spoken_milliseconds(first + second) >= voice.spoken_milliseconds(first)


@pytest.mark.parametrize("text", ["a", "Hello there.", "你好，世界", "x" * 5_000, ""])
@pytest.mark.parametrize("speed", [0.25, 1.0, 4.0])
def test_samples_last_as_long_as_was_said(text: str, speed: float) -> None:
    samples = len(voice.speak(text, "alloy", speed)) // 2

    assert abs(samples - voice.RATE * voice.spoken_milliseconds(text, speed) / 1000) < 1


def test_a_voice_is_the_same_every_time_and_differs_from_another() -> None:
    assert voice.speak("hello", "alloy") == voice.speak("hello", "alloy")
    assert voice.speak("hello", "alloy") != voice.speak("hello", "echo")
    assert voice.speak("hello", "alloy") != voice.speak("hellp", "alloy")


spoken = st.lists(st.tuples(st.sampled_from(["", "a", "b"]), st.text("abc déü你好 ", max_size=60)), max_size=5)


@given(spoken, st.sampled_from(["en", "zh"]), st.integers(1, 100_000))
def test_words_are_ordered_inside_the_duration_and_join_to_the_text(
    parts: list[tuple[str, str]], language: str, milliseconds: int
) -> None:
    one = spread(parts, language, milliseconds)

    for pieces in (one.words, one.segments):
        times = [time for piece in pieces for time in (piece.start_milliseconds, piece.end_milliseconds)]
        assert times == sorted(times)
        assert all(0 <= time <= milliseconds for time in times)
    assert joined((word.text for word in one.words), one.language) == one.text
    assert joined((segment.text for segment in one.segments), one.language) == one.text
    assert "".join(one.text.split()) == "".join("".join(text.split()) for _, text in parts)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("你好，世界", ["你好", "，世", "界"]),
        ("我用 iPhone Pro 打电话", ["我用", "iPhone", "Pro", "打电", "话"]),
        ("账户 4711，  余额 $1,234.56。", ["账户", "4711", "，", "余额", "$1,234.56", "。"]),
    ],
)
def test_words_of_another_script_stay_whole_where_none_are_put_between_spaces(text: str, words: list[str]) -> None:
    assert words_of(text, "zh") == words
    assert joined(words, "zh").replace("iPhone Pro", "-") == "".join(words).replace("iPhonePro", "-")


@given(st.text(max_size=10), st.integers(1, 600_000), st.sampled_from(["en", "zh", "ar", "xx", "ja"]))
def test_a_made_up_text_has_a_plausible_length_and_is_always_the_same(
    seed: str, milliseconds: int, language: str
) -> None:
    one = made_up(seed, milliseconds, language)

    assert one == made_up(seed, milliseconds, language)
    assert one.text
    if language in {"en", "xx", "ar"}:
        assert len(one.words) == max(1, round(milliseconds * 2.5 / 1000))


def test_silence_has_no_words() -> None:
    assert (silence(5, "en").text, silence(5, "en").words, silence(5, "en").segments) == ("", (), ())


SEGMENTS = (Segment("Hello there.", 0, 1_500, ""), Segment("Bye.", 3_601_002, 3_602_000, ""))


def test_subrip_numbers_its_cues_and_uses_commas() -> None:
    assert srt(SEGMENTS) == (
        "1\n00:00:00,000 --> 00:00:01,500\nHello there.\n\n2\n01:00:01,002 --> 01:00:02,000\nBye.\n\n"
    )


def test_webvtt_has_its_header_and_uses_points() -> None:
    assert vtt(SEGMENTS) == (
        "WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello there.\n\n01:00:01.002 --> 01:00:02.000\nBye.\n\n"
    )


# -- the clips of fixtures/ --------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(FIXTURES.iterdir()), ids=lambda path: path.name)
def test_a_clip_lasts_as_long_as_its_sidecar_says(path: Path) -> None:
    if path.suffix not in AUDIO_SUFFIXES:
        return
    said = ClipLibrary([FIXTURES]).by_name(path.name)
    assert said is not None

    try:
        decoded = codec.examine(path.read_bytes()).milliseconds
    except BadAudio:
        # The films have no sound.
        assert path.stem in {"corrupt", "not-audio", "empty"} or path.suffix == ".mp4"
        return

    assert said.milliseconds in {decoded, None}


def test_a_clip_is_found_by_name_by_bytes_and_by_address() -> None:
    library = ClipLibrary([FIXTURES])
    data = (FIXTURES / "hello-en.mp3").read_bytes()

    found = library.by_bytes(data)

    assert found is not None
    assert found.name == "hello-en.mp3"
    assert found.transcript(2_000).text == "Hello, how can I help you today?"
    assert library.by_bytes(data + b"x") is None
    assert library.by_name("../pyproject.toml") is None
    example = library.by_url("https://example.com/audio.mp3")
    assert example is not None
    assert example.milliseconds == 12_400


def test_the_users_own_clips_come_with_a_txt_or_a_json(tmp_path: Path) -> None:
    audio = (FIXTURES / "hello-en.wav").read_bytes()
    (tmp_path / "mine.wav").write_bytes(audio)
    (tmp_path / "mine.txt").write_text("Words of my own.\n")
    (tmp_path / "two.wav").write_bytes(audio)
    (tmp_path / "two.json").write_text(json.dumps({"parts": [{"speaker": "a", "text": "One."}, {"text": "Two."}]}))
    (tmp_path / "bare.wav").write_bytes(audio)
    library = ClipLibrary([FIXTURES, tmp_path])

    clips = {name: library.by_name(name) for name in ("mine.wav", "two.wav", "bare.wav")}

    assert clips["mine.wav"] is not None
    assert clips["two.wav"] is not None
    assert clips["bare.wav"] is not None
    assert clips["mine.wav"].transcript(1_000).text == "Words of my own."
    assert [one.speaker for one in clips["two.wav"].transcript(1_000).segments] == ["a", ""]
    assert clips["bare.wav"].transcript(2_000).text
    assert "hello-en.mp3" in library.names()


@pytest.mark.parametrize(("content", "said"), [("{", "no valid JSON"), ("[]", "expected an object")])
def test_a_broken_sidecar_is_named(tmp_path: Path, content: str, said: str) -> None:
    (tmp_path / "mine.wav").write_bytes(b"RIFF")
    (tmp_path / "mine.json").write_text(content)

    with pytest.raises(SettingsError, match=said):
        ClipLibrary([tmp_path]).names()


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="no such folder"):
        ClipLibrary([tmp_path / "nowhere"]).names()
