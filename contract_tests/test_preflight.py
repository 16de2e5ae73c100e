"""Before anything else: does the endpoint answer the documented examples at all?"""

from __future__ import annotations

from contract_tests.kit.cases import every_operation
from contract_tests.kit.claims import Claim, claim
from contract_tests.kit.facts import Facts, Operation
from contract_tests.kit.run import LOOKS, NOT_LET_IN


def looks(_: Facts, operation: Operation) -> int:
    """Return how many requests it takes at the most to get the id an operation needs."""
    return LOOKS + 2 if "{" in operation.path else 0


@claim(profile="smoke", over=every_operation, calls=looks, asks=lambda _, case: [(case, {})])
def test_every_documented_example_is_answered_as_documented(claim: Claim, case: Operation) -> None:
    exchange = claim.run.golden(case)

    if exchange.status in NOT_LET_IN:
        claim.run.could_not_look = f"could not look: the documented example of {case.id} was answered {exchange.status}"
    claim.judge(
        exchange.status == case.success.status,
        rests_on=case.success.pointer,
        expected=f"status {case.success.status} for the documented example",
        got=f"status {exchange.status}",
        exchange=exchange,
    )
