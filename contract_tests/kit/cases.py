"""What claims range over: ids and cases made from the facts, the same for every target."""

from __future__ import annotations

from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation


def every_operation(facts: Facts) -> dict[str, Operation]:
    """Every operation, by its id."""
    return dict(facts.operations)


def guarded_operations(facts: Facts) -> dict[str, Operation]:
    """Operations that need a key."""
    return {name: one for name, one in facts.operations.items() if one.ways_in}
