"""`mockvoice say` and `mockvoice hear`: what goes in comes out, and mistakes are told."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from mockvoice.app import make_world
from mockvoice.audio import codec
from mockvoice.audio.modem.packets import voice_number
from mockvoice.audio.sound import Sound
from mockvoice.cli import app
from mockvoice.core.settings import Settings
from mockvoice.openapi.voices import voice_names
from mockvoice.saying import FORMATS, SayOptions
from mockvoice.service.world import World
from tests.harness.specs import document

FIXTURES = Path(__file__).parents[1] / "fixtures"
TEXT = "Your account 4711-0815 holds $1,234.56; 你好 👨‍👩‍👧."


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, spec_cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec_cache))


def output(*words: str | Path, stdin: str | None = None) -> str:
    result = CliRunner().invoke(app, [str(word) for word in words], input=stdin, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def heard(path: Path, *words: str | Path) -> Any:
    return json.loads(output("hear", path, "--json", *words))


# -- there and back ----------------------------------------------------------------------------------


def test_the_formats_are_those_of_the_codec() -> None:
    assert {*FORMATS} == {*codec.FORMATS}


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMATS)
def test_what_is_said_is_heard_in_every_format(tmp_path: Path, form: str) -> None:
    said = output("say", TEXT, "-o", tmp_path / f"out.{form}", "--voice", "shimmer")

    found = heard(tmp_path / f"out.{form}")

    assert (found["text"], found["recognised_by"], found["speakers"]) == (TEXT, "voice", ["shimmer"])
    assert f" s, {form}, " in said
    assert found["is_truncated"] is False


@pytest.mark.slow
def test_a_format_that_is_named_wins_over_the_suffix(tmp_path: Path) -> None:
    output("say", "Hello.", "-o", tmp_path / "out.bin", "--format", "FLAC")

    assert heard(tmp_path / "out.bin")["container"] == "flac"


@pytest.mark.slow
def test_a_text_from_the_standard_input_is_said_without_its_last_line_end(tmp_path: Path) -> None:
    output("say", "-", "-o", tmp_path / "out.wav", stdin="First line.\nSecond line.\n")

    assert heard(tmp_path / "out.wav")["text"] == "First line.\nSecond line."


@pytest.mark.slow
def test_the_json_holds_words_times_and_the_sound(tmp_path: Path) -> None:
    output("say", "Hello there, friend.", "-o", tmp_path / "out.wav")

    found = heard(tmp_path / "out.wav")

    assert [word["word"] for word in found["words"]] == ["Hello", "there,", "friend."]
    times = [time for word in found["words"] for time in (word["start"], word["end"])]
    assert times == sorted(times)
    assert times[-1] <= found["duration"]
    assert (found["language"], found["container"], found["codec"]) == ("en", "wav", "pcm_s16le")
    assert (found["sample_rate"], found["channels"]) == (24_000, 1)
    assert -30 < found["level_decibels"] < -10
    assert 0 < found["silent_share"] < 0.5


@pytest.mark.slow
def test_twice_the_speed_takes_half_the_time(tmp_path: Path) -> None:
    output("say", TEXT, "-o", tmp_path / "slow.wav", "--speed", "0.8")
    output("say", TEXT, "-o", tmp_path / "fast.wav", "--speed", "1.6")

    slow, fast = heard(tmp_path / "slow.wav"), heard(tmp_path / "fast.wav")

    assert (slow["text"], fast["text"]) == (TEXT, TEXT)
    assert abs(slow["duration"] - 2 * fast["duration"]) <= 0.048


@pytest.mark.slow
def test_speech_too_fast_for_its_words_says_so_and_only_a_comment_knows_them(tmp_path: Path) -> None:
    said = output("say", TEXT, "-o", tmp_path / "out.mp3", "--speed", "4")
    output("say", TEXT, "-o", tmp_path / "out.wav", "--speed", "4")

    assert "no room for the words" in said
    assert (heard(tmp_path / "out.mp3")["text"], heard(tmp_path / "out.mp3")["recognised_by"]) == (TEXT, "tag")
    assert heard(tmp_path / "out.wav")["recognised_by"] == "made up"


@pytest.mark.slow
@pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra espeak is not installed")
def test_human_speech_carries_its_words_too(tmp_path: Path) -> None:
    output("say", "Thank you for calling.", "-o", tmp_path / "out.mp3", "--engine", "espeak")

    found = heard(tmp_path / "out.mp3")

    assert (found["text"], found["recognised_by"]) == ("Thank you for calling.", "voice")


@pytest.mark.slow
@pytest.mark.skipif(find_spec("matplotlib") is None, reason="the extra plot is not installed")
def test_a_picture_is_drawn(tmp_path: Path) -> None:
    output("say", "Hello there.", "-o", tmp_path / "out.opus")

    said = output("hear", tmp_path / "out.opus", "--plot", tmp_path / "out.png")

    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    assert "out.png" in said


@pytest.mark.slow
def test_what_is_heard_is_shown_with_words_and_speakers(tmp_path: Path) -> None:
    output("say", "Hello there.", "-o", tmp_path / "out.wav", "--voice", "[red]nova")

    said = output("hear", tmp_path / "out.wav")

    assert "recognised by: voice" in said
    assert "Hello there." in said
    assert "wav, pcm_s16le, 24,000 Hz, mono" in said
    assert "voice-" in said  # a name that no provider knows stays a number


@pytest.mark.slow
@pytest.mark.parametrize(("form", "speaker"), [("mp3", "bob"), ("wav", "voice-ec1d8c")])
def test_a_voice_of_ones_own_is_named_by_the_comment_of_a_file(tmp_path: Path, form: str, speaker: str) -> None:
    output("say", "Hello there.", "-o", tmp_path / f"out.{form}", "--voice", "bob")

    assert heard(tmp_path / f"out.{form}")["speakers"] == [speaker]


# -- other audio -------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "source", "text"),
    [
        ("hello-en.mp3", "fixture", "Hello, how can I help you today?"),
        ("noise.wav", "made up", None),
    ],
)
def test_how_it_was_recognised_is_told(file: str, source: str, text: str | None) -> None:
    found = heard(FIXTURES / file)

    assert found["recognised_by"] == source
    assert text is None or found["text"] == text


@pytest.mark.slow
def test_silence_has_no_words_and_no_level(tmp_path: Path) -> None:
    (tmp_path / "out.wav").write_bytes(codec.encode(bytes(48_000), 24_000, "wav"))

    found = heard(tmp_path / "out.wav")

    assert (found["text"], found["recognised_by"], found["level_decibels"]) == ("", "silence", None)
    assert found["silent_share"] == 1
    assert "(nothing is said)" in output("hear", tmp_path / "out.wav")


@pytest.mark.slow
def test_a_truncated_file_is_called_so() -> None:
    found = heard(FIXTURES / "truncated.mp3")

    assert found["is_truncated"] is True
    assert found["header_duration"] > found["duration"]
    assert "truncated: its header says" in output("hear", FIXTURES / "truncated.mp3")


@pytest.mark.parametrize(
    ("header", "expected"), [(None, False), (1_200, False), (1_400, True), (900, False), (89_478_000, False)]
)
def test_only_a_header_that_claims_much_more_tells_of_truncation(header: int | None, expected: bool) -> None:
    assert Sound(1_000, "wav", "", 24_000, 1, 0.5, header, 0).is_truncated is expected


@pytest.mark.slow
def test_own_clips_are_known_by_their_words(tmp_path: Path) -> None:
    (tmp_path / "mine.wav").write_bytes((FIXTURES / "noise.wav").read_bytes() + b"\0\0")
    (tmp_path / "mine.txt").write_text("Words of my own.")

    found = heard(tmp_path / "mine.wav", "--fixtures", tmp_path)

    assert (found["text"], found["recognised_by"]) == ("Words of my own.", "fixture")


@pytest.mark.slow
def test_a_transcriber_hears_what_nobody_knows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "noise.wav").write_bytes((FIXTURES / "noise.wav").read_bytes() + b"\0\0")
    (tmp_path / "my_own_ear.py").write_text("def listen(pcm):\n    return f'{len(pcm) // 32_000} seconds'\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    found = heard(tmp_path / "noise.wav", "--transcriber", "my_own_ear:listen")

    assert (found["text"], found["recognised_by"]) == ("2 seconds", "plug-in")


def test_voices_of_every_provider_have_their_names() -> None:
    names = {name for provider in ("hadrian", "aitre", "voiceapi") for name in voice_names(document(provider))}

    assert {"alloy", "cedar", "shim", "Emma Clear Narrator", "615679944c012752681e7cf2cd62592f"} <= names


def named(world: World, *names: str) -> list[str]:
    return [world.listener.studio.memory.name_of(voice_number(name)) for name in names]


def test_a_simulator_knows_the_names_of_voices_that_another_process_spoke(spec_cache: Path) -> None:
    names = [SayOptions("", Path()).voice, "cedar", "shim", "agent", "customer", "Emma Clear Narrator"]

    assert named(make_world(Settings(providers=("aitre",), cache=spec_cache)), *names) == names


def test_speakers_of_the_users_clips_are_known(tmp_path: Path, spec_cache: Path) -> None:
    (tmp_path / "a.mp3").write_bytes(b"")
    (tmp_path / "a.json").write_text('{"parts": [{"speaker": "Ann", "text": "Hi."}]}')

    assert named(make_world(Settings(fixtures=(tmp_path,), cache=spec_cache)), "Ann", "agent") == ["Ann", "agent"]


def test_a_spec_that_is_broken_names_nobody(tmp_path: Path, spec_cache: Path) -> None:
    (tmp_path / "hadrian.yaml").write_text("openapi: nonsense")

    found = named(make_world(Settings(specs=tmp_path, cache=spec_cache)), "cedar", "Emma Clear Narrator")

    assert found == [f"voice-{voice_number('cedar'):06x}", "Emma Clear Narrator"]
