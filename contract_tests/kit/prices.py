"""What a call costs by the documents: the suite's own evaluator of `x-voice-billing`.

The simulator has another. They share nothing, so that a mistake in one does not hide in the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import ceil, floor
from typing import Any


def _nearest(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


_ROUNDINGS: dict[str, Callable[[Fraction], int]] = {"up": ceil, "nearest": _nearest, "down": floor}


def weighed(billing: Mapping[str, Any], counted: Mapping[str, int], fields: Mapping[str, Any]) -> int:
    """Return the amount that counted things come to, each kind by its weight (`counts`)."""
    return sum(number * _rate(billing["counts"][name]["give"], fields) for name, number in counted.items())


def _rate(give: Any, fields: Mapping[str, Any]) -> int:
    """Return a figure of the table, or the one that belongs to the value of a request's member."""
    if not isinstance(give, Mapping):
        return int(give)
    # A member of a wrong type has no rate of its own.
    chosen = fields.get(give["by"])
    return int(give["values"].get(chosen, give["otherwise"]) if isinstance(chosen, str) else give["otherwise"])


def price_of(billing: Mapping[str, Any], amount: int, fields: Mapping[str, Any]) -> int:
    """Return the price of an amount of what is measured, in the ledger's unit; `fields` decide rates that differ."""
    for step in billing["steps"]:
        exact = Fraction(amount * _rate(step["give"], fields), step.get("per", 1))
        amount = max(_ROUNDINGS[step.get("rounding", "down")](exact), step.get("minimum", 0))
    return amount
