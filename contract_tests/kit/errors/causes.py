"""Why a recipe is refused, by all tables but that of provocations: the code that keys, schemas and clips lead to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.kit.errors.parsing import refusal_of
from contract_tests.kit.errors.validation import Refusal, body_problems, parameter_problems, refusal_by, speaks
from contract_tests.kit.exchanges import NotJson, read_json
from contract_tests.kit.media import JSON_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe
from contract_tests.kit.roles import role_of

# Accounts that may not call → the kind of refusal that says so.
_STANDINGS = {"revoked": "revoked", "expired": "expired", "forbidden": "forbidden"}
# What a recipe changes → the kind of fault that this is.
_KINDS = {
    "token": "bad-credential",
    "method": "wrong-method",
    "url": "unknown-path",
    "padding": "too-large",
    "media": "media-type",
}
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

# The same of video, a key of `x-voice-video`.
_OF_VIDEO = {
    "clip-url:hello-en.mp3": "not-video",
    "clip-url:corrupt.mp4": "corrupt",
    "clip-url:nothing-of-the-kind.mp3": "gone",
    "https://unreachable.invalid/a.mp4": "unreachable",
}
# Audio that is longer than a film may be.
_LONG = "clip-url:lecture.flac"


def cause(operation: Operation, recipe: Recipe) -> str | None:
    """Return the code by which other tables than that of provocations refuse a recipe; None if none is found there."""
    return next(_causes(operation, recipe), None)


def _causes(operation: Operation, recipe: Recipe) -> Iterator[str]:
    role = role_of(recipe.get("role") or "")
    kinds = [_STANDINGS[role]] if role in _STANDINGS else []
    if recipe.get("role", role) is None and not {"headers", "with"} & {*recipe}:
        kinds.append("no-credential")
    kinds += [kind for key, kind in _KINDS.items() if key in recipe]
    for kind in kinds:
        yield from _code(refusal_by(operation, kind))
    if role in _POOR and operation.billing:
        yield str(operation.billing["refusal"])
    if operation.media and {"with", "without"} & {*recipe}:
        yield from _code(refusal_of(operation, recipe))
    if "raw" in recipe:
        yield from _of_body(operation, recipe["raw"].encode())
    yield from _of_parameters(operation, {**recipe.get("query", {}), **recipe.get("headers", {})})
    for name, value in {**recipe.get("clips", {}), **recipe.get("with", {})}.items():
        if isinstance(value, str):
            yield from _of_media(operation, name, value)


def _of_media(operation: Operation, name: str, value: str) -> Iterator[str]:
    film = operation.node.get("x-voice-film", {})
    if name == film.get("video"):
        table, condition = operation.facts.video, _OF_VIDEO.get(value, "")
    elif film and value == _LONG:
        table, condition = operation.facts.audio, "too-long"
    else:
        table, condition = operation.facts.audio, _CONDITIONS.get(value, "")
    if condition in table:
        yield str(table[condition]["refusal"])


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
