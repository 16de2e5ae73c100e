"""Reads SubRip (srt) and WebVTT (vtt), and says what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_SRT_STAMP = re.compile(r"(\d{2,}):([0-5]\d):([0-5]\d),(\d{3})")
_VTT_STAMP = re.compile(r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})")
_ARROW = " --> "
# WebVTT marks voices and styles in pointed brackets; a voice is <v Name>.
_VTT_TAG = re.compile(r"</?[a-z][^<>]*>|<\d[\d:.]*>", re.IGNORECASE)
_NOT_CUES = ("NOTE", "STYLE", "REGION")


class BadSubtitles(Exception):
    """A text is no subtitles of its kind; the message says where and why."""


@dataclass(frozen=True)
class Cue:
    """A text with its times, in milliseconds."""

    start: int
    end: int
    text: str


def read(kind: str, text: str) -> list[Cue]:
    """Return the cues of an `srt` or a `vtt`. Raises BadSubtitles."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return list(_READERS[kind](text))


def _blocks(text: str) -> list[list[str]]:
    """Return the lines between empty lines."""
    return [block.split("\n") for block in re.split(r"\n{2,}", text.strip("\n")) if block.strip()]


def _srt(text: str) -> Iterator[Cue]:
    for number, lines in enumerate(_blocks(text), start=1):
        if lines[0].strip() != str(number):
            raise BadSubtitles(f"cue {number} begins with {lines[0]!r}, not with its number")
        if len(lines) < 2:
            raise BadSubtitles(f"cue {number} has no times")
        yield _cue(f"cue {number}", _SRT_STAMP, lines[1], lines[2:])


def _vtt(text: str) -> Iterator[Cue]:
    head, *blocks = _blocks(text) or [[""]]
    if not re.fullmatch(r"WEBVTT([ \t].*)?", head[0]):
        raise BadSubtitles(f"it begins with {head[0][:40]!r}, not with WEBVTT")
    for number, lines in enumerate(blocks, start=1):
        if lines[0].startswith(_NOT_CUES):
            continue
        times = 0 if _ARROW in lines[0] else 1
        if len(lines) <= times:
            raise BadSubtitles(f"cue {number} has no times")
        spoken = [_VTT_TAG.sub("", line) for line in lines[times + 1 :]]
        yield _cue(f"cue {number}", _VTT_STAMP, lines[times], spoken)


def _cue(name: str, stamp: re.Pattern[str], times: str, lines: list[str]) -> Cue:
    start, arrow, rest = times.partition(_ARROW)
    # Behind the times of a vtt may stand where the cue is shown.
    end = rest.split(" ")[0] if arrow else ""
    found = [stamp.fullmatch(one.strip()) for one in (start, end)]
    if found[0] is None or found[1] is None:
        raise BadSubtitles(f"the times of {name} are {times!r}")
    return Cue(_milliseconds(found[0]), _milliseconds(found[1]), " ".join(line.strip() for line in lines))


def _milliseconds(stamp: re.Match[str]) -> int:
    hours, minutes, seconds, thousandths = (int(one or 0) for one in stamp.groups())
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths


_READERS = {"srt": _srt, "vtt": _vtt}
KINDS = tuple(_READERS)
