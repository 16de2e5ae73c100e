"""Makes a value that fits a JSON schema, always the same: what a tool is called with, and answers of a given shape.

No validator: keywords that it does not read (patterns, conditions) may not be satisfied.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_DEEPEST = 16
_MOST_MEMBERS = 200
_MOST_ITEMS = 100
_FORMATS = {
    "date": "2025-01-01",
    "date-time": "2025-01-01T00:00:00Z",
    "time": "00:00:00Z",
    "email": "someone@example.com",
    "uri": "https://example.com/",
    "uuid": "00000000-0000-4000-8000-000000000000",
}


def instance_of(schema: Any, text: str) -> Any:
    """Return a value of a schema; its free texts are `text`, its numbers the least that is allowed."""
    return _instance(schema, schema, text, 0)


def _instance(schema: Any, root: Any, text: str, depth: int) -> Any:
    if not isinstance(schema, Mapping) or depth > _DEEPEST:
        return text
    if "$ref" in schema:
        return _instance(_target(root, schema["$ref"]), root, text, depth + 1)
    for keyword in ("const", "default"):
        if keyword in schema:
            return schema[keyword]
    for keyword in ("enum", "examples"):
        if isinstance(schema.get(keyword), list) and schema[keyword]:
            return schema[keyword][0]
    for keyword in ("anyOf", "oneOf", "allOf"):
        if isinstance(schema.get(keyword), list) and schema[keyword]:
            return _instance(schema[keyword][0], root, text, depth + 1)
    return _of_type(_type(schema), schema, root, text, depth)


def _type(schema: Mapping[str, Any]) -> str:
    kind = schema.get("type", "object" if "properties" in schema else "array" if "items" in schema else "string")
    return str(kind[0]) if isinstance(kind, list) and kind else str(kind)


def _of_type(kind: str, schema: Mapping[str, Any], root: Any, text: str, depth: int) -> Any:
    if kind == "object":
        members = schema.get("properties")
        named = list(members.items())[:_MOST_MEMBERS] if isinstance(members, Mapping) else []
        return {name: _instance(one, root, text, depth + 1) for name, one in named}
    if kind == "array":
        count = min(max(1, _count(schema, "minItems", 1)), _MOST_ITEMS)
        return [_instance(schema.get("items", {}), root, text, depth + 1)] * count
    if kind in {"integer", "number"}:
        return _least(schema)
    if kind == "boolean":
        return True
    if kind == "null":
        return None
    return _text(schema, text)


def _least(schema: Mapping[str, Any]) -> Any:
    least = schema.get("minimum", 0)
    above = schema.get("exclusiveMinimum")
    if isinstance(above, int | float) and not isinstance(above, bool):
        least = above + 1
    most = schema.get("maximum")
    if isinstance(most, int | float) and isinstance(least, int | float) and least > most:
        return most
    return least if isinstance(least, int | float) else 0


def _text(schema: Mapping[str, Any], text: str) -> str:
    if isinstance(schema.get("format"), str) and schema["format"] in _FORMATS:
        return _FORMATS[schema["format"]]
    least = min(_count(schema, "minLength", 0), 1_000)
    return text.ljust(least, ".")[: _count(schema, "maxLength", len(text) + least)]


def _count(schema: Mapping[str, Any], keyword: str, otherwise: int) -> int:
    value = schema.get(keyword)
    return value if isinstance(value, int) and value >= 0 else otherwise


def _target(root: Any, reference: Any) -> Any:
    """Follow a reference within the schema; what leads elsewhere is anything."""
    node = root
    for part in str(reference).removeprefix("#").split("/")[1:]:
        node = node.get(part.replace("~1", "/").replace("~0", "~")) if isinstance(node, Mapping) else None
    return node
