"""Prices are remembered, and a remembered price is the price."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from mockvoice.core.money import Rate, Step, Tariff
from mockvoice.openapi.operations import tariff_of
from mockvoice.service.call import Call


def billing(*gives: Any) -> dict[str, Any]:
    return {"measure": "calls", "steps": [{"per": 1, "give": give} for give in gives], "refusal": "short"}


def test_a_tariff_of_a_spec_remembers_prices_by_the_one_field_its_rates_turn_on() -> None:
    one = tariff_of(billing({"by": "model", "values": {"hd": 30}, "otherwise": 15}))
    two = tariff_of(
        billing({"by": "model", "values": {}, "otherwise": 1}, {"by": "voice", "values": {}, "otherwise": 1})
    )

    other = tariff_of(billing(1))
    assert one is not None
    assert two is not None
    assert other is not None
    assert (one.turns_on, one.known, two.known) == ("model", {}, None)
    assert one.known is not other.known


@pytest.mark.parametrize("turns_on", ["model", "", None])
def test_a_remembered_price_is_the_price(turns_on: str | None) -> None:
    rate = Rate("model", {"hd": 30}, 15)
    steps = (Step(1, rate, "up", 0),) if turns_on != "" else (Step(1, 7, "up", 0),)
    known: dict[tuple[int, Any], int] | None = None if turns_on is None else {}
    tariff = Tariff("code-points", "input", steps, "short", known=known, turns_on=turns_on or "")

    cases: list[dict[str, Any]] = [{"input": "abc", "model": "hd"}, {"input": "abc"}, {"input": "abcd", "model": "x"}]
    for fields in cases * 2:
        call = Call.__new__(Call)
        call._price, call.fields = None, fields
        call.operation = SimpleNamespace(tariff=tariff)  # type: ignore[assignment]
        assert call.price == tariff.price(len(fields["input"]), fields)
    assert len(known or ()) == (0 if turns_on is None else 2 if turns_on == "" else 3)


def test_a_member_without_a_name_is_no_part_of_a_price() -> None:
    tariff = Tariff("code-points", "input", (Step(1, 7, "up", 0),), "short", known={})
    call = Call.__new__(Call)
    call._price, call.fields = None, {"input": "abc", "": {"any": "thing"}}
    call.operation = SimpleNamespace(tariff=tariff)  # type: ignore[assignment]

    price = call.price

    assert price == 21
