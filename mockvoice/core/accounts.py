"""Knows who may call: accounts by credential, each with a ledger, limits and a standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple
from weakref import WeakValueDictionary

from mockvoice.core.ledger import Ledger
from mockvoice.core.limits import AtOnce, Places, Quota, QuotaRule, Window, WindowRule

_NOTHING: Mapping[str, Any] = MappingProxyType({})

# Accounts made on the fly, as by --accept-any-token; beyond this the first is forgotten.
ACCOUNTS_ON_THE_FLY = 10_000

# What the allowance of calls under way is called among those of windows.
CALLS_AT_ONCE = "at-once"


class Budget(NamedTuple):
    """What an account may spend in a period: `limit` in the ledger's unit.

    `period` is what the provider calls it, `lasts` how long that is: seconds, or a day or a month of the calendar.
    """

    period: str
    lasts: int | str
    limit: int


class Seed(NamedTuple):
    """An account as a spec describes it: `x-mock-accounts`.

    `standing` is active, revoked, expired or forbidden. `balance` is in the ledger's unit. `used` prefills windows,
    `allowances` replaces the plan's figure (None: no limit), under the name `at-once` that of calls under way.
    `attributes` are the provider's own members. `quota` says when the balance is full again, `budget` how much it is
    then and what its period is called (None: it never is).
    """

    role: str
    token: str
    balance: int
    plan: str = ""
    standing: str = "active"
    allowances: Mapping[str, int | None] = _NOTHING
    used: Mapping[str, int] = _NOTHING
    attributes: Mapping[str, Any] = _NOTHING
    quota: QuotaRule | None = None
    budget: Budget | None = None


class Account:
    """One caller."""

    __slots__ = (
        "attributes", "budget", "id", "ledger", "places", "plan", "quota", "role", "standing", "token", "windows",
    )  # fmt: skip

    def __init__(
        self,
        seed: Seed,
        rules: Iterable[WindowRule],
        token: str | None = None,
        ledger: Ledger | None = None,
        at_once: AtOnce | None = None,
    ) -> None:
        self.role = seed.role
        self.token = token or seed.token
        self.id = self.token
        self.plan = seed.plan
        self.standing = seed.standing
        self.attributes = dict(seed.attributes)
        self.ledger = Ledger(seed.balance) if ledger is None else ledger
        limit = seed.quota.allowance(seed.plan) if seed.quota is not None else None
        self.quota = Quota(seed.quota.seconds, limit) if seed.quota is not None and limit is not None else None
        self.budget = seed.budget
        if seed.budget is not None:
            self.quota = Quota(seed.budget.lasts, seed.budget.limit)
        allowed = None if at_once is None else seed.allowances.get(CALLS_AT_ONCE, at_once.allowance)
        self.places = None if allowed is None else Places(allowed)
        self.windows: dict[str, Window] = {}
        for rule in rules:
            allowance = seed.allowances[rule.name] if rule.name in seed.allowances else rule.allowance(seed.plan)
            if allowance is not None:
                self.windows[rule.name] = Window(rule, allowance, seed.used.get(rule.name, 0))

    def lapse(self, now: float) -> None:
        """Close windows and a quota that have ended: a call that is counted nowhere must not tell what is over."""
        for window in self.windows.values():
            window.lapse(now)
        if self.quota is not None and self.quota.lapse(now):
            self.ledger.fill(self.quota.limit, now)


class Books:
    """What the rosters of one operator share: the ledger of each key, and which keys there are from the start."""

    def __init__(self) -> None:
        # A ledger lives as long as an account that draws on it: what one roster forgets, another may still have.
        self._ledgers: WeakValueDictionary[str, Ledger] = WeakValueDictionary()
        self.seeds: dict[str, Seed] = {}

    def ledger(self, token: str, opening: int) -> Ledger:
        """Return the ledger of a key; one that nobody has yet opens with this balance."""
        found = self._ledgers.get(token)
        if found is None:
            found = self._ledgers[token] = Ledger(opening)
        return found


class Roster:
    """The accounts of one provider. With `books` it shares the ledgers of their other rosters, and knows their keys."""

    def __init__(
        self,
        seeds: Iterable[Seed],
        rules: Iterable[WindowRule],
        accept_any: bool = False,
        books: Books | None = None,
        at_once: AtOnce | None = None,
    ) -> None:
        self._rules = tuple(rules)
        self._at_once = at_once
        self._seeds = {seed.role: seed for seed in seeds}
        self._accept_any = accept_any
        self._books = Books() if books is None else books
        self._made: dict[str, Account] = {}
        self.accounts = {seed.token: self._open(seed, seed.token) for seed in self._seeds.values()}
        for seed in self._seeds.values():
            self._books.seeds.setdefault(seed.token, seed)

    def _open(self, seed: Seed, token: str) -> Account:
        return Account(seed, self._rules, token, self._books.ledger(token, seed.balance), self._at_once)

    def find(self, token: str) -> Account | None:
        """Return the account of a credential, made at its first call where it is not one of the spec.

        That is a key of the operator's other rosters, or any at all with `accept_any`, which is then funded.
        """
        account = self.accounts.get(token) or self._made.get(token)
        return self._make(token) if account is None else account

    def _make(self, token: str) -> Account | None:
        seed = self._books.seeds.get(token)
        if seed is None and self._accept_any and token:
            seed = self._seeds["mock-funded"]
        if seed is None:
            return None
        account = self._made[token] = self._open(seed, token)
        if len(self._made) > ACCOUNTS_ON_THE_FLY:
            del self._made[next(iter(self._made))]
        return account

    @property
    def accepts_any(self) -> bool:
        """Whether any non-empty credential is an account."""
        return self._accept_any

    def everyone(self) -> list[Account]:
        """Return all accounts, seeded ones first."""
        return [*self.accounts.values(), *self._made.values()]
