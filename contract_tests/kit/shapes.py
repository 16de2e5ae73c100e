"""Judges an answer by its documented shape: status, media type, headers, members; and finds what is new in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote

import jsonschema_rs

from contract_tests.kit.facts import Facts
from contract_tests.kit.pointers import look, spell


@dataclass(frozen=True)
class Problem:
    """Where an answer strays from its schema: pointer into the answer, pointer into the spec, both sides in words."""

    at: str
    fact: str
    expected: str
    got: str
    is_new: bool = False


def _shorten(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else text[:117] + "..."


class Shapes:
    """The compiled answer schemas of one provider."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._compiled = lru_cache(maxsize=None)(self._compile)

    def _compile(self, pointer: str) -> jsonschema_rs.Draft202012Validator:
        components = self._facts.document["components"]
        schema = {
            "$ref": f"#{quote(pointer, safe='/~')}",
            "components": components,
            "paths": self._facts.document["paths"],
        }
        return jsonschema_rs.Draft202012Validator(schema, validate_formats=True)

    def problems(self, pointer: str, value: Any) -> Iterator[Problem]:
        """Yield how a value strays from the schema at a pointer; `is_new` marks a value that an open list lacks.

        Where the documents give several shapes, the value is held against the one it looks most like: an object with
        the members of a long answer is to be one, even if the short answer would let them pass as additions.
        """
        alike = self.most_alike(pointer, value)
        found = [list(self._problems(one, value)) for one in alike]
        yield from min(found, key=len)

    def most_alike(self, pointer: str, value: Any) -> list[str]:
        """Return where the shapes stand that a value looks most like, of those given at a pointer; itself if one."""
        pointer = self._facts.place(look(self._facts.document, pointer), pointer)
        schema = look(self._facts.document, pointer)
        given = [(key, place) for key in ("anyOf", "oneOf") for place in range(len(schema.get(key, ())))]
        if not given or not isinstance(value, dict):
            return [pointer]
        branches = {}
        for key, place in given:
            here = f"{pointer}/{key}/{place}"
            here = self._facts.place(look(self._facts.document, here), here)
            branches[here] = _likeness(look(self._facts.document, here), value)
        best = max(branches.values())
        return [here for here, likeness in branches.items() if likeness == best]

    def _problems(self, pointer: str, value: Any) -> Iterator[Problem]:
        try:
            errors = list(self._compiled(pointer).iter_errors(value))
        except ValueError as failure:
            # Nested deeper than anything is read.
            yield Problem("", pointer, "a value of the documented shape", f"a value that cannot be read: {failure}")
            return
        for error in errors:
            fact = spell(error.schema_path)
            is_new = error.schema_path[-1:] == ["enum"] and not self._is_closed(fact)
            yield Problem(spell(error.instance_path), fact, self._expectation(fact), error.message[:300], is_new)

    def _is_closed(self, fact: str) -> bool:
        """Say whether the documents close a list of values: a task machine's states are all there are."""
        machines = self._facts.machines.values()
        return any(str(one.get("enum", "")).removeprefix("#") == fact for one in machines)

    def _expectation(self, fact: str) -> str:
        parent, _, keyword = fact.rpartition("/")
        try:
            value = look(self._facts.document, fact)
        except LookupError:
            return fact
        return f"{keyword} {_shorten(value)} (at {parent})"

    def extras(self, pointer: str, value: Any, at: str = "") -> Iterator[tuple[str, str]]:
        """Yield members that no documented shape has, where the documents leave the object open.

        Each as a pointer into the value, and where the member would stand in the spec.
        """
        places = list(self._parts(self.most_alike(pointer, value)[0]))
        schemas = {place: look(self._facts.document, place) for place in places}
        if isinstance(value, list):
            items = next((place for place in places if "items" in schemas[place]), None)
            for number, one in enumerate(value if items else ()):
                yield from self.extras(f"{items}/items", one, f"{at}/{number}")
        if not isinstance(value, dict):
            return
        known = {name: place for place in places for name in schemas[place].get("properties", ())}
        # A closed object is judged by its schema; one that takes any member has no extra ones.
        is_open = known and not any("additionalProperties" in one for one in schemas.values())
        for name, one in value.items():
            here = spell(["properties", name])
            if name in known:
                yield from self.extras(known[name] + here, one, at + spell([name]))
            elif is_open:
                yield at + spell([name]), places[0] + here

    def _parts(self, pointer: str) -> Iterator[str]:
        """Yield where a schema stands and those it is put together from."""
        pointer = self._facts.place(look(self._facts.document, pointer), pointer)
        yield pointer
        for place, _ in enumerate(look(self._facts.document, pointer).get("allOf", ())):
            yield from self._parts(f"{pointer}/allOf/{place}")


def _likeness(schema: Mapping[str, Any], value: Mapping[str, Any]) -> int:
    """Return how many members of a value a shape knows, less those it demands in vain."""
    known = sum(name in schema.get("properties", ()) for name in value)
    return known - sum(name not in value for name in schema.get("required", ()))
