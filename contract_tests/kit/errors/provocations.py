"""What `x-voice-provocations` makes of an endpoint: which error, on which operation, under the present readings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.errors.causes import cause
from contract_tests.kit.errors.parsing import read
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import ErrorRow, Operation
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.roles import role_of

# What is refused about a key, or about who holds it.
_KEY_KINDS = (
    "no-credential", "bad-credential", "malformed-credential", "several-credentials", "revoked", "expired", "forbidden",
)  # fmt: skip


@dataclass(frozen=True)
class Provoked:
    """One provocation on one operation."""

    name: str
    operation: Operation

    def recipe(self, facts: Facts) -> Recipe:
        """Return what is sent."""
        request: Mapping[str, Any] = facts.document["x-voice-provocations"][self.name]["request"]
        return {key: value for key, value in request.items() if key != "operation"}

    def row(self, facts: Facts) -> ErrorRow | None:
        """Return the error that is provoked under the present readings; None where it no longer is one.

        The table has the code for the default readings. Where that is the code that other tables lead to, it is
        looked up there again, because readings change those.
        """
        said = facts.document["x-voice-provocations"].get(self.name)
        if said is None or self.operation.id not in {one.id for one in meant_for(facts, self.name)}:
            return None
        before = by_default(facts)
        then, now = before.operations[self.operation.id], facts.operations[self.operation.id]
        recipe = self.recipe(facts)
        if _known_in(then, recipe) - _known_in(now, recipe):
            return None
        follows = cause(then, recipe) == code_by_default(facts, self.name)
        code = cause(now, recipe) if follows else said["code"]
        row = facts.errors[code] if code else None
        return None if row is not None and self._reads_otherwise(facts, row) else row

    def _reads_otherwise(self, facts: Facts, row: ErrorRow) -> bool:
        """Say whether this very request is the probe of a contradiction, and the reading shows another status."""
        operation = facts.operations[self.operation.id]
        mine = _as_sent(operation, self.recipe(facts))
        for name, ambiguity in facts.ambiguities.items():
            probe = ambiguity.get("probe", {})
            shown = ambiguity["readings"][facts.readings[name]]["shows"].get("status", row.status)
            if shown != row.status and probe.get("operation") == operation.id and _as_sent(operation, probe) == mine:
                return True
        return False


def _known_in(operation: Operation, recipe: Recipe) -> set[str]:
    """Return which members and which file types of a recipe the documents know."""
    members = operation.body_schema.get("properties", {})
    taken = operation.facts.figures.get("audio-extensions", ())
    clips = [str(name) for name in recipe.get("clips", {}).values()]
    fields = {name for name in read(operation, recipe.get("with", {})) if name in members}
    return fields | {name for name in clips if name.rpartition(".")[2] in taken}


def _as_sent(operation: Operation, recipe: Recipe) -> dict[str, Any]:
    """Return what of a recipe makes a difference to the request."""
    left = {*recipe.get("without", ())}
    fields = {name: one for name, one in {**operation.example, **recipe.get("with", {})}.items() if name not in left}
    clips = {name: one for name, one in {**operation.clips, **recipe.get("clips", {})}.items() if name not in left}
    rest = {key: one for key, one in recipe.items() if key not in {"operation", "with", "without", "clips"}}
    return {**rest, "fields": fields, "clips": clips}


def provocations(facts: Facts) -> dict[str, Provoked]:
    """Return every provocation on every operation it is meant for.

    Those that use up the account with credit for one call belong to the claims about credits.
    """
    found: dict[str, Provoked] = {}
    for name, row in facts.document.get("x-voice-provocations", {}).items():
        recipe = row["request"]
        if role_of(recipe.get("role") or "") == "low" and recipe.get("times", 1) > 1:
            continue
        found |= {f"{name}-{one.id}": Provoked(name, one) for one in meant_for(facts, name)}
    return found


def by_default(facts: Facts) -> Facts:
    """Return the facts under the default reading of every row."""
    return facts.keep("by default", lambda: Facts(facts.original))


def code_by_default(facts: Facts, name: str) -> str:
    """Return the code of a provocation under the default readings; its own where only another reading has it."""
    rows = (one.document["x-voice-provocations"].get(name) for one in (by_default(facts), facts))
    return str(next(row for row in rows if row is not None)["code"])


def meant_for(facts: Facts, name: str) -> list[Operation]:
    """Return the operations a provocation is tried on: its own, those it lists, else all that may answer its code.

    Its code is that of the default readings, if it is there by default: others change what is answered, not who is
    asked.
    """
    row = facts.document["x-voice-provocations"][name]
    recipe = row["request"]
    error = facts.errors[code_by_default(facts, name)]
    every = list(facts.operations.values())
    if "operation" in recipe:
        return [facts.operations[recipe["operation"]]]
    if "operations" in row:
        return [facts.operations[name] for name in row["operations"]]
    if "url" in recipe:
        return [next((one for one in every if one.ways_in), every[0])]
    left = error.node.get("except", ())
    named = error.node.get("operations", [one.id for one in every if one.id not in left])
    able = [one for one in every if one.id in named and error.status in one.answers]
    return [one for one in able if _may_ask(one, error)]


def is_barred_everywhere(facts: Facts) -> bool:
    """Say whether the account of role forbidden is refused whatever it asks, and not only by some operations."""
    rows = facts.document.get("x-voice-provocations", {}).values()
    return any(
        role_of(one["request"].get("role") or "") == "forbidden"
        and "operations" not in one
        and "operation" not in one["request"]
        for one in rows
    )


def _may_ask(operation: Operation, error: ErrorRow) -> bool:
    """Say whether an operation asks for what an error is about: a key, a place in a window."""
    every = operation.facts.operations.values()
    if error.code in {row["refusal"] for one in every for row in one.windows.values()}:
        return bool(operation.ways_in) and error.code in {row["refusal"] for row in operation.windows.values()}
    rows = (operation.refusal(kind) for kind in _KEY_KINDS)
    return bool(operation.ways_in) or error.code not in {row.code for row in rows if row}


def unprovoked(facts: Facts) -> list[str]:
    """Return the codes of errors that no provocation leads to."""
    led_to = {row["code"] for row in facts.document.get("x-voice-provocations", {}).values()}
    return [code for code in facts.errors if code not in led_to]
