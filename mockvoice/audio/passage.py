"""Knows how to encode a file so that its first bytes are out before the last are made. The worker's business."""

from __future__ import annotations

from collections.abc import Iterator

import av

from mockvoice.audio.bare import WRITERS
from mockvoice.audio.blocks import frames_of
from mockvoice.audio.codec import FORMATS, encode, stream_of

# Muxers that never go back to what they have written.
_STREAMED = frozenset({"ogg", "adts"})


class _Passage:
    """A file that can only be written: what is written can be taken at once, for nothing before it will change."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, data: bytes) -> int:
        """Take some bytes."""
        self._parts.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        """Return what was written since the last time."""
        taken = b"".join(self._parts)
        self._parts.clear()
        return taken


def encode_pieces(pcm: bytes, rate: int, format_name: str, comment: str = "") -> Iterator[bytes]:
    """Yield the very bytes of `encode`, the first before the last are made where the format can be streamed."""
    form = FORMATS[format_name]
    if format_name in WRITERS:
        yield from WRITERS[format_name](pcm, rate, form.bit_rate or 0, comment)
        return
    if form.muxer not in _STREAMED:
        yield encode(pcm, rate, format_name, comment)
        return
    sink = _Passage()
    with av.open(sink, "w", format=form.muxer, options={"fflags": "+bitexact"}) as out:
        stream = stream_of(out, form, rate, comment)
        for frame in frames_of(pcm, rate):
            out.mux(stream.encode(frame))
            if ready := sink.take():
                yield ready
        out.mux(stream.encode(None))
    if ready := sink.take():
        yield ready
