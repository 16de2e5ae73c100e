"""Knows JSON pointers (RFC 6901) in the suite's own words; shares no code with the simulator."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any


def spell(parts: Iterable[str | int]) -> str:
    """Join unescaped parts to a pointer."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


@lru_cache(maxsize=8_192)
def parts_of(pointer: str) -> tuple[str, ...]:
    """Split a pointer, with or without a leading `#`, into unescaped parts. The same few are split over and over."""
    body = pointer.removeprefix("#")
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in body.split("/")[1:])


def look(document: Any, pointer: str) -> Any:
    """Return what a pointer leads to. Raises LookupError when nothing is there."""
    node = document
    for part in parts_of(pointer):
        try:
            node = node[int(part)] if isinstance(node, list) else node[part]
        except (KeyError, IndexError, ValueError, TypeError):
            raise LookupError(pointer) from None
    return node


def find(document: Any, pointer: str | None) -> Any:
    """Return what a pointer leads to; None when nothing is there, or there is no pointer."""
    try:
        return None if pointer is None else look(document, pointer)
    except LookupError:
        return None


def below(pointer: str, *parts: str | int) -> str:
    """Return a pointer to what stands below another one, under unescaped parts."""
    return pointer.removeprefix("#") + spell(parts)


def holds(document: Any, pointer: str) -> bool:
    """Say whether a pointer leads anywhere."""
    try:
        look(document, pointer)
    except LookupError:
        return False
    return True


def put(document: Any, pointer: str, value: Any) -> Any:
    """Return a copy with one value set; only the containers on the way are copied. Raises LookupError."""
    return _put(document, parts_of(pointer), value, pointer)


def _put(node: Any, parts: Sequence[str], value: Any, pointer: str) -> Any:
    if not parts:
        return value
    head, *rest = parts
    if isinstance(node, dict) and (head in node or not rest):
        return {**node, head: _put(node.get(head), rest, value, pointer)}
    if isinstance(node, list) and head.isdigit() and int(head) < len(node):
        return [_put(one, rest, value, pointer) if place == int(head) else one for place, one in enumerate(node)]
    raise LookupError(pointer)


def drop(document: Any, pointer: str) -> Any:
    """Return a copy without a member; the last part names an item of a list by its text. Raises LookupError."""
    *way, last = parts_of(pointer)
    parent = look(document, spell(way))
    if isinstance(parent, list):
        return put(document, spell(way), [one for one in parent if one != last])
    if not isinstance(parent, dict) or last not in parent:
        raise LookupError(pointer)
    return put(document, spell(way), {key: one for key, one in parent.items() if key != last})
