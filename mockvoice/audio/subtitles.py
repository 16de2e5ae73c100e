"""Knows how a transcript is written as subtitles: SubRip (srt) and WebVTT (vtt)."""

from __future__ import annotations

from collections.abc import Iterable

from mockvoice.audio.transcript import Segment


def _stamp(milliseconds: int, point: str) -> str:
    seconds, thousandths = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}{point}{thousandths:03d}"


def srt(segments: Iterable[Segment]) -> str:
    """Return numbered cues with comma stamps, an empty line after each."""
    return "".join(
        f"{index}\n{_stamp(one.start_milliseconds, ',')} --> {_stamp(one.end_milliseconds, ',')}\n{one.text}\n\n"
        for index, one in enumerate(segments, start=1)
    )


def vtt(segments: Iterable[Segment]) -> str:
    """Return a WEBVTT file with point stamps, an empty line after each cue."""
    return "WEBVTT\n\n" + "".join(
        f"{_stamp(one.start_milliseconds, '.')} --> {_stamp(one.end_milliseconds, '.')}\n{one.text}\n\n"
        for one in segments
    )
