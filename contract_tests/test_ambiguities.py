"""Where the documents contradict themselves: which reading does this endpoint follow? Never a failure."""

from __future__ import annotations

from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.probing import cheap, dear, probe
from contract_tests.kit.readings import Row
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.tasks.waiting import LOOKS


def asks(_: Facts, row: Row) -> list[tuple[Operation, Recipe]]:
    """Return what a probe sends."""
    return [(row.operation, row.probe)]


def looks(_: Facts, row: Row) -> int:
    """Return how often a probe may look at a task it has to wait for."""
    return LOOKS if "wait" in row.probe else 1


def _probe(claim: Claim, row: Row) -> None:
    exchange, shown = probe(claim.run, row)
    claim.saw(exchange)
    if not shown:
        raise Unverified(f"{row.name}: the answer is that of no documented reading: status {exchange.status}")
    pointer = row.reading_pointer(shown[0]) if len(shown) == 1 else row.pointer
    claim.observed(pointer, f"{row.name}: {' or '.join(shown)}", exchange)


@claim(over=cheap, calls=looks, asks=asks)
def test_the_endpoint_follows_one_of_the_documented_readings(claim: Claim, case: Row) -> None:
    _probe(claim, case)


@claim(profile="deep", over=dear, calls=looks, asks=asks)
def test_a_dear_probe_shows_the_reading_that_is_followed(claim: Claim, case: Row) -> None:
    _probe(claim, case)
