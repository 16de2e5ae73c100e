"""Says what a schema wanted where a value broke it: what is right, not what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_FORMATS = {"uri": "a URI", "binary": "a file", "uuid": "a UUID", "date-time": "a date and time as in RFC 3339"}


def expected_by(error: Any, members: Mapping[str, Any]) -> str:
    """Return what would satisfy the keyword of a validation error (jsonschema-rs), empty where nothing can be said.

    `members` are those the object declares.
    """
    kind = error.kind
    name = kind.name
    if name == "format":
        return _FORMATS.get(kind.format, f"a text of the format {kind.format}")
    if name == "pattern":
        return "some text" if kind.pattern == "." else f"text matching {kind.pattern}"
    if name == "const":
        return repr(kind.expected_value)
    if name == "enum":
        return "one of " + ", ".join(str(one) for one in kind.options)
    if name == "type":
        return f"type {kind.types[0]}" if len(kind.types) == 1 else "one of " + ", ".join(kind.types)
    if name in {"anyOf", "oneOf"} and hasattr(kind, "context"):
        ways = [expected_by(branch[0], {}) for branch in kind.context if branch]
        return " or ".join(dict.fromkeys(way for way in ways if way))
    if name == "uniqueItems":
        return "items that differ from each other"
    if name == "additionalProperties":
        return "one of " + ", ".join(members)
    return f"{name} {kind.limit}" if hasattr(kind, "limit") else ""
