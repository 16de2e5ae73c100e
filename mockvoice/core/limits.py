"""Knows how often an account may call: fixed windows that open with the first counted request."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class WindowRule(NamedTuple):
    """One documented limit.

    `allowances` maps a plan to the requests allowed in `seconds`; the key `*` is for every other plan, and
    None means the window is not limited and shows no headers. `cost` is what one call counts.
    `refusal` is the error code, or codes by operation: the key `*` is for every other one.
    """

    name: str
    seconds: int
    allowances: Mapping[str, int | None]
    cost: int
    refusal: str | Mapping[str, str]

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
    """The running period of one account's balance; it opens with the first paid call."""

    __slots__ = ("ends", "limit", "seconds")

    def __init__(self, seconds: int, limit: int) -> None:
        self.seconds = seconds
        self.limit = limit
        self.ends = 0.0

    def is_over(self, now: float) -> bool:
        """Open the next period when there is none; say whether one has ended, so that the balance is to be filled."""
        if now < self.ends:
            return False
        had_begun = self.ends > 0
        self.ends = now + self.seconds
        return had_begun

    def lapse(self, now: float) -> bool:
        """Close a period that has ended; say whether one has, so that the balance is to be filled."""
        if not self.ends or now < self.ends:
            return False
        self.ends = 0.0
        return True

    def resets_in(self, now: float) -> int:
        """Return whole seconds until the balance is full again, rounded up; at least 0."""
        left = (self.ends or now + self.seconds) - now
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
