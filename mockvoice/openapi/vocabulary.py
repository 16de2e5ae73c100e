"""Knows which keys may stand where in a spec: OpenAPI's own, and our x- tables.

A key that is not in these tables is refused, because a key nobody reads is a mock that is wrong in silence.
The values of the x- tables are described in specs/extensions.schema.json.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.pointer import spell

Path = tuple[str | int, ...]
Report = Callable[[Path, str], None]

# A member's value is: None (anything), "kind", "[kind]" (a list of them) or "{kind}" (a map of them).
_CHILDREN: dict[str, dict[str, str | None]] = {
    "document": {
        "openapi": None, "info": "info", "servers": "[server]", "tags": "[tag]", "security": None,
        "paths": "{path}", "components": "components", "externalDocs": None,
    },
    "info": {"title": None, "version": None, "description": None, "summary": None, "license": None},
    "server": {"url": None, "description": None, "variables": None},
    "tag": {"name": None, "description": None},
    "path": {
        "get": "operation", "post": "operation", "put": "operation", "delete": "operation", "patch": "operation",
        "parameters": "[parameter]", "summary": None, "description": None,
    },
    "operation": {
        "operationId": None, "summary": None, "description": None, "tags": None, "security": None, "deprecated": None,
        "parameters": "[parameter]", "requestBody": "requestBody", "responses": "{response}",
    },
    "parameter": {
        "name": None, "in": None, "required": None, "description": None, "schema": "schema", "example": None,
        "examples": None, "style": None, "explode": None, "deprecated": None, "$ref": None,
    },
    "requestBody": {"required": None, "description": None, "content": "{media}"},
    "media": {"schema": "schema", "examples": "{example}", "encoding": None},
    "example": {"summary": None, "description": None, "value": None},
    "response": {"description": None, "headers": "{header}", "content": "{media}", "links": "{link}", "$ref": None},
    "header": {"description": None, "schema": "schema", "required": None, "$ref": None},
    "link": {"operationId": None, "parameters": None, "description": None, "requestBody": None},
    "components": {
        "schemas": "{schema}", "responses": "{response}", "parameters": "{parameter}", "headers": "{header}",
        "securitySchemes": "{security}",
    },
    "security": {"type": None, "scheme": None, "in": None, "name": None, "description": None, "bearerFormat": None},
    "schema": {
        "$ref": None, "type": None, "title": None, "description": None, "enum": None, "const": None, "default": None,
        "format": None, "pattern": None, "minLength": None, "maxLength": None, "minimum": None, "maximum": None,
        "exclusiveMinimum": None, "exclusiveMaximum": None, "multipleOf": None, "minItems": None, "maxItems": None,
        "uniqueItems": None, "required": None, "properties": "{schema}", "items": "schema", "anyOf": "[schema]",
        "oneOf": "[schema]", "allOf": "[schema]", "additionalProperties": "schema", "examples": None,
        "if": "schema", "then": "schema", "else": "schema",
        "contentMediaType": None, "contentEncoding": None, "contentSchema": "schema", "deprecated": None,
    },
}  # fmt: skip

_EXTENSIONS: dict[str, tuple[str, ...]] = {
    "document": (
        "x-voice-provider", "x-voice-sources", "x-voice-errors", "x-voice-refusals", "x-voice-precedence",
        "x-voice-billing", "x-voice-limits", "x-voice-tasks", "x-voice-ambiguities", "x-voice-audio", "x-voice-video",
        "x-voice-figures", "x-voice-aliases", "x-voice-facts", "x-voice-files", "x-voice-provocations",
        "x-voice-websockets", "x-voice-unbuilt",
        "x-mock-accounts", "x-mock-ids", "x-mock-pace", "x-mock-triggers", "x-mock-hosts", "x-mock-figures",
        "x-mock-provocations", "x-mock-unbehaved", "x-mock-faults", "x-mock-addresses",
    ),
    "info": ("x-voice-source",),
    "operation": (
        "x-voice-source", "x-voice-billing", "x-voice-refusals", "x-voice-precedence", "x-voice-limits",
        "x-voice-formats", "x-voice-clips", "x-voice-body-credential", "x-voice-shortest", "x-voice-creates",
        "x-voice-speech", "x-voice-transcript", "x-voice-collection", "x-voice-chat", "x-voice-embedding",
        "x-voice-scope", "x-voice-routing", "x-voice-before", "x-voice-pictures", "x-voice-buttons", "x-voice-film",
        "x-voice-legal",
    ),
    "parameter": ("x-voice-source", "x-voice-routes"),
    "requestBody": ("x-voice-source",),
    "response": ("x-voice-source", "x-voice-empty", "x-mock-behaved"),
    "header": ("x-voice-source", "x-voice-value", "x-mock-value"),
    "link": ("x-voice-source",),
    "security": ("x-voice-source", "x-voice-key-prefix"),
    "schema": (
        "x-voice-source", "x-voice-wire-names", "x-voice-file-name", "x-voice-value", "x-voice-worth", "x-voice-file",
        "x-voice-refusal",
    ),
}  # fmt: skip

METHODS = ("get", "post", "put", "delete", "patch")


def walk(document: Any, report: Report) -> Iterator[tuple[str, Path, dict[str, Any]]]:
    """Yield (kind, path, object) for every OpenAPI object; report unknown keys and wrong shapes on the way."""
    todo: list[tuple[str, Path, Any]] = [("document", (), document)]
    while todo:
        kind, path, node = todo.pop()
        if kind == "schema" and isinstance(node, bool) and path[-1] == "additionalProperties":
            continue
        if not isinstance(node, dict):
            report(path, f"expected a mapping (an OpenAPI {kind} object), got {type(node).__name__}")
            continue
        yield kind, path, node
        for key, value in node.items():
            todo.extend(_children(kind, (*path, key), key, value, report))


def _children(kind: str, path: Path, key: Any, value: Any, report: Report) -> Iterator[tuple[str, Path, Any]]:
    """Yield the objects below one member; report the member if nobody knows it."""
    if not isinstance(key, str):
        report(path, f"expected a text as key, got {key!r}; put it in quotes (YAML reads no, 200 and null as values)")
        return
    known = _EXTENSIONS.get(kind, ()) if key.startswith("x-") else _CHILDREN[kind]
    if key not in known:
        what = "extension" if key.startswith("x-") else "key"
        report(path, f"unknown {what} in a {kind} object{did_you_mean(key, known)}")
        return
    child = _CHILDREN[kind].get(key)
    if child is None:
        return
    if child[0] not in "[{":
        yield child, path, value
        return
    wanted, name = (list, "list") if child[0] == "[" else (dict, "mapping")
    if not isinstance(value, wanted):
        report(path, f"expected a {name} of {child[1:-1]} objects, got {type(value).__name__}")
        return
    for label, item in enumerate(value) if isinstance(value, list) else value.items():
        if isinstance(value, dict) and not isinstance(label, str):
            report((*path, label), f"expected a text as key, got {label!r}; put it in quotes")
        else:
            yield child[1:-1], (*path, label), item


def extensions_of(node: dict[str, Any], path: Path) -> Iterator[tuple[str, Path, Any]]:
    """Yield (name, path, value) of the x- members of one object."""
    for key, value in node.items():
        if isinstance(key, str) and key.startswith("x-"):
            yield key, (*path, key), value


def resolve(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Follow a local `$ref` of an OpenAPI object (not of a schema) to its component."""
    seen = 0
    while "$ref" in node and seen < 8:
        target: Any = document
        for part in str(node["$ref"]).removeprefix("#/").split("/"):
            target = target[part.replace("~1", "/").replace("~0", "~")]
        node = target
        seen += 1
    return node


def where(path: Path) -> str:
    """Spell a path as a JSON pointer for a message."""
    return spell(path) or "/"
