"""Knows how often an account, or an address, may call: fixed windows that open with the first counted request."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from mockvoice.core.times import end_of


class WindowRule(NamedTuple):
    """One documented limit.

    `allowances` maps a plan to the requests allowed in `seconds`; the key `*` is for every other plan, and
    None means the window is not limited and shows no headers. `cost` is what one call counts.
    `refusal` is the error code, or codes by operation: the key `*` is for every other one. `per` says who is counted:
    an account, or an address that calls without one.
    """

    name: str
    seconds: int
    allowances: Mapping[str, int | None]
    cost: int
    refusal: str | Mapping[str, str]
    per: str = "account"

    def refusal_at(self, operation_id: str) -> str:
        """Return the error code that an operation answers when the window is full."""
        codes = self.refusal
        return codes if isinstance(codes, str) else codes.get(operation_id, codes["*"])

    def allowance(self, plan: str) -> int | None:
        """Return the allowance for a plan, or None when it has none."""
        return self.allowances[plan] if plan in self.allowances else self.allowances.get("*")


class QuotaRule(NamedTuple):
    """How long a balance lasts: after `seconds` it is full again, up to the allowance of the account's plan.

    The key `*` is for every other plan; None means that the balance is never filled up.
    """

    seconds: int
    allowances: Mapping[str, int | None]

    def allowance(self, plan: str) -> int | None:
        """Return what the balance of a plan is filled up to, or None when it never is."""
        return self.allowances[plan] if plan in self.allowances else self.allowances.get("*")


class Quota:
    """The running period of one account's balance; it opens with the first paid call.

    `period` is so many seconds from then on, or the day or the month of the calendar in which that call falls.
    """

    __slots__ = ("ends", "limit", "period")

    def __init__(self, period: int | str, limit: int) -> None:
        self.period = period
        self.limit = limit
        self.ends = 0.0

    def is_over(self, now: float) -> bool:
        """Open the next period when there is none; say whether one has ended, so that the balance is to be filled."""
        if now < self.ends:
            return False
        had_begun = self.ends > 0
        self.ends = end_of(self.period, now)
        return had_begun

    def lapse(self, now: float) -> bool:
        """Close a period that has ended; say whether one has, so that the balance is to be filled."""
        if not self.ends or now < self.ends:
            return False
        self.ends = 0.0
        return True

    def resets_in(self, now: float) -> int:
        """Return whole seconds until the balance is full again, rounded up; at least 0."""
        left = (self.ends or end_of(self.period, now)) - now
        return max(0, -int(-left // 1))


class Window:
    """The running count of one account under one rule."""

    __slots__ = ("allowance", "cost", "ends", "rule", "used")

    def __init__(self, rule: WindowRule, allowance: int, used: int = 0) -> None:
        self.rule = rule
        self.cost = rule.cost
        self.allowance = allowance
        self.used = used
        self.ends = 0.0

    def take(self, now: float) -> bool:
        """Count one call; return False, and count nothing, when the allowance is used up."""
        if now >= self.ends:
            if self.ends:
                self.used = 0
            self.ends = now + self.rule.seconds
        if self.used + self.cost > self.allowance:
            return False
        self.used += self.cost
        return True

    def lapse(self, now: float) -> None:
        """Close a window that has ended, so that it tells what the next call will find."""
        if self.ends and now >= self.ends:
            self.used = 0
            self.ends = 0.0

    @property
    def remaining(self) -> int:
        """Calls (or units) still allowed in the open window."""
        return self.allowance - self.used

    def resets_in(self, now: float) -> int:
        """Return whole seconds until the window ends, rounded up; at least 0."""
        left = (self.ends if self.ends else now + self.rule.seconds) - now
        return max(0, -int(-left // 1))


class AtOnce(NamedTuple):
    """How many calls of one account may be under way at the same time.

    `allowance` is the documented figure, `refusal` the error code of one call too many, `wait` the seconds after which
    it may be tried again.
    """

    allowance: int
    refusal: str
    wait: int


class Places:
    """The places for calls under way of one account."""

    __slots__ = ("allowance", "taken")

    def __init__(self, allowance: int) -> None:
        self.allowance = allowance
        self.taken = 0

    def take(self) -> bool:
        """Take a place; return False, and take none, when all are taken."""
        if self.taken >= self.allowance:
            return False
        self.taken += 1
        return True

    def leave(self) -> None:
        """Give a place back."""
        self.taken -= 1


# Addresses whose windows are remembered; beyond this the first is forgotten.
ADDRESSES_KEPT = 10_000


class AddressBook:
    """The windows of everybody who calls without an account, by address."""

    def __init__(self, rules: Iterable[WindowRule], allowances: Mapping[str, Mapping[str, int | None]]) -> None:
        """Take the rules, and for single addresses other allowances than the documented."""
        self._rules = tuple(rules)
        self._allowances = allowances
        self._known: dict[str, dict[str, Window]] = {}

    def __bool__(self) -> bool:
        """Whether there is anything to count."""
        return bool(self._rules)

    def windows_of(self, address: str) -> dict[str, Window]:
        """Return the windows of an address, by name."""
        found = self._known.get(address)
        if found is None:
            own = self._allowances.get(address, {})
            found = {}
            for rule in self._rules:
                allowance = own[rule.name] if rule.name in own else rule.allowance("")
                if allowance is not None:
                    found[rule.name] = Window(rule, allowance)
            self._known[address] = found
            if len(self._known) > ADDRESSES_KEPT:
                del self._known[next(iter(self._known))]
        return found
