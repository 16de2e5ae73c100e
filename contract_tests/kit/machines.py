"""Where a task machine of `x-voice-tasks` says that things stand in answers, and what stands there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from contract_tests.kit.exchanges import Exchange

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


def progress_in(machine: Mapping[str, Any], exchange: Exchange) -> Any:
    """Return the progress that an answer tells: a number, also where it is written as a text with a per cent sign."""
    told = exchange.at(machine.get("progress-at"))
    if machine.get("progress-as") == "percent" and isinstance(told, str):
        found = _PERCENT.fullmatch(told)
        return int(found[1]) if found else told
    return told
