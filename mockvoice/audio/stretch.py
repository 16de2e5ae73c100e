"""Knows how to give samples another rate or another tempo, pitch unchanged. PyAV does both; the worker's business."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import av
from av.audio.resampler import AudioResampler
from av.error import BlockingIOError as Hungry
from av.error import EOFError as Finished
from av.filter import Graph

_LEAST_TEMPO = 0.5


def _frames(pcm: bytes, rate: int) -> Iterator[av.AudioFrame]:
    """Cut samples into frames of a second: one of an hour would cost a multiple of itself."""
    for start in range(0, len(pcm), 2 * rate):
        block = pcm[start : start + 2 * rate]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(block) // 2)
        frame.sample_rate, frame.pts, frame.time_base = rate, start // 2, Fraction(1, rate)
        frame.planes[0].update(block.ljust(frame.planes[0].buffer_size, b"\0"))
        yield frame


def _samples(frame: Any) -> bytes:
    return bytes(frame.planes[0])[: 2 * frame.samples]


def resampled(pcm: bytes, rate: int, wanted: int) -> bytes:
    """Return mono 16-bit samples at another rate."""
    if rate == wanted or not pcm:
        return pcm
    resampler = AudioResampler(format="s16", layout="mono", rate=wanted)
    return b"".join(_samples(made) for frame in (*_frames(pcm, rate), None) for made in resampler.resample(frame))


def at_tempo(pcm: bytes, rate: int, tempo: float) -> bytes:
    """Return mono 16-bit samples that last 1 / tempo as long, to some milliseconds. `tempo` is above 0, up to 100."""
    graph = Graph()
    source = graph.add_abuffer(sample_rate=rate, format="s16", layout="mono", time_base=Fraction(1, rate))
    # One filter halves the tempo at most; a short word at a pace of its own may need more.
    steps = max(1, math.ceil(math.log(tempo, _LEAST_TEMPO)))
    stretches = [graph.add("atempo", f"{tempo ** (1 / steps):.9f}") for _ in range(steps)]
    graph.link_nodes(source, *stretches, graph.add("abuffersink")).configure()
    return b"".join(_samples(made) for frame in (*_frames(pcm, rate), None) for made in _through(graph, frame))


def _through(graph: Graph, frame: av.AudioFrame | None) -> Iterator[Any]:
    """Push one frame, or the end, and yield what comes out."""
    graph.push(frame)
    with contextlib.suppress(Hungry, Finished):
        while True:
            yield graph.pull()


def fitted(pcm: bytes, samples: int) -> bytes:
    """Return exactly so many 16-bit samples: cut, or with silence behind."""
    return pcm[: 2 * samples].ljust(2 * samples, b"\0")
