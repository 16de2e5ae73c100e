"""A balance that is full again after a while."""

from __future__ import annotations

from datetime import datetime

import pytest

from mockvoice.core.accounts import Account, Seed
from mockvoice.core.ledger import Ledger
from mockvoice.core.limits import Quota, QuotaRule
from mockvoice.core.times import end_of

RULE = QuotaRule(100, {"PRO": 50, "*": None})


def test_a_period_opens_with_the_first_call_and_the_next_with_the_first_after_it() -> None:
    quota = Quota(100, 50)

    seen = [(now, quota.is_over(now), quota.resets_in(now)) for now in (1000.0, 1099.5, 1100.0, 1450.0, 1500.0)]

    assert seen == [
        (1000.0, False, 100),
        (1099.5, False, 1),
        (1100.0, True, 100),
        (1450.0, True, 100),
        (1500.0, False, 50),
    ]


def test_before_the_first_call_the_whole_period_is_left() -> None:
    assert Quota(100, 50).resets_in(1000.0) == 100


@pytest.mark.parametrize(
    ("period", "now", "ends"),
    [
        ("day", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"),
        ("day", "2026-01-01T23:59:59.750000Z", "2026-01-02T00:00:00Z"),
        ("day", "2026-12-31T12:00:00Z", "2027-01-01T00:00:00Z"),
        ("month", "2026-01-31T23:59:59Z", "2026-02-01T00:00:00Z"),
        ("month", "2026-02-01T00:00:00Z", "2026-03-01T00:00:00Z"),
        ("month", "2028-02-29T08:00:00Z", "2028-03-01T00:00:00Z"),
        ("month", "2026-04-30T08:00:00Z", "2026-05-01T00:00:00Z"),
        ("month", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"),
    ],
)
def test_a_day_and_a_month_end_with_the_calendar(period: str, now: str, ends: str) -> None:
    begun, end = (datetime.fromisoformat(one).timestamp() for one in (now, ends))
    quota = Quota(period, 50)

    seen = [quota.is_over(begun), quota.is_over(end - 0.25), quota.is_over(end)]

    assert end_of(period, begun) == end
    assert seen == [False, False, True]


@pytest.mark.parametrize(("close", "charged"), [("settle", 3), ("release", 0)])
def test_what_was_set_aside_before_a_renewal_changes_nothing_after_it(close: str, charged: int) -> None:
    ledger = Ledger(7)
    hold = ledger.hold(5, 0.0, "across")
    ledger.fill(50, 1.0)

    if close == "settle":
        assert ledger.settle(hold, 3, 2.0) == 3
    else:
        ledger.release(hold, 2.0)

    assert (ledger.balance, ledger.charged, hold.left) == (50, charged, 2)
    assert sum(entry[2] for entry in ledger.entries) == 50


def test_a_charge_above_what_was_set_aside_before_a_renewal_takes_that_alone() -> None:
    ledger = Ledger(7)
    hold = ledger.hold(5, 0.0, "across")
    ledger.fill(50, 1.0)

    assert ledger.settle(hold, 9, 2.0) == 5
    assert ledger.balance == 50


def test_a_plan_decides_what_the_balance_is_filled_up_to() -> None:
    paid = Account(Seed("mock-funded", "a", 7, plan="PRO", quota=RULE), ())
    other = Account(Seed("mock-other", "b", 7, quota=RULE), ())

    assert paid.quota is not None
    assert (paid.quota.limit, paid.ledger.balance) == (50, 7)
    assert other.quota is None


def test_filling_up_is_an_entry_like_any_other() -> None:
    ledger = Ledger(7)

    ledger.fill(50, 1.0)
    ledger.fill(50, 2.0)

    assert [entry[1:3] for entry in ledger.entries] == [("opening", 7), ("renewal", 43)]
    assert ledger.balance == sum(entry[2] for entry in ledger.entries) == 50


def test_an_account_whose_period_is_over_shows_a_full_balance() -> None:
    account = Account(Seed("mock-low", "a", 1, plan="PRO", quota=RULE), ())
    account.lapse(1000.0)
    untouched = account.ledger.balance
    assert account.quota is not None
    account.quota.is_over(1000.0)

    account.lapse(1099.5)
    inside = account.ledger.balance
    account.lapse(1100.0)

    assert (untouched, inside, account.ledger.balance) == (1, 1, 50)
    assert account.quota.resets_in(1100.0) == 100
