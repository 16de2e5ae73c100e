"""Finds where in a spec the schema of a member of an answer stands, so that a finding can point at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from contract_tests.kit.answers import media_pointer
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import holds, look, parts_of, spell

# Stands in a pointer for every item of a list.
ITEM = "*"


def place_of(operation: Operation, media: str, member: str, beside: Sequence[str] = ()) -> str:
    """Return where the schema of a member of a success stands; that of the answer where there is no such member.

    Where an answer may have several shapes, that one counts which has all of `beside` as well.
    """
    content = media_pointer(operation.success, media)
    if not content or not holds(operation.facts.document, f"{content}/schema"):
        return content or operation.success.pointer
    shapes = list(_branches(operation.facts, f"{content}/schema"))
    fitting = [one for one in shapes if all(_member(operation.facts, one, other) for other in (member, *beside))]
    for shape in (*fitting, *shapes):
        found = _member(operation.facts, shape, member)
        if found:
            return found
    return content


def _branches(facts: Facts, pointer: str) -> Iterator[str]:
    """Yield where a schema and all that it may be instead stand, the single shapes first."""
    node = look(facts.document, pointer)
    pointer = facts.place(node, pointer)
    node = facts.resolve(node)
    for key in ("anyOf", "oneOf", "allOf"):
        for place in range(len(node.get(key, ()))):
            yield from _branches(facts, f"{pointer}/{key}/{place}")
    yield pointer


def _member(facts: Facts, pointer: str, member: str) -> str:
    """Return where a member of a shape is described; empty where it is not."""
    found = [pointer]
    for part in parts_of(member):
        step = "/items" if part == ITEM else f"/properties{spell([part])}"
        found = [f"{one}{step}" for at in found for one in _branches(facts, at)]
        found = [one for one in found if holds(facts.document, one)]
    return facts.place(look(facts.document, found[0]), found[0]) if found else ""


def is_required(facts: Facts, place: str) -> bool:
    """Say whether a member whose schema stands at a pointer has to be there."""
    *way, properties, name = parts_of(place)
    return properties == "properties" and name in look(facts.document, spell(way)).get("required", ())
