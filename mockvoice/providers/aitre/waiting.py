"""How many tasks of a user are drawn at once, and how many wait: when the next one may begin is known beforehand."""

from __future__ import annotations

from collections import OrderedDict

from mockvoice.service.world import Desk

_OWNERS_KEPT = 10_000


class QueueFull(Exception):
    """No task more may wait."""


class Queue:
    """For each owner when the tasks end that run or wait (simulated epoch seconds)."""

    def __init__(self, running: int, waiting: int) -> None:
        self._running = running
        self._waiting = waiting
        self._ends: OrderedDict[str, list[float]] = OrderedDict()

    def next_start(self, owner: str, now: float) -> tuple[float, int]:
        """Return when a task that comes now may begin, and how many wait before it, itself included.

        0 is one that begins at once. Raises QueueFull.
        """
        ends = self._ends[owner] = [one for one in self._ends.get(owner, ()) if one > now]
        self._ends.move_to_end(owner)
        if len(self._ends) > _OWNERS_KEPT:
            self._ends.popitem(last=False)
        before = len(ends) - self._running
        if before < 0:
            return now, 0
        if before >= self._waiting:
            raise QueueFull
        return sorted(ends)[before], before + 1

    def take(self, owner: str, end: float) -> None:
        """Let a task take its place until it ends."""
        self._ends.setdefault(owner, []).append(end)


def queue_of(desk: Desk) -> Queue:
    """Return the queue of the spec's figure, for `desk.once`."""
    figures = desk.figure("mj-at-once")
    return Queue(figures["running"], figures["waiting"])
