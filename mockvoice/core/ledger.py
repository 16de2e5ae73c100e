"""Knows what an account may still spend: hold → settle | release, every movement an entry.

The balance is the sum of the entries and never below zero. There is one thread of control and no
await inside, so two requests can never hold the same unit.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from itertools import count

from mockvoice.core.errors import LedgerError, NotEnough

# Entries kept one by one; older ones are folded into the opening entry, so memory stays bounded. Few, for each
# is touched again when it is forgotten: what is kept long has left the processor's cache.
ENTRIES_KEPT = 500


# Charges that are to come; beyond this the next is booked at once.
_DUE_KEPT = 200_000


# One movement: (simulated epoch seconds, kind, signed amount in the ledger's unit, note). A plain tuple, because
# two are made for every paid request.
Entry = tuple[float, str, int, str]


class Hold:
    """Units set aside for one request. Closed exactly once, by settle or by release.

    `left` is what the balance was then, without them; `period` which of the ledger's it was.
    """

    __slots__ = ("amount", "is_open", "left", "note", "period")

    def __init__(self, amount: int, note: str, left: int = 0, period: int = 0) -> None:
        self.amount = amount
        self.note = note
        self.left = left
        self.period = period
        self.is_open = True


class Ledger:
    """The entries of one account. What was set aside in a period that is over no longer changes the balance."""

    __slots__ = ("__weakref__", "_entries", "_numbers", "_opening", "_period", "balance", "charged", "due")

    def __init__(self, opening: int) -> None:
        if opening < 0:
            raise LedgerError(f"opening balance {opening}: expected 0 or more")
        self.balance = opening
        self.charged = 0
        # What is booked later, the earliest first: (when, a number that none shares, hold or None, amount, note). An
        # amount below zero is one that is given back.
        self.due: list[tuple[float, int, Hold | None, int, str]] = []
        self._numbers = count()
        self._period = 0
        self._opening: Entry = (0.0, "opening", opening, "")
        self._entries: deque[Entry] = deque(maxlen=ENTRIES_KEPT - 1)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All movements since the opening entry, oldest first; their amounts sum to the balance."""
        return (self._opening, *self._entries)

    def hold(self, amount: int, at: float, note: str) -> Hold:
        """Set `amount` aside. Raises NotEnough when the balance is smaller; exactly equal passes."""
        if amount > self.balance:
            raise NotEnough(self.balance, amount)
        if amount < 0:
            raise LedgerError(f"a hold of {amount}: expected 0 or more")
        if amount:
            self._enter(at, "hold", -amount, note)
        return Hold(amount, note, self.balance, self._period)

    def settle(self, hold: Hold, amount: int, at: float) -> int:
        """Turn a hold into a charge of `amount`; return what was really charged.

        The rest of the hold comes back. A charge above the hold takes from the balance, but never below
        zero: then less than `amount` is charged, and the return value says so.
        """
        self._close(hold)
        back = hold.amount - amount
        is_over = hold.period != self._period
        if back < 0:
            back = 0 if is_over else -min(-back, self.balance)
        if back and not is_over:
            self._enter(at, "settle", back, hold.note)
        charged = hold.amount - back
        self.charged += charged
        return charged

    def release(self, hold: Hold, at: float) -> None:
        """Give the whole hold back: the request failed and costs nothing."""
        self._close(hold)
        if hold.amount and hold.period == self._period:
            self._enter(at, "release", hold.amount, hold.note)

    def settle_later(self, hold: Hold, amount: int, at: float) -> None:
        """Let a hold stay until `at`, when it becomes a charge of `amount`; 0 gives all of it back."""
        self._plan(at, hold, amount, hold.note)

    def charge_later(self, amount: int, at: float, note: str) -> None:
        """Charge `amount` at `at`, without setting it aside: less, where the balance is smaller by then."""
        self._plan(at, None, amount, note)

    def give_back_later(self, amount: int, at: float, note: str) -> None:
        """Give `amount` back at `at`: what was charged stays charged, and may be spent once more."""
        self._plan(at, None, -amount, note)

    def _plan(self, at: float, hold: Hold | None, amount: int, note: str) -> None:
        heappush(self.due, (at, next(self._numbers), hold, amount, note))
        if len(self.due) > _DUE_KEPT:
            self._book_next()

    def come_due(self, now: float) -> None:
        """Book what was to be booked by now."""
        while self.due and self.due[0][0] <= now:
            self._book_next()

    def _book_next(self) -> None:
        at, _, hold, amount, note = heappop(self.due)
        if amount < 0:
            self._enter(at, "refund", -amount, note)
            return
        if hold is None:
            hold = self.hold(min(amount, self.balance), at, note)
            amount = hold.amount
        self.settle(hold, amount, at)

    def fill(self, balance: int, at: float) -> None:
        """Bring the balance to a figure, up or down: a new period has begun."""
        self._period += 1
        if balance != self.balance:
            self._enter(at, "renewal", balance - self.balance, "")

    def _close(self, hold: Hold) -> None:
        if not hold.is_open:
            raise LedgerError(
                f"the hold of {hold.amount} for {hold.note!r} is closed already; settle or release it once"
            )
        hold.is_open = False

    def _enter(self, at: float, kind: str, amount: int, note: str) -> None:
        entries = self._entries
        if len(entries) == ENTRIES_KEPT - 1:
            oldest = entries[0]
            self._opening = (oldest[0], "opening", self._opening[2] + oldest[2], "carried forward")
        entries.append((at, kind, amount, note))
        self.balance += amount
