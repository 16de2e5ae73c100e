"""Before anything else: does the endpoint answer the documented examples at all?"""

from __future__ import annotations

from contract_tests.kit.cases import every_operation
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.operations import Operation
from contract_tests.kit.probing import example_under_its_readings
from contract_tests.kit.run import NOT_LET_IN


@claim(profile="smoke", over=every_operation)
def test_every_documented_example_is_answered_as_documented(claim: Claim, case: Operation) -> None:
    exchange = example_under_its_readings(claim.run, case)

    if exchange.status in NOT_LET_IN:
        told = f"could not look: the documented example of {case.id} was answered {exchange.status}"
        claim.run.could_not_look = claim.run.could_not_look or told
        raise Unverified(told)
    success = claim.run.operation(case).success
    claim.judge(
        exchange.status == success.status,
        rests_on=success.pointer,
        expected=f"status {success.status} for the documented example",
        got=f"status {exchange.status}",
        exchange=exchange,
    )
