"""Knows how often an account may call: fixed windows that open with the first counted request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WindowRule:
    """One documented limit.

    `allowances` maps a plan to the requests allowed in `seconds`; the key `*` is for every other plan, and
    None means the window is not limited and shows no headers. `cost` is what one call counts.
    `refusal` is the error code.
    """

    name: str
    seconds: int
    allowances: Mapping[str, int | None]
    cost: int
    refusal: str

    def allowance(self, plan: str) -> int | None:
        """Return the allowance for a plan, or None when it has none."""
        return self.allowances[plan] if plan in self.allowances else self.allowances.get("*")


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

    @property
    def remaining(self) -> int:
        """Calls (or units) still allowed in the open window."""
        return self.allowance - self.used

    def resets_in(self, now: float) -> int:
        """Return whole seconds until the window ends, rounded up; at least 0."""
        left = (self.ends if self.ends else now + self.rule.seconds) - now
        return max(0, -int(-left // 1))
