"""Asks for what is to be refused, and judges it; each question is asked once in a run, whoever wants the answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from contract_tests.kit.answers import is_answer_of
from contract_tests.kit.claims import Claim, Unverified
from contract_tests.kit.errors.validation import Refusal
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.roles import role_of

# Accounts that another call changes.
_CHANGING = frozenset({"low", "limited"})
# Recipes with one of these are asked anew each time.
_UNSHARED = frozenset({"first", "times", "wait", "files", "body"})
_NO_PARAMETERS: Mapping[str, Any] = MappingProxyType({})


def asked(claim: Claim, operation: Operation, recipe: Recipe) -> Exchange:
    """Return the answer to a recipe, from memory where it has been asked already and nothing has changed since.

    A path parameter that the recipe leaves open leads to something that exists, if anything does by now.
    """
    if not {"url", "first"} & {*recipe}:
        recipe = {**recipe, **path_of(claim, operation, recipe.get("path", {}), recipe.get("query", {}))}
    if role_of(recipe.get("role") or "") in _CHANGING or _UNSHARED & {*recipe}:
        return claim.ask(operation, **recipe)
    exchange = claim.run.once(operation, json.dumps(recipe, sort_keys=True, default=repr), **recipe)
    claim.demand_let_in(exchange)
    return exchange


def path_of(
    claim: Claim,
    operation: Operation,
    given: Mapping[str, Any] = _NO_PARAMETERS,
    query: Mapping[str, Any] = _NO_PARAMETERS,
) -> dict[str, Any]:
    """Return the part of a recipe that fills in all ids of path or query; nothing for an operation without any."""
    if operation.path_parameters:
        return {"path": {**claim.run.leads.known_identity(operation), **given}}
    if operation.source_link is not None:
        return {"query": {**claim.run.leads.known_identity(operation), **query}}
    return {}


def demand_open_window(claim: Claim, operation: Operation, recipe: Recipe) -> None:
    """Raise Unverified where a window of the account with one request left may have begun anew since its first call."""
    role = role_of(recipe.get("role") or "")
    age = claim.run.guard.age(role)
    shortest = min((row["seconds"] for row in operation.windows.values()), default=age)
    if role == "limited" and age >= shortest:
        raise Unverified(f"the account {role} was first asked {age:.0f} s ago, and a window lasts {shortest} s")


def judge_refused(claim: Claim, exchange: Exchange, *refusals: Refusal) -> bool:
    """Judge that a request was refused in one of the ways given."""
    one = next((one for one in refusals if is_answer_of(one.row, exchange)), refusals[0])
    return claim.refused_as(exchange, one.row, one.because)
