"""Serves the files whose addresses were told in answers: GET and HEAD, whole or one range of bytes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mockvoice.service.files import FILES_PATH

if TYPE_CHECKING:
    from mockvoice.core.shelf import SharedFile
    from mockvoice.service.world import World
    from mockvoice.web.exchange import Scope, Send

_RANGE = re.compile(rb"bytes=(\d{0,18})-(\d{0,18})")
_Headers = list[tuple[bytes, bytes]]


async def serve_file(world: World, scope: Scope, send: Send) -> None:
    """Answer one request below `FILES_PATH`."""
    method = scope["method"]
    if method not in {"GET", "HEAD"}:
        await _send(send, method, 405, b"text/plain", b"a file can be read: GET or HEAD\n", [(b"allow", b"GET, HEAD")])
        return
    file = world.shelf.find(scope["path"].removeprefix(FILES_PATH))
    if file is None:
        await _send(send, method, 404, b"text/plain", b"mockvoice: no such file, or it was forgotten\n", [])
    elif file.is_over(world.clock.now()):
        rule = file.rule
        await _send(send, method, rule.status, rule.media.encode(), rule.body, [])
    else:
        await _send_file(send, method, file, dict(scope["headers"]).get(b"range", b""))


async def _send_file(send: Send, method: str, file: SharedFile, wanted: bytes) -> None:
    data = await file.make()
    headers: _Headers = [(b"accept-ranges", b"bytes")]
    found = _RANGE.fullmatch(wanted)
    # What is no range of bytes is no wish at all (RFC 9110, 14.2).
    if found is None or not (found[1] or found[2]):
        await _send(send, method, 200, file.media.encode(), data, headers)
        return
    first, last = _bounds(found, len(data))
    if first > last:
        headers.append((b"content-range", b"bytes */%d" % len(data)))
        await _send(send, method, 416, b"text/plain", b"", headers)
        return
    headers.append((b"content-range", b"bytes %d-%d/%d" % (first, last, len(data))))
    await _send(send, method, 206, file.media.encode(), data[first : last + 1], headers)


def _bounds(found: re.Match[bytes], size: int) -> tuple[int, int]:
    """Return the first and the last byte that are wanted; the first is behind the last where there is none."""
    if not found[1]:
        length = int(found[2])
        return (max(0, size - length), size - 1) if length else (1, 0)
    return int(found[1]), min(size - 1, int(found[2])) if found[2] else size - 1


async def _send(send: Send, method: str, status: int, media: bytes, body: bytes, headers: _Headers) -> None:
    length = b"%d" % len(body)
    shown = [(b"content-type", media), (b"content-length", length), *headers]
    await send({"type": "http.response.start", "status": status, "headers": shown})
    await send({"type": "http.response.body", "body": body if method == "GET" or status == 405 else b""})
