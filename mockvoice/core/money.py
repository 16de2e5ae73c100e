"""Knows how a measured amount becomes a price. Whole numbers only: credits are never floats."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

CHARGED_AT_ONCE, RESERVED, ON_SUCCESS, REFUNDED = "at-once", "reserved", "on-success", "refunded"


def divide(numerator: int, denominator: int, rounding: str) -> int:
    """Divide two non-negative integers; `rounding` is up, down or nearest (a half goes up)."""
    if rounding == "up":
        return -(-numerator // denominator)
    if rounding == "nearest":
        return (2 * numerator + denominator) // (2 * denominator)
    return numerator // denominator


class Rate(NamedTuple):
    """A figure that depends on a request field: `by` names the field, `otherwise` is for any other value.

    Instead of a figure there may be another rate, by another field. With `begins` the values are what the field's
    begins with; the first that fits counts.
    """

    by: str
    values: Mapping[str, int | Rate]
    otherwise: int | Rate
    begins: bool = False

    def of(self, fields: Mapping[str, Any]) -> int:
        """Return the figure for the request's own value of the field."""
        chosen = fields.get(self.by)
        if not isinstance(chosen, str):
            found = self.otherwise
        elif self.begins:
            fitting = (one for start, one in self.values.items() if chosen.startswith(start))
            found = next(fitting, self.otherwise)
        else:
            found = self.values.get(chosen, self.otherwise)
        return found if isinstance(found, int) else found.of(fields)

    def fields(self) -> set[str]:
        """Return the names of all fields it depends on."""
        inner = (one for one in (*self.values.values(), self.otherwise) if isinstance(one, Rate))
        return {self.by}.union(*(one.fields() for one in inner))


class Step(NamedTuple):
    """`give` units for every `per` of the amount before, rounded, at least `minimum`."""

    per: int
    give: int | Rate
    rounding: str
    minimum: int

    def apply(self, amount: int, fields: Mapping[str, Any]) -> int:
        """Return the amount after this step."""
        give = self.give if isinstance(self.give, int) else self.give.of(fields)
        return max(divide(amount * give, self.per, self.rounding), self.minimum)


class Count(NamedTuple):
    """One kind of thing that a call counts, such as tokens of the prompt, and what one of it weighs."""

    name: str
    give: int | Rate


class Foreseen(NamedTuple):
    """What is set aside before a call whose amount is known afterwards only.

    The price of `amount` of the count `of`; where the request has a figure in the field `most`, of what the request
    itself counts and that many more.
    """

    of: str
    amount: int
    most: str = ""


class Tariff(NamedTuple):
    """What one operation costs, in the ledger's unit.

    `measure` names what is counted (see specs/README.md), of the request's `field` where one is meant; `steps`
    turn it into units. `hold` is what is set aside beforehand: None for the price itself, else a fixed
    amount; nothing is set aside for an account that has more than `trusted_multiple` times as much.
    `refusal` is the error code for an account that cannot cover it. `charges_refused` says that a call refused
    after its hold costs as much as one that was answered. `charged` says when the price of a task is taken:
    CHARGED_AT_ONCE, RESERVED (set aside until the task is over, and given back if it failed), ON_SUCCESS (nothing is
    set aside) or REFUNDED (as CHARGED_AT_ONCE, and given back if the task failed).
    """

    measure: str
    field: str
    steps: tuple[Step, ...]
    refusal: str
    fixed_hold: int | None = None
    trusted_multiple: int | None = None
    charges_refused: bool = False
    charged: str = CHARGED_AT_ONCE
    # Prices worked out before, by the amount and the one field that rates depend on ("" for none). None where these
    # are several, so that nothing is remembered.
    known: dict[tuple[int, Any], int] | None = None
    turns_on: str = ""
    # What is counted where the measure is tokens, and what is set aside for it.
    counts: tuple[Count, ...] = ()
    foreseen: Foreseen | None = None

    def weigh(self, counted: Mapping[str, int], fields: Mapping[str, Any]) -> int:
        """Return the amount that several counts come to, each by its weight."""
        amount = 0
        for name, give in self.counts:
            if name in counted:
                amount += counted[name] * (give if isinstance(give, int) else give.of(fields))
        return amount

    def price_beforehand(self, counted: Mapping[str, int], fields: Mapping[str, Any]) -> int:
        """Return the price of what is foreseen of a call that has counted its request only."""
        if self.foreseen is None:
            return self.price(self.weigh(counted, fields), fields)
        of, amount, field = self.foreseen
        most = fields.get(field) if field else None
        if isinstance(most, int) and most > 0:
            amount = counted.get(of, 0) + most
        return self.price(self.weigh({of: amount}, fields), fields)

    def to_hold(self, price: int | None, balance: int) -> int:
        """Return what is to be set aside; `price` may be None only where a fixed amount is held."""
        need = self.fixed_hold if self.fixed_hold is not None else price or 0
        if self.trusted_multiple is not None and balance > need * self.trusted_multiple:
            return 0
        return need

    def price(self, amount: int, fields: Mapping[str, Any]) -> int:
        """Return the price of `amount` of the measure; zero of the measure may still cost a minimum."""
        for step in self.steps:
            amount = step.apply(amount, fields)
        return amount
