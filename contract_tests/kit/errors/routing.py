"""Paths that nobody has documented, and methods that documented paths do not have."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from contract_tests.kit.answers import error_answer
from contract_tests.kit.errors.two_faults import unused_methods
from contract_tests.kit.errors.validation import Refusal, precedence, refusal_by
from contract_tests.kit.facts import Facts
from contract_tests.kit.operations import ErrorRow, Operation
from contract_tests.kit.recipes import NO_ID, NOTHING, Recipe

# Methods that servers answer without being asked to by any document.
_ALWAYS_ALLOWED = frozenset({"HEAD", "OPTIONS"})
_NO_BODY = {"body": b"", "headers": {"Content-Type": None}}


@dataclass(frozen=True)
class UnknownPath:
    """A request for a path that nobody has documented; it is the operation's in everything else."""

    operation: Operation
    recipe: Recipe = field(repr=False)
    refusal: Refusal = field(repr=False)


def unknown_paths(facts: Facts) -> list[UnknownPath]:
    """Return requests for paths beside and below that of the first operation that needs a key, with one and without."""
    every = list(facts.operations.values())
    operation = next((one for one in every if one.ways_in), every[0])
    beside = f"{operation.path.rpartition('/')[0]}/{NOTHING}"
    found = []
    for path in (beside, f"{operation.path}/{NOTHING}/{NOTHING}"):
        for method in ("GET", "POST"):
            for key in ({}, {"role": None}):
                refusal = _refusal(operation, "unknown-path", without_key=bool(key))
                if refusal is not None and facts.operation_at(method, path) is None:
                    found.append(UnknownPath(operation, {"url": path, "method": method, **_NO_BODY, **key}, refusal))
    return found


def _refusal(operation: Operation, kind: str, *, without_key: bool) -> Refusal | None:
    """Return how a path or a method is refused: whether a key is asked for before, precedence tells."""
    refusal = refusal_by(operation, kind)
    order = operation.order
    if refusal is None or not without_key or not operation.ways_in:
        return refusal
    is_upstream = refusal.row.code in precedence(operation).get("upstream", ())
    comes_first = order.index("path") < order.index("auth") and not is_upstream
    return refusal if comes_first else refusal_by(operation, "no-credential")


def unbuilt_paths(facts: Facts) -> list[UnknownPath]:
    """Return requests for the paths that are known and that nothing stands behind, with a key and once without."""
    every = list(facts.operations.values())
    operation = next((one for one in every if one.ways_in), every[0])
    table = facts.document.get("x-voice-unbuilt", {}).get("paths", {})
    asked: list[tuple[str, str, dict[str, Any], str]] = [
        (path, method, {}, "not-built") for path, methods in table.items() for method in methods
    ]
    if asked and operation.ways_in:
        asked.append((asked[0][0], asked[0][1], {"role": None}, "no-credential"))
    found = []
    for path, method, key, kind in asked:
        refusal = refusal_by(operation, kind)
        if refusal is not None:
            recipe = {"url": re.sub(r"\{\w+\}", NO_ID, path), "method": method, **_NO_BODY, **key}
            found.append(UnknownPath(operation, recipe, refusal))
    return found


@dataclass(frozen=True)
class PathCase:
    """A documented path, its methods, and requests with others."""

    path: str
    operation: Operation
    methods: tuple[str, ...]
    requests: tuple[tuple[Recipe, Refusal], ...] = field(repr=False, compare=False)

    def is_allowed(self, allow: str) -> bool:
        """Say whether the value of an Allow header names the documented methods and none that is refused."""
        named = {one.strip().upper() for one in allow.split(",") if one.strip()}
        return named - _ALWAYS_ALLOWED == {*self.methods} - _ALWAYS_ALLOWED


def paths(facts: Facts) -> dict[str, PathCase]:
    """Return every documented path, with methods that it does not have, once without a key."""
    return {path: _case(facts, path) for path in facts.document["paths"]}


def _case(facts: Facts, path: str) -> PathCase:
    here = [one for one in facts.operations.values() if one.path == path]
    operation = next((one for one in here if one.ways_in), here[0])
    requests = []
    for place, method in enumerate(unused_methods(facts, path)):
        recipe = {"method": method, **(_NO_BODY if method == "GET" else {})}
        # An id that is nobody's: a method that works after all must not work on anything.
        recipe |= {"path": dict.fromkeys(operation.path_parameters, NO_ID)} if operation.path_parameters else {}
        for key in ({}, {"role": None}) if place == 0 else ({},):
            refusal = _refusal(operation, "wrong-method", without_key=bool(key))
            if refusal is not None:
                requests.append(({**recipe, **key}, refusal))
    return PathCase(path, operation, tuple(sorted(one.method for one in here)), tuple(requests))


def allowed_by(facts: Facts, row: ErrorRow) -> str:
    """Return where the header stands that names the right methods; empty where none is documented."""
    answer = error_answer(facts, None, row)
    headers = facts.headers_of(answer) if answer else ()
    return next((pointer for _, node, pointer in headers if node.get("x-voice-value") == "allow"), "")
