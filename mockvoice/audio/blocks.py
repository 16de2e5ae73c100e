"""Knows how samples become the frames that PyAV takes. The worker's business."""

from __future__ import annotations

from collections.abc import Iterator

import av


def frames_of(pcm: bytes, rate: int) -> Iterator[av.AudioFrame]:
    """Cut mono 16-bit samples into frames of a fifth of a second."""
    step = rate // 5 * 2
    for start in range(0, len(pcm), step):
        block = pcm[start : start + step]
        frame = av.AudioFrame(format="s16", layout="mono", samples=len(block) // 2)
        frame.sample_rate = rate
        frame.pts = start // 2
        plane = frame.planes[0]
        plane.update(block.ljust(plane.buffer_size, b"\0"))
        yield frame
