"""Knows how a script sounds: when each symbol is spoken, its samples, and how long all of it lasts.

Duration follows from text and speed alone: `milliseconds` needs no sample. `speak` needs numpy (the worker).
"""

from __future__ import annotations

from functools import lru_cache

from mockvoice.audio.languages import language_of
from mockvoice.audio.modem.packets import voice_number
from mockvoice.audio.modem.schedule import TICK_MILLISECONDS, Schedule, schedule
from mockvoice.audio.script import Line, Script

RATE = 24_000

number_of = lru_cache(maxsize=4_096)(voice_number)


def plan(script: Script) -> list[Schedule]:
    """Return the schedule of each line."""
    return [schedule_of(voice, text, script.speed) for voice, text in script.lines]


def schedule_of(voice: str, text: str, speed: float) -> Schedule:
    """Return the schedule of what one voice says."""
    return schedule(text, number_of(voice), language_of(text), speed)


def spoken_milliseconds(text: str, speed: float = 1.0) -> int:
    """Return how long `text` takes at `speed`; twice the speed takes half the time, to 24 ms."""
    return schedule(text, 0, "", speed).milliseconds


def speak(text: str, voice: str, speed: float = 1.0) -> bytes:
    """Return mono 16-bit samples at RATE of one voice."""
    return speak_lines((Line(voice, text),), speed)


def speak_lines(lines: tuple[Line, ...], speed: float) -> bytes:
    """Return mono 16-bit samples at RATE of all lines, one after the other."""
    from mockvoice.audio.modem.tones import samples_of, symbols  # noqa: PLC0415 - numpy, the worker's business

    spoken = []
    for line in lines:
        one = schedule_of(line.voice, line.text, speed)
        spoken.append(samples_of(one, symbols(one.hum, one.symbol_ticks * TICK_MILLISECONDS)))
    return b"".join(spoken)
