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


def price_of(billing: Mapping[str, Any], amount: int, fields: Mapping[str, Any]) -> int:
    """Return the price of an amount of what is measured, in the ledger's unit; `fields` decide rates that differ."""
    for step in billing["steps"]:
        exact = Fraction(amount * _rate(step["give"], fields), step.get("per", 1))
        amount = max(_ROUNDINGS[step.get("rounding", "down")](exact), step.get("minimum", 0))
    return amount


def _rate(give: Any, fields: Mapping[str, Any]) -> int:
    """Return what a step gives: a number, or that of a table by a member, as long as tables lead to tables."""
    while isinstance(give, Mapping):
        told = fields.get(give["by"])
        fits = _begins if give.get("match") == "beginning" else _equals
        # A member of a wrong type has no rate of its own.
        rates = (rate for value, rate in give["values"].items() if isinstance(told, str) and fits(told, value))
        give = next(rates, give["otherwise"])
    return int(give)


def _begins(told: str, value: str) -> bool:
    return told.startswith(value)


def _equals(told: str, value: str) -> bool:
    return told == value
