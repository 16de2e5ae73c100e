"""A look at a task, or a page of an owner's tasks, costs the same with a hundred thousand tasks as with few."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from itertools import islice

import pytest

from mockvoice.core.tasks import Machine, Task, TaskBook

FEW, MANY = 1_000, 100_000
LOOKS, REPEATS = 1_000, 15
# A dict of a hundred times the size misses the processor's caches more often: 1.0 to 1.5 on a quiet machine, and up to
# 3 where others use these caches. A walk over all tasks would be a hundred times as slow.
MOST_TIMES = 6.0

MACHINE = Machine(
    "tts",
    "queued",
    "done",
    {"queued": ("running",), "running": ("done",)},
    frozenset({"done"}),
    {"queued": (0,), "running": (50,), "done": (100,)},
)


def book_of(count: int, owners: int = 10) -> TaskBook:
    book = TaskBook()
    for number in range(count):
        timeline = MACHINE.timeline(MACHINE.way_to_success(), {"queued": 1.0, "running": 1.0}, float(number))
        book.add(Task(f"{number:032x}", MACHINE, f"owner {number % owners}", timeline, {}))
    return book


def times_as_slow(few: Callable[[], None], many: Callable[[], None]) -> float:
    """Compare the least of several times, measured in turns."""
    best = {few: float("inf"), many: float("inf")}
    for _ in range(REPEATS):
        for work, so_far in best.items():
            started = time.perf_counter()
            work()
            best[work] = min(so_far, time.perf_counter() - started)
    return best[many] / best[few]


@pytest.fixture(scope="module")
def books() -> tuple[TaskBook, TaskBook]:
    return book_of(FEW), book_of(MANY)


@pytest.fixture(autouse=True)
def _without_collections() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


def look(book: TaskBook) -> Callable[[], None]:
    """Look at tasks all over a book."""
    step = len(book) // LOOKS
    asked = [(f"{number * step:032x}", f"owner {number * step % 10}") for number in range(LOOKS)]

    def work() -> None:
        for task_id, owner in asked:
            task = book.find(task_id, owner, "tts")
            assert task is not None
            task.at(task.timeline[0].at)

    return work


def list_pages(book: TaskBook) -> Callable[[], None]:
    """Read the newest page of every owner, and count."""

    def work() -> None:
        for number in range(LOOKS):
            owner = f"owner {number % 10}"
            assert len([*islice(book.of(owner, "tts"), 10)]) == 10
            assert len(book.roll_of(owner, "tts")) == len(book) // 10

    return work


@pytest.mark.slow
@pytest.mark.parametrize("what", [look, list_pages])
def test_many_tasks_do_not_slow_it(
    books: tuple[TaskBook, TaskBook], what: Callable[[TaskBook], Callable[[], None]]
) -> None:
    few, many = (what(book) for book in books)

    assert times_as_slow(few, many) < MOST_TIMES


@pytest.mark.slow
def test_forgetting_the_oldest_does_not_slow_it() -> None:
    """A book that is full forgets one task with each new one."""
    book = TaskBook(kept=FEW)
    for task in book_of(MANY)._tasks.values():
        book.add(task)

    assert len(book) == FEW
    assert times_as_slow(list_pages(book_of(FEW)), list_pages(book)) < MOST_TIMES
