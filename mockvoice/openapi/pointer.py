"""Knows JSON pointers (RFC 6901): reading, writing and spelling them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


def spell(parts: Iterable[str | int]) -> str:
    """Join unescaped parts to a pointer; no parts give the empty pointer, the whole document."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in parts)


def split(pointer: str) -> list[str]:
    """Split a pointer (with or without a leading `#`) into unescaped parts.

    Raises ValueError for a text that is no pointer.
    """
    pointer = pointer.removeprefix("#")
    if not pointer:
        return []
    if not pointer.startswith("/"):
        raise ValueError(f"{pointer!r} is no JSON pointer: it has to start with '/'")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/")]


def _step(node: Any, part: str) -> Any:
    if isinstance(node, list):
        if not part.isdigit():
            raise KeyError(part)
        return node[int(part)]
    if isinstance(node, dict):
        return node[part]
    raise KeyError(part)


def read(document: Any, pointer: str) -> Any:
    """Return what the pointer leads to. Raises KeyError when nothing is there."""
    node = document
    try:
        for part in split(pointer):
            node = _step(node, part)
    except (KeyError, IndexError, ValueError):
        raise KeyError(pointer) from None
    return node


def replace(document: Any, pointer: str, value: Any) -> Any:
    """Return a copy of the document with one value replaced or, in a mapping, added.

    Only the containers on the way are copied. Raises KeyError when the way does not exist.
    """
    parts = split(pointer)
    if not parts:
        return value

    def put(node: Any, depth: int) -> Any:
        part = parts[depth]
        last = depth == len(parts) - 1
        if isinstance(node, list) and part.isdigit() and int(part) < len(node):
            items = list(node)
            items[int(part)] = value if last else put(node[int(part)], depth + 1)
            return items
        if isinstance(node, dict) and (last or part in node):
            return {**node, part: value if last else put(node[part], depth + 1)}
        raise KeyError(pointer)

    return put(document, 0)


def remove(document: Any, pointer: str) -> Any:
    """Return a copy of the document without the member of a mapping. Raises KeyError when it is not there.

    Of a list the last part names an item by its text, not by its place; a list without it stays as it is.
    """
    parts = split(pointer)
    parent_pointer = spell(parts[:-1])
    parent = read(document, parent_pointer)
    if parts and isinstance(parent, list):
        return replace(document, parent_pointer, [item for item in parent if item != parts[-1]])
    if not parts or not isinstance(parent, dict) or parts[-1] not in parent:
        raise KeyError(pointer)
    return replace(document, parent_pointer, {key: item for key, item in parent.items() if key != parts[-1]})
