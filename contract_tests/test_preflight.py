"""Before anything else: does the endpoint answer the documented examples at all?"""

from __future__ import annotations

from contract_tests.kit.cases import every_operation
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.facts import Operation
from contract_tests.kit.run import NOT_LET_IN


@claim(profile="smoke", over=every_operation)
def test_every_documented_example_is_answered_as_documented(claim: Claim, case: Operation) -> None:
    exchange = claim.run.golden(case)

    if exchange.status in NOT_LET_IN:
        told = f"could not look: the documented example of {case.id} was answered {exchange.status}"
        claim.run.could_not_look = claim.run.could_not_look or told
        raise Unverified(told)
    claim.judge(
        exchange.status == case.success.status,
        rests_on=case.success.pointer,
        expected=f"status {case.success.status} for the documented example",
        got=f"status {exchange.status}",
        exchange=exchange,
    )
