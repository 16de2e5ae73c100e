"""What an observer saw of a task, and whether the machine allows it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts, load
from contract_tests.kit.tasks.histories import backward_steps, connected, histories, progress_outside, steps_outside

MACHINE: dict[str, Any] = {
    "create": "tts_submit", "status": "tts_status", "result": "tts_audio",
    "id": "/task_id", "state": "/status", "progress-at": "/progress",
    "initial": "queued", "success": "succeeded", "terminal": ["succeeded", "failed"],
    "edges": {"queued": ["running", "failed"], "running": ["succeeded", "failed"]},
    "progress": {"queued": [0], "running": [50, 80], "succeeded": [100]},
}  # fmt: skip


@pytest.fixture(scope="module")
def facts() -> Facts:
    return load("voiceapi", Path(__file__).parents[2] / "specs")


def seen(facts: Facts, *looks: tuple[str, int], ident: str = "one") -> list[Exchange]:
    """Looks at a task: state and progress."""
    return [
        Exchange(
            number, "-", facts.operations["tts_status"], "funded", "GET", f"http://h/v1/tts/{ident}", {}, b"", 200,
            {"content-type": "application/json"}, json.dumps({"status": state, "progress": progress}).encode(), 0.0,
        )
        for number, (state, progress) in enumerate(looks)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("before", "after", "may_be"),
    [("queued", "succeeded", True), ("queued", "queued", True), ("succeeded", "running", False),
     ("failed", "queued", False), ("running", "queued", False), ("queued", "unheard of", False)],
)  # fmt: skip
def test_two_looks_are_connected_by_a_path_of_any_length(before: str, after: str, may_be: bool) -> None:
    assert connected(MACHINE, before, after) is may_be


def test_looks_are_kept_apart_by_the_id_in_the_path(facts: Facts) -> None:
    log = seen(facts, ("queued", 0)) + seen(facts, ("running", 50), ident="two")

    assert {ident: [one.state for one in looks] for ident, looks in histories(log, MACHINE).items()} == {
        "one": ["queued"], "two": ["running"],
    }  # fmt: skip


def test_a_step_that_no_edge_leads_is_seen(facts: Facts) -> None:
    looks = histories(seen(facts, ("queued", 0), ("succeeded", 100), ("running", 80)), MACHINE)["one"]

    assert [(before.state, after.state) for before, after in steps_outside(MACHINE, looks)] == [
        ("succeeded", "running")
    ]


def test_progress_that_falls_is_seen(facts: Facts) -> None:
    looks = histories(seen(facts, ("running", 80), ("running", 50), ("succeeded", 100)), MACHINE)["one"]

    assert [(before.progress, after.progress) for before, after in backward_steps(looks)] == [(80, 50)]


def test_progress_of_another_state_is_seen(facts: Facts) -> None:
    looks = histories(seen(facts, ("queued", 0), ("running", 60), ("succeeded", 99)), MACHINE)["one"]

    assert [(one.progress, allowed) for one, allowed in progress_outside(MACHINE, looks)] == [
        (60, [50, 80]),
        (99, [100]),
    ]


def test_a_state_that_is_no_text_is_none_of_the_machine(facts: Facts) -> None:
    looks = histories(seen(facts, ("queued", 0), ({"is": "running"}, 50), (["succeeded"], 100)), MACHINE)["one"]  # type: ignore[arg-type]

    assert len(list(steps_outside(MACHINE, looks))) == 2
    assert not any(one.state in MACHINE["edges"] for one in looks[1:])
