"""What `mockvoice say` and `mockvoice hear` say to a mistake: what, where, what was expected; status 2."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from mockvoice.launch import main

FIXTURES = Path(__file__).parents[1] / "fixtures"


@pytest.fixture(autouse=True)
def own_cache(monkeypatch: pytest.MonkeyPatch, spec_cache: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(spec_cache))


@pytest.fixture
def complain(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run the real entry point with a mistake; return what it says, after status 2."""

    def run(*words: str | Path) -> str:
        monkeypatch.setattr(sys, "argv", ["mockvoice", *map(str, words)])
        with pytest.raises(SystemExit) as ended:
            main()
        assert ended.value.code == 2
        return capsys.readouterr().err

    return run


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("say", "a", "-o", "out.mp4"), "-o out.mp4: unknown format; did you mean 'mp3'?"),
        (("say", "a", "-o", "out"), "-o out: no suffix that tells the format; name one with --format; known: aac"),
        (("say", "a", "-o", "out.mp3", "--format", "flak"), "--format flak: unknown format; did you mean 'flac'?"),
        (("say", "a", "-o", "out.mp3", "--speed", "4.1"), "--speed 4.1: expected 0.25 to 4"),
        (("say", "a", "-o", "out.mp3", "--speed", "nan"), "--speed nan: expected 0.25 to 4"),
        (("say", "a", "-o", "out.mp3", "--engine", "espaek"), "--engine espaek: expected one of tones, espeak; did"),
        (("say", " ", "-o", "out.mp3"), "TEXT: nothing to say"),
        (("say", "a\udcff", "-o", "out.mp3"), "TEXT: not valid UTF-8"),
        (("hear", "/no/such.mp3"), "/no/such.mp3: No such file or directory; expected an audio file"),
        (("hear", FIXTURES / "hello-en.mp3", "--fixtures", "/no/such"), "--fixtures /no/such: no such folder"),
        (("hear", FIXTURES / "hello-en.mp3", "--transcriber", "x"), "--transcriber x: expected MODULE:FUNCTION"),
    ],
)  # fmt: skip
def test_a_mistake_is_told(complain: Callable[..., str], words: tuple[str, ...], said: str) -> None:
    assert said in complain(*words)


@pytest.mark.slow
def test_a_file_that_cannot_be_written_is_told(complain: Callable[..., str], tmp_path: Path) -> None:
    assert "expected a file that can be written" in complain("say", "a", "-o", tmp_path / "no" / "out.wav")


@pytest.mark.slow
@pytest.mark.parametrize("file", ["README.md", "empty.wav", "not-audio.mp3"])
def test_a_file_without_audio_is_told(complain: Callable[..., str], file: str) -> None:
    assert f"{file}: no audio that can be heard: " in complain("hear", FIXTURES / file)


@pytest.mark.slow
def test_a_transcriber_that_fails_is_told(complain: Callable[..., str]) -> None:
    said = complain("hear", FIXTURES / "noise.wav", "--transcriber", "no_such_module:listen")

    assert "--transcriber no_such_module:listen: the audio worker failed: ModuleNotFoundError" in said


@pytest.mark.slow
def test_a_picture_without_a_folder_is_told(complain: Callable[..., str], tmp_path: Path) -> None:
    said = complain("hear", FIXTURES / "hello-en.mp3", "--plot", tmp_path / "no" / "out.png")

    assert "no such folder" in said


@pytest.mark.slow
def test_a_missing_extra_is_told(complain: Callable[..., str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _name: None)

    said = complain("say", "a", "-o", tmp_path / "out.mp3", "--engine", "espeak")

    assert 'the espeak voice needs the extra: pip install "mockvoice[espeak]"' in said
