"""Knows how to make opaque ids that look like a provider's, the same for the same seed."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from functools import partial

from mockvoice.core.errors import SettingsError

_ALPHANUMERIC = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_DIGITS = "0123456789"

Maker = Callable[[float], str]


def _uuid(source: random.Random, _now: float) -> str:
    text = f"{source.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _hexadecimal(source: random.Random, digits: int, _now: float) -> str:
    return f"{source.getrandbits(4 * digits):0{digits}x}"


def _letters(source: random.Random, alphabet: str, count: int, _now: float) -> str:
    return "".join(source.choices(alphabet, k=count))


def _timestamp(now: float) -> str:
    return time.strftime("%Y%m%d%H%M%S", time.gmtime(now)) + f"{int(now % 1 * 1e9):09d}"


def _part(kind: str, count: str, source: random.Random) -> Maker:
    if kind == "uuid":
        return partial(_uuid, source)
    if kind == "time":
        return _timestamp
    if kind == "hex" and count.isdigit():
        return partial(_hexadecimal, source, int(count))
    if kind == "alnum" and count.isdigit():
        return partial(_letters, source, _ALPHANUMERIC, int(count))
    if kind == "digits" and count.isdigit():
        return partial(_letters, source, _DIGITS, int(count))
    raise SettingsError(
        f"id pattern {{{kind}:{count}}}: expected {{uuid}}, {{time}}, {{hex:N}}, {{alnum:N}} or {{digits:N}}"
    )


def make_ids(pattern: str, seed: str) -> Maker:
    """Return a function `now -> id` for a pattern such as `req_{alnum:24}`.

    Placeholders: `{uuid}`, `{hex:N}`, `{alnum:N}`, `{digits:N}` and `{time}` (UTC, to the nanosecond,
    digits only). Each pattern has a random stream of its own, so one kind of id never shifts another.
    """
    source = random.Random(f"{seed}/{pattern}")
    parts: list[str | Maker] = []
    for piece in pattern.replace("}", "{").split("{"):
        if len(parts) % 2:
            kind, _, count = piece.partition(":")
            parts.append(_part(kind, count, source))
        else:
            parts.append(piece)
    if len(parts) == 3 and not parts[0] and not parts[2] and callable(parts[1]):
        return parts[1]

    def joined(now: float) -> str:
        return "".join([part if isinstance(part, str) else part(now) for part in parts])

    return joined
