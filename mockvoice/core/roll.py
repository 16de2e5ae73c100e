"""Knows the tasks of one owner and one machine in order: counted by state, and a page of them, without looking at each.

Counts and pages by state are those of the way on which a task began: no machine is listed whose tasks may go on
another.

Tasks that go the same way through their states take the same time for it, so within one way each state holds a stretch
of neighbours: two look-ups by bisection tell where it begins and ends, however many tasks there are.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import deque
from collections.abc import Iterator
from heapq import merge
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mockvoice.core.tasks import Task

# Forgotten tasks are taken out of the lists so many at a time.
_TAKEN_OUT = 1_024


class _Way:
    """Tasks that go through the same states, oldest first: their places in the roll, and when each moment begins."""

    def __init__(self, states: tuple[str, ...]) -> None:
        self.states = states
        self.numbers: list[int] = []
        self._times: list[list[float]] = [[] for _ in states]
        self._gone = 0

    def add(self, number: int, task: Task) -> None:
        self.numbers.append(number)
        for column, moment in zip(self._times, task.timeline, strict=True):
            column.append(moment.at)

    def forget_oldest(self) -> None:
        self._gone += 1
        if self._gone == _TAKEN_OUT:
            del self.numbers[: self._gone]
            for column in self._times:
                del column[: self._gone]
            self._gone = 0

    def stretches(self, now: float) -> Iterator[tuple[str, int, int]]:
        """Yield (state, first, behind the last) in `numbers`, of every moment that some task is in at `now`."""
        last = len(self.numbers)
        for place, state in enumerate(self.states):
            # Who has reached the next moment is no longer in this one: the oldest are ahead.
            behind = last if place == 0 else min(last, bisect_right(self._times[place], now, self._gone))
            following = place + 1
            first = self._gone
            if following < len(self.states):
                first = bisect_right(self._times[following], now, self._gone)
            if first < behind:
                yield state, first, behind


class Roll:
    """The tasks of one owner and one machine, oldest first."""

    def __init__(self) -> None:
        self._tasks: list[Task] = []
        self._gone = 0
        # The number of the first task in the list: numbers stay what they are when others are forgotten.
        self._first = 0
        self._ways: dict[tuple[str, ...], _Way] = {}
        # The way of each task that is remembered: a task may have gone on another since.
        self._begun: deque[_Way] = deque()

    def __len__(self) -> int:
        return len(self._tasks) - self._gone

    def __reversed__(self) -> Iterator[Task]:
        return (self._tasks[place] for place in range(len(self._tasks) - 1, self._gone - 1, -1))

    def add(self, task: Task) -> None:
        """Remember a task that is younger than all others."""
        states = tuple(moment.state for moment in task.timeline)
        way = self._ways.get(states)
        if way is None:
            way = self._ways[states] = _Way(states)
        way.add(self._first + len(self._tasks), task)
        self._begun.append(way)
        self._tasks.append(task)

    def forget_oldest(self) -> None:
        """Forget the oldest task."""
        self._begun.popleft().forget_oldest()
        self._gone += 1
        if self._gone == _TAKEN_OUT:
            del self._tasks[: self._gone]
            self._first += self._gone
            self._gone = 0

    def counts(self, now: float) -> dict[str, int]:
        """Return how many tasks are in each state at `now`; a state that none is in is left out."""
        found: dict[str, int] = {}
        for way in self._ways.values():
            for state, first, behind in way.stretches(now):
                found[state] = found.get(state, 0) + behind - first
        return found

    def page(self, skip: int, size: int, now: float, state: str | None = None) -> list[Task]:
        """Return up to `size` tasks, newest first, after the newest `skip`; with `state`, of those that are in it."""
        if state is None:
            begin = len(self._tasks) - 1 - skip
            return [self._tasks[place] for place in range(begin, max(self._gone - 1, begin - size), -1)]
        wanted = skip + size
        runs = [
            way.numbers[max(first, behind - wanted) : behind][::-1]
            for way in self._ways.values()
            for found, first, behind in way.stretches(now)
            if found == state
        ]
        chosen = islice(merge(*runs, reverse=True), skip, wanted)
        return [self._tasks[number - self._first] for number in chosen]
