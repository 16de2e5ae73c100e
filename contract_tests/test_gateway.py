"""Gateways: keys good for some things, budgets that warn, limits that add up, models that lead somewhere."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.bounds import NoAnswer
from contract_tests.kit.claims import Claim, Unverified, claim
from contract_tests.kit.clips import Clips
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import JSON_TYPE
from contract_tests.kit.money import words_of
from contract_tests.kit.operations import Operation
from contract_tests.kit.pointers import look
from contract_tests.kit.recipes import Recipe

# What an answer tells of a budget that is nearly spent, all of it or nothing.
BUDGET = ("budget-warning", "budget-fraction", "budget-spent", "budget-limit", "budget-period")
# The share that is told has two decimals.
HALF_A_HUNDREDTH = 0.005
# Listed models that are tried: one of each provider.
WAYS_TRIED = 6
# Calls that are to be under way together may take so long, in seconds, to be sent one after the other.
LONGEST_PARTY = 20.0
# A body that is refused: nobody pays for it.
_REFUSED: Recipe = {"raw": "{", "padding": 1, "role": "fresh"}


# -- budgets -------------------------------------------------------------------------------------------


def warning(facts: Facts) -> dict[str, Operation]:
    """The cheapest operation whose answers warn of a budget that is nearly spent."""
    telling = [one for one in facts.operations.values() if "budget-warning" in words_of(facts, one)]
    telling.sort(key=lambda one: one.method != "GET")
    return {one.id: one for one in telling[:1]}


@claim(over=warning, calls=1, paid=1)
def test_budget_warnings_tell_the_truth(claim: Claim, case: Operation) -> None:
    """Every success of the run that warns: what is spent, the limit and the share agree, and it is time to."""
    words = words_of(claim.facts, case)
    warned = claim.ask(case, role="warned")
    claim.judge(
        "budget-warning" in claim.run.told(warned),
        rests_on=words["budget-warning"],
        expected="a warning to an account whose budget is nearly spent",
        got="none",
        exchange=warned,
    )
    for exchange in claim.run.log:
        told = claim.run.told(exchange) if exchange.is_success else {}
        if any(word in told for word in BUDGET):
            _judge_warning(claim, words, exchange, told)


def _judge_warning(claim: Claim, words: Mapping[str, str], exchange: Exchange, told: Mapping[str, Any]) -> None:
    missing = [word for word in BUDGET if word not in told]
    for word in missing:
        claim.judge(False, rests_on=words[word], expected=f"{word} beside a warning", got="none", exchange=exchange)
    if missing:
        return
    spent, limit, share = told["budget-spent"], told["budget-limit"], _number(told["budget-fraction"])
    if share is None or not isinstance(spent, int) or not isinstance(limit, int):
        return  # another claim judges the shape
    # Cents are cut off, the share is rounded.
    low, high = spent / limit - HALF_A_HUNDREDTH, (spent + 1) / limit + HALF_A_HUNDREDTH
    claim.judge(
        low <= share <= high,
        rests_on=words["budget-fraction"],
        expected=f"{spent} of {limit} as a part of one",
        got=f"{share}",
        exchange=exchange,
    )
    claim.judge(
        spent <= limit,
        rests_on=words["budget-spent"],
        expected=f"at most {limit} spent, as the call was answered",
        got=f"{spent}",
        exchange=exchange,
    )
    threshold = claim.facts.figures.get("budget-warning-per-cent")
    if threshold is not None:
        claim.judge(
            (spent + 1) * 100 >= limit * threshold,
            rests_on="/x-voice-figures/budget-warning-per-cent",
            expected=f"a warning from {threshold} % on",
            got=f"{spent} of {limit}",
            exchange=exchange,
        )


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None


# -- windows -------------------------------------------------------------------------------------------


def told_in_full(facts: Facts) -> dict[str, tuple[str, dict[str, str]]]:
    """The windows of which answers tell the limit, what is used and what remains."""
    found: dict[str, tuple[str, dict[str, str]]] = {}
    for one in facts.operations.values():
        words = words_of(facts, one)
        for window in one.windows:
            if all(f"{kind}:{window}" in words for kind in ("rate-limit", "rate-remaining", "rate-used")):
                found.setdefault(window, (window, words))
    return found


@claim(over=told_in_full)
def test_what_is_used_and_what_remains_is_the_limit(claim: Claim, case: tuple[str, dict[str, str]]) -> None:
    """Judges every success of the run."""
    window, words = case
    for exchange in claim.run.log:
        told = claim.run.told(exchange) if exchange.is_success else {}
        limit, remaining, used = (
            told.get(f"{kind}:{window}") for kind in ("rate-limit", "rate-remaining", "rate-used")
        )
        if isinstance(limit, int) and isinstance(remaining, int) and isinstance(used, int):
            claim.judge(
                used + remaining == limit,
                rests_on=words[f"rate-used:{window}"],
                expected=f"{limit}, of which {remaining} remain",
                got=f"{used} used",
                exchange=exchange,
            )


def few_at_once(facts: Facts) -> dict[str, Operation]:
    """The first operation of keys that takes JSON, where few calls of a key may be under way at once."""
    if "at-once" not in facts.document.get("x-voice-limits", {}):
        return {}
    able = [one for one in facts.operations.values() if one.media == JSON_TYPE and one.ways_in and "{" not in one.path]
    return {one.id: one for one in able[:1]}


def _crowd(facts: Facts, _operation: Operation) -> int:
    return int(facts.document["x-voice-limits"]["at-once"]["calls"]) + 1


def _all_at_once(facts: Facts, case: Operation) -> list[tuple[Operation, Recipe]]:
    """Return what is under way at once: each counts at its worst price until it is answered, though it is refused."""
    return [(case, {**_REFUSED, "times": _crowd(facts, case)})]


def _in_party(claim: Claim, case: Operation, party: threading.Barrier) -> Exchange:
    try:
        return claim.ask(case, **_REFUSED, party=party)
    except BaseException:
        party.abort()  # or the others would wait for this one
        raise


@claim(over=few_at_once, asks=_all_at_once)
def test_no_more_than_one_of_too_many_calls_has_to_wait(claim: Claim, case: Operation) -> None:
    """One call more than may be under way, each held open until all are sent; their bodies are refused.

    Who has to wait is told so as documented, and all others are let in. That one has to wait is observed.
    """
    many = _crowd(claim.facts, case)
    if many * claim.run.guard.caps.pause > LONGEST_PARTY:
        raise Unverified(f"at this rate it takes too long until {many} calls are under way")
    party = threading.Barrier(many, timeout=2 * LONGEST_PARTY)
    with ThreadPoolExecutor(many) as pool:
        waiting = [pool.submit(_in_party, claim, case, party) for _ in range(many)]
        try:
            exchanges = sorted((one.result() for one in waiting), key=lambda one: one.number)
        except NoAnswer as error:
            # Who is refused early may find the connection closed before the rest of the body is sent.
            raise Unverified(f"not every call that was held open was answered: {error.msg}") from None
    if party.broken:
        raise Unverified(f"{many} calls could not be held open together")
    row = claim.facts.errors[claim.facts.document["x-voice-limits"]["at-once"]["refusal"]]
    put_off = [one for one in exchanges if one.status == row.status]
    others = [one for one in case.own_errors if one.status == row.status and one.code != row.code]
    if any(is_answer_of(one, exchange) for one in others for exchange in put_off):
        raise Unverified("the account was put off for another reason, which says nothing of calls at once")
    for one in put_off:
        claim.refused_as(one, row)
    claim.judge(
        len(put_off) <= 1,
        rests_on="/x-voice-limits/at-once",
        expected=f"{many - 1} of {many} calls at once let in",
        got=f"{many - len(put_off)}",
        exchange=exchanges[-1],
    )
    said = f"{len(put_off)} of {many} at once had to wait" if put_off else f"all of {many} at once were let in"
    claim.observed("/x-voice-limits/at-once", said, exchanges[-1])


# -- keys ----------------------------------------------------------------------------------------------


def scoped(facts: Facts) -> dict[str, str]:
    """The scopes of keys, where there is more than one."""
    scopes = {one.scope for one in facts.operations.values() if one.scope}
    return {"scopes": ", ".join(sorted(scopes))} if len(scopes) > 1 else {}


def _with_scope(facts: Facts) -> list[Operation]:
    return [one for one in facts.operations.values() if one.scope and "{" not in one.path]


def one_of_each(facts: Facts, _case: str) -> list[tuple[Operation, Recipe]]:
    """Return the cheapest request of every operation that needs a scope."""
    return [(one, one.shortest) for one in _with_scope(facts)]


@claim(over=scoped, asks=one_of_each)
def test_a_key_is_good_for_its_scopes_alone(claim: Claim, case: str) -> None:
    """A key that has some of the scopes: of each scope all operations are answered, or all refused."""
    answered: dict[str, set[bool]] = defaultdict(set)
    last = None
    for one in _with_scope(claim.facts):
        last = exchange = claim.ask(one, role="scoped", **_as_asked(one.shortest))
        row = one.refusal("forbidden")
        if row is None:
            raise Unverified("no document says how a key without a scope is refused")
        answered[one.scope].add(exchange.is_success)
        if not exchange.is_success:
            claim.refused_as(exchange, row, because=f"{one.pointer}/x-voice-scope")
    first = _with_scope(claim.facts)[0]
    claim.judge(
        any(False in found for found in answered.values()),
        rests_on=f"{first.pointer}/x-voice-scope",
        expected=f"a key with some of the scopes {case} is refused for others",
        got="all operations are answered",
        exchange=last,
        operation=first.id,
    )
    for scope, found in answered.items():
        claim.judge(
            len(found) == 1,
            rests_on=f"{next(one for one in _with_scope(claim.facts) if one.scope == scope).pointer}/x-voice-scope",
            expected=f"all operations of the scope {scope} are answered, or all refused",
            got="some of both",
            exchange=last,
        )


def _as_asked(recipe: Mapping[str, Any]) -> dict[str, Any]:
    return {"with_" if key == "with" else key: value for key, value in recipe.items()}


# -- ways ----------------------------------------------------------------------------------------------


def listing_ways(facts: Facts) -> dict[str, Operation]:
    """Operations that list what another takes as a way: models with their providers."""
    return {name: one for name, one in facts.operations.items() if "x-voice-routing" in one.node}


def _unpayable(facts: Facts, case: Operation, _: Clips) -> list[tuple[Operation, Recipe]]:
    table = case.node["x-voice-routing"]
    return [(facts.operations[table["operation"]], {"with": table.get("with", {})})]


@claim(over=listing_ways, calls=WAYS_TRIED, refuses=_unpayable)
def test_a_listed_model_leads_somewhere(claim: Claim, case: Operation) -> None:
    """One of each provider that is listed, asked for what cannot be paid: it may be refused, but not for its way."""
    table = case.node["x-voice-routing"]
    rows = [claim.facts.errors[code] for code in table["refusals"]]
    listed = [look(item, table["id"]) for item in claim.run.good(case).at(table["items"]) or ()]
    by_provider: dict[str, str] = {}
    for name in listed:
        by_provider.setdefault(str(name).partition("/")[0], str(name))
    for name in list(by_provider.values())[:WAYS_TRIED]:
        exchange = claim.ask(table["operation"], with_={**table.get("with", {}), table["member"]: name})
        if exchange.status >= 500 and not any(row.status == exchange.status for row in rows):
            raise Unverified(f"{name} was answered {exchange.status}, which says nothing of its way")
        claim.judge(
            not any(is_answer_of(row, exchange) for row in rows),
            rests_on=f"{case.pointer}/x-voice-routing",
            expected=f"a way for the listed {name}",
            got=f"{exchange.status} {exchange.text[:80]}",
            exchange=exchange,
        )
