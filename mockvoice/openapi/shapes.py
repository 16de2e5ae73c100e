"""Knows the shape of each OpenAPI object and of each x- table: types of members, and which have to be there.

Other checks rely on these shapes. How tables must agree with each other stands in rules/.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import orjson

from mockvoice.core.nearest import did_you_mean, nearest
from mockvoice.openapi.documents import data_folder
from mockvoice.openapi.pointer import read, spell
from mockvoice.openapi.vocabulary import Path, Report

_TEXT = {"type": "string"}
_FLAG = {"type": "boolean"}
_COUNT = {"type": "integer", "minimum": 0}
_NUMBER = {"type": "number"}
_TEXTS = {"type": "array", "items": _TEXT}
_MAP = {"type": "object"}
_FILLED = {"type": "object", "minProperties": 1}
_SECURITY = {"type": "array", "items": {"type": "object", "additionalProperties": _TEXTS}}
_TYPE = {"enum": ["string", "number", "integer", "boolean", "object", "array", "null"]}
_TYPES = {
    "type": ["string", "array"],
    "if": _TEXT,
    "then": _TYPE,
    "else": {"items": _TYPE, "minItems": 1, "uniqueItems": True},
}

# Kind of object → what has to be there, and the shape of its members; objects inside are judged on their own.
_SHAPES: dict[str, tuple[tuple[str, ...], dict[str, Any]]] = {
    "document": (
        (
            "openapi", "info", "paths", "x-voice-provider", "x-voice-sources", "x-voice-errors", "x-voice-refusals",
            "x-voice-precedence", "x-mock-accounts", "x-mock-ids",
        ),
        {
            "openapi": {"type": "string", "pattern": r"^3\.1\.[0-9]+$"}, "security": _SECURITY,
            "paths": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^/"}},
        },
    ),
    "info": (("title", "version"), {"title": _TEXT, "version": _TEXT}),
    "server": (("url",), {"url": _TEXT}),
    "tag": (("name",), {"name": _TEXT}),
    "operation": (
        ("operationId", "responses"),
        {
            "operationId": {"type": "string", "minLength": 1}, "tags": _TEXTS, "security": _SECURITY,
            "deprecated": _FLAG,
            "responses": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": "^[1-5][0-9][0-9]$"}},
        },
    ),
    "parameter": (
        ("name", "in", "schema"),
        {"name": {"type": "string", "minLength": 1}, "in": {"enum": ["query", "path", "header"]}, "required": _FLAG},
    ),
    "requestBody": (("content",), {"content": _FILLED, "required": _FLAG}),
    "media": (("schema",), {"encoding": _MAP}),
    "example": (("value",), {}),
    "response": (("description",), {"content": _FILLED}),
    "header": (("schema",), {"required": _FLAG}),
    "link": (("operationId",), {"operationId": _TEXT, "parameters": {"type": "object", "additionalProperties": _TEXT}}),
    "security": (
        ("type",),
        {"type": {"enum": ["http", "apiKey"]}, "scheme": _TEXT, "name": _TEXT, "in": {"enum": ["header"]}},
    ),
    "schema": (
        (),
        {
            "type": _TYPES, "enum": {"type": "array", "minItems": 1}, "format": _TEXT, "pattern": _TEXT,
            "minLength": _COUNT, "maxLength": _COUNT, "minItems": _COUNT, "maxItems": _COUNT, "uniqueItems": _FLAG,
            "minimum": _NUMBER, "maximum": _NUMBER, "exclusiveMinimum": _NUMBER, "exclusiveMaximum": _NUMBER,
            "multipleOf": {"type": "number", "exclusiveMinimum": 0}, "required": {**_TEXTS, "uniqueItems": True},
            **{name: {"type": "array", "minItems": 1} for name in ("anyOf", "oneOf", "allOf")},
            "contentMediaType": _TEXT, "contentEncoding": _TEXT, "deprecated": _FLAG, "examples": {"type": "array"},
        },
    ),
}  # fmt: skip
_SAID = dict.fromkeys(("summary", "description", "title", "bearerFormat", "style"), _TEXT)

# How a message calls the types of JSON Schema.
_WORDS = {
    "string": "a text", "number": "a number", "integer": "a whole number", "boolean": "true or false",
    "object": "a mapping", "array": "a list", "null": "null",
}  # fmt: skip

# Where a reference of each kind may lead. A validator is given the components' schemas and nothing else.
_HOMES = {"parameter": "parameters", "response": "responses", "header": "headers", "schema": "schemas"}
# What a security scheme needs, by its type.
_SCHEMES = {"http": ("scheme",), "apiKey": ("name", "in")}


@cache
def _shape(kind: str) -> Any:
    import jsonschema_rs  # noqa: PLC0415 - only for a spec that is new

    required, members = _SHAPES.get(kind, ((), {}))
    return jsonschema_rs.validator_for({"required": list(required), "properties": {**_SAID, **members}})


def check_shape(kind: str, path: Path, node: dict[str, Any], report: Report) -> None:
    """Report members of an OpenAPI object that have the wrong shape, or are missing."""
    if "$ref" in node:
        home = f"#/components/{_HOMES[kind]}/" if kind in _HOMES else "#/components/"
        if not isinstance(node["$ref"], str) or not node["$ref"].startswith(home):
            report((*path, "$ref"), f"expected a text that starts with {home!r}, got {node['$ref']!r}")
        return
    for error in _shape(kind).iter_errors(node):
        place = (*path, *error.instance_path)
        if error.kind.name == "required":
            wanted = error.kind.property
            _report_missing(place, wanted, f"every {kind} object has it", node, report)
        else:
            _tell(error, place, [], report)
    for wanted in _SCHEMES.get(node["type"], ()) if kind == "security" and isinstance(node.get("type"), str) else ():
        if wanted not in node:
            _report_missing(path, wanted, f"a scheme of type {node['type']!r} has it", node, report)
    if kind == "schema" and isinstance(node.get("pattern"), str) and not _is_pattern(node["pattern"]):
        report((*path, "pattern"), f"expected a regular expression, got {node['pattern']!r}")


def _report_missing(path: Path, wanted: str, why: str, node: dict[str, Any], report: Report) -> None:
    close = nearest(wanted, (one for one in node if one != wanted))
    report((*path, wanted), f"is missing: {why}" + (f"; is {close!r} meant to be it?" if close else ""))


@cache
def _is_pattern(pattern: str) -> bool:
    import jsonschema_rs  # noqa: PLC0415 - only for a spec that is new

    try:
        jsonschema_rs.validator_for({"pattern": pattern})
    except (ValueError, jsonschema_rs.ValidationError):
        return False
    return True


# -- our tables ----------------------------------------------------------------------------------------


@cache
def _schema_of_extensions() -> dict[str, Any]:
    loaded: dict[str, Any] = orjson.loads((data_folder("specs") / "extensions.schema.json").read_bytes())
    return loaded


@cache
def _extension_validators() -> dict[str, Any]:
    import jsonschema_rs  # noqa: PLC0415 - only for a spec that is new

    schema = _schema_of_extensions()
    return {
        name: jsonschema_rs.validator_for({**schema, "$ref": f"#/$defs/{name}"})
        for name in schema["$defs"]
        if name.startswith("x-")
    }


def check_extension(extension: str, path: Path, value: Any, report: Report) -> None:
    """Report what of the value of an x- table does not fit extensions.schema.json."""
    validator = _extension_validators().get(extension)
    if validator is None:
        return  # an unknown name: the walk has said so
    for error in validator.iter_errors(value):
        _tell(error, (*path, *error.instance_path), _known_members(error), report)


def shape_check(shape: Mapping[str, Any]) -> Callable[[Path, Any, Report], None]:
    """Return a function that reports what of a value does not fit a shape, given as JSON Schema."""
    import jsonschema_rs  # noqa: PLC0415 - only for a spec that is new

    validator = jsonschema_rs.validator_for(dict(shape))

    def check(path: Path, value: Any, report: Report) -> None:
        for error in validator.iter_errors(value):
            _tell(error, (*path, *error.instance_path), [], report)

    return check


def _known_members(error: Any) -> list[str]:
    try:
        return list(read(_schema_of_extensions(), spell(error.schema_path[:-1])).get("properties", {}))
    except KeyError:
        return []


def _tell(error: Any, place: Path, known: list[str], report: Report) -> None:
    keyword = error.kind.name
    if keyword == "additionalProperties":
        unexpected = error.kind.unexpected[0]
        report((*place, unexpected), f"unknown key{did_you_mean(unexpected, known)}")
    elif keyword == "enum":
        options = [str(one) for one in error.kind.options]
        report(place, f"unknown value {error.instance!r}{did_you_mean(str(error.instance), options)}")
    elif keyword == "propertyNames":
        report(place, f"a key does not fit: {error.message}")
    elif keyword == "required":
        wanted = error.kind.property
        holder = error.instance if isinstance(error.instance, dict) else {}
        _report_missing(place, wanted, "this table needs it", holder, report)
    elif keyword == "type":
        wanted = " or ".join(_WORDS.get(one, one) for one in error.kind.types)
        told = "; write it in quotes" if wanted == "a text" else ""
        report(place, f"expected {wanted}, got {str(error.instance)[:60]!r}{told}")
    else:
        report(place, f"{error.message}")
