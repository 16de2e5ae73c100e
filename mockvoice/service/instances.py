"""Makes a value that fits a JSON schema, always the same: what a tool is called with, and answers of a given shape.

No validator: keywords that it does not read (patterns, conditions) may not be satisfied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import orjson

_DEEPEST = 16
_LONGEST_TEXT = 1_000
_FORMATS = {
    "date": "2025-01-01",
    "date-time": "2025-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def instance_of(schema: Any, text: str, most_bytes: int) -> Any:
    """Return a value of a schema: its free texts are `text`, its numbers the least that is allowed.

    A schema may describe more than anybody wants to read: what is made beyond about `most_bytes` is empty.
    """
    return _Maker(schema, text[:_LONGEST_TEXT], most_bytes).value(schema, 0)


class _Maker:
    """Makes one value, and counts what it has made."""

    def __init__(self, root: Any, text: str, most_bytes: int) -> None:
        self._root = root
        self._text = text
        self._left = most_bytes

    def value(self, schema: Any, depth: int) -> Any:
        """Return a value of a schema."""
        self._left -= 1
        if not isinstance(schema, Mapping) or depth > _DEEPEST or self._left <= 0:
            return self._paid("")
        if "$ref" in schema:
            return self.value(self._target(schema["$ref"]), depth + 1)
        for keyword in ("const", "default"):
            if keyword in schema:
                return self._paid(schema[keyword])
        for keyword in ("enum", "examples"):
            if isinstance(schema.get(keyword), list) and schema[keyword]:
                return self._paid(schema[keyword][0])
        for keyword in ("anyOf", "oneOf", "allOf"):
            if isinstance(schema.get(keyword), list) and schema[keyword]:
                return self.value(schema[keyword][0], depth + 1)
        return self._of_type(_type(schema), schema, depth)

    def _paid(self, value: Any) -> Any:
        """Return a value that is taken over as it is, if there is room for it."""
        if self._left > 0:
            self._left -= len(orjson.dumps(value))
        return value if self._left > 0 else ""

    def _of_type(self, kind: str, schema: Mapping[str, Any], depth: int) -> Any:
        if kind == "object":
            members = schema.get("properties")
            named = members.items() if isinstance(members, Mapping) else ()
            return {self._paid(name): self.value(one, depth + 1) for name, one in named if self._left > 0}
        if kind == "array":
            count = max(1, _count(schema, "minItems", 1))
            items: list[Any] = []
            while len(items) < count and self._left > 0:
                items.append(self.value(schema.get("items", {}), depth + 1))
            return items
        if kind in {"integer", "number"}:
            return self._paid(_least(schema))
        if kind == "boolean":
            return True
        return None if kind == "null" else self._paid(_text(schema, self._text))

    def _target(self, reference: Any) -> Any:
        """Follow a reference within the schema; what leads elsewhere is anything."""
        node = self._root
        for part in str(reference).removeprefix("#").split("/")[1:]:
            node = node.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(node, Mapping) else None
        return node


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else "string")
    return str(kind[0]) if isinstance(kind, list) and kind else str(kind)


def _least(schema: Mapping[str, Any]) -> int | float:
    least, above, most = (_number(schema.get(name)) for name in ("minimum", "exclusiveMinimum", "maximum"))
    found = least if least is not None else above + 1 if above is not None else 0
    return most if most is not None and found > most else found


def _number(value: Any) -> int | float | None:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else None


def _text(schema: Mapping[str, Any], text: str) -> str:
    if isinstance(schema.get("format"), str) and schema["format"] in _FORMATS:
        return _FORMATS[schema["format"]]
    least = min(_count(schema, "minLength", 0), _LONGEST_TEXT)
    return text.ljust(least, ".")[: _count(schema, "maxLength", _LONGEST_TEXT)]


def _count(schema: Mapping[str, Any], keyword: str, otherwise: int) -> int:
    value = schema.get(keyword)
    return value if isinstance(value, int) and value >= 0 else otherwise
