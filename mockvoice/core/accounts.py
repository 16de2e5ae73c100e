"""Knows who may call: accounts by credential, each with a ledger, limits and a standing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mockvoice.core.ledger import Ledger
from mockvoice.core.limits import AtOnce, Places, Quota, QuotaRule, Window, WindowRule

_NOTHING: Mapping[str, Any] = MappingProxyType({})

# Accounts made on the fly by --accept-any-token; beyond this the first is forgotten.
ACCOUNTS_ON_THE_FLY = 10_000

# What the allowance of calls under way is called among those of windows.
AT_ONCE = "at-once"


class Budget(NamedTuple):
    """What an account may spend in a period: `limit` in the ledger's unit, every so many seconds."""

    period: str
    seconds: int
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
        self, seed: Seed, rules: Iterable[WindowRule], token: str | None = None, at_once: AtOnce | None = None
    ) -> None:
        self.role = seed.role
        self.token = token or seed.token
        self.id = self.token
        self.plan = seed.plan
        self.standing = seed.standing
        self.attributes = dict(seed.attributes)
        self.ledger = Ledger(seed.balance)
        limit = seed.quota.allowance(seed.plan) if seed.quota is not None else None
        self.quota = Quota(seed.quota.seconds, limit) if seed.quota is not None and limit is not None else None
        self.budget = seed.budget
        if seed.budget is not None:
            self.quota = Quota(seed.budget.seconds, seed.budget.limit)
        allowed = None if at_once is None else seed.allowances.get(AT_ONCE, at_once.allowance)
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


class Roster:
    """The accounts of one provider."""

    def __init__(
        self,
        seeds: Iterable[Seed],
        rules: Iterable[WindowRule],
        accept_any: bool = False,
        at_once: AtOnce | None = None,
    ) -> None:
        self._rules = tuple(rules)
        self._at_once = at_once
        self._seeds = {seed.role: seed for seed in seeds}
        self._accept_any = accept_any
        self._made: dict[str, Account] = {}
        self.accounts = {seed.token: Account(seed, self._rules, None, at_once) for seed in self._seeds.values()}

    def find(self, token: str) -> Account | None:
        """Return the account of a credential; with `accept_any` a new funded one is made for it."""
        account = self.accounts.get(token) or self._made.get(token)
        if account is None and self._accept_any and token:
            account = Account(self._seeds["mock-funded"], self._rules, token, self._at_once)
            self._made[token] = account
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
