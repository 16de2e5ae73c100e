"""Knows how LAME makes MP3 frames that stand alone: a constant bit rate without reservoir. The worker's business.

A file of such frames needs no index, and whoever counts them, or divides its bytes by its bit rate, gets its duration.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import av

from mockvoice.audio.blocks import frames_of

# LAME and a decoder together delay a sound by so many samples.
DELAY = 1_105
# What LAME needs behind the sound to let go of its last frame.
_FRAMES_BEHIND = 3


def lead_of(frame_samples: int) -> int:
    """Return how many samples of silence before a sound make its delay a number of whole frames."""
    return -DELAY % frame_samples


def first_of(frame_samples: int) -> int:
    """Return the number of the frame at which to begin: the one before the sound, for decoding a frame needs it."""
    return (lead_of(frame_samples) + DELAY) // frame_samples - 1


def on_time(pcm: bytes, rate: int, bit_rate: int) -> Iterator[bytes]:
    """Yield as many frames as mono 16-bit samples last, to half a frame (12 ms at 24 kHz).

    The sound is a frame late, and what it has in the last frame, some 24 ms, is cut off.
    """
    encoder = _encoder(rate, bit_rate)
    size = encoder.frame_size
    around = bytes(2 * lead_of(size)), bytes(2 * size * _FRAMES_BEHIND)
    first, count = first_of(size), max(1, round(len(pcm) / 2 / size))
    yield from islice(_encoded(encoder, around[0] + pcm + around[1], rate), first, first + count)


def frames(pcm: bytes, rate: int, bit_rate: int) -> Iterator[bytes]:
    """Yield every frame that LAME makes of mono 16-bit samples, those of its delay and padding too."""
    return _encoded(_encoder(rate, bit_rate), pcm, rate)


def _encoder(rate: int, bit_rate: int) -> Any:
    encoder: Any = av.CodecContext.create("libmp3lame", "w")
    encoder.sample_rate, encoder.layout, encoder.format = rate, "mono", "s16p"
    encoder.bit_rate = bit_rate
    encoder.options = {"reservoir": "0", "compression_level": "7"}
    encoder.open()
    return encoder


def _encoded(encoder: Any, pcm: bytes, rate: int) -> Iterator[bytes]:
    for source in (*frames_of(pcm, rate), None):
        for packet in encoder.encode(source):
            yield bytes(packet)
