from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule

from mockvoice.core.errors import LedgerError, NotEnough
from mockvoice.core.ledger import ENTRIES_KEPT, Hold, Ledger


def test_exactly_the_balance_passes_and_the_next_unit_does_not() -> None:
    ledger = Ledger(13)

    hold = ledger.hold(13, 0.0, "a call")

    assert ledger.settle(hold, 13, 0.0) == 13
    assert ledger.balance == 0
    with pytest.raises(NotEnough) as refused:
        ledger.hold(1, 0.0, "the next")
    assert (refused.value.balance, refused.value.required) == (0, 1)


def test_a_release_costs_nothing() -> None:
    ledger = Ledger(10)

    ledger.release(ledger.hold(7, 0.0, "failed"), 1.0)

    assert (ledger.balance, ledger.charged) == (10, 0)


def test_the_rest_of_a_hold_comes_back() -> None:
    ledger = Ledger(100)

    charged = ledger.settle(ledger.hold(100, 0.0, "reserve"), 30, 1.0)

    assert (charged, ledger.balance) == (30, 70)


def test_a_charge_above_the_hold_takes_from_the_balance_but_never_below_zero() -> None:
    ledger = Ledger(100)

    first = ledger.settle(ledger.hold(10, 0.0, "small reserve"), 60, 1.0)
    second = ledger.settle(ledger.hold(10, 0.0, "small reserve"), 90, 2.0)

    assert (first, second, ledger.balance) == (60, 40, 0)


@pytest.mark.parametrize("close", ["settle", "release"])
def test_a_hold_is_closed_once(close: str) -> None:
    ledger = Ledger(10)
    hold = ledger.hold(5, 0.0, "once")
    ledger.release(hold, 0.0)

    with pytest.raises(LedgerError, match="closed already"):
        ledger.settle(hold, 5, 0.0) if close == "settle" else ledger.release(hold, 0.0)

    assert ledger.balance == 10


@given(st.integers(max_value=-1))
def test_negative_amounts_are_refused(amount: int) -> None:
    with pytest.raises(LedgerError):
        Ledger(amount)
    with pytest.raises(LedgerError):
        Ledger(10).hold(amount, 0.0, "negative")


def test_old_entries_are_carried_forward() -> None:
    ledger = Ledger(10**9)
    for _ in range(ENTRIES_KEPT * 3):
        ledger.settle(ledger.hold(3, 0.0, "call"), 2, 0.0)

    assert len(ledger.entries) == ENTRIES_KEPT
    assert sum(entry[2] for entry in ledger.entries) == ledger.balance == 10**9 - 2 * ENTRIES_KEPT * 3


class LedgerMachine(RuleBasedStateMachine):
    """Whatever is held, settled and released in whatever order: the entries sum up, and nothing is overspent."""

    holds: Bundle[Hold] = Bundle("holds")

    def __init__(self) -> None:
        super().__init__()
        self.opening = 1_000
        self.ledger = Ledger(self.opening)
        self.open_amounts = 0

    @rule(target=holds, amount=st.integers(0, 1_500))
    def hold(self, amount: int) -> Hold:
        try:
            made = self.ledger.hold(amount, 0.0, "call")
        except NotEnough:
            assert amount > self.ledger.balance
            made = self.ledger.hold(0, 0.0, "nothing")
        self.open_amounts += made.amount
        return made

    @rule(hold=consumes(holds), amount=st.integers(0, 2_000))
    def settle(self, hold: Hold, amount: int) -> None:
        charged = self.ledger.settle(hold, amount, 0.0)
        self.open_amounts -= hold.amount
        assert 0 <= charged <= amount

    @rule(hold=consumes(holds))
    def release(self, hold: Hold) -> None:
        self.ledger.release(hold, 0.0)
        self.open_amounts -= hold.amount

    @invariant()
    def nothing_is_lost_or_made(self) -> None:
        assert self.ledger.balance >= 0
        assert self.ledger.balance == sum(entry[2] for entry in self.ledger.entries)
        assert self.ledger.balance + self.open_amounts + self.ledger.charged == self.opening


TestLedgerMachine = LedgerMachine.TestCase


def test_a_hold_that_is_settled_later_stays_until_then() -> None:
    ledger = Ledger(100)
    ledger.settle_later(ledger.hold(30, 0.0, "a task"), 30, 5.0)

    ledger.come_due(4.9)
    assert (ledger.balance, ledger.charged) == (70, 0)
    ledger.come_due(5.0)
    assert (ledger.balance, ledger.charged) == (70, 30)


def test_a_hold_of_a_task_that_fails_comes_back_when_it_has_failed() -> None:
    ledger = Ledger(100)
    ledger.settle_later(ledger.hold(30, 0.0, "a task"), 0, 5.0)

    ledger.come_due(5.0)

    assert (ledger.balance, ledger.charged) == (100, 0)
    assert sum(amount for _, _, amount, _ in ledger.entries) == 100


def test_what_is_charged_later_takes_no_more_than_there_is() -> None:
    ledger = Ledger(100)
    ledger.charge_later(70, 2.0, "first")
    ledger.charge_later(70, 3.0, "second")

    ledger.come_due(10.0)

    assert (ledger.balance, ledger.charged, ledger.due) == (0, 100, [])


def test_what_is_given_back_later_stays_charged() -> None:
    ledger = Ledger(100)
    ledger.settle(ledger.hold(30, 0.0, "a task"), 30, 0.0)
    ledger.give_back_later(30, 5.0, "a task")

    before = ledger.balance
    ledger.come_due(5.0)

    assert (before, ledger.balance, ledger.charged) == (70, 100, 30)
    assert ledger.entries[-1] == (5.0, "refund", 30, "a task")


def test_what_is_due_is_booked_in_the_order_of_time() -> None:
    ledger = Ledger(100)
    for at in (3.0, 1.0, 2.0):
        ledger.charge_later(10, at, f"at {at:g}")

    ledger.come_due(2.5)

    assert [note for _, _, _, note in ledger.entries[1:]] == ["at 1", "at 2"]
    assert ledger.balance == 80


def test_too_much_that_is_due_is_booked_early(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockvoice.core.ledger._DUE_KEPT", 2)
    ledger = Ledger(100)
    for at in (1.0, 2.0, 3.0):
        ledger.charge_later(10, at, "a task")

    assert (len(ledger.due), ledger.balance) == (2, 90)
