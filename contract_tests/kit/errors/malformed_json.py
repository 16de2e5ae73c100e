"""Bodies that are no JSON object, and bodies that do not say what they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from contract_tests.kit.errors.validation import Refusal, refusal_by
from contract_tests.kit.media import JSON_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.recipes import Recipe

_DEEP = 100
# What no parser that keeps to RFC 8259 takes.
NOT_JSON: Mapping[str, bytes] = {
    "cut off": b'{"a": ',
    "words": b"hello",
    "single quotes": b"{'a': 1}",
    "a comma too many": b'{"a": 1,}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "two values": b'{"a": 1} {"a": 2}',
    "no UTF-8": b'{"a": "\xff\xfe"}',
    "UTF-16": '{"a": 1}'.encode("utf-16"),
}
# JSON, and no object.
NO_OBJECT: Mapping[str, bytes] = {
    "a list": b"[]",
    "a number": b"1",
    "a text": b'"text"',
    "null": b"null",
    "true": b"true",
    f"lists {_DEEP} levels deep": b"[" * _DEEP + b"]" * _DEEP,
}
_FORM_BODY = "application/x-www-form-urlencoded"


def malformed(operation: Operation) -> dict[str, tuple[Recipe, tuple[Refusal, ...]]]:
    """Return every request whose body is no JSON object, by what is wrong with it, and how it may be refused."""
    return {name: (recipe, refusals) for name, recipe, refusals in _malformed(operation) if refusals}


def _malformed(operation: Operation) -> Iterator[tuple[str, Recipe, tuple[Refusal, ...]]]:
    unreadable = _known(refusal_by(operation, "malformed-body"))
    undeclared = _known(refusal_by(operation, "media-type"))
    for name, body in NOT_JSON.items():
        yield name, {"body": body}, unreadable
    if operation.node["requestBody"].get("required"):
        yield "empty", {"body": b""}, unreadable
    for name, body in NO_OBJECT.items():
        # A reader may have a limit of its own for nesting.
        wrong = _known(refusal_by(operation, "type"))
        yield name, {"body": body}, wrong + unreadable if "deep" in name else wrong
    yield "as text", {"media": "text/plain"}, undeclared
    yield "as a form", {"media": _FORM_BODY}, undeclared
    yield "as nothing", {"headers": {"Content-Type": None}}, undeclared
    if "any-json" in operation.facts.document["x-voice-provider"].get("switches", ()):
        yield "as other JSON, and none", {"body": b"{", "media": "application/vnd.api+json"}, unreadable
    elif operation.media == JSON_TYPE:
        yield "as other JSON", {"media": "application/vnd.api+json"}, undeclared


def _known(refusal: Refusal | None) -> tuple[Refusal, ...]:
    return () if refusal is None else (refusal,)
