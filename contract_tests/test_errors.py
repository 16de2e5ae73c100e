"""What is refused, and with which words: every documented error that can be provoked from outside."""

from __future__ import annotations

from collections.abc import Iterator

from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.cases import guarded_operations
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.clips import LONG, Clips
from contract_tests.kit.credentials import header_of, value_of
from contract_tests.kit.errors.asking import asked, demand_open_window, judge_refused, path_of
from contract_tests.kit.errors.bad_members import BadMember, bad_members, under_other_readings
from contract_tests.kit.errors.malformed_json import malformed
from contract_tests.kit.errors.provocations import Provoked, provocations, unprovoked
from contract_tests.kit.errors.routing import PathCase, allowed_by, paths, unbuilt_paths, unknown_paths
from contract_tests.kit.errors.two_faults import Pair, pairs
from contract_tests.kit.errors.validation import precedence_pointer, refusal_by
from contract_tests.kit.errors.wrong_keys import free_with_several_ways_in, way_pointer, wrong_keys
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import JSON_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.roles import role_of

# A body that is padded with more than this, in bytes, is for those who want to wait.
_LARGE = 2_000_000
Requests = Iterator[tuple[Operation, Recipe]]


# -- rows of the table -------------------------------------------------------------------------------


def _is_large(recipe: Recipe) -> bool:
    return recipe.get("padding", 0) > _LARGE or bool(LONG & {*recipe.get("clips", {}).values()})


def small(facts: Facts) -> dict[str, Provoked]:
    """Documented errors that can be provoked from outside, on each operation that may answer them."""
    return {name: one for name, one in provocations(facts).items() if not _is_large(one.recipe(facts))}


def large(facts: Facts) -> dict[str, Provoked]:
    """The same, where it takes a large body or long audio."""
    return {name: one for name, one in provocations(facts).items() if _is_large(one.recipe(facts))}


def _may_be_accepted(recipe: Recipe) -> bool:
    """Say whether something in a recipe is a good request: what comes first, or the last call of a window."""
    return "first" in recipe or role_of(recipe.get("role") or "") == "limited"


def refused(facts: Facts, one: Provoked) -> int:
    """Return how many requests a provocation sends that are all refused."""
    recipe = one.recipe(facts)
    return 0 if _may_be_accepted(recipe) else int(recipe.get("times", 1))


def accepted(facts: Facts, one: Provoked) -> list[tuple[Operation, Recipe]]:
    """Return what a provocation sends of which something may be accepted."""
    recipe = one.recipe(facts)
    return [(one.operation, recipe)] if _may_be_accepted(recipe) else []


def _provoke(claim: Claim, case: Provoked) -> None:
    row = case.row(claim.facts)
    if row is None:
        raise Unverified(f"{case.name} provokes nothing under the readings that this endpoint follows")
    recipe = case.recipe(claim.facts)
    exchange = asked(claim, case.operation, recipe)
    if exchange.status != row.status:
        demand_open_window(claim, claim.run.operation(case.operation), recipe)
    claim.refused_as(exchange, row)


def provoking(facts: Facts, one: Provoked, _: Clips) -> Requests:
    """Yield what a provocation sends, if all of it is to be refused."""
    if refused(facts, one):
        yield one.operation, one.recipe(facts)


@claim(over=small, calls=refused, asks=accepted, refuses=provoking)
def test_an_error_is_answered_as_documented(claim: Claim, case: Provoked) -> None:
    _provoke(claim, case)


@claim(profile="deep", over=large, calls=refused, asks=accepted, refuses=provoking)
def test_an_error_that_takes_a_large_body_is_answered_as_documented(claim: Claim, case: Provoked) -> None:
    _provoke(claim, case)


@claim(profile="smoke")
def test_the_rest_cannot_be_provoked_from_outside(claim: Claim) -> None:
    """Counted and printed, so that nobody takes silence for proof."""
    codes = unprovoked(claim.facts)
    if codes:
        raise Unverified(
            f"{len(codes)} of {len(claim.facts.errors)} documented errors cannot be provoked from outside: "
            f"{', '.join(codes)}"
        )
    claim.saw(None)


# -- members -----------------------------------------------------------------------------------------


def breaking(facts: Facts, case: BadMember, _: Clips) -> Requests:
    """Yield the requests that break a rule about a member, under whatever reading the endpoint may follow."""
    yield from ((case.operation, one.recipe) for one in (*case.requests, *under_other_readings(facts, case)))


@claim(over=bad_members, calls=lambda _, case: len(case.requests), refuses=breaking)
def test_a_bad_member_is_refused_as_documented(claim: Claim, case: BadMember) -> None:
    now = bad_members(claim.facts).get(case.name)
    if now is None:
        raise Unverified("under the readings that this endpoint follows nothing is wrong with it")
    for bad in now.requests[: len(case.requests)]:
        judge_refused(claim, asked(claim, case.operation, bad.recipe), *bad.refusals)


# -- bodies ------------------------------------------------------------------------------------------


def json_operations(facts: Facts) -> dict[str, Operation]:
    """Operations that take JSON."""
    return {name: one for name, one in facts.operations.items() if one.media == JSON_TYPE}


def unreadable(_: Facts, case: Operation, __: Clips) -> Requests:
    """Yield the requests whose body is no JSON object."""
    yield from ((case, recipe) for recipe, _ in malformed(case).values())


@claim(profile="smoke", over=json_operations, calls=lambda _, case: len(malformed(case)), refuses=unreadable)
def test_malformed_json_is_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusals in malformed(claim.run.operation(case)).values():
        judge_refused(claim, asked(claim, case, recipe), *refusals)


# -- keys --------------------------------------------------------------------------------------------


def keyless(_: Facts, case: Operation, __: Clips) -> Requests:
    """Yield the example, which is sent without a key or with a wrong one: whoever takes it may charge somebody."""
    yield case, {}


@claim(profile="smoke", over=guarded_operations, calls=1, refuses=keyless)
def test_a_missing_key_is_refused(claim: Claim, case: Operation) -> None:
    refusal = refusal_by(claim.run.operation(case), "no-credential")
    if refusal is None:
        raise Unverified("nobody says how a missing key is refused")
    if not claim.run.operation(case).ways_in:
        raise Unverified("under the reading that this endpoint follows no key is needed")
    judge_refused(claim, asked(claim, case, {"role": None}), refusal)


@claim(profile="smoke", over=guarded_operations, calls=lambda _, case: len(wrong_keys(case)), refuses=keyless)
def test_a_wrong_key_is_refused(claim: Claim, case: Operation) -> None:
    for recipe, refusal in wrong_keys(claim.run.operation(case)).values():
        judge_refused(claim, asked(claim, case, recipe), refusal)


@claim(over=free_with_several_ways_in, calls=lambda _, case: len(case.ways_in))
def test_a_key_counts_in_every_documented_header(claim: Claim, case: Operation) -> None:
    operation = claim.run.operation(case)
    for way in operation.ways_in:
        headers = {header_of(way): value_of(way, claim.run.key("funded"))}
        exchange = claim.ask(case, role=None, headers=headers, **path_of(claim, operation))
        claim.judge(
            exchange.status == operation.success.status,
            rests_on=way_pointer(operation, way),
            expected=f"status {operation.success.status}, as the key stands in {header_of(way)}",
            got=f"status {exchange.status}",
            exchange=exchange,
        )


def keyed_bodies(facts: Facts) -> dict[str, Operation]:
    """Operations that need a key and have a body it could stand in."""
    return {name: one for name, one in guarded_operations(facts).items() if one.media}


# Names a key might have in a body, if an endpoint looked there.
_KEY_NAMES = ("token", "key", "api_key", "apiKey")


@claim(over=keyed_bodies, calls=1, paid=lambda _, case: int(bool(case.body_key)), refuses=keyless)
def test_a_key_in_the_body_counts_only_where_documented(claim: Claim, case: Operation) -> None:
    operation = claim.run.operation(case)
    key = claim.run.key("funded")
    if operation.body_key:
        exchange = claim.ask(case, role=None, with_={operation.body_key: key})
        claim.judge(
            exchange.status == operation.success.status,
            rests_on=operation.member(operation.body_key)[1],
            expected=f"status {operation.success.status}, as the key stands in the member {operation.body_key}",
            got=f"status {exchange.status}",
            exchange=exchange,
        )
        return
    refusal = refusal_by(operation, "no-credential")
    if refusal is None:
        raise Unverified("nobody says how a missing key is refused")
    judge_refused(claim, claim.ask(case, role=None, with_=dict.fromkeys(_KEY_NAMES, key)), refusal)


# -- paths and methods -------------------------------------------------------------------------------


def off_the_paths(facts: Facts, _: None, __: Clips) -> Requests:
    """Yield the requests for paths that nobody has documented."""
    yield from ((one.operation, one.recipe) for one in unknown_paths(facts))


@claim(profile="smoke", calls=lambda facts, _: len(unknown_paths(facts)), refuses=off_the_paths)
def test_an_unknown_path_is_refused(claim: Claim) -> None:
    for case in unknown_paths(claim.facts):
        judge_refused(claim, claim.ask(case.operation, **case.recipe), case.refusal)


def what_is_not_built(facts: Facts) -> dict[str, Operation]:
    """Once, where the documents name paths that nothing stands behind."""
    return {case.operation.id: case.operation for case in unbuilt_paths(facts)[:1]}


def on_unbuilt_paths(facts: Facts, _: Operation, __: Clips) -> Requests:
    """Yield the requests for paths that nothing stands behind."""
    yield from ((one.operation, one.recipe) for one in unbuilt_paths(facts))


@claim(
    profile="smoke",
    over=what_is_not_built,
    calls=lambda facts, _: len(unbuilt_paths(facts)),
    refuses=on_unbuilt_paths,
)
def test_what_is_not_built_says_so(claim: Claim, case: Operation) -> None:
    for one in unbuilt_paths(claim.facts):
        judge_refused(claim, claim.ask(case, **one.recipe), one.refusal)


def by_wrong_methods(_: Facts, case: PathCase, __: Clips) -> Requests:
    """Yield the requests with methods that a path does not have."""
    yield from ((case.operation, recipe) for recipe, _ in case.requests)


@claim(profile="smoke", over=paths, calls=lambda _, case: len(case.requests), refuses=by_wrong_methods)
def test_a_wrong_method_is_refused_and_names_the_right_ones(claim: Claim, case: PathCase) -> None:
    for recipe, refusal in paths(claim.facts)[case.path].requests:
        exchange = asked(claim, case.operation, recipe)
        if judge_refused(claim, exchange, refusal):
            pointer = allowed_by(claim.facts, refusal.row)
            if pointer:
                claim.judge(
                    case.is_allowed(exchange.headers.get("allow", "")),
                    rests_on=pointer,
                    expected=f"Allow: {', '.join(case.methods)}",
                    got=f"Allow: {exchange.headers.get('allow', 'absent')}",
                    exchange=exchange,
                )


# -- two faults --------------------------------------------------------------------------------------


def _is_found_alone(claim: Claim, pair: Pair) -> bool:
    """Say whether the first fault is refused when it is the only one; of an account, what others saw will do."""
    row, role = pair.first.refusal.row, role_of(pair.first.recipe.get("role") or "")
    seen = [one for one in claim.run.log if role and one.role == role and one.claim != claim.name]
    if seen:
        return any(is_answer_of(row, one) for one in seen)
    return is_answer_of(row, asked(claim, pair.operation, pair.first.recipe))


def asks_twice(_: Facts, pair: Pair) -> int:
    """Return how often two faults are sent, and the first of them alone."""
    return int(pair.recipe.get("times", 1) + pair.first.recipe.get("times", 1))


def twice_wrong(_: Facts, pair: Pair, __: Clips) -> Requests:
    """Yield the request with both faults, and that with the first alone."""
    yield pair.operation, pair.recipe
    yield pair.operation, pair.first.recipe


@claim(over=pairs, calls=asks_twice, refuses=twice_wrong)
def test_the_documented_fault_speaks_first(claim: Claim, case: Pair) -> None:
    now = pairs(claim.facts).get(case.name)
    if now is None:
        raise Unverified("under the readings that this endpoint follows these two faults cannot be told apart")
    exchange = asked(claim, case.operation, now.recipe)
    first, second = now.first.refusal.row, now.second.refusal.row
    speaker = now.speaker(exchange)
    if speaker is not now.first:
        demand_open_window(claim, claim.run.operation(case.operation), now.recipe)
    if speaker is now.second and not _is_found_alone(claim, now):
        raise Unverified(f"the fault of {now.first.stage} is not refused even when it is the only one")
    if speaker is now.second:
        claim.judge(
            False,
            rests_on=precedence_pointer(claim.run.operation(case.operation)),
            expected=f"{now.first.stage} speaks before {now.second.stage}: {first.status} ({first.code})",
            got=f"{now.second.stage} speaks: {second.status} ({second.code})",
            exchange=exchange,
        )
    elif speaker is now.first:
        claim.saw(exchange)
    elif exchange.status == first.status:
        raise Unverified("the answer has the status of both faults and the body of neither")
    else:
        claim.refused_as(exchange, first)
