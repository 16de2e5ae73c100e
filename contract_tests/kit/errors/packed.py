"""Bodies in MessagePack that are none, or hold what the schema of the request does not take."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_tests.kit.errors.validation import Refusal, refusal_by
from contract_tests.kit.media import PACKED_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe, packed

# What no reader of MessagePack takes for one whole value.
NOT_PACKED: Mapping[str, bytes] = {
    "cut off": b"\x82\xa1a\xa1b\xa1c",
    "never used": b"\xc1",
    "a text without its letters": b"\x81\xa1a\xdb\xff\xff\xff\xff",
    "JSON": b'{"a": "b"}',
}
# A value of a type that few members have.
_ODD: Mapping[str, object] = {"string": 5, "number": "five", "integer": "five", "boolean": "yes"}


def malformed(operation: Operation) -> dict[str, tuple[Recipe, tuple[Refusal, ...]]]:
    """Return every request whose body is no MessagePack, by what is wrong with it, and how it may be refused."""
    unreadable = refusal_by(operation, "malformed-body")
    if unreadable is None:
        return {}
    return {name: ({"body": body, "media": PACKED_TYPE}, (unreadable,)) for name, body in NOT_PACKED.items()}


def unfit(operation: Operation) -> dict[str, tuple[Recipe, tuple[Refusal, ...]]]:
    """Return every request that lacks a member, or has one of another type, and how it may be refused."""
    return {name: (recipe, refusals) for name, recipe, refusals in _unfit(operation) if refusals}


def _unfit(operation: Operation) -> Iterator[tuple[str, Recipe, tuple[Refusal, ...]]]:
    for name in operation.body_schema.get("required", ()):
        yield f"without {name}", {"without": [name], "packed": True}, _known(refusal_by(operation, "missing", name))
    for name, schema in operation.body_schema.get("properties", {}).items():
        odd = _ODD.get(str(operation.facts.resolve(schema).get("type")))
        if odd is not None and name != operation.body_key:
            refusals = _known(refusal_by(operation, "type", name))
            yield f"{name} of another type", {"with": {name: odd}, "packed": True}, refusals
    yield "a list", {"body": packed([]), "media": PACKED_TYPE}, _known(refusal_by(operation, "type"))


def _known(refusal: Refusal | None) -> tuple[Refusal, ...]:
    return () if refusal is None else (refusal,)
