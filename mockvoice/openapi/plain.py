"""Knows what JSON can hold. YAML can say more: other keys, dates, huge numbers, mappings inside themselves."""

from __future__ import annotations

import math
from typing import Any

from mockvoice.openapi.vocabulary import Path, Report

# The deepest shipped spec has 16 levels; the JSON the spec is kept as must not have more than 254.
DEEPEST = 100
_LARGEST = 1 << 63


def check_plain(document: Any, report: Report) -> None:
    """Report everything that cannot be kept as JSON, and so could not come back from the cache as it was read."""
    todo: list[tuple[Path, Any]] = [((), document)]
    while todo:
        path, node = todo.pop()
        if len(path) > DEEPEST:
            report(path, f"expected at most {DEEPEST} levels below each other; does an anchor hold itself?")
            return
        if isinstance(node, dict):
            for key, value in node.items():
                if isinstance(key, str):
                    todo.append(((*path, key), value))
                else:
                    report(
                        (*path, str(key)),
                        f"expected a text as key, got {key!r}; put it in quotes (YAML reads no and 200 as values)",
                    )
        elif isinstance(node, list):
            todo.extend(((*path, index), value) for index, value in enumerate(node))
        elif not _is_plain(node):
            report(path, f"expected text, a number of 64 bits, true, false or null, got {str(node)[:40]!r}")


def _is_plain(value: Any) -> bool:
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, int):
        return -_LARGEST <= value < _LARGEST
    if isinstance(value, str):
        return value.isprintable() or not any("\ud800" <= one <= "\udfff" for one in value)
    return value is None
