"""Task machines with the operations that show them, and what a run has seen of their tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from contract_tests.kit.claims import Claim, Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.listings import listings, page_of
from contract_tests.kit.machines import ident_in, place_of
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import find, spell
from contract_tests.kit.tasks.histories import Look, histories, id_in


@dataclass(frozen=True)
class Machine:
    """A machine of `x-voice-tasks` and the operations that show it; `result` is None where status holds the result."""

    name: str
    row: Mapping[str, Any] = field(repr=False, compare=False)
    operation: Operation
    status: Operation
    result: Operation | None

    def fact(self, *parts: str) -> str:
        """Where something of the machine stands."""
        return spell(["x-voice-tasks", self.name, *parts])

    @property
    def last(self) -> Operation:
        """The operation that gives the result."""
        return self.result or self.status


def machines(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose operations the spec names."""
    of = facts.operations
    return {
        name: Machine(name, row, of[row["create"]], of[row["status"]], of[row["result"]] if "result" in row else None)
        for name, row in facts.machines.items()
        if "create" in row
    }


def with_result(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose result is an operation of its own."""
    return {name: one for name, one in machines(facts).items() if one.result is not None}


def counting(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose tasks are counted by state."""
    return {name: one for name, one in machines(facts).items() if "counts" in one.row}


def failing(facts: Facts) -> dict[str, Machine]:
    """Return the machines of which it is said what makes a task fail."""
    return {name: one for name, one in machines(facts).items() if "fails" in one.row}


def with_result_in_status(facts: Facts) -> dict[str, Machine]:
    """Return the machines whose status holds the result."""
    return {name: one for name, one in machines(facts).items() if "result-at" in one.row}


# -- what was seen -----------------------------------------------------------------------------------


def finished(claim: Claim, machine: Machine) -> str:
    """Return the id of a task that is over."""
    created = claim.run.good(machine.operation)
    ident = ident_in(machine.row, created)
    if not isinstance(ident, str):
        raise Unverified(f"{machine.operation.id} tells no id")
    if not _seen_over(claim, machine, ident):
        claim.run.wait_for(created)
    return ident


def looks_in(claim: Claim, machine: Machine) -> dict[str, list[Look]]:
    """Return the looks of the run at each task of its own account."""
    log = [one for one in claim.run.log if one.role in {"funded", None}]
    return histories(log, machine.row)


def _seen_over(claim: Claim, machine: Machine, ident: str) -> bool:
    return any(one.state in machine.row["terminal"] for one in looks_in(claim, machine).get(ident, []))


def answers_in(claim: Claim, operation: Operation, ident: str) -> list[Exchange]:
    """Return the plain answers of an operation for a task, in order: those whose request asked for nothing special."""
    own = [one for one in claim.run.log if one.is_of(operation) and one.role == "funded"]
    plain = urlencode(operation.leading_to(ident).get("query", {}))
    return [one for one in own if one.is_success and urlsplit(one.url).query == plain and id_in(one) == ident]


def tells_the_result(machine: Machine, exchange: Exchange) -> bool:
    """Say whether an answer is one to a task that has come to its result."""
    return machine.result is not None or exchange.at(place_of(machine.row, "state", "status")) == machine.row["success"]


def shown_in(claim: Claim, machine: Machine) -> Iterator[tuple[Exchange, Any, dict[str, Any]]]:
    """Yield every task that was seen, as its status and lists have it: its state, its result and its error.

    What other operations than `create` make may come to nothing that stands there: then there is no result to judge.
    """
    keys = [key for key in ("result-at", "error-at") if key in machine.row]
    others = machine.row.get("others", ())
    made = [one for one in claim.run.log if one.is_success and one.operation and one.operation.id in others]
    by_others = {ident_in(machine.row, one) for one in made}
    for ident, looks in looks_in(claim, machine).items():
        for one in looks:
            if one.exchange.is_of(machine.status):
                found = {key: one.exchange.at(machine.row[key]) for key in keys}
                if ident in by_others and one.state == machine.row["success"]:
                    found.pop("result-at", None)
                yield one.exchange, one.state, found
    for listing in listings(claim.facts).values():
        if listing.create is None or listing.create.id != machine.operation.id:
            continue
        for exchange in claim.run.log:
            if exchange.is_of(listing.operation) and exchange.is_success:
                for item in page_of(listing.row, exchange).items:
                    member = {key: find(item, f"/{machine.row[key].rpartition('/')[2]}") for key in keys}
                    yield exchange, find(item, f"/{machine.row['state'].rpartition('/')[2]}"), member
