"""A look ahead: what answers hold beyond the documents, which a client should be ready for and which breaks nothing."""

from __future__ import annotations

from contract_tests.kit.answers import extras, strays
from contract_tests.kit.cases import every_operation
from contract_tests.kit.claims import Claim, claim
from contract_tests.kit.conformity import of_operation
from contract_tests.kit.operations import Operation

# Keywords by which a document says that there is nothing else.
_CLOSING = ("additionalProperties", "unevaluatedProperties")


@claim(profile="smoke", over=every_operation)
def test_answers_hold_only_what_is_documented(claim: Claim, case: Operation) -> None:
    for exchange in of_operation(claim.facts, claim.run.log, case.id, claim.run.settings.target):
        claim.saw(exchange)
        for one in strays(claim.facts, claim.run.shapes, exchange):
            if one.is_new:
                claim.added(one.fact, one.got, exchange)
            elif one.fact.endswith(_CLOSING):
                claim.judge(False, rests_on=one.fact, expected=one.expected, got=one.got, exchange=exchange)
        for at, fact in extras(claim.facts, claim.run.shapes, exchange):
            claim.added(fact, f"a member {at}", exchange)
