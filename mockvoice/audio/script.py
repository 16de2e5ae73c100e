"""What is to be spoken, and what came of it."""

from __future__ import annotations

from typing import NamedTuple


class Line(NamedTuple):
    """What one voice says."""

    voice: str
    text: str


class Script(NamedTuple):
    """What is to be spoken by whom, how fast, into which file format, and how much louder (decibels)."""

    lines: tuple[Line, ...]
    speed: float
    format: str
    volume: float = 0


class Speech(NamedTuple):
    """A whole audio file and how long it lasts."""

    data: bytes
    milliseconds: int


def solo(text: str, voice: str, speed: float, form: str, volume: float = 0) -> Script:
    """Return the script of one voice."""
    return Script((Line(voice, text),), speed, form, volume)
