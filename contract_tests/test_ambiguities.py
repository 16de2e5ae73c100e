"""Where the documents contradict themselves: which reading does this endpoint follow? Never a failure."""

from __future__ import annotations

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.facts import Facts, Operation
from contract_tests.kit.readings import Row, fits, rows_of
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.run import LOOKS

# A probe that asks more often than this is for those who want to spend.
_OFTEN = 3


def cheap(facts: Facts) -> dict[str, Row]:
    """Rows whose probe asks a few times at the most."""
    return {name: row for name, row in rows_of(facts).items() if row.probe.get("times", 1) <= _OFTEN}


def dear(facts: Facts) -> dict[str, Row]:
    """Rows whose probe asks often."""
    return {name: row for name, row in rows_of(facts).items() if row.probe.get("times", 1) > _OFTEN}


def asks(_: Facts, row: Row) -> list[tuple[Operation, Recipe]]:
    """Return what a probe sends."""
    return [(row.operation, row.probe)]


def looks(_: Facts, row: Row) -> int:
    """Return how often a probe may look at a task it has to wait for."""
    return LOOKS if "wait" in row.probe else 1


def _probe(claim: Claim, row: Row) -> None:
    recipe = {key: value for key, value in row.probe.items() if key != "operation"}
    before = len(claim.run.log)
    exchange = claim.ask(row.operation, **recipe)
    opening = claim.run.log[before] if row.probe.get("first") else None
    readings = claim.facts.ambiguities[row.name]["readings"]
    shown = [name for name, node in readings.items() if fits(node["shows"], exchange, opening)]
    claim.saw(exchange)
    if not shown:
        raise Unverified(f"{row.name}: the answer is that of no documented reading: status {exchange.status}")
    if len(shown) == 1:
        claim.run.learn(row.name, shown[0])
    pointer = row.reading_pointer(shown[0]) if len(shown) == 1 else row.pointer
    claim.observed(pointer, f"{row.name}: {' or '.join(shown)}", exchange)


@claim(over=cheap, calls=looks, asks=asks)
def test_the_endpoint_follows_one_of_the_documented_readings(claim: Claim, case: Row) -> None:
    _probe(claim, case)


@claim(profile="deep", over=dear, calls=looks, asks=asks)
def test_a_dear_probe_shows_the_reading_that_is_followed(claim: Claim, case: Row) -> None:
    _probe(claim, case)
