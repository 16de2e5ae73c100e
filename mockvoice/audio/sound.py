"""Knows what can be said about a piece of audio once it was really decoded."""

from __future__ import annotations

from typing import NamedTuple

# Milliseconds: what a stream's header says for "unknown", and what an encoder's padding may make of a length.
_OPEN_END = 86_400_000
_ROUNDING = 300


class BadAudio(Exception):
    """Bytes that are no usable audio. `reason` is empty, not-audio, no-samples, too-long or crashed."""

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(message)
        self.reason = reason


class Unavailable(Exception):
    """The audio cannot be had. `condition` is a key of x-voice-audio."""

    def __init__(self, condition: str, message: str) -> None:
        super().__init__(message)
        self.condition = condition


class Sound(NamedTuple):
    """What a full decode found.

    `milliseconds` counts decoded samples and never trusts a header. `peak` is the loudest sample, 0 to 1.
    `header_milliseconds` is what the file claims, or None. `errors` counts packets that did not decode.
    `level` is the root mean square, 0 to 1; `active_share` the share of time that is not silent.
    """

    milliseconds: int
    container: str
    codec: str
    sample_rate: int
    channels: int
    peak: float
    header_milliseconds: int | None
    errors: int
    level: float = 0.0
    active_share: float = 1.0

    @property
    def is_truncated(self) -> bool:
        """Whether the file claims to be longer than its samples are; a claim of a day or more is an open end."""
        claimed = self.header_milliseconds or 0
        return _OPEN_END > claimed > self.milliseconds + max(_ROUNDING, claimed // 20)

    @property
    def is_silent(self) -> bool:
        """Whether nothing in it is louder than -50 dB of full scale."""
        return self.peak < 0.00316
