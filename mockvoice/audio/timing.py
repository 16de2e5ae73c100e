"""Knows how to turn the places and times that a speech engine reports into words with times."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mockvoice.audio.modem.moments import Span
from mockvoice.audio.transcript import Word, letters_of

# Scripts without spaces begin here (CJK), emoji after them; Thai and its neighbours lie lower.
_WIDE, _EMOJI = 0x2E80, 0x1F000
# Silence is what stays below this share of the loudest sample for so long.
_LOUD, _BLOCK_MILLISECONDS = 0.01, 10


class Mark(NamedTuple):
    """A word begins at this place in the text, in code points, and at this time."""

    place: int
    milliseconds: int


def words_of(text: str, marks: Sequence[Mark], milliseconds: int, scale: float = 1.0) -> tuple[Word, ...]:
    """Return the words of a text that lasts so long; each begins and ends within it, none before the one before it.

    Words are what stands between spaces; in scripts without them, what the engine takes for a word. Nothing of the
    text is lost but its spaces. The times of marks are multiplied by `scale`.
    """
    starts = list(_starts(text, marks))
    if starts:
        starts[0] = Mark(0, starts[0].milliseconds)
    else:
        starts = [Mark(0, 0)]
    places = [*(mark.place for mark in starts[1:]), len(text)]
    times = [min(milliseconds, round(mark.milliseconds * scale)) for mark in starts]
    words: list[Word] = []
    for mark, until, begin, end in zip(starts, places, times, [*times[1:], milliseconds], strict=True):
        words += _shared(text[mark.place : until].split(), begin, end)
    return tuple(words)


def spans_of(text: str, words: Sequence[Word]) -> list[Span] | None:
    """Return when each character of a text is spoken; None if the words are not those of the text."""
    if "".join(word.text for word in words) != "".join(text.split()):
        return None
    letters = [Span(*span) for word in words for span in letters_of(word)]
    # What stands before the first letter and behind the last takes no time.
    before, end = (letters[0].begin, letters[-1].end) if letters else (0, 0)
    rest = iter([*letters, Span(end, end)])
    after = next(rest)
    spans = []
    for letter in text:
        if letter.isspace():
            spans.append(Span(before, after.begin))
            before = after.begin
        else:
            spans.append(after)
            before, after = after.end, next(rest)
    return spans


def tightened(words: Sequence[Word], pcm: bytes, rate: int) -> tuple[Word, ...]:
    """Return the words without the silence at their ends; `pcm` are mono 16-bit samples in which they are spoken."""
    import numpy as np  # noqa: PLC0415 - loaded with the first utterance

    size = rate * _BLOCK_MILLISECONDS // 1000
    samples = np.frombuffer(pcm, "<i2").astype(np.int32)
    blocks = np.abs(samples[: len(samples) // size * size]).reshape(-1, size).max(axis=1)
    if not len(blocks):
        return tuple(words)
    # For each block, where the last loud one up to it ends.
    loud = np.where(blocks > blocks.max() * _LOUD, np.arange(1, len(blocks) + 1), 0)
    ends = np.maximum.accumulate(loud) * _BLOCK_MILLISECONDS
    tight = []
    for word in words:
        end = int(ends[max(0, min(word.end_milliseconds // _BLOCK_MILLISECONDS, len(ends)) - 1)])
        tight.append(
            word._replace(end_milliseconds=end) if word.start_milliseconds < end < word.end_milliseconds else word
        )
    return tuple(tight)


def _starts(text: str, marks: Sequence[Mark]) -> Iterator[Mark]:
    """Yield the marks at which a word may begin, in order."""
    place, time = -1, 0
    for mark in marks:
        if not place < mark.place < len(text) or mark.milliseconds < time:
            continue
        before = text[mark.place - 1 : mark.place]
        if not before or before.isspace() or _WIDE <= ord(text[mark.place]) < _EMOJI:
            place, time = mark
            yield mark


def _shared(pieces: Sequence[str], begin: int, end: int) -> Iterator[Word]:
    """Share out a time among pieces, by their lengths."""
    total = sum(map(len, pieces))
    done = 0
    for piece in pieces:
        start = begin + (end - begin) * done // total
        done += len(piece)
        yield Word(piece, start, begin + (end - begin) * done // total)
