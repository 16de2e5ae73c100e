"""Knows how to make MP3 without an encoder: every symbol is encoded once, and a speech is their frames side by side.

Works because a tick is one MPEG-2 frame of 576 samples, a constant bit rate without reservoir lets every frame stand
alone, and a symbol is silent at both ends. `encode_symbols` needs the codec (the worker); `join` needs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

from mockvoice.audio.modem.schedule import Schedule

FRAME_SAMPLES = 576
BIT_RATE = 64_000
RATE = 24_000
FRAME_BYTES = 72 * BIT_RATE // RATE


class FrameTable:
    """The frames of all 256 symbols of one voice, and a silent frame."""

    __slots__ = ("silence", "symbols")

    def __init__(self, packed: bytes) -> None:
        size = (len(packed) - FRAME_BYTES) // 256
        self.symbols: Sequence[bytes] = [packed[index * size : (index + 1) * size] for index in range(256)]
        self.silence = packed[-FRAME_BYTES:]


def encode_symbols(symbols: Sequence[bytes]) -> bytes:
    """Return what FrameTable takes: the frames of 256 symbols (16-bit samples at RATE), then a silent frame."""
    from mockvoice.audio import lame  # noqa: PLC0415 - only the worker encodes

    ticks = len(symbols[0]) // 2 // FRAME_SAMPLES
    silence = bytes(2 * FRAME_SAMPLES)
    lead = bytes(2 * lame.lead_of(FRAME_SAMPLES))
    pcm = lead + b"".join(2 * silence + symbol for symbol in symbols) + 8 * silence
    frames = list(lame.frames(pcm, RATE, BIT_RATE))
    first = lame.first_of(FRAME_SAMPLES)
    step = 2 + ticks
    groups = [b"".join(frames[first + 2 + index * step :][:ticks]) for index in range(256)]
    quiet = frames[first + 256 * step + 4]
    return b"".join(groups) + quiet


def join(plan: Schedule, table: FrameTable) -> bytes:
    """Return the MP3 of a schedule."""
    return b"".join(pieces_of(plan, table))


def pieces_of(plan: Schedule, table: FrameTable) -> list[bytes]:
    """Return the frames of a schedule, symbol by symbol: joined only once, for fresh memory is what joining costs."""
    symbol, silence = table.symbols.__getitem__, table.silence
    pieces = [silence * plan.pauses[0]]
    for packet, pause in zip(plan.packets, plan.pauses[1:], strict=True):
        pieces.extend(map(symbol, packet))
        pieces.append(silence * pause)
    return pieces
