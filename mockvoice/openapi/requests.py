"""Knows how to judge a request against the spec's own schema, and to read fields that came as text."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from types import MappingProxyType
from typing import Any, NamedTuple

import orjson

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.pointer import spell

# Compiled with the first field that is a number; Python keeps them. It reads no integer of more than 4,300 digits.
_INTEGER = r"-?(0|[1-9][0-9]{0,4299})"
_NUMBER = r"-?(0|[1-9][0-9]{0,30})(\.[0-9]{1,30})?([eE][+-]?[0-9]{1,2})?"

# A JSON number as large is read as a float, however it was written.
_BEYOND = 2.0**64

_NOTHING: Mapping[str, str] = MappingProxyType({})

# JSON Schema keyword → the kind of refusal it leads to; see x-voice-refusals in specs/README.md.
_KINDS = {
    "required": "missing",
    "type": "type", "anyOf": "type", "oneOf": "type", "allOf": "type",
    "enum": "enum", "const": "enum",
    "minimum": "bound", "maximum": "bound", "exclusiveMinimum": "bound", "exclusiveMaximum": "bound",
    "multipleOf": "bound", "minLength": "bound", "maxLength": "bound", "minItems": "bound", "maxItems": "bound",
    "uniqueItems": "bound",
    "format": "format", "pattern": "format",
    "additionalProperties": "unknown-field",
}  # fmt: skip


class Problem(NamedTuple):
    """One thing wrong with a request.

    `kind` is a key of x-voice-refusals, `keyword` the schema keyword, `field` the top-level member (empty for
    the whole), `path` the way to the value, `limit` what the keyword says, `pointer` the place in the spec, `expected`
    what would be right, in words.
    """

    kind: str
    keyword: str
    place: str
    field: str
    path: tuple[str | int, ...]
    message: str
    limit: Any
    got: Any
    pointer: str
    expected: str = ""


class ObjectCheck:
    """A schema of an object, compiled on first use, with the defaults of its members.

    `pointer` is its place in the spec where it is no reference; `parameters` are the places of members that each
    have one of their own.
    """

    def __init__(
        self,
        schema: dict[str, Any],
        document: dict[str, Any],
        place: str,
        pointer: str = "",
        parameters: Mapping[str, str] = _NOTHING,
    ) -> None:
        self._document = document
        self._parameters = parameters
        self.schema = schema
        self.place = place
        self.pointer = schema.get("$ref", "").removeprefix("#") or pointer

    def _target(self, schema: dict[str, Any]) -> dict[str, Any]:
        while "$ref" in schema:
            node: Any = self._document
            for part in schema["$ref"].removeprefix("#/").split("/"):
                node = node[part.replace("~1", "/").replace("~0", "~")]
            schema = node
        return schema

    @cached_property
    def properties(self) -> Mapping[str, dict[str, Any]]:
        """The members of the object, references followed."""
        return {name: self._target(one) for name, one in self._target(self.schema).get("properties", {}).items()}

    @cached_property
    def defaults(self) -> dict[str, Any]:
        """The `default` of every member that has one."""
        return {name: one["default"] for name, one in self.properties.items() if "default" in one}

    @cached_property
    def whole(self) -> tuple[str, ...]:
        """The members that are whole numbers, or lists of some."""
        return tuple(name for name, one in self.properties.items() if _holds_whole(one))

    @cached_property
    def _validator(self) -> Any:
        import jsonschema_rs  # noqa: PLC0415 - not needed before the first request with a body

        schemas = self._document.get("components", {}).get("schemas", {})
        bundle = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            **self.schema,
            "components": {"schemas": schemas},
        }
        return jsonschema_rs.validator_for(bundle, validate_formats=True)

    @cached_property
    def is_valid(self) -> Callable[[Any], bool]:
        """Say whether a value satisfies the schema: the validator's own function, bound once."""
        bound: Callable[[Any], bool] = self._validator.is_valid
        return bound

    def problems(self, value: Any) -> list[Problem]:
        """Return everything wrong with a value, members in the order of the schema."""
        found = [self._problem(error) for error in self._validator.iter_errors(value)]
        order = {name: index for index, name in enumerate(self.properties)}
        return sorted(found, key=lambda one: order.get(one.field, len(order)) if one.field else -1)

    def _problem(self, error: Any) -> Problem:
        from mockvoice.openapi.expectations import expected_by  # noqa: PLC0415 - on the way to a refusal

        keyword = error.kind.name
        path = tuple(error.instance_path)
        kind = _KINDS.get(keyword, "type")
        message = error.message
        limit: Any = None
        if keyword == "required":
            path = (*path, error.kind.property)
            message = "is required"
        elif keyword == "additionalProperties":
            path = (*path, error.kind.unexpected[0])
            message = f"is not known here{did_you_mean(error.kind.unexpected[0], self.properties)}"
        elif keyword == "enum":
            limit = error.kind.options
        elif keyword == "type":
            limit = error.kind.types
        elif hasattr(error.kind, "limit"):
            limit = error.kind.limit
        return Problem(
            kind,
            keyword,
            self.place,
            str(path[0]) if path else "",
            path,
            message,
            limit,
            error.instance,
            self._pointer_to(error.schema_path, path),
            f"the member {path[0]!r}" if keyword == "required" else expected_by(error, self.properties),
        )

    def _pointer_to(self, schema_path: Sequence[str | int], path: Sequence[str | int]) -> str:
        """Return where in the spec the keyword stands that a value at `path` breaks."""

        spelled = spell(schema_path)
        if spelled.startswith("/components/"):
            return spelled
        parameter = self._parameters.get(str(path[0])) if path else None
        if parameter is None:
            return self.pointer + spelled
        # What is missing is asked for by the parameter itself, everything else by its schema.
        keywords = list(schema_path)[2:]
        return parameter + spell(("schema", *keywords)) if keywords else parameter + spelled


def make_whole(fields: dict[str, Any], names: Sequence[str]) -> str:
    """Turn whole numbers that were written with a point into integers: to a schema 1.0 is one, to Python it is not.

    Return the first of the members that holds one of more than 64 bits, which no answer could repeat; else nothing.
    """
    for name in names:
        value = fields.get(name)
        if type(value) is float or type(value) is list:
            try:
                fields[name] = _whole(value)
            except OverflowError:
                return name
    return ""


def _whole(value: Any) -> Any:
    """Return a value with integers for whole numbers. Raises OverflowError."""
    if type(value) is list:
        return [_whole(one) for one in value]
    if type(value) is not float or not value.is_integer():
        return value
    if abs(value) >= _BEYOND:
        raise OverflowError
    return int(value)


def _holds_whole(schema: Mapping[str, Any]) -> bool:
    types = _types_of(schema)
    return ("integer" in types and "number" not in types) or (
        "array" in types and _holds_whole(schema.get("items", {}))
    )


class FieldReader:
    """Turns fields that came as text (form, query, path) into the types the schema asks for.

    A text that does not fit its type stays a text, so that the schema itself refuses it.
    """

    def __init__(self, check: ObjectCheck) -> None:
        self.check = check

    @cached_property
    def _names(self) -> Mapping[str, str]:
        """Wire name → member name: `x-voice-wire-names` where given, else the member's own name."""
        names: dict[str, str] = {}
        for name, schema in self.check.properties.items():
            for wire in schema.get("x-voice-wire-names", (name,)):
                names[wire] = name
        return names

    @cached_property
    def _scattered(self) -> Mapping[str, str]:
        """What begins the names of the parts of an object (wire name `a[*]`: parts `a[b]`, `a[c]`) → member name."""
        return {wire[:-2]: name for wire, name in self._names.items() if wire.endswith("[*]")}

    @cached_property
    def _types(self) -> Mapping[str, tuple[str, ...]]:
        return {name: _types_of(schema) for name, schema in self.check.properties.items()}

    @cached_property
    def files(self) -> frozenset[str]:
        """Members that are uploads: `format: binary`."""
        return frozenset(name for name, schema in self.check.properties.items() if schema.get("format") == "binary")

    @cached_property
    def file_names(self) -> Mapping[str, str]:
        """What an upload is called that came without a file name, where such a part counts as a file."""
        return {
            name: schema["x-voice-file-name"]
            for name, schema in self.check.properties.items()
            if "x-voice-file-name" in schema
        }

    def read(self, pairs: Sequence[tuple[str, str]]) -> dict[str, Any]:
        """Return members by name; of a repeated scalar the last one counts, a repeated array collects.

        The own name of a member that is called otherwise on the wire is the name of nothing.
        """
        fields: dict[str, Any] = {}
        names = self._names
        for wire, text in pairs:
            name = names.get(wire)
            if name is None:
                if wire in self._types or (self._scattered and self._gather(fields, wire, text)):
                    continue
                name = wire
            types = self._types.get(name, ("string",))
            if "array" in types:
                item_types = _types_of(self.check.properties[name].get("items", {}))
                fields.setdefault(name, []).append(_convert(text, item_types))
            else:
                fields[name] = _convert(text, types)
        return fields

    def _gather(self, fields: dict[str, Any], wire: str, text: str) -> bool:
        """Put one part of an object that came in parts into the object; say whether it is such a part."""
        head, bracket, inner = wire.partition("[")
        name = self._scattered.get(head + bracket)
        if name is None or not inner.endswith("]"):
            return False
        whole = fields.get(name)
        if not isinstance(whole, dict):
            whole = fields[name] = {}
        key = inner[:-1]
        whole[key] = _convert(text, _types_of(_member(self.check.properties[name], key)))
        return True


def _member(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return the schema of a member of an object, also where the object is one of several things allowed."""
    for one in (schema, *schema.get("anyOf", ())):
        if name in one.get("properties", {}):
            found: Mapping[str, Any] = one["properties"][name]
            return found
    return {}


def _types_of(schema: Mapping[str, Any]) -> tuple[str, ...]:
    declared = schema.get("type")
    if isinstance(declared, str):
        return (declared,)
    if isinstance(declared, list):
        return tuple(declared)
    if "enum" in schema and "type" not in schema:
        return ("string",)
    return tuple(one for part in schema.get("anyOf", ()) for one in _types_of(part)) or ("string",)


def _convert(text: str, types: tuple[str, ...]) -> Any:
    if "integer" in types and re.fullmatch(_INTEGER, text):
        return int(text)
    if "number" in types and re.fullmatch(_NUMBER, text):
        return float(text)
    if "boolean" in types and text in {"true", "false"}:
        return text == "true"
    if "object" in types and text.lstrip().startswith("{"):
        try:
            return orjson.loads(text)
        except orjson.JSONDecodeError:
            return text
    return text
