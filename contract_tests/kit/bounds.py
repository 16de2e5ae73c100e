"""What may leave at the most, in a run and in a claim, and what is raised where nothing leaves or nothing comes."""

from __future__ import annotations

from dataclasses import dataclass

from _pytest.outcomes import Skipped


class BudgetEnded(Skipped):
    """The next request would exceed a cap of the run; it was not sent."""


class PlanExceeded(Skipped):
    """A claim wanted to send more than it had announced; the request was not sent."""


class NoAnswer(Skipped):
    """The endpoint could not be reached, or broke off."""


class Throttled(NoAnswer):
    """The account of the run was told to come again later (429, 503): the answer says nothing of what was asked."""


class Strayed(Exception):
    """A request for another address than the target's; it was not sent."""


@dataclass
class Allowance:
    """What one claim announced, and what it has used. `credits` are in the provider's unit.

    Where requests are to be refused, one may be accepted `beyond` the credits: the one that shows the fault.
    """

    claim: str = "-"
    calls: int | None = None
    credits: int | None = None
    beyond: int = 0
    sent: int = 0
    spent: int = 0

    def covers(self, worst: int) -> bool:
        """Say whether the next request, at its worst price, is within what was announced."""
        if self.credits is None or not worst or self.spent + worst <= self.credits:
            return True
        return self.spent <= self.credits and worst <= self.beyond


@dataclass
class Caps:
    """Bounds of a whole run; None is no bound. `pause` is the least time between two requests, in seconds."""

    requests: int | None = None
    credits: int | None = None
    pause: float = 0.0
