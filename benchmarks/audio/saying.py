"""Knows how a text is said and what must be heard: samples, schedule, and the packets' texts."""

from __future__ import annotations

from collections.abc import Iterable

from mockvoice.audio.modem import schedule, tones
from mockvoice.audio.modem.ear import Found
from mockvoice.audio.modem.packets import PIECE_BYTES, voice_number
from mockvoice.audio.modem.spelling import pieces

VOICE = voice_number("alloy")


def plan(text: str, speed: float = 1.0) -> schedule.Schedule:
    """Return the schedule of a text in the voice of the benchmark."""
    return schedule.schedule(text, VOICE, "en", speed)


def say(text: str, speed: float = 1.0) -> bytes:
    """Return a text as samples: mono, 16 bit, 24 kHz."""
    return pcm(plan(text, speed))


def pcm(said: schedule.Schedule) -> bytes:
    """Return the samples of a schedule."""
    symbols = tones.symbols(schedule.hum_of(VOICE), said.symbol_ticks * schedule.TICK_MILLISECONDS)
    silence = bytes(2 * tones.RATE * schedule.TICK_MILLISECONDS // 1000)
    parts = [silence * said.pauses[0]]
    for packet, pause in zip(said.packets, said.pauses[1:], strict=True):
        parts += (symbols[byte] for byte in packet)
        parts.append(silence * pause)
    return b"".join(parts)


def text_of(found: Iterable[Found]) -> str:
    """Return the text of packets, joined."""
    return b"".join(packet.raw for packet in found).decode()


def wrong_packets(found: Iterable[Found], text: str) -> int:
    """Return how many packets were never sent."""
    sent = set(pieces(text, PIECE_BYTES))
    return sum(packet.raw not in sent for packet in found)
