"""What a text model of the mock answers: few rules, which a tester can work out by hand (docs/texts.md has them all).

Knows conversations as plain texts; nothing of a provider, of HTTP or of money.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

# All that is answered to one request has at most so many code points, whatever is asked for.
LONGEST_ANSWER = 100_000
_MOST_REPEATS = 1_000
_QUOTES = "\"'“”‘’"

# Each begins with the letters that are looked at before it is tried: few texts begin like any of them.
_ALWAYS = ("al", r"always say[:\s]+(.+)")
_SAY = ("sa", r"say[:\s]+(.+)")
_REPEAT = ("re", r"repeat (\d{1,4}) (.+)")
_SUM = ("", r"(?:what is )?(-?\d{1,15})\s*([-+*/])\s*(-?\d{1,15})\s*[=?]*")
_RECALL = ("re", r"recall (\d{1,4})")
_HOW_MANY = ("ho", r"how many (messages|images)\??")
_CALL = ("ca", r"call ([A-Za-z0-9_-]{1,64})(?:\s+(\{.*\}))?")
_SUM_BEGINS = frozenset("-0123456789wW")


class Message(NamedTuple):
    """One message of a conversation: who speaks, the text (of several parts, joined by line feeds), and its images."""

    role: str
    text: str
    images: int = 0


def asked_in(messages: Sequence[Message]) -> Message:
    """Return what is asked: the last message of a user, else the last of all."""
    return next((one for one in reversed(messages) if one.role == "user"), messages[-1])


def answer_to(messages: Sequence[Message], times: int = 1) -> str:
    """Return what is answered to a conversation of at least one message, which will be told so many times."""
    return _answer(messages)[: LONGEST_ANSWER // times]


def _answer(messages: Sequence[Message]) -> str:
    last = messages[-1]
    if last.role in {"tool", "function"}:
        return f"The tool said: {last.text}"
    for one in reversed(messages):
        if one.role in {"system", "developer"} and (found := _matched(_ALWAYS, one.text)):
            return _bare(found[1])
    asked = asked_in(messages)
    text = asked.text.strip()
    if found := _matched(_SAY, text):
        return _bare(found[1])
    if found := _matched(_REPEAT, text):
        return _repeated(found[2], int(found[1]))
    if text[:1] in _SUM_BEGINS and (found := _matched(_SUM, text)):
        return _worked_out(int(found[1]), found[2], int(found[3]))
    if found := _matched(_RECALL, text):
        return _recalled(messages, int(found[1]))
    if found := _matched(_HOW_MANY, text):
        return str(len(messages) if found[1].lower() == "messages" else asked.images)
    return f"You said: {text}"


def call_in(text: str) -> tuple[str, str | None] | None:
    """Return (tool, arguments as they were written, if any) where a text asks for a tool: `call NAME {…}`."""
    found = _matched(_CALL, text.strip())
    return None if found is None else (found[1], found[2])


def _matched(rule: tuple[str, str], text: str) -> re.Match[str] | None:
    beginning, pattern = rule
    return _compiled(pattern).fullmatch(text) if text[:2].lower().startswith(beginning) else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.DOTALL | re.IGNORECASE)


def _bare(text: str) -> str:
    """Return a text without the quotation marks around it."""
    text = text.strip()
    return text[1:-1] if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES else text


def _repeated(text: str, times: int) -> str:
    times = min(times, _MOST_REPEATS, LONGEST_ANSWER // (len(text) + 1) + 1)
    return " ".join([text] * times)


def _worked_out(left: int, sign: str, right: int) -> str:
    if sign == "/":
        if right == 0:
            return "undefined"
        return str(left // right) if left % right == 0 else f"{left / right:g}"
    return str({"+": left + right, "-": left - right, "*": left * right}[sign])


def _recalled(messages: Sequence[Message], number: int) -> str:
    return messages[number - 1].text if 1 <= number <= len(messages) else "nothing"


def tokens_in(text: str, code_points: int) -> int:
    """Return how many tokens a text has, of so many code points each; the last may be shorter."""
    return -(-len(text) // code_points)


def cut(text: str, most: int | None, stops: Sequence[str], code_points: int) -> tuple[str, bool]:
    """Return the text up to the first stop that comes in it, of `most` tokens, and whether these were too few."""
    for stop in stops:
        if stop:
            text = text.partition(stop)[0]
    if most is not None and len(text) > most * code_points:
        return text[: most * code_points], True
    return text, False


def pieces_of(text: str, code_points: int) -> list[str]:
    """Return a text token by token."""
    return [text[start : start + code_points] for start in range(0, len(text), code_points)]
