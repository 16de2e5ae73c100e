"""Asks an endpoint which documented reading it follows, and goes on with that one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.readings import Row, fits, rows_of

if TYPE_CHECKING:
    from contract_tests.kit.run import Run

# A probe that asks more often than this is for those who want to spend.
OFTEN = 3


def cheap(facts: Facts) -> dict[str, Row]:
    """Rows whose probe asks a few times at the most."""
    return {name: row for name, row in rows_of(facts).items() if row.probe.get("times", 1) <= OFTEN}


def dear(facts: Facts) -> dict[str, Row]:
    """Rows whose probe asks often."""
    return {name: row for name, row in rows_of(facts).items() if row.probe.get("times", 1) > OFTEN}


def probe(run: Run, row: Row) -> tuple[Exchange, list[str]]:
    """Ask about a row; return the answer and the readings it fits. One alone is what the run goes on with."""
    before = len(run.log)
    exchange = run.ask(row.operation, **{key: value for key, value in row.probe.items() if key != "operation"})
    opening = run.log[before] if row.probe.get("first") else None
    readings = run.facts.ambiguities[row.name]["readings"]
    shown = [name for name, node in readings.items() if fits(node["shows"], exchange, opening)]
    if len(shown) == 1:
        run.learn(row.name, shown[0])
    return exchange, shown


def example_under_its_readings(run: Run, operation: Operation) -> Exchange:
    """Return the answer to a documented example; where it is not the documented one, under the readings followed.

    A documented example may itself hold what the documents contradict each other about.
    """
    exchange = run.golden(operation)
    if exchange.status == operation.success.status or (operation.ways_in and exchange.status == 401):
        return exchange
    before = run.facts
    with run.on_shared_account():
        for row in cheap(run.facts).values():
            if row.operation.id == operation.id and "first" not in row.probe:
                try:
                    probe(run, row)
                except Unverified:
                    continue
    if run.facts is before:
        return exchange
    run.forget(operation)
    return run.golden(operation)
