"""Do answers have the shape their operation documents, whatever they were asked for?

The first claim judges what all the others have seen. The others let Schemathesis make requests from the spec:
`standard` only such as have to be refused, which cost nothing; `deep` legal ones as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from contract_tests.kit.cases import every_operation
from contract_tests.kit.claims import Claim, claim
from contract_tests.kit.clips import Clips
from contract_tests.kit.conformity import of_operation, problems
from contract_tests.kit.errors.bad_members import bad_members
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe

if TYPE_CHECKING:
    from contract_tests.kit.fuzzing.fuzzer import Fuzzer

# The most requests one claim sends.
REFUSED = 60
LEGAL = 24
RANDOM = 30
SCENARIOS, STEPS = 6, 6

Fuzzers = dict[int, "Fuzzer"]


@pytest.fixture(scope="module")
def fuzzers() -> Iterator[Fuzzers]:
    """Schemathesis by readings; loaded only where a claim of the profile wants it."""
    from contract_tests.kit.fuzzing.scratch import no_traces  # noqa: PLC0415 - slow to load

    with no_traces():
        yield {}


def fuzzer_of(claim: Claim, fuzzers: Fuzzers) -> Fuzzer:
    """Return Schemathesis under the readings observed so far."""
    from contract_tests.kit.fuzzing.fuzzer import Fuzzer  # noqa: PLC0415 - slow to load

    key = id(claim.run.facts)
    if key not in fuzzers:
        fuzzers[key] = Fuzzer(claim.run)
    return fuzzers[key]


@claim(profile="smoke", over=every_operation)
def test_every_answer_seen_fits_its_documented_shape(claim: Claim, case: Operation) -> None:
    for exchange in of_operation(claim.facts, claim.run.log, case.id, claim.run.settings.target):
        claim.saw(exchange)
        for one in problems(claim.facts, claim.run.shapes, exchange):
            if one.is_new:
                claim.added(one.fact, one.got, exchange)
            else:
                claim.judge(False, rests_on=one.fact, expected=one.expected, got=one.got, exchange=exchange)


def refused(_: Facts, operation: Operation) -> int:
    """Return the most requests that are made to be refused: a few for each parameter and member, up to a bound."""
    members = len(operation.body_schema.get("properties", ()))
    return min(REFUSED, 3 + 6 * len(operation.parameters) + (8 + 9 * members if operation.media else 0))


def within(claim: Claim, count: int) -> int:
    """Return so many requests, or as many as the claim has left: another reading may have more parameters."""
    mine = claim.run.guard.allowance
    return count if mine.calls is None else min(count, mine.calls - mine.sent)


def likely(facts: Facts, operation: Operation, _: Clips) -> Iterator[tuple[Operation, Recipe]]:
    """Yield what requests that are made to be refused look like: the example, and one with each bad member."""
    yield operation, {}
    for case in bad_members(facts).values():
        if case.operation.id == operation.id:
            yield from ((operation, one.recipe) for one in case.requests)


@claim(over=every_operation, calls=refused, refuses=likely)
def test_schemathesis_finds_nothing(claim: Claim, case: Operation, fuzzers: Fuzzers) -> None:
    from contract_tests.kit.fuzzing.fuzzer import judge  # noqa: PLC0415 - slow to load
    from contract_tests.kit.fuzzing.generated import NEGATIVE  # noqa: PLC0415

    fuzzer, operation = fuzzer_of(claim, fuzzers), claim.run.operation(case)
    for one in fuzzer.covering(operation, NEGATIVE, within(claim, refused(claim.facts, case))):
        if not fuzzer.is_too_dear(operation, one):
            judge(claim, fuzzer.shoot(one))


def legal(_: Facts, operation: Operation) -> int:
    """Return the most legal requests that are made: a few for each parameter and member, up to a bound."""
    members = len(operation.body_schema.get("properties", ()))
    return min(LEGAL, 2 + 3 * (len(operation.parameters) + members))


@claim(profile="deep", over=every_operation, calls=legal, paid=legal)
def test_schemathesis_finds_nothing_in_legal_requests(claim: Claim, case: Operation, fuzzers: Fuzzers) -> None:
    from contract_tests.kit.fuzzing.fuzzer import judge  # noqa: PLC0415 - slow to load
    from contract_tests.kit.fuzzing.generated import POSITIVE  # noqa: PLC0415

    fuzzer, operation = fuzzer_of(claim, fuzzers), claim.run.operation(case)
    for one in fuzzer.covering(operation, POSITIVE, within(claim, legal(claim.facts, case))):
        if not fuzzer.is_dear(operation, one):
            judge(claim, fuzzer.shoot(one))


@claim(profile="deep", over=every_operation, calls=2 * RANDOM, paid=2 * RANDOM)
def test_schemathesis_finds_nothing_by_chance(claim: Claim, case: Operation, fuzzers: Fuzzers) -> None:
    from contract_tests.kit.fuzzing.fuzzer import judge  # noqa: PLC0415 - slow to load
    from contract_tests.kit.fuzzing.generated import NEGATIVE, POSITIVE, Case  # noqa: PLC0415

    fuzzer, operation = fuzzer_of(claim, fuzzers), claim.run.operation(case)

    def use(one: Case) -> None:
        if not fuzzer.is_dear(operation, one):
            judge(claim, fuzzer.shoot(one))

    for mode in (NEGATIVE, POSITIVE):
        fuzzer.by_chance(operation, mode, RANDOM, use)


def linking_operations(facts: Facts) -> dict[str, Operation]:
    """Operations whose answers lead to others, by id."""
    links = (one.source_link for one in facts.operations.values())
    return {link[0].id: link[0] for link in links if link is not None}


@claim(profile="deep", over=linking_operations, calls=SCENARIOS * STEPS, paid=SCENARIOS * STEPS)
def test_schemathesis_finds_nothing_along_links(claim: Claim, case: Operation, fuzzers: Fuzzers) -> None:
    from contract_tests.kit.fuzzing.fuzzer import Shot, judge  # noqa: PLC0415 - slow to load

    def use(shot: Shot) -> None:
        judge(claim, shot)

    fuzzer = fuzzer_of(claim, fuzzers)
    followed = [one for one in claim.facts.operations.values() if one.source_link and one.source_link[0].id == case.id]
    fuzzer.along_links([case, *followed], SCENARIOS, STEPS, use)
