from __future__ import annotations

from collections import UserList
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockvoice.core.roll import Roll
from mockvoice.core.tasks import Machine, Task, TaskBook

MACHINE = Machine(
    name="lip-sync",
    initial="pending",
    success="completed",
    edges={"pending": ("processing", "failed"), "processing": ("completed", "failed")},
    terminal=frozenset({"completed", "failed"}),
    progress={"pending": (0,), "processing": (25, 50), "completed": (100,), "failed": ()},
)
PACE = {"pending": 1.0, "processing": 4.0}
WAYS = (
    MACHINE.way_to_success(),
    MACHINE.way_to_failure("failed", "pending"),
    MACHINE.way_to_failure("failed", "processing"),
)
STATES = ("pending", "processing", "completed", "failed")


def task(number: int, way: int, start: float, owner: str = "anna") -> Task:
    return Task(f"job-{number}", MACHINE, owner, MACHINE.timeline(WAYS[way], PACE, start), {})


@settings(deadline=None)
@given(
    ways=st.lists(st.tuples(st.integers(0, 2), st.floats(0, 3)), max_size=40),
    forgotten=st.integers(0, 40),
    now=st.floats(0, 60),
    skip=st.integers(0, 12),
    size=st.integers(1, 12),
)
def test_counts_and_pages_are_those_of_looking_at_each(
    ways: list[tuple[int, float]], forgotten: int, now: float, skip: int, size: int
) -> None:
    roll, known, start = Roll(), [], 0.1
    for number, (way, later) in enumerate(ways):
        start += later
        known.append(task(number, way, start))
        roll.add(known[-1])
    for _ in range(min(forgotten, len(known))):
        roll.forget_oldest()
        del known[0]

    newest = known[::-1]
    by_state = {state: [one for one in newest if one.at(now).state == state] for state in STATES}
    assert {state: len(found) for state, found in by_state.items() if found} == roll.counts(now)
    assert newest == list(reversed(roll))
    assert newest[skip : skip + size] == roll.page(skip, size, now)
    for state, found in by_state.items():
        assert found[skip : skip + size] == roll.page(skip, size, now, state)


def test_a_roll_of_which_thousands_were_forgotten_still_pages() -> None:
    book = TaskBook(kept=100)
    for number in range(5_000):
        book.add(task(number, number % 3, float(number)))

    roll = book.roll_of("anna", "lip-sync")

    assert len(roll) == 100
    assert [one.id for one in roll.page(0, 2, 1e6)] == ["job-4999", "job-4998"]
    assert [one.id for one in roll.page(98, 5, 1e6)] == ["job-4901", "job-4900"]
    assert sum(roll.counts(1e6).values()) == 100


def test_a_task_that_went_on_another_way_is_forgotten_as_any_other() -> None:
    book = TaskBook(kept=1)
    waiting = Task("job-0", MACHINE, "anna", MACHINE.timeline(STATES[:2], {STATES[0]: 1.0}, 0.0), {})
    book.add(waiting)
    waiting.go_on((STATES[-1],), {}, 10.0, 10.0)

    book.add(task(1, 0, 20.0))

    assert [one.id for one in book.of("anna", "lip-sync")] == ["job-1"]


def test_an_owner_without_tasks_has_an_empty_roll() -> None:
    roll = TaskBook().roll_of("nobody", "lip-sync")

    assert (roll.page(0, 10, 1.0), roll.counts(1.0), len(roll)) == ([], {}, 0)


@pytest.mark.parametrize("state", [None, "completed", "failed"])
def test_a_page_of_a_hundred_thousand_tasks_looks_at_few(state: str | None) -> None:
    roll = Roll()
    for number in range(100_000):
        roll.add(task(number, number % 3, number / 1_000))
    looked_at = []

    class Counted(UserList[Task]):
        def __getitem__(self, place: Any) -> Any:
            looked_at.append(place)
            return self.data[place]

    vars(roll)["_tasks"] = Counted(vars(roll)["_tasks"])
    found = roll.page(20, 10, 1e6, state)

    assert len(found) == 10
    assert len(looked_at) <= 10
