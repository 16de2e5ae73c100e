"""Knows multipart/form-data (RFC 7578): splits a whole body at its boundary, without copying twice."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote

MAX_PARTS = 200
MAX_HEADER_BYTES = 16_384
# What a client library writes has some 150 bytes; a longer block is read anew each time, so that the cache stays small.
_KEPT_HEADER_BYTES = 1_024
_MAX_BOUNDARY = 200
# Compiled with the first form.
_PARAMETER = r';\s*([a-zA-Z*]+)\s*=\s*("(?:[^"\\]|\\.)*"|[^;]*)'


class Part(NamedTuple):
    """One part. `filename` is None for a plain field; `data` are the bytes between the headers and the boundary."""

    name: str
    filename: str | None
    media: str
    data: bytes


def split_form(body: bytes, boundary: bytes) -> list[Part]:
    """Return the parts in order. Raises ValueError with the reason for a malformed body."""
    if not boundary or len(boundary) > _MAX_BOUNDARY:
        raise ValueError("the Content-Type names no usable boundary")
    delimiter = b"--" + boundary
    if body.startswith(delimiter):
        start = len(delimiter)
    else:
        start = body.find(b"\r\n" + delimiter)
        if start < 0:
            raise ValueError("the boundary of the Content-Type does not occur in the body")
        start += 2 + len(delimiter)
    separator = b"\r\n" + delimiter
    parts: list[Part] = []
    while True:
        after = body[start : start + 2]
        if after == b"--":
            return parts
        if after != b"\r\n":
            raise ValueError("a boundary line does not end with CRLF")
        end = body.find(separator, start)
        if end < 0:
            raise ValueError("the body ends without its closing boundary")
        parts.append(_read_part(body, start + 2, end))
        if len(parts) > MAX_PARTS:
            raise ValueError(f"more than {MAX_PARTS} parts")
        start = end + len(separator)


def _read_part(body: bytes, start: int, end: int) -> Part:
    blank = body.find(b"\r\n\r\n", start, end)
    if blank < 0:
        raise ValueError("a part has no empty line after its headers")
    size = blank - start
    if size <= _KEPT_HEADER_BYTES:
        name, filename, media = _known_headers(body[start:blank])
    elif size <= MAX_HEADER_BYTES:
        name, filename, media = _read_headers(body[start:blank])
    else:
        raise ValueError(f"the headers of a part have more than {MAX_HEADER_BYTES} bytes")
    return Part(name, filename, media, body[blank + 4 : end])


@lru_cache(maxsize=512)
def _known_headers(block: bytes) -> tuple[str, str | None, str]:
    """As _read_headers; the same short blocks come again and again."""
    return _read_headers(block)


def _read_headers(block: bytes) -> tuple[str, str | None, str]:
    """Return (name, filename, media type) of a part's header block. Raises ValueError."""
    disposition, media = "", ""
    for line in block.decode("utf-8", "replace").split("\r\n"):
        header, _, value = line.partition(":")
        if header.strip().lower() == "content-disposition":
            disposition = value.strip()
        elif header.strip().lower() == "content-type":
            media = value.strip()
    if not disposition.lower().startswith("form-data"):
        raise ValueError("a part has no Content-Disposition: form-data")
    found = {name.lower(): _unquote(value) for name, value in re.findall(_PARAMETER, disposition)}
    if not found.get("name"):
        raise ValueError("a part has no name")
    filename = found.get("filename")
    if "filename*" in found:
        filename = unquote(found["filename*"].rpartition("'")[2])
    return found["name"], filename, media


def _unquote(value: str) -> str:
    value = value.strip()
    if value.startswith('"'):
        return value[1:-1].replace('\\"', '"').replace("\\\\", "\\")
    return value
