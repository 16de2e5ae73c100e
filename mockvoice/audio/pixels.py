"""What a worker does with pictures: write one in another format, look at one of somebody else. Runs in the worker."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import av
import av.error

from mockvoice.audio.sniff import sniff_picture
from mockvoice.audio.sound import BadAudio

# Pixels of a picture that is looked at, at the most: 8,192 by 8,192. A small file may claim to be far larger.
MAX_PIXELS = 1 << 26
_ENCODERS = {"jpeg": ("mjpeg", "yuvj444p"), "webp": ("libwebp", "yuv420p")}
_CLEAR_WEBP = "yuva420p"
# The quantiser of a JPEG.
_COARSEST, _FINEST = 31, 2
# As JPEG has it: black is 0 and white 255.
_FULL_RANGE = 2


def rewrite(job: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return a PNG in another `format`; `compression` is 0 for the coarsest to 100, `clear` keeps what is clear."""
    name, pixels = _ENCODERS[job["format"]]
    if job["clear"] and job["format"] == "webp":
        pixels = _CLEAR_WEBP
    frame = _first_frame(payload).reformat(format=pixels)
    frame.pts = 0
    encoder: Any = av.CodecContext.create(name, "w")
    encoder.width, encoder.height, encoder.pix_fmt = frame.width, frame.height, pixels
    encoder.time_base = Fraction(1, 25)
    if job["format"] == "webp":
        encoder.options = {"quality": str(job["compression"]), "compression_level": "2"}
    else:
        quantiser = str(_COARSEST - (_COARSEST - _FINEST) * job["compression"] // 100)
        encoder.options = {"qmin": quantiser, "qmax": quantiser}
        encoder.color_range = _FULL_RANGE
    return {}, b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))


def look(_job: dict[str, Any], payload: bytes) -> tuple[dict[str, Any], bytes]:
    """Return width, height and mean colour (red, green, blue) of a picture. Raises BadAudio for none."""
    frame = _first_frame(payload)
    small = frame.reformat(width=1, height=1, format="rgb24", interpolation="AREA")
    return {"width": frame.width, "height": frame.height, "mean": list(bytes(small.planes[0])[:3])}, b""


def _first_frame(data: bytes) -> av.VideoFrame:
    demuxer = sniff_picture(data)
    if demuxer is None:
        raise BadAudio("not-audio", "no picture: the first bytes belong to no format that is taken")
    try:
        with av.open(io.BytesIO(data), "r", format=demuxer, options={"protocol_whitelist": "none"}) as container:
            stream = container.streams.video[0]
            if stream.width * stream.height > MAX_PIXELS:
                raise BadAudio("too-long", f"{stream.width} by {stream.height} pixels")
            return next(container.decode(stream))
    except (av.error.FFmpegError, IndexError, StopIteration, ValueError) as error:
        raise BadAudio("not-audio", f"no picture: {type(error).__name__}") from None
