"""Where a task machine of `x-voice-tasks` says that things stand in answers, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation

_PERCENT = re.compile(r"(\d{1,3})%")


def place_of(machine: Mapping[str, Any], key: str, told_by: str) -> str | None:
    """Return where `id` or `state` stands in the answer of `create` or `status`; None if it is not told."""
    place = machine.get(key)
    return place.get(told_by) if isinstance(place, Mapping) else place


def ident_in(machine: Mapping[str, Any], created: Exchange) -> Any:
    """Return the id that the answer of a creation tells."""
    return created.at(place_of(machine, "id", "create"))


def makers_of(machine: Mapping[str, Any]) -> list[str]:
    """Return the operations that make such tasks."""
    return [machine["create"], *machine.get("others", ())]


def machine_of(facts: Facts, operation: Operation | None) -> Mapping[str, Any] | None:
    """Return the machine whose tasks an operation creates; None if it creates none."""
    if operation is None:
        return None
    machines = facts.machines.values()
    return next((row for row in machines if "create" in row and operation.id in makers_of(row)), None)


def progress_in(machine: Mapping[str, Any], exchange: Exchange) -> Any:
    """Return the progress that an answer tells: a number, also where it is written as a text with a per cent sign."""
    told = exchange.at(machine.get("progress-at"))
    if machine.get("progress-as") == "percent" and isinstance(told, str):
        found = _PERCENT.fullmatch(told)
        return int(found[1]) if found else told
    return told


def state_of(machine: Mapping[str, Any], exchange: Exchange) -> Any:
    """Return the state that an answer tells; None where it tells none, or something that is no text."""
    state = exchange.at(place_of(machine, "state", "status"))
    return state if isinstance(state, str) else None
