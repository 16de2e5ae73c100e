"""Requests with two faults at once, and which of the two is documented to speak.

The suite's own evaluator of `x-voice-precedence`: the order of the checks, `kinds`, and what an `upstream` says.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.errors.bad_members import bad_members
from contract_tests.kit.errors.parsing import refusal_of
from contract_tests.kit.errors.provocations import provocations
from contract_tests.kit.errors.validation import Refusal, precedence, refusal_by
from contract_tests.kit.errors.wrong_keys import wrong_keys
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import NOTHING, Recipe
from contract_tests.kit.roles import role_of

METHODS = ("PATCH", "PUT", "POST", "GET")
# A gateway that routes by a header looks at it before everything else.
_ROUTE = "route"
# The account that one fault of a stage needs.
_ACCOUNTS = {"limited": "limits", "empty": "credits"}
# Parts of a recipe that say what the body is, and parts of which nothing is left if it is something else.
_WHOLE, _MEMBERS = frozenset({"raw"}), frozenset({"with", "without", "clips"})
_UNREADABLE = "unreadable"
# Of the checks that stand first everywhere, only what may come before them elsewhere is worth a request.
_WORTH = {_ROUTE: frozenset({"path", "auth"}), "path": frozenset({_ROUTE, "auth", "limits", "body", "credits"})}
_ANY = frozenset({_ROUTE, "path", "auth", "limits", "body", "validate", "media", "credits"})


@dataclass(frozen=True)
class Fault:
    """One fault of a request: which check finds it, and what is answered if it is alone."""

    name: str
    stage: str
    recipe: Recipe
    refusal: Refusal


@dataclass(frozen=True)
class Pair:
    """Two faults of one request; `first` is the one that is documented to speak."""

    operation: Operation
    first: Fault = field(repr=False, compare=False)
    second: Fault = field(repr=False, compare=False)
    recipe: Recipe = field(repr=False, compare=False)
    name: str = ""

    def speaker(self, exchange: Exchange) -> Fault | None:
        """Return the fault that an answer speaks of: by status and body, else by the status alone; None for neither."""
        both = (self.first, self.second)
        known = [one for one in both if is_answer_of(one.refusal.row, exchange)]
        known = known or [one for one in both if one.refusal.row.status == exchange.status]
        return known[0] if len(known) == 1 else None


def pairs(facts: Facts) -> dict[str, Pair]:
    """Return every two faults that one request can have and that two documented answers tell apart."""
    return facts.keep("pairs", lambda: {pair.name: pair for pair in _pairs(facts)})


def _pairs(facts: Facts) -> Iterator[Pair]:
    by_account = _account_faults(facts)
    for one in facts.operations.values():
        yield from _pairs_of(one, by_account.get(one.id, []))


def _pairs_of(operation: Operation, by_account: list[Fault]) -> Iterator[Pair]:
    for one, other in combinations([*_faults(operation), *by_account], 2):
        if other.stage not in _WORTH.get(one.stage, _ANY):
            continue
        recipe = merged(one.recipe, other.recipe)
        first = None if recipe is None else speaks_first(operation, one, other, recipe)
        if first is not None and recipe is not None and _differ(one.refusal, other.refusal):
            second = other if first is one else one
            yield Pair(operation, first, second, recipe, f"{operation.id}-{one.name}+{other.name}")


def speaks_first(operation: Operation, one: Fault, other: Fault, recipe: Recipe) -> Fault | None:
    """Return the fault that is documented to speak; None where the documents do not decide."""
    if one.stage == other.stage == "validate":
        refusal = refusal_of(operation, recipe)
        return next((fault for fault in (one, other) if refusal and fault.refusal.row == refusal.row), None)
    here, there = _position(operation, one), _position(operation, other)
    return None if here == there else one if here < there else other


def _position(operation: Operation, fault: Fault) -> float:
    """Return where a fault's check stands; what a server behind says comes after the credits."""
    if fault.stage == _ROUTE:
        return -1
    order = operation.order
    if fault.stage == "body" and _reads_body_for_the_key(operation):
        return order.index("auth") - 0.5
    place = order.index(fault.stage)
    is_upstream = fault.stage in {"validate", "path"} and fault.refusal.row.code in precedence(operation).get(
        "upstream", ()
    )
    return max(place, order.index("credits")) + 0.5 if is_upstream else place


def _reads_body_for_the_key(operation: Operation) -> bool:
    """Say whether a body is read to find out who calls, although there is a header."""
    switches = operation.facts.document["x-voice-provider"].get("switches", ())
    return bool(operation.body_key) and "body-credential-wins" in switches


def _differ(one: Refusal, other: Refusal) -> bool:
    return (one.row.status, one.row.body) != (other.row.status, other.row.body)


def merged(one: Recipe, other: Recipe) -> dict[str, Any] | None:
    """Return a recipe with the changes of both; None where they get into each other's way."""
    keys = {*one}, {*other}
    if any(a & _WHOLE and b & (_WHOLE | _MEMBERS) for a, b in (keys, keys[::-1])):
        return None
    both = dict(one)
    for key, value in other.items():
        if key not in both:
            both[key] = value
        elif isinstance(value, Mapping) and not {*value} & {*both[key]}:
            both[key] = {**both[key], **value}
        elif isinstance(value, list) and not {*value} & {*both[key]}:
            both[key] = [*both[key], *value]
        else:
            return None
    return None if {*both.get("with", {})} & {*both.get("without", ())} else both


# -- single faults -----------------------------------------------------------------------------------


def _faults(operation: Operation) -> Iterator[Fault]:
    """Yield one fault for each check that needs no account of its own; for `validate` one for each error it has."""
    for one in operation.parameters:
        if one.get("x-voice-routes"):
            elsewhere = {"headers": {one["name"]: NOTHING}}
            yield from _fault(_ROUTE, _ROUTE, elsewhere, refusal_by(operation, "enum", one["name"]))
    for method in unused_methods(operation.facts, operation.path)[:1]:
        yield from _fault("path", "path", {"method": method}, refusal_by(operation, "wrong-method"))
    if operation.ways_in:
        if operation.body_key:
            recipe, refusal = next(iter(wrong_keys(operation).values()))
            yield Fault("auth", "auth", recipe, refusal)
        else:
            yield from _fault("auth", "auth", {"role": None}, refusal_by(operation, "no-credential"))
    if operation.media:
        yield from _fault("body", "body", {"raw": _UNREADABLE}, refusal_by(operation, "malformed-body"))
    yield from _of_validation(operation)


def _fault(name: str, stage: str, recipe: Recipe, refusal: Refusal | None) -> Iterator[Fault]:
    if refusal is not None:
        yield Fault(name, stage, recipe, refusal)


def _of_validation(operation: Operation) -> Iterator[Fault]:
    price_field = (operation.billing or {}).get("field")
    seen: set[str] = set()
    for case in bad_members(operation.facts).values():
        # What has no price cannot be paid for: whether credits are short is not to be told without the priced member.
        if case.operation.id != operation.id or case.place not in {"body", "query"} or case.member == price_field:
            continue
        bad = case.requests[0]
        code = bad.refusals[0].row.code
        if len(bad.refusals) == 1 and code not in seen:
            seen.add(code)
            yield Fault(f"{case.kind}-{case.member}", "validate", bad.recipe, bad.refusals[0])


def _account_faults(facts: Facts) -> dict[str, list[Fault]]:
    """Return the faults that provocations tell of: an account that may not go on, audio that is none."""
    audio = {row["refusal"] for row in facts.audio.values()}
    found: dict[str, list[Fault]] = {}
    for case in provocations(facts).values():
        recipe, row = case.recipe(facts), case.row(facts)
        if row is None:
            continue
        stage = _ACCOUNTS.get(role_of(recipe.get("role") or ""), "")
        if row.code in audio and _is_about_audio(recipe):
            stage = "media"
        known = found.setdefault(case.operation.id, [])
        if stage and all(one.stage != stage for one in known):
            known.append(Fault(stage, stage, recipe, Refusal(row)))
    return found


def _is_about_audio(recipe: Recipe) -> bool:
    """Say whether a recipe changes nothing but the audio, to audio that can be had and is none."""
    values = [*recipe.get("clips", {}).values(), *recipe.get("with", {}).values()]
    return {*recipe} <= {"clips", "with"} and [str(one).removeprefix("clip-url:") for one in values] == [
        "not-audio.mp3"
    ]


def unused_methods(facts: Facts, path: str) -> list[str]:
    """Return methods that a path does not have. DELETE is not among them: it might delete."""
    used = {one.method for one in facts.operations.values() if one.path == path}
    return [method for method in METHODS if method not in used]
