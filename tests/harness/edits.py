"""Single edits of a spec, as a slip of the hand makes them: a node taken away, renamed or replaced."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from mockvoice.openapi.pointer import remove, replace, spell, split

REPLACEMENTS: tuple[Any, ...] = (None, 5, "strng", [], {}, False, [{}], {"$ref": []}, 1e400)


def nodes(document: Any) -> Iterator[str]:
    """Yield the pointer of every node below the root."""
    todo: list[tuple[tuple[str | int, ...], Any]] = [((), document)]
    while todo:
        path, node = todo.pop()
        if path:
            yield spell(path)
        members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
        todo.extend(((*path, key), value) for key, value in members)


def without(document: dict[str, Any], pointer: str) -> dict[str, Any]:
    """Return a copy without a node, be it in a mapping or a list."""
    try:
        found: dict[str, Any] = remove(document, pointer)
    except KeyError:
        found = replace(document, pointer, None)
    return found


def renamed(document: dict[str, Any], pointer: str) -> dict[str, Any]:
    """Return a copy in which the last part of a pointer into a mapping has one letter more."""
    parts = split(pointer)
    parent: Any = document
    for part in parts[:-1]:
        parent = parent[int(part)] if isinstance(parent, list) else parent[part]
    if not isinstance(parent, dict):
        return document
    changed = {f"{key}x" if key == parts[-1] else key: value for key, value in parent.items()}
    found: dict[str, Any] = replace(document, spell(parts[:-1]), changed)
    return found


def edits(document: dict[str, Any], pointer: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield (what was done, the changed copy) for every edit of one node."""
    yield f"{pointer} taken away", without(document, pointer)
    yield f"{pointer} renamed", renamed(document, pointer)
    for value in REPLACEMENTS:
        yield f"{pointer} = {value!r}", replace(document, pointer, value)
