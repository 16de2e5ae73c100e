from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockvoice.core.errors import IllegalTransition
from mockvoice.core.tasks import Machine, Moment, Task, TaskBook

MACHINE = Machine(
    name="stt",
    initial="queued",
    success="succeeded",
    edges={"queued": ("running", "failed"), "running": ("succeeded", "failed")},
    terminal=frozenset({"succeeded", "failed"}),
    progress={"queued": (0,), "running": (50, 80), "succeeded": (100,)},
)
PACE = {"queued": 1.0, "running": 4.0}


def task(way: tuple[str, ...], task_id: str = "id") -> Task:
    return Task(task_id, MACHINE, "owner", MACHINE.timeline(way, PACE, 100.0), {})


def test_a_task_that_goes_well_takes_the_shortest_way() -> None:
    assert MACHINE.way_to_success() == ("queued", "running", "succeeded")


@pytest.mark.parametrize(
    ("after", "way"), [("queued", ("queued", "failed")), ("running", ("queued", "running", "failed"))]
)
def test_a_task_may_fail_after_any_state_that_has_the_edge(after: str, way: tuple[str, ...]) -> None:
    assert MACHINE.way_to_failure("failed", after) == way


def test_a_failure_without_an_edge_is_illegal() -> None:
    with pytest.raises(IllegalTransition, match="'succeeded' has no edge to 'failed'"):
        MACHINE.way_to_failure("failed", "succeeded")


def test_a_state_nobody_leads_to_cannot_be_reached() -> None:
    machine = Machine("m", "a", "b", {"a": ("b",), "c": ("b",)}, frozenset({"b"}), {})

    assert machine.reachable() == {"a", "b"}
    with pytest.raises(IllegalTransition, match="no way from 'a' to 'c'"):
        machine.path("a", "c")


def test_progress_figures_share_the_time_of_their_state() -> None:
    assert MACHINE.timeline(MACHINE.way_to_success(), PACE, 100.0) == (
        Moment(100.0, "queued", 0),
        Moment(101.0, "running", 50),
        Moment(103.0, "running", 80),
        Moment(105.0, "succeeded", 100),
    )


def test_a_failed_task_keeps_the_progress_it_had() -> None:
    assert task(("queued", "running", "failed")).at(200.0) == Moment(105.0, "failed", 80)


def test_without_a_pace_a_task_is_done_at_once() -> None:
    timeline = MACHINE.timeline(MACHINE.way_to_success(), {}, 100.0)

    assert Task("id", MACHINE, "owner", timeline, {}).at(100.0).state == "succeeded"


@given(st.lists(st.floats(0, 1000), min_size=2, max_size=20))
def test_whoever_looks_whenever_sees_a_path_of_the_machine(times: list[float]) -> None:
    """Each pair of observations is connected, progress never falls, and looking changes nothing."""
    one = task(MACHINE.way_to_success())
    seen = [one.at(at) for at in sorted(times)]
    again = [one.at(at) for at in sorted(times)]

    order = list(MACHINE.way_to_success())
    assert seen == again
    assert [order.index(moment.state) for moment in seen] == sorted(order.index(moment.state) for moment in seen)
    assert [moment.progress for moment in seen] == sorted(moment.progress for moment in seen)


def test_another_owner_or_another_machine_does_not_find_a_task() -> None:
    book = TaskBook()
    one = task(MACHINE.way_to_success())
    book.add(one)

    assert book.find("id", "owner", "stt") is one
    assert book.find("id", "somebody else", "stt") is None
    assert book.find("id", "owner", "tts") is None
    assert book.find("no such id", "owner", "stt") is None


def test_the_oldest_tasks_are_forgotten_when_there_are_too_many() -> None:
    book = TaskBook(kept=2)
    for name in ("first", "second", "third"):
        book.add(task(MACHINE.way_to_success(), name))

    assert book.find("first", "owner", "stt") is None
    assert [book.find(name, "owner", "stt").id for name in ("second", "third")] == ["second", "third"]  # type: ignore[union-attr]


def owned(task_id: str, owner: str) -> Task:
    return Task(task_id, MACHINE, owner, MACHINE.timeline(MACHINE.way_to_success(), PACE, 100.0), {})


def test_an_owner_finds_own_tasks_newest_first() -> None:
    book = TaskBook()
    for number in range(4):
        book.add(owned(str(number), "odd" if number % 2 else "even"))

    assert [one.id for one in book.of("even", "stt")] == ["2", "0"]
    assert len(book.roll_of("odd", "stt")) == 2
    assert list(book.of("even", "tts")) == []
    assert list(book.of("nobody", "stt")) == []


def test_a_forgotten_task_is_listed_no_more() -> None:
    book = TaskBook(kept=2)
    for number in range(4):
        book.add(owned(str(number), "first" if number < 2 else "second"))

    assert list(book.of("first", "stt")) == []
    assert len(book.roll_of("first", "stt")) == 0
    assert [one.id for one in book.of("second", "stt")] == ["3", "2"]
