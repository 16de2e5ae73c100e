"""Credits: what is charged is the documented price of the real amount, once, and only for what was answered.

Every claim speaks of differences, never of totals: a live account is never fresh.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import Any

from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.errors.asking import demand_open_window
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import JSON_TYPE
from contract_tests.kit.money import (
    Counter,
    accountable,
    balance_operation,
    balance_word,
    counters,
    drops,
    first_charged,
    measured,
    priced,
    settled_balance,
    told_cost,
    words_of,
)
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import spell
from contract_tests.kit.prices import price_of
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.refusals import OverTheLimit, over_the_limit
from contract_tests.kit.texts.asking import with_text

AT_ONCE = 4


def _steps_fact(operation: Operation) -> str:
    return f"{operation.pointer}/x-voice-billing/steps"


def other_amount(operation: Operation) -> Recipe:
    """Return a recipe of an operation with another amount than its example: an odd text, or another clip."""
    billing = operation.billing or {}
    if billing["measure"] == "tokens":
        return with_text(operation, "Odd 🙂.")
    if billing["measure"] == "code-points":
        # An odd number of code points, so that halves are rounded; one that is two units of UTF-16 and four bytes.
        return {"with": {billing["field"]: "Odd 🙂."}}
    if billing["measure"] == "number":
        return {"with": {**operation.shortest.get("with", {}), billing["field"]: 2}}
    sounds = [billing["field"]] if "field" in billing else operation.clips
    # Another one than the example's.
    clip = "speaker-too-short.mp3" if "hello-en.mp3" in operation.clips.values() else "hello-en.mp3"
    return {"clips": dict.fromkeys(sounds, clip)}


def two_amounts(_: Facts, operation: Operation) -> list[tuple[Operation, Recipe]]:
    """Return the example of an operation and the same with another amount."""
    return [(operation, {}), (operation, other_amount(operation))]


def as_a_file(operation: Operation) -> Recipe:
    """Return the recipe of the other amount as a file: JSON tells what audio may not. Nothing where there is none."""
    file = operation.node.get("x-voice-speech", {}).get("file")
    other = other_amount(operation)
    return {**other, "with": {**other.get("with", {}), **file["with"]}} if file else {}


def amounts_in_both(facts: Facts, operation: Operation) -> list[tuple[Operation, Recipe]]:
    """Return the same, and where there is one the other amount as a file."""
    file = as_a_file(operation)
    return [*two_amounts(facts, operation), *([(operation, file)] if file else ())]


def ask_amounts(claim: Claim, operation: Operation) -> None:
    """Ask for all that, once in a run."""
    claim.run.good(operation)
    claim.run.once(operation, "another amount", **other_amount(operation))
    file = as_a_file(operation)
    if file:
        claim.run.once(operation, "another amount as a file", **file)


@claim(over=priced, asks=amounts_in_both)
def test_the_price_is_that_of_the_real_amount(claim: Claim, case: Operation) -> None:
    ask_amounts(claim, case)
    for exchange in _answered(claim, case):
        cost = told_cost(claim.run, exchange)
        price = claim.run.amounts.paid(exchange)
        if cost is not None and price is not None:
            amount = claim.run.amounts.of(case, exchange.draft, exchange.fields)
            claim.judge(
                cost[1] == price,
                rests_on=_steps_fact(case),
                expected=f"{price} {claim.facts.unit} for {amount} {(case.billing or {})['measure']}",
                got=f"{cost[0]} {cost[1]}",
                exchange=exchange,
            )
    if not claim.findings and not claim.has_judged:
        raise Unverified("no answer of this operation tells what it cost")


def _answered(claim: Claim, operation: Operation) -> list[Exchange]:
    """Return the successes of an operation so far, to be judged by the present readings, whatever was known then."""
    return [replace(one, operation=operation) for one in claim.run.log if one.is_of(operation) and one.is_success]


@claim(over=measured, asks=amounts_in_both)
def test_cost_headers_are_true(claim: Claim, case: Operation) -> None:
    """What the price is counted from: characters, or seconds as the first step of the price makes them."""
    facts = words_of(claim.facts, case)
    ask_amounts(claim, case)
    for exchange in _answered(claim, case):
        told = claim.run.told(exchange)
        amount = claim.run.amounts.of(case, exchange.draft, exchange.fields)
        for word in facts:
            if word in told and word.startswith("measured:") and amount is not None:
                _judge_measured(claim, case, exchange, facts[word], word, told[word], amount)


def _judge_measured(
    claim: Claim, operation: Operation, exchange: Exchange, fact: str, word: str, got: Any, amount: int
) -> None:
    billing = operation.billing or {}
    if word == "measured:seconds":
        amount = price_of({"steps": billing["steps"][:1]}, amount, exchange.fields)
    claim.judge(got == amount, rests_on=fact, expected=f"{word} {amount}", got=f"{got}", exchange=exchange)


@claim(over=accountable, calls=2, asks=two_amounts)
def test_what_is_reported_is_what_the_balance_drops(claim: Claim, case: Operation) -> None:
    run = claim.run
    before = settled_balance(run)
    exchanges = [claim.ask(case), claim.ask(case, **other_amount(case))]
    after = settled_balance(run)

    prices = [run.amounts.paid(one) for one in exchanges if one.is_success]
    if len(prices) < len(exchanges) or None in prices:
        raise Unverified("the two calls were not both answered")
    reported = [cost[1] for cost in (told_cost(run, one) for one in exchanges) if cost]
    drop, price = before - after, sum(price for price in prices if price is not None)
    claim.judge(
        drop == price,
        rests_on=_steps_fact(case),
        expected=f"the balance drops by {price} {claim.facts.unit}",
        got=f"{before} - {after} = {drop}",
        exchange=exchanges[-1],
    )
    if len(reported) == len(exchanges):
        claim.judge(
            drop == sum(reported),
            rests_on=_fact_of(claim, case, "charged"),
            expected=f"the balance drops by the {sum(reported)} that the answers report",
            got=f"{before} - {after} = {drop}",
            exchange=exchanges[-1],
        )
    told = run.number(exchanges[-1], "balance")
    if told is not None:
        claim.judge(
            told == after,
            rests_on=_fact_of(claim, case, "balance"),
            expected=f"the balance after the call, {after}",
            got=f"{told}",
            exchange=exchanges[-1],
        )


def _fact_of(claim: Claim, operation: Operation, *words: str) -> str:
    known = words_of(claim.facts, operation)
    return next((known[word] for word in words if word in known), _steps_fact(operation))


# What is wrong with a request, and so costs nothing.
_FAULTS: tuple[Callable[[Operation], dict[str, Any]], ...] = (
    lambda one: {"without": list(one.body_schema.get("required", ()))[:1]},
    lambda one: {"raw": "{"} if not one.is_form else {"body": b"--"},
    lambda one: {"token": "nobody-has-this-key"},
)


@claim(over=accountable, calls=len(_FAULTS) + 2, paid=1)
def test_refused_requests_are_free(claim: Claim, case: Operation) -> None:
    before = settled_balance(claim.run)
    refused = [claim.ask(case, **fault(case)) for fault in _FAULTS]
    after = settled_balance(claim.run)

    answered = [one for one in refused if one.is_success]
    if answered:
        raise Unverified(f"a request that is to be refused was answered {answered[0].status}")
    claim.judge(
        before == after,
        rests_on=f"{case.pointer}/x-voice-billing",
        expected="refused requests cost nothing",
        got=f"the balance went from {before} to {after}",
        exchange=refused[-1],
    )


@claim(over=accountable, calls=AT_ONCE + 2, paid=AT_ONCE)
def test_concurrent_calls_sum_up(claim: Claim, case: Operation) -> None:
    before = settled_balance(claim.run)
    exchanges = _at_once(claim, case, "funded")
    after = settled_balance(claim.run)

    answered = [one for one in exchanges if one.is_success]
    prices = [claim.run.amounts.paid(one) or 0 for one in answered]
    claim.judge(
        before - after == sum(prices),
        rests_on=_steps_fact(case),
        expected=f"{len(answered)} calls at once drop the balance by {sum(prices)}",
        got=f"{before} - {after} = {before - after}",
        exchange=exchanges[-1],
    )
    balances = [claim.run.number(one, "balance") for one in answered]
    known = [one for one in balances if one is not None]
    claim.judge(
        len(set(known)) == len(known),
        rests_on=_fact_of(claim, case, "balance"),
        expected="each call leaves another balance",
        got=f"balances {known}",
        exchange=exchanges[-1],
    )


def _at_once(claim: Claim, operation: Operation, role: str) -> list[Exchange]:
    """Ask the example of an operation several times at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        waiting = [pool.submit(claim.ask, operation, role=role) for _ in range(AT_ONCE)]
        return sorted((one.result() for one in waiting), key=lambda one: one.number)


@claim(over=first_charged, calls=AT_ONCE + len(_FAULTS), paid=AT_ONCE)
def test_credit_for_one_call_is_good_for_exactly_one(claim: Claim, case: Operation) -> None:
    """An account with credit for one documented example: what is refused takes nothing, and of several one is paid.

    An account that an earlier run has emptied says nothing.
    """
    row = claim.facts.errors[(case.billing or {})["refusal"]]
    _demand_credit_for_one(claim, case)
    if (case.billing or {})["measure"] != "calls":
        for fault in _FAULTS[:2]:
            claim.ask(case, role="low", **fault(case))
    exchanges = _at_once(claim, case, "low")
    answered = [one for one in exchanges if one.is_success]
    if not answered and all(is_answer_of(row, one) for one in exchanges) and not _tells_credit(claim):
        raise Unverified(f"all of {AT_ONCE} calls were refused as {row.code}: the account low may have no credit left")
    claim.judge(
        len(answered) == 1,
        rests_on=f"{case.pointer}/x-voice-billing",
        expected=f"one of {AT_ONCE} calls at once is answered, as there is credit for one",
        got=f"statuses {', '.join(str(one.status) for one in exchanges)}",
        exchange=exchanges[-1],
    )
    for one in exchanges:
        if not one.is_success and len(answered) == 1:
            claim.refused_as(one, row)


def _tells_credit(claim: Claim) -> bool:
    one = balance_operation(claim.facts)
    return one is not None and balance_word(claim.facts, one) == "balance"


def _demand_credit_for_one(claim: Claim, operation: Operation) -> None:
    """Raise Unverified where the account is known to have credit for none, or for more than one."""
    if not _tells_credit(claim):
        return
    price, left = claim.run.amounts.paid(claim.run.good(operation)), claim.run.balance("low")
    if price is not None and not price <= left < 2 * price:
        raise Unverified(f"the account low has {left} {claim.facts.unit}, and the documented example costs {price}")


@claim(over=counters, calls=6, paid=6)
def test_limit_headers_count_down(claim: Claim, case: Counter) -> None:
    """Judged with the first account whose answers tell the window: not every plan has every one.

    Two calls that lie further apart than half a window may each be the first of its own.
    """
    clock = claim.run.guard.clock
    for role in ("funded", "other"):
        asked = [(clock(), claim.ask(case.operation, role=role), clock()) for _ in range(3)]
        exchanges = [one for _, one, _ in asked]
        values = [claim.run.told(one).get(case.word) for one in exchanges if one.is_success]
        numbers = [one for one in values if isinstance(one, int)]
        if len(numbers) == len(exchanges):
            break
    else:
        raise Unverified(f"no answer to the accounts that were given tells {case.word}")
    apart = [after - before for (before, *_), (*_, after) in pairwise(asked)]
    for exchange, drop, seconds in zip(exchanges[1:], drops(numbers), apart, strict=True):
        # A window that ended in between starts anew.
        if drop == case.cost or (drop >= 0 and 2 * seconds < case.seconds):
            claim.judge(
                drop == case.cost,
                rests_on=case.pointer,
                expected=f"{case.word} falls by {case.cost} with each call",
                got=f"{numbers}",
                exchange=exchange,
            )
    if not claim.has_judged:
        raise Unverified(f"a window of {case.seconds} s ended between the calls, or may have: they left {numbers}")


def limited(facts: Facts) -> dict[str, Operation]:
    """The first operation that a window counts."""
    found = {name: one for name, one in facts.operations.items() if one.windows and one.ways_in and "{" not in one.path}
    return dict(list(found.items())[:1])


def _still_limited(claim: Claim) -> Operation:
    """Return the first operation that a window counts under the readings that the endpoint was seen to follow."""
    found = list(limited(claim.facts).values())
    if not found:
        raise Unverified("under the readings that the endpoint follows no operation is limited")
    return found[0]


@claim(over=limited, calls=3, paid=3)
def test_a_call_over_the_limit_is_refused(claim: Claim, case: Operation) -> None:
    """An account with one call left in its window, which may not have begun anew since it was first asked."""
    case = _still_limited(claim)
    rows = [claim.facts.errors[window["refusal"]] for window in case.windows.values()]
    exchanges = []
    for _ in range(3):
        exchanges.append(claim.ask(case, role="limited"))
        if not exchanges[-1].is_success:
            break
    last = exchanges[-1]
    if last.is_success:
        demand_open_window(claim, case, {"role": "limited"})
    matching = next((row for row in rows if row.status == last.status), rows[0])
    claim.refused_as(last, matching)


@claim(over=over_the_limit)
def test_a_refusal_over_a_limit_agrees_with_its_headers(claim: Claim, case: OverTheLimit) -> None:
    """Judges every such refusal: of a limit too little is left for a call, and it is that of the plan that is named."""
    for exchange in claim.run.log:
        if exchange.operation is None or not is_answer_of(case.row, exchange):
            continue
        told = claim.run.told(exchange)
        known = [one for one in case.limits if isinstance(told.get(one.remaining), int)]
        if known:
            left = {one.remaining: int(told[one.remaining]) for one in known}
            claim.judge(
                any(left[one.remaining] < one.cost for one in known),
                rests_on=known[0].pointer,
                expected=f"too little left of {' or '.join(left)} for a call, as the answer is {case.row.code}",
                got=", ".join(f"{word} {value}" for word, value in left.items()),
                exchange=exchange,
            )
        plan = case.plan_in(exchange.json()) if exchange.media == JSON_TYPE else None
        for one in known:
            allowed = one.allowances.get(plan or "")
            if isinstance(allowed, int) and one.limit in told and told[one.remaining] == 0:
                claim.judge(
                    told[one.limit] == allowed,
                    rests_on=f"{one.pointer}/allowances/{plan}",
                    expected=f"{one.limit} {allowed}, as the answer names the plan {plan}",
                    got=f"{told[one.limit]}",
                    exchange=exchange,
                )
    if not claim.has_judged:
        raise Unverified("no call of this run was refused over this limit, with a header that counts it")


@claim(profile="deep", over=limited, calls=2, paid=1)
def test_windows_reset(claim: Claim, case: Operation) -> None:
    """What is used up is full again after the time that the answer tells: this waits for it, two minutes at most."""
    case = _still_limited(claim)
    refused = claim.ask(case, role="limited")
    told = claim.run.told(refused)
    seconds = next((value for word, value in told.items() if word.startswith(("retry-after", "rate-reset:"))), None)
    if refused.is_success or not isinstance(seconds, int):
        raise Unverified("no answer tells when the window is over")
    if seconds > 120:
        raise Unverified(f"the window is over in {seconds} s only")
    claim.run.sleep(seconds + 1)
    again = claim.ask(case, role="limited")
    claim.judge(
        again.is_success,
        rests_on=spell(["x-voice-limits", "windows"]),
        expected=f"an answer after {seconds} s",
        got=f"status {again.status}",
        exchange=again,
    )
