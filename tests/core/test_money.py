from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.core.money import Rate, Step, Tariff, divide

amounts = st.integers(0, 10**12)
divisors = st.integers(1, 10**6)


@given(amounts, divisors)
def test_up_is_the_ceiling_and_down_the_floor(numerator: int, denominator: int) -> None:
    exact = Fraction(numerator, denominator)

    assert divide(numerator, denominator, "up") == -((-exact.numerator) // exact.denominator)
    assert divide(numerator, denominator, "down") == exact.numerator // exact.denominator


@given(amounts, divisors)
def test_nearest_is_never_more_than_a_half_away(numerator: int, denominator: int) -> None:
    assert abs(divide(numerator, denominator, "nearest") - Fraction(numerator, denominator)) <= Fraction(1, 2)


def test_a_half_is_rounded_up() -> None:
    assert divide(15, 2, "nearest") == 8


@pytest.mark.parametrize(("milliseconds", "credits"), [(0, 0), (1, 1), (1000, 1), (1001, 2), (12_400, 13)])
def test_one_credit_a_started_second(milliseconds: int, credits: int) -> None:
    tariff = Tariff("audio-milliseconds", "", (Step(1000, 1, "up", 0),), "short")

    assert tariff.price(milliseconds, {}) == credits


def test_steps_follow_each_other_with_their_own_rounding() -> None:
    """12.4 s: 13 seconds, 217 tokens, 3,255 units."""
    steps = (Step(1000, 1, "up", 0), Step(60, 1000, "nearest", 0), Step(1, 15, "down", 0))

    assert Tariff("audio-milliseconds", "", steps, "short").price(12_400, {}) == 3_255


def test_a_rate_follows_the_requests_own_field() -> None:
    rate = Rate("model", {"tts-1-hd": 30}, 15)
    tariff = Tariff("code-points", "input", (Step(1, rate, "down", 0),), "short")

    assert tariff.price(10, {"model": "tts-1-hd"}) == 300
    assert tariff.price(10, {"model": "another"}) == 150
    assert tariff.price(10, {}) == 150


def test_a_minimum_is_charged_for_nothing_too() -> None:
    assert Step(16_000, 1, "down", 1).apply(0, {}) == 1


@pytest.mark.parametrize(("balance", "held"), [(750_000, 7_500), (750_001, 0), (0, 7_500)])
def test_only_an_account_with_more_than_the_multiple_is_trusted(balance: int, held: int) -> None:
    tariff = Tariff("calls", "", (), "short", fixed_hold=7_500, trusted_multiple=100)

    assert tariff.to_hold(None, balance) == held


def test_without_a_fixed_hold_the_price_is_held() -> None:
    assert Tariff("calls", "", (), "short").to_hold(13, 1_000) == 13
