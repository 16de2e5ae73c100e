"""Knows how to draw a face that says what is heard, and how to look at somebody's video. The worker's business.

A film is an MP4 of H.264 and AAC, which every browser plays; where the codec library was built without an H.264
encoder, of MPEG-4. Its sound is the audio it was given, from the first sample to the last.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from typing import Any, NamedTuple

import av
import numpy as np
from av.error import FFmpegError

from mockvoice.audio.blocks import frames_of
from mockvoice.audio.codec import FORMATS, stream_of
from mockvoice.audio.sniff import sniff
from mockvoice.audio.sound import BadAudio

WIDTH, HEIGHT, FRAMES_A_SECOND = 160, 120, 10
# What is encoded first where the library has it; one thread, so that the same film has the same bytes.
_ENCODERS: tuple[tuple[str, dict[str, str]], ...] = (
    ("libx264", {"preset": "ultrafast", "tune": "stillimage", "crf": "30", "threads": "1"}),
    ("libopenh264", {}),
    ("mpeg4", {"threads": "1"}),
)
# How far the mouth opens, in steps, and the loudness (root mean square of full scale) at which it is wide open.
_OPENINGS = 8
_LOUD = 0.2
# How long a picture is shown, in milliseconds, and the unit.
_EACH, _MILLISECOND = 1000 // FRAMES_A_SECOND, Fraction(1, 1000)
# Luma and chroma (Y, U, V) of what is drawn.
_WALL, _SKIN, _DARK = (90, 140, 118), (190, 112, 150), (40, 128, 128)
# Frames of a video that are really decoded: enough to know that it is one.
_FRAMES_LOOKED_AT = 25


class Seen(NamedTuple):
    """What was found in a video: its container, codec and size in pixels."""

    container: str
    codec: str
    width: int
    height: int


def film(pcm: bytes, rate: int, with_face: bool = True) -> bytes:
    """Return an MP4 with these mono 16-bit samples as its sound, and a face that moves its mouth to them."""
    sink = io.BytesIO()
    with av.open(sink, "w", format="mp4", options={"fflags": "+bitexact"}) as out:
        picture = _picture_stream(out)
        packets = _packets(picture, pcm, rate, with_face)
        if not pcm:
            out.mux(list(packets))
            return _finished(out, sink)
        sound = stream_of(out, FORMATS["m4a"], rate, "")
        # Both streams go on together, so that a player need not look ahead.
        for number, piece in enumerate(frames_of(pcm, rate)):
            out.mux(list(islice(packets, 2 if number else 3)))
            out.mux(sound.encode(piece))
        out.mux(list(packets))
        out.mux(sound.encode(None))
        return _finished(out, sink)


def _finished(out: Any, sink: io.BytesIO) -> bytes:
    out.close()
    return sink.getvalue()


def _packets(stream: Any, pcm: bytes, rate: int, with_face: bool) -> Iterator[Any]:
    """Yield the pictures, encoded; the last one is shown no longer than there is something to hear."""
    openings = _mouth(pcm, rate) if pcm else [0] * FRAMES_A_SECOND
    drawn = [_drawn(step / (_OPENINGS - 1), with_face) for step in range(_OPENINGS)]
    held: list[Any] = []
    for number, opening in enumerate(openings):
        frame = av.VideoFrame.from_ndarray(drawn[opening], format="yuv420p")
        frame.pts, frame.time_base = number * _EACH, _MILLISECOND
        held += stream.encode(frame)
        yield from held[:-1]
        del held[:-1]
    held += stream.encode(None)
    rest = len(pcm) * 500 // rate - (len(openings) - 1) * _EACH if pcm else _EACH
    held[-1].duration = int(rest * _MILLISECOND / held[-1].time_base)
    yield from held


def _picture_stream(out: Any) -> Any:
    name, options = next((one for one in _ENCODERS if one[0] in av.codec.codecs_available), _ENCODERS[-1])
    stream = out.add_stream(name, rate=FRAMES_A_SECOND, options=options)
    stream.codec_context.time_base = _MILLISECOND
    stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
    return stream


def _mouth(pcm: bytes, rate: int) -> list[int]:
    """Return how far the mouth is open in each frame, by the loudness of its time."""
    step = rate // FRAMES_A_SECOND
    samples = np.frombuffer(pcm, "<i2")
    whole = np.pad(samples, (0, -len(samples) % step)).reshape(-1, step).astype(np.float32) / 32768
    level = np.sqrt((whole**2).mean(axis=1))
    return [int(one) for one in np.minimum(level / _LOUD * (_OPENINGS - 1), _OPENINGS - 1).round()]


def _drawn(opening: float, with_face: bool) -> Any:
    """Return one picture as planes of YUV 4:2:0; `opening` of the mouth from 0 to 1."""
    planes = []
    for part in range(3):
        scale = 1 if part == 0 else 2
        y, x = np.mgrid[0:HEIGHT:scale, 0:WIDTH:scale]
        plane = np.full(y.shape, _WALL[part], np.uint8)

        def oval(middle_x: float, middle_y: float, wide: float, high: float, x: Any = x, y: Any = y) -> Any:
            return ((x - middle_x) / wide) ** 2 + ((y - middle_y) / high) ** 2 <= 1

        if with_face:
            plane[oval(80, 60, 40, 52)] = _SKIN[part]
            for eye in (66, 94):
                plane[oval(eye, 48, 5, 5)] = _DARK[part]
            plane[oval(80, 84, 16, 2 + 12 * opening)] = _DARK[part]
        planes.append(plane)
    luma, *chroma = planes
    return np.concatenate([luma, *(plane.reshape(-1, WIDTH) for plane in chroma)])


def look(data: bytes) -> Seen:
    """Open a video and decode its beginning. Raises BadAudio: not-video, or corrupt for one that does not decode."""
    container = sniff(data)
    if container is None:
        raise BadAudio("not-video", "the first bytes belong to no format that holds videos")
    try:
        with av.open(io.BytesIO(data), "r", format=container, options={"protocol_whitelist": "none"}) as source:
            if not source.streams.video:
                raise BadAudio("not-video", f"a {container} file without pictures")
            stream = source.streams.video[0]
            frames = 0
            for _ in source.decode(stream):
                frames += 1
                if frames == _FRAMES_LOOKED_AT:
                    break
            if not frames:
                raise BadAudio("corrupt", f"a {container} file without a single picture")
            return Seen(container, stream.codec_context.name, stream.width, stream.height)
    except (FFmpegError, ValueError) as error:
        raise BadAudio("corrupt", f"looks like {container}, but does not decode: {type(error).__name__}") from None
