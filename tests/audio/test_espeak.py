"""The espeak voice; skipped where the extra is not installed, but for what is said without it."""

from __future__ import annotations

import builtins
import hashlib
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio import espeak
from mockvoice.audio.timing import Mark, spans_of, words_of
from mockvoice.audio.transcript import Word
from mockvoice.core.errors import Missing, MockvoiceError

needs_espeak = pytest.mark.skipif(find_spec("espeakng_loader") is None, reason="the extra espeak is not installed")

TEXT = "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56."
SPOKEN = {
    "en": TEXT, "zh": "你好，世界。今天天气很好！", "ja": "こんにちは、せかい。", "ko": "안녕하세요 세계",
    "fr": "Été à la plage.", "de": "Grüße aus Köln.", "es": "Buenos días, señor.",
    "ar": "مرحبا بالعالم", "ru": "мы говорили о новом плане",
    "pt-BR": "Olá, tudo bem?", "hi": "नमस्ते दुनिया", "tlh": "nothing but English will do",
}  # fmt: skip


@needs_espeak
def test_the_same_text_gives_the_same_bytes_whatever_was_said_before() -> None:
    voices = [f"voice-{index}" for index in range(24)]
    first = [espeak.say(TEXT[:40], "en", voice) for voice in voices]
    keep = [bytearray(1_000 * index) for index in range(100)]

    second = [espeak.say(TEXT[:40], "en", voice) for voice in reversed(voices)]

    assert second[::-1] == first
    assert len({one.pcm for one in first}) > 20
    assert len(keep) == 100


@needs_espeak
@pytest.mark.slow
def test_another_process_gives_the_same_bytes() -> None:
    code = (
        "import hashlib; from mockvoice.audio import espeak;"
        f"print(hashlib.sha256(espeak.say({TEXT!r}, 'en', 'alloy', 1.3).pcm).hexdigest())"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == hashlib.sha256(espeak.say(TEXT, "en", "alloy", 1.3).pcm).hexdigest()


@needs_espeak
@pytest.mark.parametrize("speed", [0.25, 0.5, 0.7, 1.3, 2.0, 4.0])
def test_duration_follows_speed(speed: float) -> None:
    at_rest = len(espeak.say(TEXT, "en", "alloy").pcm) // 2

    spoken = espeak.say(TEXT, "en", "alloy", speed)

    assert abs(len(spoken.pcm) // 2 - at_rest / speed) <= 1
    # Still speech, not speech and then silence: the last word ends near the end.
    assert spoken.words[-1].end_milliseconds > 0.95 * spoken.milliseconds


@needs_espeak
@pytest.mark.parametrize("text", ["Oh", "6", "é"])
@pytest.mark.parametrize("speed", [0.25, 2.0, 2.5])
def test_a_word_is_spoken_at_a_speed_that_espeak_ng_exaggerates(text: str, speed: float) -> None:
    """Asked to hurry, it may take a third of the time where half was meant."""
    at_rest = len(espeak.say(text, "en", "nova").pcm) // 2

    spoken = len(espeak.say(text, "en", "nova", speed).pcm) // 2

    assert abs(spoken - at_rest / speed) <= 1


@needs_espeak
@pytest.mark.parametrize("speed", [0.1, 4.1, -1.0, float("nan")])
def test_another_speed_is_refused(speed: float) -> None:
    with pytest.raises(ValueError, match="is not within"):
        espeak.say("a", "en", "alloy", speed)


@needs_espeak
@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize("speed", [0.5, 1.0, 3.0])
def test_words_are_ordered_inside_and_nothing_of_the_text_is_lost(language: str, speed: float) -> None:
    text = SPOKEN[language]

    spoken = espeak.say(text, language, "alloy", speed)

    times = [time for word in spoken.words for time in (word.start_milliseconds, word.end_milliseconds)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= spoken.milliseconds
    assert "".join(word.text for word in spoken.words) == "".join(text.split())
    if language not in {"zh", "ja"}:
        assert [word.text for word in spoken.words] == text.split()


@needs_espeak
@pytest.mark.parametrize("text", ["", "  \n", "\0", "\0\0 "])
def test_nothing_to_say_is_a_short_silence(text: str) -> None:
    assert espeak.say(text, "en", "alloy", 2.0) == espeak.Utterance(bytes(2 * 2_880), ())


@needs_espeak
def test_a_nul_does_not_end_the_text() -> None:
    assert espeak.say("one\0two", "en", "alloy") == espeak.say("one two", "en", "alloy")


@needs_espeak
@pytest.mark.parametrize("text", [".", "👨‍👩‍👧 🎉", "\ud800", "<speak>[[x]]</speak>", "\x01", "a" * 2_000])
def test_odd_text_is_spoken(text: str) -> None:
    assert espeak.say(text, "en", "alloy").milliseconds >= 240


@needs_espeak
@pytest.mark.parametrize("language", ["", "xx", "../../etc", "en+f2", "zh_Hant_TW", "EN"])
def test_any_language_is_spoken(language: str) -> None:
    assert len(espeak.say("one two", language, "alloy").words) == 2


@needs_espeak
def test_no_file_stays_behind_whatever_happens(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    espeak.say("one", "en", "alloy")
    monkeypatch.setattr(espeak, "names_of", lambda _language: ["no-such-voice"])
    with pytest.raises(MockvoiceError, match="no voice for 'en'"):
        espeak.say("one", "en", "alloy")

    assert list(tmp_path.iterdir()) == []


@needs_espeak
@pytest.mark.skipif(sys.platform == "win32", reason="needs a symbolic link")
def test_a_long_path_to_the_data_does_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import espeakng_loader

    (tmp_path / ("x" * 200)).symlink_to(espeakng_loader.get_data_path(), target_is_directory=True)
    expected = espeak.say("one", "en", "alloy")
    monkeypatch.setattr(espeakng_loader, "get_data_path", lambda: str(tmp_path / ("x" * 200)))

    assert espeak.say("one", "en", "alloy") == expected


def test_without_the_extra_the_message_tells_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *rest: Any, **more: Any) -> Any:
        if name == "espeakng_loader":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)

    with pytest.raises(Missing) as caught:
        espeak.say("one", "en", "alloy")

    assert str(caught.value) == 'the espeak voice needs the extra: pip install "mockvoice[espeak]"'


def test_importing_the_module_loads_nothing_heavy() -> None:
    code = (
        "import sys; import mockvoice.audio.espeak, mockvoice.audio.plot;"
        "print([name for name in ('av', 'numpy', 'espeakng_loader', 'matplotlib') if name in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@given(st.lists(st.text(st.characters(exclude_categories=("Zs", "Cc", "Cs")), min_size=1), max_size=6))
def test_each_character_has_the_time_of_its_word_and_white_space_that_between(texts: list[str]) -> None:
    texts = [text for text in texts if not text.isspace() and text.split() == [text]]
    words = [Word(text, 1_000 * index + 100, 1_000 * index + 900) for index, text in enumerate(texts)]

    found = spans_of("  ".join(texts), words)

    assert found is not None
    assert len(found) == len("  ".join(texts))
    times = [time for span in found for time in span]
    assert times == sorted(times)
    if texts:
        assert (found[0].begin, found[-1].end) == (100, 1_000 * len(texts) - 100)


def test_words_that_are_not_those_of_the_text_give_no_times() -> None:
    assert spans_of("one\0two", [Word("one", 0, 5), Word("two", 5, 9)]) is None


def test_what_the_engine_passed_over_shares_the_time_of_the_word_before() -> None:
    marks = [Mark(0, 0), Mark(0, 50), Mark(2, 90), Mark(5, 100), Mark(99, 200)]

    assert [tuple(word) for word in words_of("ab — cd", marks, 300, 2.0)] == [
        ("ab", 0, 133), ("—", 133, 200), ("cd", 200, 300),
    ]  # fmt: skip
