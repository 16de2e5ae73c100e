"""Knows how a packet tells when its words are spoken: above human speech its symbols keep a time of their own.

    1 byte    how many steps there are; the highest bit is the packet's own
    2 bytes   from the begin of the packet to that of the first word, in units of 10 ms, with a sign
    1 byte    how many milliseconds a unit of a step lasts
    n bytes   steps: how long each stretch of the text lasts

A stretch is a word, in parts of at most nine bytes, or the white space after a mark at which a speaker pauses.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

HEAD_BYTES = 4
MOST_STEPS = 0x7F
_OFFSET_MILLISECONDS = 10
_STRETCH_BYTES = 9
_STRETCH = re.compile(r"\s+|\S+")
_PAUSING = tuple(",.;:!?…)\"'»”")


class Span(NamedTuple):
    """When a character is spoken, in milliseconds."""

    begin: float
    end: float


def stretches(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the stretches of a text, and whether each has a step: white space has none where nobody pauses."""
    before = ""
    for found in _STRETCH.findall(text):
        if found.isspace():
            yield found, before.endswith(_PAUSING)
        else:
            yield from ((part, True) for part in _parts(found))
        before = found


def _parts(word: str) -> Iterator[str]:
    first = size = 0
    for place, letter in enumerate(word):
        size += len(letter.encode())
        if size > _STRETCH_BYTES and place > first:
            yield word[first:place]
            first, size = place, len(letter.encode())
    yield word[first:]


def steps_of(text: str) -> int:
    """Return how many steps a text has."""
    return sum(has_step for _, has_step in stretches(text))


def pack(text: str, spans: Sequence[Span], begin: float) -> bytes:
    """Return what the packet of a text says of its times; `spans` are those of its characters, `begin` the packet's."""
    times = list(_turns(text, spans))
    first = times[0]
    unit = min(0xFF, max(1, math.ceil(max((b - a for a, b in pairwise(times)), default=1) / 0xFF)))
    steps: list[int] = []
    for time in times[1:]:
        step = round((time - first) / unit) - sum(steps)
        steps.append(min(0xFF, max(0, step)))
    offset = min(0x7FFF, max(-0x8000, round((first - begin) / _OFFSET_MILLISECONDS)))
    return bytes([len(steps)]) + offset.to_bytes(2, "big", signed=True) + bytes([unit, *steps])


def _turns(text: str, spans: Sequence[Span]) -> Iterator[float]:
    """Yield when each stretch with a step begins, and when the last one ends."""
    place = last = 0
    for found, has_step in stretches(text):
        if has_step:
            yield spans[place].begin
            last = place + len(found)
        place += len(found)
    yield spans[last - 1].end


def unpack(data: bytes, text: str) -> list[Span] | None:
    """Return when each character is spoken, in milliseconds after the begin of the packet; None if steps are amiss."""
    if len(data) < HEAD_BYTES or len(data) - HEAD_BYTES != steps_of(text):
        return None
    now = float(int.from_bytes(data[1:3], "big", signed=True) * _OFFSET_MILLISECONDS)
    steps = iter(data[HEAD_BYTES:])
    spans = []
    for found, has_step in stretches(text):
        each = next(steps) * data[3] / len(found) if has_step else 0.0
        spans += [Span(now + each * index, now + each * (index + 1)) for index in range(len(found))]
        now = spans[-1].end
    return spans
