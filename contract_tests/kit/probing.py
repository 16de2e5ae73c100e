"""Asks an endpoint which documented reading it follows, and goes on with that one."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from contract_tests.kit.claims import Unverified
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.readings import Row, fits, rows_of
from contract_tests.kit.recipes import Draft, Recipe, Writer

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
    exchange = run.ask(row.operation, **_recipe_of(row))
    opening = run.log[before] if row.probe.get("first") else None
    return exchange, _learnt(run, row, exchange, opening)


def _recipe_of(row: Row) -> Recipe:
    return {key: value for key, value in row.probe.items() if key != "operation"}


def _learnt(run: Run, row: Row, exchange: Exchange, opening: Exchange | None = None) -> list[str]:
    """Return the readings that an answer to a probe fits; one alone is what the run goes on with."""
    readings = run.facts.ambiguities[row.name]["readings"]
    shown = [name for name, node in readings.items() if fits(node["shows"], exchange, opening)]
    if len(shown) == 1:
        run.learn(row.name, shown[0])
    return shown


def example_under_its_readings(run: Run, operation: Operation) -> Exchange:
    """Return the answer to a documented example; where it is not the documented one, under the readings followed.

    A documented example may itself hold what the documents contradict each other about. Its answer tells, where it is
    a probe by itself; other probes are sent only if they cost nothing. Under another reading the example may be
    another request, which is asked then. No more is sent than `probes_of_example` says.
    """
    exchange = run.golden(operation)
    if _is_as_documented(run, operation, exchange) or (operation.ways_in and exchange.status == 401):
        return exchange
    before, writer = run.facts, Writer(run.facts, run.keys, run.clips)
    for row in _shown_by_example(before, operation, writer):
        _learnt(run, row, exchange)
    if run.facts is before:
        with run.on_shared_account():
            for row in _free(before, operation, writer):
                with suppress(Unverified):
                    probe(run, row)
    if run.facts is before or _is_as_documented(run, operation, exchange):
        return exchange
    run.forget(operation)
    return run.golden(operation)


def as_planned(run: Run, operation: Operation) -> Operation:
    """Return an operation as it was when the plan was made, before any reading was observed."""
    chosen = {row: reading for row, reading in run.facts.chosen.items() if row not in run.observed}
    return run.facts.keep("as planned", lambda: Facts(run.facts.original, chosen)).operations[operation.id]


def _is_as_documented(run: Run, operation: Operation, exchange: Exchange) -> bool:
    return exchange.status == run.operation(operation).success.status


def probes_of_example(facts: Facts, operation: Operation, writer: Writer) -> tuple[int, int]:
    """Return how many free probes an unexpected answer to an example leads to, and how often the example is asked anew.

    `writer` may have any keys.
    """
    free = len(_free(facts, operation, writer))
    return free, int(bool(free or _shown_by_example(facts, operation, writer)))


def _shown_by_example(facts: Facts, operation: Operation, writer: Writer) -> list[Row]:
    """Return the rows whose probe is the documented example of an operation, as it is."""
    return [row for row in _plain(facts, operation) if _is_example(row, writer)]


def _free(facts: Facts, operation: Operation, writer: Writer) -> list[Row]:
    """Return the rows whose probe is another call of an operation that costs nothing."""
    if operation.billing is not None:
        return []
    return [row for row in _plain(facts, operation) if not _is_example(row, writer)]


# A probe with one of these is more than one request.
_SEVERAL = frozenset({"first", "times", "wait"})


def _plain(facts: Facts, operation: Operation) -> list[Row]:
    """Return the rows about an operation whose probe is one request, of the account of the run or of nobody."""
    rows = [row for row in cheap(facts).values() if row.operation.id == operation.id and not _SEVERAL & {*row.probe}]
    return [row for row in rows if row.probe.get("role", "funded") in {"funded", None}]


def _is_example(row: Row, writer: Writer) -> bool:
    return _as_sent(writer.write(row.operation, _recipe_of(row), {})) == _as_sent(writer.write(row.operation, {}, {}))


def _as_sent(draft: Draft) -> tuple[str, str, dict[str, str], bytes]:
    headers = {name.lower(): value for name, value in draft.headers.items()}
    return draft.method, draft.path, headers, draft.body
