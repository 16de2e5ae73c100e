"""What an observer sees of tasks, and whether a machine allows it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.machines import ident_in, makers_of, place_of, progress_in
from contract_tests.kit.operations import Operation


@dataclass(frozen=True)
class Look:
    """One look at a task: what its status said."""

    exchange: Exchange
    state: Any
    progress: Any


def id_in(exchange: Exchange) -> str:
    """Return the id that a request asks for: in its path, its query or its body."""
    assert exchange.operation is not None
    if not exchange.operation.path_parameters:
        return _id_beside_the_path(exchange, exchange.operation)
    place = next(at for at, part in enumerate(exchange.operation.path.split("/")) if part.startswith("{"))
    whole = urlsplit(exchange.url).path.split("/")
    return unquote(whole[place - len(exchange.operation.path.split("/"))])


def _id_beside_the_path(exchange: Exchange, operation: Operation) -> str:
    for place, names in operation.leading_to("").items():
        sent = dict(parse_qsl(urlsplit(exchange.url).query)) if place == "query" else exchange.fields
        return str(sent.get(next(iter(names)), ""))
    return ""


def histories(log: Iterable[Exchange], machine: Mapping[str, Any]) -> dict[str, list[Look]]:
    """Return the looks at each task, in the order of asking: the creation's answer first, if it tells a state."""
    found: dict[str, list[Look]] = {}
    for exchange in log:
        if exchange.operation is None or not exchange.is_success:
            continue
        if exchange.operation.id in makers_of(machine):
            ident, told_by = ident_in(machine, exchange), "create"
        elif exchange.operation.id == machine["status"]:
            ident, told_by = id_in(exchange), "status"
        else:
            continue
        # A state that is no text is none that a machine has, as whatever stands there.
        place = place_of(machine, "state", told_by)
        state = exchange.at(place) if place is not None else None
        state = json.dumps(state) if isinstance(state, list | dict) else state
        one = Look(exchange, state, progress_in(machine, exchange))
        if isinstance(ident, str) and (one.state is not None or exchange.operation.id == machine["status"]):
            found.setdefault(ident, []).append(one)
    return found


def connected(machine: Mapping[str, Any], before: Any, after: Any) -> bool:
    """Say whether a task may be seen in one state and later in another: there is a path of edges, of any length."""
    reached, todo = {before}, [before]
    while todo:
        for state in machine["edges"].get(todo.pop(), ()):
            if state not in reached:
                reached.add(state)
                todo.append(state)
    return after in reached


def steps_outside(machine: Mapping[str, Any], looks: list[Look]) -> Iterator[tuple[Look, Look]]:
    """Yield neighbours that no path of the machine connects."""
    for before, after in pairwise(looks):
        if not connected(machine, before.state, after.state):
            yield before, after


def backward_steps(looks: list[Look]) -> Iterator[tuple[Look, Look]]:
    """Yield neighbours between which the progress fell; looks that tell no number are passed over."""
    told = [one for one in looks if isinstance(one.progress, int | float) and not isinstance(one.progress, bool)]
    for before, after in pairwise(told):
        if after.progress < before.progress:
            yield before, after


def progress_outside(machine: Mapping[str, Any], looks: list[Look]) -> Iterator[tuple[Look, list[Any]]]:
    """Yield looks whose progress is none of those that the machine has for their state, with those it has."""
    for one in looks:
        allowed = machine.get("progress", {}).get(one.state)
        if allowed is not None and one.progress is not None and one.progress not in allowed:
            yield one, allowed
