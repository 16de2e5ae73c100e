"""What is to be spoken, and what came of it."""

from __future__ import annotations

from typing import NamedTuple


class Script(NamedTuple):
    """What is to be spoken, by whom, how fast, into which file format."""

    text: str
    voice: str
    speed: float
    format: str


class Speech(NamedTuple):
    """A whole audio file and how long it lasts."""

    data: bytes
    milliseconds: int
