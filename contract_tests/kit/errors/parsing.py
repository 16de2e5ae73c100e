"""Reads a request as a strict server does: form fields by name and type, then the documented schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.kit.errors.validation import Refusal, body_problems, speaks
from contract_tests.kit.exchanges import NotJson, read_json
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe, repeated

# What JSON takes for a number (RFC 8259).
_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"-?(0|[1-9][0-9]*)")
_BOOLEANS = {"true": True, "false": False}


def refusal_of(operation: Operation, recipe: Recipe) -> Refusal | None:
    """Return how a request of an example with members changed is refused; None if it is not, or nobody says how."""
    fields = {**operation.example, **recipe.get("with", {})}
    fields = {name: repeated(value) for name, value in fields.items()}
    value = {**read(operation, fields), **dict.fromkeys(operation.clips, "a file")}
    return speaks(
        operation,
        body_problems(operation, {name: one for name, one in value.items() if name not in recipe.get("without", ())}),
    )


def read(operation: Operation, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the members of a body as they are understood; in a form every value is text, and names may differ."""
    if not operation.is_form:
        return dict(fields)
    names = dict(_wire_names(operation))
    known = {**{name: name for name in fields}, **names}
    return {known[wire]: _understood(operation, known[wire], value) for wire, value in fields.items()}


def _wire_names(operation: Operation) -> Iterator[tuple[str, str]]:
    for name in operation.body_schema.get("properties", {}):
        for wire in operation.member(name)[0].get("x-voice-wire-names", (name,)):
            yield wire, name


def _understood(operation: Operation, name: str, value: Any) -> Any:
    member, _ = operation.member(name)
    types = types_of(member)
    if "array" in types:
        inner = types_of(member.get("items", {}))
        return [_typed(one, inner) for one in (value if isinstance(value, list) else [value])]
    return _typed(value, types)


def _typed(value: Any, types: frozenset[str]) -> Any:
    """Return a text as the type it is to be, strictly; as text where it is none of it."""
    text = value if isinstance(value, str) else json.dumps(value)
    if "integer" in types and _INTEGER.fullmatch(text):
        return int(text)
    if "number" in types and _NUMBER.fullmatch(text):
        return float(text)
    if "boolean" in types and text in _BOOLEANS:
        return _BOOLEANS[text]
    if "object" in types:
        try:
            return read_json(text.encode())
        except NotJson:
            return text
    return text


def is_file(operation: Operation, name: str) -> bool:
    """Say whether a member of a body is an upload."""
    return bool(operation.is_form and operation.member(name)[0].get("format") == "binary")


def wire_name(member: Mapping[str, Any], name: str) -> str:
    """Return the name under which a member is sent in a form; empty where it only comes in pieces."""
    return str(next((one for one in member.get("x-voice-wire-names", (name,)) if "*" not in one), ""))


def types_of(schema: Mapping[str, Any]) -> frozenset[str]:
    """Return the types a schema takes, those of its alternatives included; a list of texts is of texts."""
    declared = schema.get("type", ())
    types = {declared} if isinstance(declared, str) else {*declared}
    for one in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        types |= types_of(one)
    if "$ref" in schema:
        types.add("object")
    return frozenset(types or {"string"})
