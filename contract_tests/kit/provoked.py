"""What `x-voice-provocations` makes of an endpoint: which error, on which operation, under the present readings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from contract_tests.kit.exchanges import NotJson, read_json
from contract_tests.kit.facts import JSON_TYPE, ErrorRow, Facts, Operation
from contract_tests.kit.problems import Refusal, body_problems, parameter_problems, speaks
from contract_tests.kit.reading import read, refusal_of
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.refusing import refusal_by
from contract_tests.kit.roles import role_of

# What is refused about a key, or about who holds it.
_KEY_KINDS = ("no-credential", "bad-credential", "malformed-credential", "revoked", "forbidden")
# Which of those an account is refused with.
_STANDINGS = {"revoked": "revoked", "forbidden": "forbidden"}
# What a recipe changes → the kind of fault that this is.
_KINDS = {"method": "wrong-method", "url": "unknown-path", "padding": "too-large", "media": "media-type"}
# Accounts that cannot pay, as recipes have them.
_POOR = frozenset({"empty", "low"})
# A clip, or an address → what is wrong with its audio, a key of `x-voice-audio`.
_CONDITIONS = {
    "not-audio.mp3": "not-audio",
    "corrupt.flac": "corrupt",
    "empty.wav": "empty",
    "truncated.mp3": "truncated",
    "blip.wav": "too-short",
    "clip-url:not-audio.mp3": "not-audio",
    "clip-url:corrupt.flac": "corrupt",
    "clip-url:nothing-of-the-kind.mp3": "gone",
    "https://unreachable.invalid/a.mp3": "unreachable",
}


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
        before = facts.memo.setdefault("by default", Facts(facts.original))
        if said is None or self.operation.id not in {one.id for one in meant_for(facts, said)}:
            return None
        if _means(before.operations[self.operation.id], self.recipe(facts)) - _means(
            facts.operations[self.operation.id], self.recipe(facts)
        ):
            return None
        code: str | None = said["code"]
        derived = cause(before.operations[self.operation.id], self.recipe(facts))
        if derived is not None and derived == before.document["x-voice-provocations"][self.name]["code"]:
            code = cause(facts.operations[self.operation.id], self.recipe(facts))
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


def _means(operation: Operation, recipe: Recipe) -> set[str]:
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
        found |= {f"{name}-{one.id}": Provoked(name, one) for one in meant_for(facts, row)}
    return found


def meant_for(facts: Facts, row: Mapping[str, Any]) -> list[Operation]:
    """Return the operations a provocation is tried on: its own, those it lists, else all that may answer its code."""
    recipe, error = row["request"], facts.errors[row["code"]]
    every = list(facts.operations.values())
    if "operation" in recipe:
        return [facts.operations[recipe["operation"]]]
    if "operations" in row:
        return [facts.operations[name] for name in row["operations"]]
    if "url" in recipe:
        return [next((one for one in every if one.ways_in), every[0])]
    able = [one for one in every if one.id in error.node.get("operations", [one.id]) and error.status in one.answers]
    return [one for one in able if _may_ask(one, error)]


def _may_ask(operation: Operation, error: ErrorRow) -> bool:
    """Say whether an operation asks for what an error is about: a key, a place in a window."""
    by_window = {
        row["refusal"] for row in operation.facts.document.get("x-voice-limits", {}).get("windows", {}).values()
    }
    if error.code in by_window:
        return bool(operation.ways_in) and error.code in {row["refusal"] for row in operation.windows.values()}
    rows = (operation.refusal(kind) for kind in _KEY_KINDS)
    return bool(operation.ways_in) or error.code not in {row.code for row in rows if row}


def cause(operation: Operation, recipe: Recipe) -> str | None:
    """Return the code by which other tables than that of provocations refuse a recipe; None if none is found there."""
    return next(_causes(operation, recipe), None)


def _causes(operation: Operation, recipe: Recipe) -> Iterator[str]:
    role = role_of(recipe.get("role") or "")
    rows = [operation.refusal(_STANDINGS[role])] if role in _STANDINGS else []
    if "role" in recipe and recipe["role"] is None and not {"headers", "with"} & {*recipe}:
        rows.append(operation.refusal("no-credential"))
    if "token" in recipe:
        rows.append(operation.refusal("bad-credential"))
    rows += [operation.refusal(kind) for key, kind in _KINDS.items() if key in recipe]
    yield from (row.code for row in rows if row)
    if role in _POOR and operation.billing:
        yield str(operation.billing["refusal"])
    if operation.media and {"with", "without"} & {*recipe}:
        yield from _code(refusal_of(operation, recipe))
    if "raw" in recipe:
        yield from _of_body(operation, recipe["raw"].encode())
    yield from _of_parameters(operation, {**recipe.get("query", {}), **recipe.get("headers", {})})
    audio = operation.facts.document.get("x-voice-audio", {})
    for value in (*recipe.get("clips", {}).values(), *recipe.get("with", {}).values()):
        condition = _CONDITIONS.get(value) if isinstance(value, str) else None
        if condition in audio:
            yield str(audio[condition]["refusal"])


def _code(refusal: Refusal | None) -> Iterator[str]:
    if refusal is not None:
        yield refusal.row.code


def _of_body(operation: Operation, body: bytes) -> Iterator[str]:
    if operation.media == JSON_TYPE:
        try:
            yield from _code(speaks(operation, body_problems(operation, read_json(body))))
        except NotJson:
            yield from _code(refusal_by(operation, "malformed-body"))
    elif operation.media:
        yield from _code(refusal_by(operation, "malformed-body"))


def _of_parameters(operation: Operation, values: Mapping[str, Any]) -> Iterator[str]:
    for one in operation.parameters:
        name = one["name"]
        if name not in values or (values[name] is None and not one.get("required")):
            continue
        if values[name] is None:
            yield from _code(refusal_by(operation, "missing", name))
        else:
            yield from _code(speaks(operation, parameter_problems(operation, name, values[name])))


def unprovoked(facts: Facts) -> list[str]:
    """Return the codes of errors that no provocation leads to."""
    led_to = {row["code"] for row in facts.document.get("x-voice-provocations", {}).values()}
    return [code for code in facts.errors if code not in led_to]
