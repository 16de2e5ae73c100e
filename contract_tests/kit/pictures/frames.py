"""Decodes a picture, and tells its format and size."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass

from contract_tests.kit.flaws import Flaw

# Decoder → what the format is called where one is asked for, and its media type.
_FORMATS = {"png": "png", "apng": "png", "mjpeg": "jpeg", "webp": "webp", "gif": "gif"}
_SHOWN = 24


class NotPicture(Exception):
    """The bytes are no picture; the message says what they are."""


@dataclass(frozen=True)
class Frame:
    """A decoded picture: png, jpeg, webp or gif, and its size in pixels."""

    format: str
    width: int
    height: int

    @property
    def size(self) -> str:
        """The size as requests write it."""
        return f"{self.width}x{self.height}"


def decode(data: bytes) -> Frame:
    """Decode the whole of a picture. Raises NotPicture."""
    import av  # noqa: PLC0415 - comes with the first picture
    import av.error  # noqa: PLC0415

    try:
        with av.open(io.BytesIO(data), "r") as container:
            stream = container.streams.video[0]
            name = _FORMATS.get(stream.codec_context.name)
            frame = next(container.decode(stream))
    except (av.error.FFmpegError, IndexError, StopIteration, ValueError) as error:
        raise NotPicture(f"{len(data):,} bytes that begin {data[:_SHOWN]!r}: {type(error).__name__}") from None
    if name is None:
        raise NotPicture(f"a film or a file of another kind: {data[:_SHOWN]!r}")
    return Frame(name, frame.width, frame.height)


def unlike(data: bytes, format: str, size: str, media: str = "") -> Iterator[Flaw]:
    """Yield how bytes are not the picture that was asked for: of a format, a size, and as its media type says.

    An empty format, size or type is any.
    """
    try:
        frame = decode(data)
    except NotPicture as error:
        yield Flaw(f"a picture{f' as {format}' if format else ''}", str(error))
        return
    if format and frame.format != format:
        yield Flaw(f"a picture as {format}", f"one as {frame.format}")
    if media and media != f"image/{frame.format}":
        yield Flaw(f"Content-Type image/{frame.format}, as the bytes are", f"Content-Type {media}")
    if size and frame.size != size:
        yield Flaw(f"{size} pixels", f"{frame.size} pixels")
