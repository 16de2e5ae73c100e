from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.core.accounts import ACCOUNTS_ON_THE_FLY, Books, Roster, Seed
from mockvoice.core.cache import ByteBoundedCache
from mockvoice.core.journal import Journal
from mockvoice.core.limits import WindowRule
from mockvoice.core.nearest import did_you_mean

RULES = (WindowRule("per-minute", 60, {"PRO": 100, "*": 3}, 1, "rate_limited"),)
FUNDED = Seed("mock-funded", "key", 1_000, plan="PRO")


def test_the_least_recently_used_goes_first() -> None:
    cache: ByteBoundedCache[str] = ByteBoundedCache(10)
    cache.put("a", "A", 4)
    cache.put("b", "B", 4)
    cache.get("a")

    cache.put("c", "C", 4)

    assert [cache.get(key) for key in "abc"] == ["A", None, "C"]


def test_something_larger_than_the_cache_is_not_kept_and_drives_nothing_out() -> None:
    cache: ByteBoundedCache[str] = ByteBoundedCache(10)
    cache.put("a", "A", 4)

    cache.put("b", "B", 11)

    assert [cache.get("a"), cache.get("b")] == ["A", None]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(1, 8)), max_size=60))
def test_the_cache_never_holds_more_than_its_bound(puts: list[tuple[int, int]]) -> None:
    cache: ByteBoundedCache[int] = ByteBoundedCache(10)
    sizes: dict[int, int] = {}
    for key, size in puts:
        cache.put(key, key, size)
        sizes[key] = size

    kept = [key for key in sizes if cache.get(key) is not None]

    assert cache.bytes_held == sum(sizes[key] for key in kept) <= 10


def test_a_key_belongs_to_one_account() -> None:
    roster = Roster([FUNDED, Seed("mock-other", "other", 5)], RULES)

    assert roster.find("key") is roster.find("key")
    assert roster.find("nobody") is None
    assert roster.find("") is None


def test_an_account_has_the_windows_of_its_plan_unless_its_seed_says_otherwise() -> None:
    seeds = [
        FUNDED,
        Seed("free", "f", 0),
        Seed("many", "m", 0, allowances={"per-minute": 9}),
        Seed("any", "a", 0, allowances={"per-minute": None}),
    ]
    accounts = Roster(seeds, RULES).accounts

    assert accounts["key"].windows["per-minute"].allowance == 100
    assert accounts["f"].windows["per-minute"].allowance == 3
    assert accounts["m"].windows["per-minute"].allowance == 9
    assert accounts["a"].windows == {}


def test_with_accept_any_each_key_is_a_funded_account_of_its_own() -> None:
    roster = Roster([FUNDED], RULES, accept_any=True)

    first, second = roster.find("one"), roster.find("two")

    assert first is not None
    assert second is not None
    assert first is roster.find("one")
    assert first is not second
    assert (first.ledger.balance, first.plan, first.token) == (1_000, "PRO", "one")
    assert roster.find("") is None


def test_accounts_on_the_fly_are_bounded() -> None:
    roster = Roster([FUNDED], RULES, accept_any=True)

    for number in range(ACCOUNTS_ON_THE_FLY + 5):
        roster.find(f"key {number}")

    assert len(roster.everyone()) == ACCOUNTS_ON_THE_FLY + 1


def test_the_journal_keeps_the_newest() -> None:
    journal = Journal(size=2)
    for number in range(3):
        journal.note((float(number), "p", "o", "GET", "/", "", 200, "", 0))

    assert [line.at for line in journal.lines] == [1.0, 2.0]
    assert journal.lines[0].provider == "p"


def test_the_nearest_name_is_offered() -> None:
    assert did_you_mean("hadrain", ["hadrian", "aitre"]) == "; did you mean 'hadrian'?"
    assert did_you_mean("zzz", ["b", "a"]) == "; known: a, b"
    assert did_you_mean("x", []) == "; none are known here"


def test_rosters_of_one_operator_share_ledgers_and_keys_but_no_windows() -> None:
    books = Books()
    one = Roster([FUNDED], RULES, books=books)
    other = Roster([FUNDED, Seed("mock-low", "low", 7)], (), books=books)

    mine, theirs, low = one.find("key"), other.find("key"), one.find("low")

    assert mine is not None
    assert theirs is not None
    assert mine.ledger is theirs.ledger
    assert mine.windows.keys() > theirs.windows.keys() == set()
    assert low is not None
    assert (low.role, low.ledger.balance, one.find("low")) == ("mock-low", 7, low)
    assert Roster([FUNDED], RULES).find("low") is None


def test_a_ledger_lasts_as_long_as_any_account_that_draws_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mockvoice.core.accounts.ACCOUNTS_ON_THE_FLY", 1)
    books = Books()
    one, other = (Roster([FUNDED], RULES, accept_any=True, books=books) for _ in range(2))

    for roster in (one, other):
        account = roster.find("mine")
        assert account is not None
        account.ledger.settle(account.ledger.hold(10, 0.0, "call"), 10, 0.0)
        del account
    one.find("next")
    balances = [roster.find("mine").ledger.balance for roster in (one, other)]  # type: ignore[union-attr]
    for roster in (one, other):
        roster.find("last")

    assert balances == [980, 980]
    assert books.ledger("mine", 5).balance == 5
