"""Knows how to read a request's body: within its limit, and as what it says it is."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import orjson

from mockvoice.core.errors import ApiError
from mockvoice.web.multipart import Part, split_form

if TYPE_CHECKING:
    from mockvoice.web.exchange import Exchange, Message

_JSON = "application/json"
_FORM = "multipart/form-data"
_UTF8 = frozenset({"utf-8", "utf8", "us-ascii", "ascii"})


class Disconnected(Exception):
    """The client went away in the middle of its request: there is nobody to answer."""


def code_of(x: Exchange, kind: str, field: str = "") -> str:
    """Return the code for a kind of refusal (`x-voice-refusals`), for a field where that makes a difference."""
    code = x.line.refusals[kind]
    return code if isinstance(code, str) else code.get(field, code["*"])


def refuse(x: Exchange, kind: str, field: str = "", **details: Any) -> ApiError:
    """Return the error for a kind of refusal."""
    return ApiError(code_of(x, kind, field), kind=kind, field=field, **details)


async def read_body(x: Exchange) -> bytes:
    """Return the whole body. Raises ApiError as soon as it is known to exceed the limit, Disconnected."""
    limit = x.operation.body_limit
    declared = x.headers.get(b"content-length", b"")
    if declared.isdigit() and int(declared) > limit:
        raise refuse(x, "too-large", limit=limit, expected=f"at most {limit} bytes", got=f"{int(declared)} bytes")
    message = await x.receive()
    if not message.get("more_body", False) and message["type"] == "http.request":
        body: bytes = message.get("body", b"")
        if len(body) > limit:
            raise refuse(x, "too-large", limit=limit, expected=f"at most {limit} bytes", got=f"{len(body)} bytes")
        return body
    parts: list[bytes] = []
    size = 0
    while True:
        if message["type"] == "http.disconnect":
            raise Disconnected
        part = message.get("body", b"")
        size += len(part)
        if size > limit:
            raise refuse(x, "too-large", limit=limit, expected=f"at most {limit} bytes", got="more")
        parts.append(part)
        if not message.get("more_body", False):
            return b"".join(parts)
        message = await _next_piece(x)


async def _next_piece(x: Exchange) -> Message:
    """Wait for more of a body that came in part. Raises ApiError, and has the connection closed, when nothing comes."""
    seconds = x.desk.world.settings.stall_seconds
    try:
        async with asyncio.timeout(seconds):
            return await x.receive()
    except TimeoutError:
        message = f"the body stopped coming for {seconds:g} s"
        expected = "the whole body"
        raise refuse(x, "malformed-body", message=message, expected=expected, got=message, closes=True) from None


def content_type(value: str) -> tuple[str, dict[str, str]]:
    """Split a Content-Type into its lower-case type and its parameters."""
    kind, _, rest = value.partition(";")
    parameters: dict[str, str] = {}
    for piece in rest.split(";"):
        name, equals, text = piece.partition("=")
        if equals:
            parameters[name.strip().lower()] = text.strip().strip('"')
    return kind.strip().lower(), parameters


async def take_body(x: Exchange) -> None:
    """Read and decode the body, once. Raises ApiError for a wrong media type or a body that cannot be read."""
    wanted = x.operation.body_media
    if x.body is not None or wanted is None:
        return
    x.body = await read_body(x)
    declared = x.headers.get(b"content-type", b"")
    if wanted == _JSON and declared == b"application/json":
        x.decoded = _read_json(x)
        return
    kind, parameters = content_type(declared.decode("latin-1"))
    if not x.body and not x.operation.body_required:
        x.decoded = {}
        return
    if kind in x.operation.other_media:
        x.decoded = _read_packed(x)
        return
    if kind != wanted and not (wanted == _JSON and kind.endswith("+json") and "any-json" in x.line.switches):
        expected = " or ".join((wanted, *x.operation.other_media))
        raise refuse(x, "media-type", expected=f"Content-Type: {expected}", got=kind or "none")
    if wanted == _JSON:
        charset = parameters.get("charset", "utf-8").lower()
        if charset not in _UTF8:
            got = f"charset={charset}"
            raise refuse(x, "malformed-body", message=f"{got} is not supported", expected="UTF-8", got=got)
        x.decoded = _read_json(x)
    else:
        x.decoded = _read_form(x, parameters.get("boundary", ""))


def unreadable(x: Exchange) -> ApiError:
    """Return the error for a body of the operation that breaks off."""
    try:
        split_form(b"--", b"") if x.operation.body_media == _FORM else orjson.loads(b"{")
    except ValueError as error:
        wanted = "a well-formed multipart body" if x.operation.body_media == _FORM else "valid JSON in UTF-8"
        return refuse(x, "malformed-body", message=str(error), expected=wanted, got=str(error))
    raise AssertionError("a body that breaks off was read")


def _read_json(x: Exchange) -> Any:
    body = x.body or b""
    if not body and not x.operation.body_required:
        return {}
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise refuse(x, "malformed-body", message=str(error), expected="valid JSON in UTF-8", got=str(error)) from None


def _read_packed(x: Exchange) -> Any:
    from mockvoice.web.packed import read_packed  # noqa: PLC0415 - msgpack comes with the first such body

    try:
        return read_packed(x.body or b"")
    except ValueError as error:
        raise refuse(
            x, "malformed-body", message=str(error), expected="valid MessagePack of JSON's kinds", got=str(error)
        ) from None


def _read_form(x: Exchange, boundary: str) -> list[Part]:
    try:
        return split_form(x.body or b"", boundary.encode("latin-1"))
    except ValueError as error:
        message = str(error)
        kind = "malformed-body" if boundary or "no-boundary" not in x.line.refusals else "no-boundary"
        raise refuse(x, kind, message=message, expected="a well-formed multipart body", got=message) from None
