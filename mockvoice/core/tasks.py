"""Knows task state machines: a table of edges, and timelines that are fixed when a task is made.

There are no background timers and reading changes nothing: the state is a pure look-up of the time.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import OrderedDict, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mockvoice.core.errors import IllegalTransition
from mockvoice.core.roll import Roll


class Moment(NamedTuple):
    """From `at` (simulated epoch seconds) on, a task is in `state` with `progress` per cent."""

    at: float
    state: str
    progress: int


class Machine(NamedTuple):
    """A table: which state follows which. `progress` lists the per cents shown within each state."""

    name: str
    initial: str
    success: str
    edges: Mapping[str, tuple[str, ...]]
    terminal: frozenset[str]
    progress: Mapping[str, tuple[int, ...]]

    @property
    def states(self) -> tuple[str, ...]:
        """Every state: those on the way to success in their order, then the others."""
        way = self.way_to_success()
        return (*way, *sorted(self.terminal - {*way}), *sorted({*self.edges} - {*way} - self.terminal))

    def path(self, start: str, goal: str, avoid: frozenset[str] = frozenset()) -> tuple[str, ...]:
        """Return the shortest way from `start` to `goal`, both included; ties follow the table's order.

        Raises IllegalTransition when there is none.
        """
        queue: deque[tuple[str, ...]] = deque([(start,)])
        seen = {start}
        while queue:
            way = queue.popleft()
            if way[-1] == goal:
                return way
            for following in self.edges.get(way[-1], ()):
                if following not in seen and following not in avoid:
                    seen.add(following)
                    queue.append((*way, following))
        raise IllegalTransition(f"task machine {self.name!r}: no way from {start!r} to {goal!r}")

    def way_to_success(self) -> tuple[str, ...]:
        """Return the states of a task that goes well."""
        return self.path(self.initial, self.success)

    def failing(self, after: str) -> str:
        """Return the terminal state beside success that `after` leads to. Raises IllegalTransition."""
        ends = (one for one in self.edges.get(after, ()) if one in self.terminal and one != self.success)
        found = next(ends, None)
        if found is None:
            raise IllegalTransition(
                f"task machine {self.name!r}: {after!r} has no edge to a terminal state but success"
            )
        return found

    def way_to_failure(self, failing: str, after: str) -> tuple[str, ...]:
        """Return the states of a task that leaves `after` for the terminal state `failing`."""
        if failing not in self.edges.get(after, ()):
            raise IllegalTransition(f"task machine {self.name!r}: {after!r} has no edge to {failing!r}")
        return (*self.path(self.initial, after, avoid=self.terminal - {after}), failing)

    def reachable(self) -> set[str]:
        """Return every state that can be reached from the initial one."""
        found = {self.initial}
        todo = [self.initial]
        while todo:
            for following in self.edges.get(todo.pop(), ()):
                if following not in found:
                    found.add(following)
                    todo.append(following)
        return found

    def timeline(
        self, way: Sequence[str], pace: Mapping[str, float], start: float, shown: int = 0
    ) -> tuple[Moment, ...]:
        """Lay the states of `way` out in time; `pace` gives the seconds spent in each state.

        A state that shows several progress figures is cut into equal parts; one that has none shows the last, at
        first `shown`. A terminal state has no end.
        """
        moments: list[Moment] = []
        at = start
        for state in way:
            figures = self.progress.get(state) or (shown,)
            stay = 0.0 if state in self.terminal else pace.get(state, 0.0)
            for figure in figures:
                moments.append(Moment(at, state, figure))
                shown = figure
                at += stay / len(figures)
        return tuple(moments)


class Task:
    """One job: what was asked, whose it is, and when it is in which state. `result` is the provider's own."""

    __slots__ = ("_times", "id", "machine", "owner", "request", "result", "timeline")

    def __init__(
        self, task_id: str, machine: Machine, owner: str, timeline: tuple[Moment, ...], request: Mapping[str, Any]
    ) -> None:
        self.id = task_id
        self.machine = machine
        self.owner = owner
        self.timeline = timeline
        self.request = request
        self.result: Any = None
        self._times = [moment.at for moment in timeline]

    def go_on(self, way: Sequence[str], pace: Mapping[str, float], now: float, start: float) -> None:
        """Let the task go another way from now on: what it has been through stays, `way` follows from `start` on.

        `way` begins with a state that may follow the present one. Raises IllegalTransition, and changes nothing.
        """
        present = self.at(now).state
        if way[0] not in self.machine.edges.get(present, ()):
            raise IllegalTransition(f"task {self.id}: no way from {present!r} to {way[0]!r}")
        past = tuple(moment for moment in self.timeline if moment.at <= now)
        self.timeline = (*past, *self.machine.timeline(way, pace, start, past[-1].progress))
        self._times = [moment.at for moment in self.timeline]

    def at(self, now: float) -> Moment:
        """Return the moment that holds at `now`; before the start, the first one."""
        return self.timeline[max(0, bisect_right(self._times, now) - 1)]

    def succeeded(self, now: float) -> bool:
        """Say whether the task has reached its success state."""
        return self.at(now).state == self.machine.success


class TaskBook:
    """The newest tasks of one provider, by id."""

    def __init__(self, kept: int = 200_000) -> None:
        self._kept = kept
        self._tasks: OrderedDict[str, Task] = OrderedDict()
        self._rolls: dict[tuple[str, str], Roll] = {}

    def __len__(self) -> int:
        return len(self._tasks)

    def add(self, task: Task) -> None:
        """Remember a task, and forget the oldest when there are too many."""
        self._tasks[task.id] = task
        whose = task.owner, task.machine.name
        roll = self._rolls.get(whose)
        if roll is None:
            roll = self._rolls[whose] = Roll()
        roll.add(task)
        if len(self._tasks) > self._kept:
            _, oldest = self._tasks.popitem(last=False)
            self._forget((oldest.owner, oldest.machine.name))

    def _forget(self, whose: tuple[str, str]) -> None:
        roll = self._rolls[whose]
        roll.forget_oldest()
        if not len(roll):
            del self._rolls[whose]

    def of(self, owner: str, kind: str) -> Iterator[Task]:
        """Yield the tasks of a machine that belong to `owner`, newest first."""
        return reversed(self.roll_of(owner, kind))

    def roll_of(self, owner: str, kind: str) -> Roll:
        """Return the tasks of a machine that belong to `owner`, for counts and pages."""
        return self._rolls.get((owner, kind)) or Roll()

    def find(self, task_id: str, owner: str, kind: str) -> Task | None:
        """Return the task if it exists, is of that machine and belongs to `owner`; else None."""
        task = self._tasks.get(task_id)
        if task is None or task.owner != owner or task.machine.name != kind:
            return None
        return task
