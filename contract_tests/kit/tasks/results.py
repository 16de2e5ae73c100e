"""Follows what was asked for to the answer that holds it: at once, or as the result of a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.machines import ident_in, state_of
from contract_tests.kit.operations import Operation
from contract_tests.kit.run import Run
from contract_tests.kit.tasks.histories import id_in
from contract_tests.kit.tasks.waiting import LOOKS


def machine_named(operation: Operation, table: str) -> Mapping[str, Any] | None:
    """Return the machine that a table of an operation names (`task`); None where the answer comes at once."""
    name = operation.node[table].get("task")
    return operation.facts.machines[name] if name else None


def answering(operation: Operation, table: str) -> Operation:
    """Return the operation whose answer holds what `operation` was asked for."""
    machine = machine_named(operation, table)
    if machine is None:
        return operation
    return operation.facts.operations[machine.get("result", machine["status"])]


def looks(operation: Operation, table: str) -> int:
    """Return how many requests it may take to wait for one thing that was asked for."""
    return LOOKS if machine_named(operation, table) else 0


def pairs_in(run: Run, operation: Operation, table: str) -> Iterator[tuple[Exchange, Exchange]]:
    """Yield who asked, and the answer that holds what was asked for, of every success of ours so far."""
    machine = machine_named(operation, table)
    answers = _successes(run, answering(operation, table))
    if machine is None:
        yield from ((one, one) for one in answers)
        return
    askers = {ident: one for one in _successes(run, operation) if (ident := _id_of(machine, one))}
    for one in answers:
        asker = askers.get(id_in(one))
        if asker is not None:
            yield asker, one


def result_of(run: Run, asked: Exchange, table: str, query: Mapping[str, Any] | None = None) -> Exchange:
    """Return the answer that holds what was asked for; a task is waited for. Raises Unverified for one that fails."""
    assert asked.operation is not None
    operation = run.operation(asked.operation)
    machine = machine_named(operation, table)
    if not asked.is_success:
        raise Unverified(f"{operation.id} answered {asked.status}")
    if machine is None:
        return asked
    if "result" not in machine:
        raise Unverified("the result of the task has no operation of its own")
    known = [after for before, after in pairs_in(run, operation, table) if before is asked and _has(after, query)]
    return known[0] if known else _fetched(run, asked, machine, query)


def _fetched(run: Run, asked: Exchange, machine: Mapping[str, Any], query: Mapping[str, Any] | None) -> Exchange:
    """Wait for a task and fetch what came of it; that of the documented example is fetched once for all claims."""
    result = run.operation(machine["result"])
    is_golden = asked is run.golden(machine["create"])
    if is_golden and not query:
        return run.good(result)
    looks = run.wait_for(asked) if is_golden else run.finish(asked)
    state = state_of(machine, looks[-1])
    if state != machine["success"]:
        raise Unverified(f"the task ended as {state}")
    lead = result.leading_to(_id_of(machine, asked))
    return run.ask(result, **{**lead, "query": {**lead.get("query", {}), **(query or {})}}, role=asked.role)


def _successes(run: Run, operation: Operation) -> list[Exchange]:
    return [one for one in run.log if one.draft and one.is_success and one.is_of(operation)]


def _id_of(machine: Mapping[str, Any], exchange: Exchange) -> str:
    ident = ident_in(machine, exchange)
    return "" if ident is None else str(ident)


def _has(exchange: Exchange, query: Mapping[str, Any] | None) -> bool:
    written = exchange.draft.path.partition("?")[2] if exchange.draft else ""
    return all(f"{name}={value}" in written for name, value in (query or {}).items()) and bool(written) is bool(query)


def fetches(operation: Operation, table: str) -> list[tuple[Operation, Mapping[str, Any]]]:
    """Return what is sent to fetch one result, besides the looks; nothing where the answer comes at once."""
    return [(answering(operation, table), {})] if machine_named(operation, table) else []
