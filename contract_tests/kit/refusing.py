"""Asks for what is to be refused, and judges it; each question is asked once in a run, whoever wants the answer."""

from __future__ import annotations

import json
from typing import Any

from contract_tests.kit.answers import error_body
from contract_tests.kit.claims import Claim
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import ErrorRow, Operation
from contract_tests.kit.problems import Refusal
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.roles import role_of

# Accounts that another call changes.
_CHANGING = frozenset({"low", "limited"})
# Kinds of which documents seldom say that they are faults at all → where the suite's table says so.
_UNSURE = {"media-type": "/x-voice-refusals"}
# Recipes with one of these are asked anew each time.
_UNSHARED = frozenset({"first", "times", "wait", "files", "body"})


def asked(claim: Claim, operation: Operation, recipe: Recipe) -> Exchange:
    """Return the answer to a recipe, from memory where it has been asked already and nothing has changed since.

    A path parameter that the recipe leaves open leads to something that exists, if anything does by now.
    """
    recipe = with_identity(claim, operation, recipe)
    if role_of(recipe.get("role") or "") in _CHANGING or _UNSHARED & {*recipe}:
        return claim.ask(operation, **recipe)
    return claim.run.once(operation, json.dumps(recipe, sort_keys=True, default=repr), **recipe)


def with_identity(claim: Claim, operation: Operation, recipe: Recipe) -> dict[str, Any]:
    """Return a recipe whose path parameters are all filled in."""
    if "{" not in operation.path or {"url", "first"} & {*recipe}:
        return dict(recipe)
    return {**recipe, "path": {**claim.run.known_identity(operation), **recipe.get("path", {})}}


def fits(row: ErrorRow, exchange: Exchange) -> bool:
    """Say whether an answer is that of an error row, by status and body."""
    return exchange.status == row.status and not any(error_body(row, exchange))


def judge_refused(claim: Claim, exchange: Exchange, *refusals: Refusal) -> bool:
    """Judge that a request was refused in one of the ways given."""
    one = next((one for one in refusals if fits(one.row, exchange)), refusals[0])
    return claim.refused_as(exchange, one.row, one.because)


def refusal_by(operation: Operation, kind: str, member: str = "") -> Refusal | None:
    """Return how a kind of fault is refused, as `x-voice-refusals` has it; None where nobody says."""
    row = operation.refusal(kind, member)
    return None if row is None else Refusal(row, _UNSURE.get(kind, ""))
