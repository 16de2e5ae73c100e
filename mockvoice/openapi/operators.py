"""Knows in what the specs of one operator agree: it has one account for a key, and one catalogue of voices."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

from mockvoice.openapi.model import Spec
from mockvoice.openapi.pointer import spell

# What is said of an account that its owner sees at every provider of the operator.
_OF_ACCOUNTS = ("balance", "attributes")
# Other places that say the same wherever they stand.
_SHARED = (
    ("x-mock-figures", "public-voices"), ("x-mock-figures", "own-voices-most"),
    ("x-mock-figures", "own-voice-provider"), ("x-mock-ids", "voice"),
)  # fmt: skip


def disagreements(specs: Sequence[Spec]) -> list[str]:
    """Return in what specs of the same operator differ where they must not; empty when they agree."""
    return [
        problem
        for one, other in combinations(specs, 2)
        if one.operator is not None and one.operator == other.operator
        for problem in (*_of_accounts(one, other), *_of_places(one, other))
    ]


def _of_accounts(one: Spec, other: Spec) -> Iterator[str]:
    known = {row["token"]: (role, row) for role, row in one.document["x-mock-accounts"].items()}
    for role, row in other.document["x-mock-accounts"].items():
        if row["token"] not in known:
            continue
        first_role, first = known[row["token"]]
        for name in _OF_ACCOUNTS:
            if row.get(name) != first.get(name):
                place = ("x-mock-accounts", role, name)
                said = f"{one.id}.yaml has {first.get(name)!r} at {spell(('x-mock-accounts', first_role, name))}"
                yield _told(other, place, row.get(name), f"{said} for the same key {row['token']!r}")


def _of_places(one: Spec, other: Spec) -> Iterator[str]:
    for table, name in _SHARED:
        first, second = (spec.document.get(table, {}).get(name) for spec in (one, other))
        if first != second:
            where, one_value, other_value = _first_difference((table, name), first, second)
            yield _told(other, where, other_value, f"{one.id}.yaml has {one_value!r} there")


def _told(spec: Spec, place: tuple[str | int, ...], value: Any, otherwise: str) -> str:
    return f"{spec.id}.yaml: {spell(place)}: {value!r}, but {otherwise}; both are of the operator {spec.operator!r}"


def _first_difference(place: tuple[str | int, ...], one: Any, other: Any) -> tuple[tuple[str | int, ...], Any, Any]:
    """Return (where, one value, other value) of the first thing that is not the same in two values."""
    if isinstance(one, dict) and isinstance(other, dict):
        names = [name for name in {**one, **other} if one.get(name) != other.get(name)]
        return _first_difference((*place, names[0]), one.get(names[0]), other.get(names[0]))
    if isinstance(one, list) and isinstance(other, list):
        for index, (first, second) in enumerate(zip(one, other, strict=False)):
            if first != second:
                return _first_difference((*place, index), first, second)
        return place, f"{len(one)} entries", f"{len(other)} entries"
    return place, one, other
