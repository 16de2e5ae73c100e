"""Pictures that an answer holds, or tells the address of: drawn when somebody looks, and kept as long as there is room.

Drawing is done in a thread, other formats and other people's files in the codec worker: never on the event loop.
"""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import re
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, NamedTuple

from mockvoice.audio.picture import MEDIA, Picture, draw_png, with_comment, words_in
from mockvoice.audio.sound import BadAudio
from mockvoice.core.cache import ByteBoundedCache
from mockvoice.service.call import Call
from mockvoice.service.files import put_up

_KEPT_BYTES = 32 << 20
_DATA_URL = re.compile(r"data:image/[a-z0-9.+-]+;base64,", re.IGNORECASE)
# What a request may hold of a picture in base64 before anybody decodes it, in characters: 16 MB.
_LONGEST = 22_000_000

Work = Callable[[dict[str, Any], bytes], Awaitable[tuple[dict[str, Any], bytes]]]


class NoPicture(Exception):
    """What was sent is no picture; the message says why."""


class Seen(NamedTuple):
    """A picture that was sent: its bytes and size in pixels, its mean colour, the words it was drawn from if ours."""

    data: bytes
    width: int
    height: int
    colour: tuple[int, int, int]
    words: str | None


class Gallery:
    """Draws pictures and looks at them."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self._drawn: ByteBoundedCache[bytes] = ByteBoundedCache(_KEPT_BYTES)
        self._seen: ByteBoundedCache[Seen] = ByteBoundedCache(_KEPT_BYTES)

    async def draw(self, picture: Picture, form: str = "png", compression: int = 100) -> bytes:
        """Return the file of a picture: png, jpeg or webp, of exactly its size; `compression` is 100 for the best."""
        key = (picture, form, compression)
        found = self._drawn.get(key)
        if found is None:
            found = await asyncio.to_thread(draw_png, picture)
            if form != "png":
                job = {"job": "picture", "format": form, "compression": compression, "clear": picture.is_clear}
                _, found = await self._work(job, found)
                found = with_comment(found, picture.text) if form == "jpeg" else found
            self._drawn.put(key, found, len(found) + 4 * len(picture.text))
        return found

    async def look(self, text: str) -> Seen:
        """Return what is seen in a picture that came as base64, or as a data URL. Raises NoPicture.

        The same picture is decoded once, as long as there is room to remember it.
        """
        data = decoded(text)
        key = hashlib.blake2b(data, digest_size=16).digest()
        found = self._seen.get(key)
        if found is None:
            try:
                told, _ = await self._work({"job": "look"}, data)
            except BadAudio as error:
                raise NoPicture(str(error)) from None
            red, green, blue = told["mean"]
            found = Seen(data, told["width"], told["height"], (red, green, blue), words_in(data))
            self._seen.put(key, found, len(data))
        return found


def decoded(text: str) -> bytes:
    """Return the bytes of base64, or of a data URL of a picture. Raises NoPicture."""
    if len(text) > _LONGEST:
        raise NoPicture(f"{len(text)} characters of base64")
    found = _DATA_URL.match(text)
    try:
        data = base64.b64decode(text[found.end() :] if found else text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise NoPicture(f"no base64: {error}") from None
    if not data:
        raise NoPicture("nothing in it")
    return data


def hang(call: Call, kind: str, picture: Picture, form: str = "png", since: float | None = None) -> str:
    """Put a picture up for download and return the name of its file; it is drawn when it is first looked at."""
    draw = partial(call.desk.world.gallery.draw, picture, form)
    return put_up(call, kind, form, MEDIA[form], draw, len(picture.text), since)
