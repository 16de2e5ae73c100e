"""What a run leaves behind at the endpoint: takes it away where the API can, and names the rest."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from _pytest.outcomes import Skipped

from contract_tests.kit.bounds import Throttled
from contract_tests.kit.exchanges import Exchange, pointer_in
from contract_tests.kit.facts import Facts
from contract_tests.kit.leads import linked, linked_members
from contract_tests.kit.listings import growing
from contract_tests.kit.machines import machine_of, place_of
from contract_tests.kit.operations import Operation

if TYPE_CHECKING:
    from contract_tests.kit.run import Run


# So often something is deleted that was put off, and so many seconds lie between; a Retry-After is obeyed besides.
ATTEMPTS = 3
PAUSE = 1.0


def made(exchange: Exchange) -> tuple[list[str], str | None] | None:
    """Return (kinds of things, operation that deletes them) that an answer says were made; None if nothing was."""
    operation = exchange.operation
    if operation is None or not exchange.is_success or exchange.method != operation.method:
        return None
    row = operation.node.get("x-voice-creates")
    return (list(row["what"]), row.get("delete")) if row else None


def name_of(facts: Facts, exchange: Exchange) -> str:
    """Return how a person finds what was made: its id, else the start of the answer."""
    operation = facts.present(exchange.operation)
    assert operation is not None
    # A success may come with a status that nobody documents.
    answer = operation.answers.get(exchange.status)
    pointers = _ids_of_tasks(facts, operation)
    pointers += [
        pointer_in(expression)
        for link in (answer.node.get("links", {}).values() if answer else ())
        for expression in (*link.get("parameters", {}).values(), *link.get("requestBody", {}).values())
        if isinstance(expression, str)
    ]
    names = (exchange.at(pointer) for pointer in pointers)
    return next((str(name) for name in names if name is not None), exchange.text[:80])


def _ids_of_tasks(facts: Facts, operation: Operation) -> list[str]:
    """Return where an operation that makes tasks tells their ids."""
    machine = machine_of(facts, operation)
    place = place_of(machine, "id", "create") if machine is not None else None
    return [] if place is None else [place]


def is_refusal(facts: Facts, exchange: Exchange) -> bool:
    """Say whether an answer of an operation whose refusals may come under its status tells of no task."""
    operation = facts.present(exchange.operation)
    places = _ids_of_tasks(facts, operation) if operation is not None else []
    if operation is None or not places or any(exchange.at(place) for place in places):
        return False
    rows = facts.errors.values()
    return any(one.status == exchange.status and operation.id in one.node.get("operations", ()) for one in rows)


def clean_up(run: Run) -> list[str]:
    """Delete what a run made and return what is left, as lines. Deleting is not bounded by the caps of the run.

    What was asked for and never answered may be there as well: nobody knows its name.
    """
    left: list[str] = []
    for exchange in list(run.log):
        found = made(exchange)
        if found is None or is_refusal(run.facts, exchange):
            continue
        kinds, delete = found
        name = name_of(run.facts, exchange)
        what = f"{' and '.join(kinds)} {name}, made by {exchange.operation.id if exchange.operation else '-'}"
        if delete is None:
            left.append(f"{what}: the API has no operation that deletes it")
        elif (problem := _delete(run, run.operation(delete), exchange)) is not None:
            left.append(f"{what}: {problem}")
    for operation in list(run.guard.unanswered.values()):
        kinds = operation.node.get("x-voice-creates", {}).get("what", ())
        if kinds:
            left.append(f"{' and '.join(kinds)}, perhaps: {operation.id} was asked for it and gave no answer")
    return left


def _delete(run: Run, operation: Operation, exchange: Exchange) -> str | None:
    """Delete what an answer made; return what went wrong, or None."""
    recipe: dict[str, Any] = {"path": linked(run.facts, operation, exchange), "role": exchange.role or "funded"}
    members = linked_members(run.facts, operation, exchange)
    if members:
        recipe["with"] = members
    try:
        answer = _patiently(run, operation, recipe)
    except Skipped as error:
        return f"{operation.id} could not be asked: {error.msg}"
    # Gone is gone, whoever took it.
    is_gone = answer.is_success or answer.status in {HTTPStatus.NOT_FOUND, *_of_deleted(run.facts, exchange)}
    return None if is_gone else f"{operation.id} was answered {answer.status}"


def _patiently(run: Run, operation: Operation, recipe: dict[str, Any]) -> Exchange:
    """Ask, and ask again what was put off. Raises what the guard raises."""
    for _ in range(ATTEMPTS - 1):
        try:
            return run.ask(operation, **recipe)
        except Throttled:
            run.sleep(PAUSE)
    return run.ask(operation, **recipe)


def _of_deleted(facts: Facts, exchange: Exchange) -> set[int]:
    """Return the statuses by which a list says that one of its items, made like this, was deleted before."""
    rows = [one.row for one in growing(facts).values() if one.create and exchange.is_of(one.create)]
    return {facts.errors[row["deleted"]].status for row in rows if "deleted" in row}
