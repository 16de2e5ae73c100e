"""Speech that a task leads to, behind the address that its status tells (`result-at` of x-voice-tasks)."""

from __future__ import annotations

from contract_tests.kit.audio.requests import SENTENCE
from contract_tests.kit.audio.speaking import TABLE, Said, Speaker
from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.files.telling import Asked
from contract_tests.kit.machines import state_of
from contract_tests.kit.run import Run
from contract_tests.kit.tasks.results import machine_named

# Requests by the names under which a run sends them once, and their texts: a short one is mostly pauses.
TEXTS = {"a sentence": SENTENCE, "it twice": f"{SENTENCE} {SENTENCE}"}


def jobs_into_files(facts: Facts) -> dict[str, Speaker]:
    """What speaks in a task, and tells an address once that is over."""
    return {name: one for name, one in Speaker.every(facts).items() if one.leads_to_a_file}


def once_and_twice(_: Facts, case: Speaker) -> Asked:
    """A sentence, and the same twice."""
    return [(case.operation, {"with": {case.table["text"]: text}}) for text in TEXTS.values()]


def short_and_long(run: Run, speaker: Speaker) -> list[Said]:
    """Ask for both before one is waited for, since tasks work side by side. Raises Unverified where there is none."""
    field = speaker.table["text"]
    asked = [run.once(speaker.operation, name, with_={field: text}) for name, text in TEXTS.items()]
    return [_spoken(run, speaker, one) for one in asked]


def _spoken(run: Run, speaker: Speaker, asked: Exchange) -> Said:
    machine = machine_named(speaker.operation, TABLE)
    assert machine is not None
    if not asked.is_success:
        raise Unverified(f"{speaker.operation.id} answered {asked.status}")
    looks = run.finish(asked)
    state = state_of(machine, looks[-1])
    if state != machine["success"]:
        raise Unverified(f"the task ended as {state}")
    url = looks[-1].at(machine["result-at"])
    if not isinstance(url, str):
        raise Unverified(f"there is no address at {machine['result-at']}")
    return Said(speaker, asked.fields, run.file(url))
