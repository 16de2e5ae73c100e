"""Which language a text is in; what is remembered of what was spoken, and that it stays bounded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.audio import memory as module
from mockvoice.audio.languages import language_of
from mockvoice.audio.memory import Memory
from mockvoice.audio.modem.packets import LANGUAGES, digest_of, voice_number
from mockvoice.audio.script import solo


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Hello, how can I help you today?", "en"),
        ("你好，我能帮您什么？", "zh"),
        ("こんにちは、今日は何を手伝いますか", "ja"),
        ("안녕하세요 무엇을 도와드릴까요", "ko"),
        ("Bonjour, je suis là pour vous", "fr"),
        ("Guten Tag, wie geht es Ihnen?", "de"),
        ("Hola, ¿dónde está usted?", "es"),
        ("مرحبا، كيف حالك", "ar"),
        ("Здравствуйте, чем помочь?", "ru"),
        ("नमस्ते, आप कैसे हैं", "hi"),
        ("สวัสดีครับ", "th"),
        ("Ciao, grazie, come sono", "it"),
        ("Olá, obrigado, onde você está", "pt"),
        ("漢字とかな", "ja"),
        ("Order 4711 for 王先生", "zh"),
        ("How do you say 你好 in English, please?", "en"),
        ("Comment dit-on 你好 dans la langue de Molière ?", "fr"),
        ("", "en"),
        ("4711", "en"),
        ("👨‍👩‍👧", "en"),
    ],
)
def test_the_language_is_told_from_letters_and_common_words(text: str, language: str) -> None:
    assert language_of(text) == language


@given(st.text(max_size=60))
def test_every_language_has_a_number_in_the_header(text: str) -> None:
    assert language_of(text) in LANGUAGES[1:]


# -- memory ------------------------------------------------------------------------------------------


def test_a_voice_that_spoke_or_was_introduced_has_its_name() -> None:
    one = Memory()
    one.remember(solo("Hello.", "alloy", 1.0, "wav"))
    one.introduce(["nova"])

    assert [one.name_of(voice_number(name)) for name in ("alloy", "nova")] == ["alloy", "nova"]
    assert one.name_of(0xABCDE) == "voice-0abcde"


def test_a_voice_that_need_not_have_spoken_is_asked_for_once_and_only_when_it_is_met() -> None:
    asked = []

    def names() -> list[str]:
        asked.append(1)
        return ["agent", "Emma"]

    one = Memory(names)
    one.introduce(["nova"])

    assert one.name_of(voice_number("nova")) == "nova"
    assert asked == []
    assert [one.name_of(voice_number(name)) for name in ("agent", "Emma")] == ["agent", "Emma"]
    assert one.name_of(0xABCDE) == "voice-0abcde"
    assert asked == [1]


@pytest.mark.parametrize(("speed", "is_kept"), [(1.0, False), (2.0, False), (2.5, True)])
def test_only_texts_that_may_not_fit_into_their_sound_are_kept(speed: float, is_kept: bool) -> None:
    one = Memory()
    one.remember(solo("Hello.", "alloy", speed, "wav"))

    assert (one.text_of(digest_of("Hello.").hex()) == "Hello.") is is_kept


def test_memory_is_bounded_and_the_oldest_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_TEXTS_KEPT", 3)
    monkeypatch.setattr(module, "_VOICES_KEPT", 3)
    one = Memory()

    for index in range(10):
        one.remember(solo(f"text {index}", f"voice {index}", 3.0, "wav"))

    assert len(one._texts) == len(one._voices) == 3
    assert [one.text_of(digest_of(f"text {index}").hex()) for index in (6, 7)] == [None, "text 7"]
    assert one.name_of(voice_number("voice 9")) == "voice 9"
