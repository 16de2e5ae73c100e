"""Makes requests that have one bad member each, from the request schemas: what the documents say is refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.errors.parsing import is_file, refusal_of, types_of, wire_name
from contract_tests.kit.errors.validation import KINDS, Refusal, parameter_problems, speaks
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import look
from contract_tests.kit.recipes import NOTHING, Recipe

# Texts of which some break whatever pattern or format there may be; of those that do, so many are sent.
_ODD_TEXTS = ("two words", "§", "", "NOTHING", "0", "://")
_ODD_ENOUGH = 2
# No text longer than this is sent to prove a bound.
_LONGEST = 100_000
_STEP = 0.01
_WRONG_SCALARS: tuple[Any, ...] = (5, NOTHING, True, 1.5)
_WRONG_CONTAINERS: tuple[Any, ...] = (["a"], {"a": 1})
_TYPES = {str: "string", int: "integer", float: "number", bool: "boolean", list: "array", dict: "object"}


@dataclass(frozen=True)
class Bad:
    """A request with one fault, and how it is documented to be refused; with several, any of them will do."""

    recipe: Recipe
    refusals: tuple[Refusal, ...]


@dataclass(frozen=True)
class BadMember:
    """All requests that break one rule about one member; `place` is body, query, path or header."""

    operation: Operation
    place: str
    kind: str
    member: str
    requests: tuple[Bad, ...] = field(repr=False, compare=False)

    @property
    def name(self) -> str:
        """The id of the case."""
        return f"{self.operation.id}-{self.kind}-{self.member}"


def bad_members(facts: Facts) -> dict[str, BadMember]:
    """Return every member of a request that a schema has a rule about, for each rule: type, list, bound and so on.

    Under other readings there are others.
    """
    every = facts.operations.values()
    return facts.keep("bad members", lambda: {case.name: case for one in every for case in _of(one)})


def under_other_readings(facts: Facts, case: BadMember) -> Iterator[Bad]:
    """Yield what breaks the same rule about the same member where another reading moves it.

    Which reading an endpoint follows is known only once it is asked, and what a claim may cost is told before.
    """
    known = [one.recipe for one in case.requests]
    for cases in facts.keep("bad members elsewhere", lambda: list(_elsewhere(facts))):
        for one in cases[case.name].requests if case.name in cases else ():
            if one.recipe not in known:
                known.append(one.recipe)
                yield one


def _elsewhere(facts: Facts) -> Iterator[dict[str, BadMember]]:
    """Yield, for each reading that is not in force, the cases of the operations whose requests it changes."""
    standing = {one.id: _standing(facts, one) for one in facts.operations.values()}
    for row, node in facts.ambiguities.items():
        for reading, one in node["readings"].items():
            changed = tuple(at for at in one.get("set", ()) if "/responses/" not in at)
            touched = [name for name, places in standing.items() if any(at.startswith(places) for at in changed)]
            if touched and reading != facts.readings[row]:
                other = facts.read_as({row: reading})
                yield {case.name: case for name in touched for case in _of(other.operations[name])}


def _standing(facts: Facts, operation: Operation) -> tuple[str, ...]:
    """Return the pointers below which everything stands that says what an operation's requests may hold."""
    found: list[str] = []
    waiting: list[Any] = [operation.node.get("requestBody"), operation.node.get("parameters"), operation.parameters]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Mapping):
            place = str(node.get("$ref", "")).removeprefix("#")
            if place and place not in found:
                found.append(place)
                waiting.append(look(facts.document, place))
            waiting += node.values()
        elif isinstance(node, list):
            waiting += node
    return tuple(f"{one}/" for one in (operation.pointer, *found))


def _of(operation: Operation) -> Iterator[BadMember]:
    grouped: dict[tuple[str, str, str], list[Bad]] = {}
    for place, keyword, member, recipe, *refusals in (*_in_parameters(operation), *_in_body(operation)):
        known = tuple(one for one in refusals if one is not None)
        if known:
            grouped.setdefault((place, KINDS[keyword], member), []).append(Bad(recipe, known))
    for (place, kind, member), requests in grouped.items():
        yield BadMember(operation, place, kind, member, tuple(requests))


# Place, keyword, member, recipe, and each way in which it may be refused.
Found = tuple[Any, ...]


def _in_parameters(operation: Operation) -> Iterator[Found]:
    for one in operation.parameters:
        place, name = one["in"], one["name"]
        member = {"query": "query", "header": "headers", "path": "path"}[place]
        for keyword, value in bad_values(one["schema"], is_text=True):
            found = parameter_problems(operation, name, value)
            sent = value[0] if isinstance(value, list) else value
            if found and sent != "":
                yield place, keyword, name, {member: {name: sent}}, speaks(operation, found)
        if one.get("required") and place != "path":
            row = operation.refusal("missing", name)
            pointer = operation.parameter_pointer(name)
            yield place, "required", name, {member: {name: None}}, Refusal(row, pointer) if row else None


def _in_body(operation: Operation) -> Iterator[Found]:
    schema = operation.body_schema
    for name in schema.get("required", ()):
        if not is_file(operation, name):
            recipe: Recipe = {"without": [name]}
            yield "body", "required", name, recipe, refusal_of(operation, recipe)
    for name in schema.get("properties", {}):
        member, _ = operation.member(name)
        wire = wire_name(member, name)
        if is_file(operation, name) or not wire:
            continue
        for keyword, value in bad_values(member, is_text=operation.is_form):
            if operation.is_form and keyword == "type":
                continue  # whatever is sent in a form is text; see test_forms.py
            recipe = {"with": {wire: value}}
            if value is not None:
                yield "body", keyword, name, recipe, refusal_of(operation, recipe)
            elif name in schema.get("required", ()):
                # Whether null is of a wrong type or nothing at all differs by the language a server is written in.
                as_absent = refusal_of(operation, {"without": [name]})
                yield "body", keyword, name, recipe, refusal_of(operation, recipe), as_absent
    if schema.get("additionalProperties") is False:
        recipe = {"with": {NOTHING: 1}}
        yield "body", "additionalProperties", NOTHING, recipe, refusal_of(operation, recipe)


# -- values ------------------------------------------------------------------------------------------


def bad_values(schema: Mapping[str, Any], *, is_text: bool) -> Iterator[tuple[str, Any]]:
    """Yield (keyword, value) that break a schema; `is_text` where every value is sent as text."""
    types = types_of(schema)
    if not is_text:
        yield from (("type", value) for value in _wrong_types(types))
    elif not types & {"array", "object"} and ("string" not in types or "anyOf" in schema):
        yield "type", NOTHING
    if "enum" in schema:
        yield "enum", NOTHING
    yield from _beyond(schema, is_integer="integer" in types)
    yield from _of_odd_length(schema, is_text)
    for keyword in ("pattern", "format"):
        if keyword in schema:
            odd = [text for text in _ODD_TEXTS if _breaks(schema, keyword, text)]
            yield from ((keyword, text) for text in odd[:_ODD_ENOUGH])
    if "items" in schema:
        yield from ((keyword, [value]) for keyword, value in bad_values(schema["items"], is_text=is_text))


def _wrong_types(types: frozenset[str]) -> Iterator[Any]:
    """Yield a scalar, null and a container of none of the types."""
    taken = types | ({"integer"} if "number" in types else set())
    scalars = [one for one in _WRONG_SCALARS if _TYPES[type(one)] not in taken]
    containers = [one for one in _WRONG_CONTAINERS if _TYPES[type(one)] not in taken]
    yield from scalars[:1]
    if "null" not in types:
        yield None
    yield from containers[:1]


def _beyond(schema: Mapping[str, Any], *, is_integer: bool) -> Iterator[tuple[str, Any]]:
    step = 1 if is_integer else _STEP
    beyond = {"minimum": -step, "exclusiveMinimum": 0, "maximum": step, "exclusiveMaximum": 0}
    for keyword, away in beyond.items():
        if keyword in schema:
            yield keyword, round(schema[keyword] + away, 6)


def _of_odd_length(schema: Mapping[str, Any], is_text: bool) -> Iterator[tuple[str, Any]]:
    item = next(iter(schema.get("items", {}).get("enum", ("a",))))
    if schema.get("minLength", 0) > 0:
        yield "minLength", "a" * (schema["minLength"] - 1)
    if schema.get("maxLength", _LONGEST) < _LONGEST:
        yield "maxLength", "a" * (schema["maxLength"] + 1)
    if schema.get("minItems", 0) > 0 and not is_text:
        yield "minItems", [item] * (schema["minItems"] - 1)
    if schema.get("maxItems", _LONGEST) < _LONGEST:
        yield "maxItems", [item] * (schema["maxItems"] + 1)


def _breaks(schema: Mapping[str, Any], keyword: str, text: str) -> bool:
    import jsonschema_rs  # noqa: PLC0415 - only where there is a pattern or a format

    alone = {"type": "string", keyword: schema[keyword]}
    return not jsonschema_rs.Draft202012Validator(alone, validate_formats=True).is_valid(text)
