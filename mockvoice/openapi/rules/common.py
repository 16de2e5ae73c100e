"""What several rules need: the operations of a document, the fields of their requests, the recipes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from mockvoice.openapi.pointer import read, split
from mockvoice.openapi.recipes import provocations_of
from mockvoice.openapi.vocabulary import METHODS, Path, resolve

Document = dict[str, Any]
# What asks an endpoint which reading it follows: any endpoint, or the simulator only. A row has one of the two.
PROBES = ("probe", "x-mock-probe")


def operations_of(document: Document) -> Iterator[tuple[Path, str, Document]]:
    """Yield (path in the document, operationId, operation)."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield ("paths", path, method), item[method].get("operationId", ""), item[method]


def codes_in(value: Any) -> Iterator[str]:
    """Yield the error codes of one refusal: one for all fields, or one for each."""
    if isinstance(value, str):
        yield value
    else:
        yield from value.values()


class Field(NamedTuple):
    """One field of a request: where its schema stands, the schema, and whether it always has a value."""

    path: Path
    schema: Document
    is_given: bool


def fields_of(document: Document, path: Path, operation: Document) -> dict[str, Field]:
    """Return the parameters of an operation and the members of its body, by name."""
    fields: dict[str, Field] = {}
    for index, one in enumerate(operation.get("parameters", ())):
        parameter, place = _followed(document, one, (*path, "parameters", index))
        schema, inner = _followed(document, parameter["schema"], (*place, "schema"))
        fields[parameter["name"]] = Field(inner, schema, bool(parameter.get("required")) or "default" in schema)
    for media, content in operation.get("requestBody", {}).get("content", {}).items():
        start = (*path, "requestBody", "content", media, "schema")
        body, place = _followed(document, content["schema"], start)
        for name, one in body.get("properties", {}).items():
            schema, inner = _followed(document, one, (*place, "properties", name))
            fields[name] = Field(inner, schema, name in body.get("required", ()) or "default" in schema)
    return fields


def _followed(document: Document, node: Document, path: Path) -> tuple[Document, Path]:
    """Return an object and its place, references followed."""
    while "$ref" in node:
        path = tuple(split(node["$ref"]))
        node = read(document, node["$ref"])
    return node, path


def answers_of(document: Document, operation: Document) -> Iterator[tuple[str, Document]]:
    """Yield (media type, schema) of what an operation answers when it succeeds."""
    for status, one in operation["responses"].items():
        if status.startswith("2"):
            for media, content in resolve(document, one).get("content", {}).items():
                yield media, content["schema"]


def members_at(document: Document, schema: Document, pointer: str) -> list[Document]:
    """Return the schemas a member of an answer may have, in any shape the answer may have; empty if it is none."""
    found = list(_shapes_of(document, schema))
    for name in split(pointer):
        members = [shape["properties"][name] for shape in found if name in shape.get("properties", {})]
        found = [shape for one in members for shape in _shapes_of(document, one)]
    return found


def _shapes_of(document: Document, schema: Document) -> Iterator[Document]:
    """Yield a schema, references followed, and everything it may be or is made of."""
    target, _ = _followed(document, schema, ())
    yield target
    for keyword in ("anyOf", "oneOf", "allOf"):
        for one in target.get(keyword, ()):
            yield from _shapes_of(document, one)


def options_of(path: Path, schema: Document) -> Iterator[tuple[Path, str]]:
    """Yield the texts a schema allows, each with its place."""
    for index, value in enumerate(schema.get("enum", ())):
        if isinstance(value, str):
            yield (*path, "enum", index), value
    for keyword in ("anyOf", "oneOf", "allOf"):
        for index, one in enumerate(schema.get(keyword, ())):
            yield from options_of((*path, keyword, index), one)


def recipes_of(document: Document) -> Iterator[tuple[Path, Document]]:
    """Yield every recipe with its place, those that come first in another included."""
    starts: list[tuple[Path, Document]] = [
        (("x-voice-ambiguities", row, key), ambiguity[key])
        for row, ambiguity in document.get("x-voice-ambiguities", {}).items()
        for key in PROBES
        if key in ambiguity
    ]
    starts += [((*place, "request"), dict(row["request"])) for place, row in provocations_of(document)]
    starts += [
        ((*path, "x-voice-shortest"), operation["x-voice-shortest"])
        for path, _, operation in operations_of(document)
        if "x-voice-shortest" in operation
    ]
    starts += [
        (("x-voice-tasks", name, "fails"), {"operation": row["create"], **row["fails"]})
        for name, row in document.get("x-voice-tasks", {}).items()
        if "fails" in row
    ]
    while starts:
        place, recipe = starts.pop()
        yield place, recipe
        starts += [((*place, "first", index), one) for index, one in enumerate(recipe.get("first", ()))]
