"""When the next request may leave: the pause between two, and what `Retry-After` asks for. Has no clock of its own."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from contract_tests.kit.exchanges import Exchange

# A longer wait than this, asked for by Retry-After, ends the run instead.
LONGEST_WAIT = 120.0
# Accounts that are there to meet a limit, or to be short of credit: to them 429 is an answer, to all others a delay.
AT_THEIR_LIMITS = frozenset({"empty", "low", "limited", "fresh", "warned"})


class Turns:
    """The turns of accounts, by role. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._next = 0.0
        self._not_before: dict[str, float] = {}
        # When each account was first asked with.
        self.first: dict[str, float] = {}

    def turn(self, role: str | None, now: float, pause: float) -> float:
        """Return how many seconds from now the next request of an account may leave; the one after it a pause later."""
        start = max(now, self._next, self._not_before.get(role or "", 0.0))
        self._next = start + pause
        self.first.setdefault(role or "", start)
        return start - now

    def put_off(self, role: str | None, until: float) -> None:
        """Let nothing of an account leave before a time."""
        who = role or ""
        self._not_before[who] = max(self._not_before.get(who, 0.0), until)

    def age(self, role: str, now: float) -> float:
        """Return how many seconds ago an account was first asked with; 0 if it never was."""
        return now - self.first[role] if role in self.first else 0.0


def seconds_of(asked: str, now: datetime) -> float | None:
    """Return how long a Retry-After asks to wait: whole seconds, or a date; None for anything else."""
    if asked.isascii() and asked.strip().isdigit():
        return float(asked)
    try:
        until = parsedate_to_datetime(asked)
    except (TypeError, ValueError):
        return None
    return max(0.0, (until.replace(tzinfo=until.tzinfo or UTC) - now).total_seconds())


def is_put_off(exchange: Exchange) -> bool:
    """Say whether an answer tells to come again later: it says nothing of what was asked."""
    return exchange.status == 429 or (exchange.status == 503 and "retry-after" in exchange.headers)


def is_an_answer(status: int, role: str | None) -> bool:
    """Say whether a status that tells to come later is what an account is there to be told."""
    return status == 429 and role in AT_THEIR_LIMITS
