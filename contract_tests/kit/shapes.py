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
        """Yield how a value strays from the schema at a pointer; `is_new` marks a value that an open list lacks."""
        for error in self._compiled(pointer).iter_errors(value):
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

    def extras(self, schema: Mapping[str, Any], value: Any, at: str = "") -> Iterator[str]:
        """Yield pointers to members that no documented shape has, where the document does not close the object."""
        schema = self._facts.resolve(schema)
        branches = [
            schema,
            *(self._facts.resolve(one) for key in ("allOf", "anyOf", "oneOf") for one in schema.get(key, ())),
        ]
        if isinstance(value, list):
            items = next((one["items"] for one in branches if "items" in one), None)
            for place, one in enumerate(value if items else ()):
                yield from self.extras(items or {}, one, f"{at}/{place}")
        if not isinstance(value, dict):
            return
        known: dict[str, Any] = {}
        for one in branches:
            known |= one.get("properties", {})
        for name, one in value.items():
            if name in known:
                yield from self.extras(known[name], one, at + spell([name]))
            elif known:
                yield at + spell([name])
