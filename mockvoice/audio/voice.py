"""Knows how a text sounds: for now a sequence of tones, one for each character, at speaking speed.

The tones carry nothing yet that could be read back; the next voice replaces this module behind `speak`.
"""

from __future__ import annotations

import zlib
from functools import lru_cache

from mockvoice.audio.samples import AudioSegment, Sine

RATE = 24_000
# Speaking speed at speed 1: about 15 English characters a second, and a third of that for wide scripts.
MILLISECONDS_PER_CHARACTER = 66
MILLISECONDS_PER_WIDE_CHARACTER = 200
# Shorter than this nothing is spoken; a streamed format would not carry it either.
SHORTEST_MILLISECONDS = 400
_FIRST_WIDE = 0x2E80
_TONE_MILLISECONDS = 800


def spoken_milliseconds(text: str, speed: float = 1.0) -> int:
    """Return how long `text` takes at `speed`; twice the speed takes half the time.

    The time at speed 1 is at least SHORTEST_MILLISECONDS.
    """
    wide = sum(ord(character) >= _FIRST_WIDE for character in text)
    at_rest = (len(text) - wide) * MILLISECONDS_PER_CHARACTER + wide * MILLISECONDS_PER_WIDE_CHARACTER
    return max(1, round(max(at_rest, SHORTEST_MILLISECONDS) / speed))


@lru_cache(maxsize=64)
def _tone(hertz: int) -> bytes:
    segment: AudioSegment = Sine(hertz, sample_rate=RATE).to_audio_segment(duration=_TONE_MILLISECONDS, volume=-12)
    raw: bytes = segment.raw_data
    return raw


def speak(text: str, voice: str, speed: float = 1.0) -> bytes:
    """Return mono 16-bit samples at RATE: a tone for each character, its pitch from the character and the voice."""
    total = RATE * spoken_milliseconds(text, speed) // 1000
    base = 110 + 10 * (zlib.crc32(voice.encode()) % 16)
    # A text beyond 2,000 characters is spoken in 2,000 tones: nobody listens, and the length is what counts.
    characters = text[:: max(1, len(text) // 2_000)] or " "
    pieces: list[bytes] = []
    done = 0
    for index, character in enumerate(characters, start=1):
        until = total * index // len(characters)
        wanted = (until - done) * 2
        tone = _tone(base + 20 * (ord(character) % 16) + 100)
        pieces.append((tone * (wanted // len(tone) + 1))[:wanted])
        done = until
    return b"".join(pieces)
