"""Judges a request by the documented schemas, and tells which documented error speaks when it is wrong.

The suite's own evaluator of `x-voice-refusals` and of `kinds` and `upstream` in `x-voice-precedence`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import ErrorRow, Operation
from contract_tests.kit.pointers import look, spell

# JSON Schema keyword → the kind of refusal it leads to, a key of `x-voice-refusals`.
KINDS: Mapping[str, str] = {
    "required": "missing",
    "type": "type",
    "enum": "enum", "const": "enum",
    "minimum": "bound", "maximum": "bound", "exclusiveMinimum": "bound", "exclusiveMaximum": "bound",
    "multipleOf": "bound", "minLength": "bound", "maxLength": "bound", "minItems": "bound", "maxItems": "bound",
    "uniqueItems": "bound",
    "format": "format", "pattern": "format",
    "additionalProperties": "unknown-field",
}  # fmt: skip
# Kinds of which documents seldom say that they are faults at all → where the suite's table says so.
_UNSURE = {"media-type": "/x-voice-refusals"}


@dataclass(frozen=True)
class Wrong:
    """One thing wrong with a request: of which kinds it may be called, with which member, by which fact.

    `member` is empty where the whole is wrong; more than one kind where several shapes are allowed and none fits.
    `code` is the error that the schema itself names for it (`x-voice-refusal`); empty where it names none.
    """

    kinds: frozenset[str]
    member: str
    fact: str
    code: str = ""


@dataclass(frozen=True)
class Refusal:
    """The documented answer to a fault: the row that speaks, because of a fact (a pointer; empty for none but it)."""

    row: ErrorRow
    because: str = ""


def body_problems(operation: Operation, value: Any) -> list[Wrong]:
    """Return everything wrong with a body; of a member of a wrong type nothing else is told."""
    found = list(_problems(operation.facts, operation.body_pointer, value, ""))
    mistyped = {one.member for one in found if one.kinds == {"type"}}
    return [one for one in found if one.member not in mistyped or one.kinds == {"type"}]


def parameter_problems(operation: Operation, name: str, value: Any) -> list[Wrong]:
    """Return everything wrong with the value of a query, path or header parameter."""
    return list(_problems(operation.facts, f"{operation.parameter_pointer(name)}/schema", value, name))


def _problems(facts: Facts, pointer: str, value: Any, member: str) -> Iterator[Wrong]:
    for error in _validator(facts, pointer).iter_errors(value):
        path = [*error.instance_path]
        fact = spell(error.schema_path)
        if error.kind.name == "required":
            path.append(error.kind.property)
            fact = spell([*error.schema_path[:-1], "properties", error.kind.property])
        elif error.kind.name == "additionalProperties":
            path.append(error.kind.unexpected[0])
        code = _named_at(facts, error.schema_path)
        yield Wrong(frozenset(_kinds(error)), member or (str(path[0]) if path else ""), fact, code)


def _named_at(facts: Facts, keyword: list[Any]) -> str:
    """Return the error that the schema names in which a keyword stands."""
    try:
        node = look(facts.document, spell(keyword[:-1]))
    except LookupError:
        return ""
    return str(node.get("x-voice-refusal", "")) if isinstance(node, dict) else ""


def _kinds(error: Any) -> Iterator[str]:
    """Yield what a problem may be called; where one of several shapes would do, what is wrong with each."""
    if error.kind.name in {"anyOf", "oneOf"} and getattr(error.kind, "context", None):
        for branch in error.kind.context:
            for one in branch:
                yield from _kinds(one)
    else:
        yield KINDS.get(error.kind.name, "type")


def _validator(facts: Facts, pointer: str) -> Any:
    return facts.keep(f"validator of {pointer}", lambda: _compiled(facts, pointer))


def _compiled(facts: Facts, pointer: str) -> Any:
    schema = {"$ref": f"#{quote(pointer, safe='/~')}", "components": facts.document["components"]}
    if pointer.startswith("/paths/"):
        schema["paths"] = facts.document["paths"]
    return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)


def refusal_by(operation: Operation, kind: str, member: str = "") -> Refusal | None:
    """Return how a kind of fault is refused, as `x-voice-refusals` has it; None where nobody says."""
    row = operation.refusal(kind, member)
    return None if row is None else Refusal(row, _UNSURE.get(kind, ""))


# -- who speaks --------------------------------------------------------------------------------------


def precedence(operation: Operation) -> Mapping[str, Any]:
    """Return the table that says which check of an operation speaks first."""
    table: Mapping[str, Any] = operation.node.get("x-voice-precedence", operation.facts.document["x-voice-precedence"])
    return table


def precedence_pointer(operation: Operation) -> str:
    """Where that table's order stands."""
    place = [] if "x-voice-precedence" not in operation.node else [operation.pointer]
    return "".join(place) + "/x-voice-precedence/order"


def speaks(operation: Operation, found: Iterable[Wrong]) -> Refusal | None:
    """Return what is answered to several problems of one request; None where the documents do not decide.

    First come the kinds that are said to speak before others, then the members in the order of the schema; what a
    server behind says comes after everything else.
    """
    ranked = []
    for one in found:
        named = operation.facts.errors.get(one.code)
        rows = {kind: named or operation.refusal(kind, one.member) for kind in one.kinds}
        codes = {row.code if row else "" for row in rows.values()}
        row = next(iter(rows.values()), None)
        if len(codes) != 1 or row is None:
            return None
        ranked.append((_rank(operation, one, row), row, one.fact))
    if not ranked:
        return None
    first = min(rank for rank, _, _ in ranked)
    speakers = [Refusal(row, fact) for rank, row, fact in ranked if rank == first]
    return speakers[0] if len({one.row.code for one in speakers}) == 1 else None


def _rank(operation: Operation, one: Wrong, row: ErrorRow) -> tuple[bool, int, int]:
    table = precedence(operation)
    kinds: list[str] = table.get("kinds", [])
    members = list(operation.body_schema.get("properties", {}))
    place = min(kinds.index(kind) if kind in kinds else len(kinds) for kind in one.kinds)
    index = -1 if not one.member else members.index(one.member) if one.member in members else len(members)
    return row.code in table.get("upstream", ()), place, index
