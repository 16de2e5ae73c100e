"""Keys that nobody has, and ways in that are none, from the documented security schemes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.kit.credentials import header_of, value_of
from contract_tests.kit.errors.validation import Refusal, refusal_by
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import spell
from contract_tests.kit.prices import price_of
from contract_tests.kit.recipes import Recipe

# A key that nobody has, for whoever has not chosen to be called so.
NOBODY = "nobody-has-this-key"
# "nobody:nobody", as HTTP Basic has it.
_BASIC = "Basic bm9ib2R5Om5vYm9keQ=="


def unknown_key(way: Mapping[str, Any]) -> str:
    """Return a key that nobody has, with the prefix that keys have."""
    return str(way.get("x-voice-key-prefix", {}).get("prefix", "")) + NOBODY


def way_pointer(operation: Operation, way: Mapping[str, Any]) -> str:
    """Where a security scheme stands."""
    schemes = operation.facts.document["components"]["securitySchemes"]
    return spell(["components", "securitySchemes", next(name for name, one in schemes.items() if one == way)])


def free_with_several_ways_in(facts: Facts) -> dict[str, Operation]:
    """Operations with more than one header for the key, where a call costs nothing."""
    return {
        name: one
        for name, one in facts.operations.items()
        if len(one.ways_in) > 1 and (one.billing is None or price_of(one.billing, 1, one.example) == 0)
    }


def wrong_keys(operation: Operation) -> dict[str, tuple[Recipe, Refusal]]:
    """Return every request with a key that is none, by what is wrong with it, and how it is refused."""
    return {name: (recipe, refusal) for name, recipe, refusal in _wrong(operation) if refusal is not None}


def _wrong(operation: Operation) -> Iterator[tuple[str, Recipe, Refusal | None]]:
    for way in operation.ways_in:
        header = header_of(way)

        def sent(value: str, header: str = header) -> Recipe:
            return {"role": None, "headers": {header: value}}

        malformed = refusal_by(operation, "malformed-credential", header.lower())
        yield f"unknown in {header}", sent(value_of(way, unknown_key(way))), refusal_by(operation, "bad-credential")
        if way["type"] == "http":
            yield "another scheme", sent(_BASIC), malformed
            yield "a scheme without a key", sent(way["scheme"].title()), malformed
            yield "a key without a scheme", sent(unknown_key(way)), malformed
        otherwise = way.get("x-voice-key-prefix", {}).get("otherwise")
        if otherwise in _WITHOUT_PREFIX:
            refusal = malformed if otherwise == "malformed" else refusal_by(operation, _WITHOUT_PREFIX[otherwise])
            yield f"without its prefix in {header}", sent(value_of(way, NOBODY)), refusal


# What becomes of a key without the prefix (`x-voice-key-prefix`) → the kind of fault that this is.
_WITHOUT_PREFIX = {
    "absent": "no-credential",
    "malformed": "malformed-credential",
    "optional": "bad-credential",
}
