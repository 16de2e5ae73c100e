"""Bodies in more than one media type: the same request is the same request, whatever it comes as."""

from __future__ import annotations

from contract_tests.kit.audio.comparing import audible, same_speech
from contract_tests.kit.audio.speaking import TABLE, Said, Speaker
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.clips import Clips
from contract_tests.kit.errors.asking import asked, judge_refused
from contract_tests.kit.errors.packed import malformed, unfit
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.flaws import Flaw, judge
from contract_tests.kit.media import PACKED_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import below
from contract_tests.kit.recipes import Recipe


def packed_operations(facts: Facts) -> dict[str, Operation]:
    """Operations that take MessagePack as well as JSON."""
    return {name: one for name, one in facts.operations.items() if one.takes_packed}


def type_fact(operation: Operation) -> str:
    """Return where the operation says that it takes MessagePack."""
    return below(operation.pointer, "requestBody", "content", PACKED_TYPE)


def example_packed(_: Facts, case: Operation) -> list[tuple[Operation, Recipe]]:
    """The example in MessagePack; and as it is once more, where the answers differ."""
    return [(case, {"packed": True}), (case, {})]


@claim(over=packed_operations, asks=example_packed)
def test_messagepack_is_answered_as_json_is(claim: Claim, case: Operation) -> None:
    """The documented example in both: status, type, and of a speech what is to be heard."""
    operation = claim.run.operation(case)
    golden = claim.run.good(operation)
    packed = claim.run.once(operation, "packed", packed=True)
    told = f"status {packed.status}, Content-Type {packed.media or 'absent'}"
    is_like = claim.judge(
        (packed.status, packed.media) == (golden.status, golden.media),
        rests_on=type_fact(operation),
        expected=f"status {golden.status}, Content-Type {golden.media}, as for JSON",
        got=told,
        exchange=packed,
    )
    if is_like and golden.media.startswith("audio/") and TABLE in operation.node:
        _same_words(claim, Speaker(operation), golden, packed)


def _same_words(claim: Claim, speaker: Speaker, golden: Exchange, packed: Exchange) -> None:
    as_json, as_packed = (audible(Said(speaker, one.fields, one)) for one in (golden, packed))
    if same_speech(as_json, as_packed):
        return
    again = claim.ask(speaker.operation)
    if not same_speech(as_json, audible(Said(speaker, again.fields, again))):
        claim.observed(speaker.pointer, "the same text is spoken in another way each time", packed)
        return
    flaw = Flaw("the speech that JSON gets", f"another one, of {as_packed.milliseconds:,} ms")
    judge(claim, [flaw], type_fact(speaker.operation), packed)


def _broken(_: Facts, case: Operation, __: Clips) -> list[tuple[Operation, Recipe]]:
    return [(case, recipe) for recipe, _ in malformed(case).values()]


def _unfit(_: Facts, case: Operation, __: Clips) -> list[tuple[Operation, Recipe]]:
    return [(case, recipe) for recipe, _ in unfit(case).values()]


@claim(over=packed_operations, calls=lambda _, case: len(malformed(case)), refuses=_broken)
def test_malformed_messagepack_is_refused(claim: Claim, case: Operation) -> None:
    requests = malformed(claim.run.operation(case))
    if not requests:
        raise Unverified("nobody says how a malformed body is refused")
    for recipe, refusals in requests.values():
        judge_refused(claim, asked(claim, case, recipe), *refusals)


@claim(over=packed_operations, calls=lambda _, case: len(unfit(case)), refuses=_unfit)
def test_messagepack_is_judged_by_the_same_schema(claim: Claim, case: Operation) -> None:
    """Each required member left out, and each of another type."""
    for recipe, refusals in unfit(claim.run.operation(case)).values():
        judge_refused(claim, asked(claim, case, recipe), *refusals)
