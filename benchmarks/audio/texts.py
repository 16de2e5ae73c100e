"""The texts that are spoken: 24 of 1 to 400 characters, and three of 4,096."""

from __future__ import annotations

_ACCOUNT = "Thank you for calling. Your account number is 4711-0815, and the balance is $1,234.56. "
_LOREM = "Lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor. "

TEXTS = (
    "a",
    "Hi",
    "Hello, how can I help you today?",
    "The quick brown fox jumped over the lazy dog.",
    _ACCOUNT,
    (_ACCOUNT + "Please hold the line; an agent will be with you shortly. ") * 2,
    "One two three four five six seven eight nine ten eleven twelve.",
    "Dr. Smith's e-mail is j.smith@example.com!",
    "It costs 99% of 3/4 — really?",
    _LOREM * 5,
    "你好，世界。",
    "今天我们讨论新的计划，然后决定下一步的工作。" * 3,
    "こんにちは、世界。今日は良い天気ですね。",
    "안녕하세요, 오늘 회의는 세 시에 시작합니다.",
    "مرحبا بالعالم، كيف حالك اليوم؟",
    "👩‍👩‍👧‍👦 family 🏳️‍🌈 flag",
    "😀😃😄😁😆😅🤣😂" * 3,
    "Grüße aus München: Straße, Öl, Äpfel.",
    "Où est la bibliothèque, s'il vous plaît ?",
    "¿Dónde está la estación? ¡Gracias!",
    "Привет, как дела сегодня?",
    "混ぜた text with English と 한국어 and عربى.",
    "x" * 150,
    "UPPER CASE AND lower case 1234567890" * 4,
)
# One of each sort, for a quick look.
QUICK_TEXTS = (TEXTS[0], TEXTS[4], TEXTS[11], TEXTS[15])

LONG_CHARACTERS = 4_096
LONG_TEXTS = {
    name: (piece * (LONG_CHARACTERS // len(piece) + 1))[:LONG_CHARACTERS]
    for name, piece in (
        ("English", "The quick brown fox jumped over the lazy dog, and then it slept until noon. "),
        ("Chinese", TEXTS[11]),
        ("emoji", "".join(TEXTS[16].split())),
    )
}
