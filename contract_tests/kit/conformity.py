"""Judges any answer that a run has seen, whoever asked: its shape, its length, and whether the service failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import urlsplit

from contract_tests.kit.answers import is_answer_of, status_fact, strays
from contract_tests.kit.errors.statuses import codes_of, content_kinds
from contract_tests.kit.exchanges import Exchange
from contract_tests.kit.facts import Facts
from contract_tests.kit.media import JSON_TYPE
from contract_tests.kit.operations import Operation
from contract_tests.kit.pace import is_put_off
from contract_tests.kit.shapes import Problem, Shapes

# Statuses whose answers have no length of their own to keep.
_BODILESS = frozenset({204, 304})


def of_operation(facts: Facts, exchanges: list[Exchange], operation: str, target: str) -> list[Exchange]:
    """Return the exchanges of an operation, to be judged by the present readings, whatever they were sent under.

    To the first operation of a path belongs what was sent there with a method that the path has not, if the answer is
    a documented one; whether it is the right one, the error family asks. `target` is what stands before the path.
    Left out is what told to come again later without a document that says how: no promise is broken by that.
    """
    now = facts.operations[operation]
    is_first = next(one for one in facts.operations.values() if one.path == now.path) is now
    before = urlsplit(target).path.rstrip("/")
    found = []
    for one in exchanges:
        if one.operation is not None:
            is_its = one.operation.id == operation
        else:
            is_its = is_first and one.status in now.answers and now.fits(urlsplit(one.url).path.removeprefix(before))
        if is_its and (one.status in now.answers or not is_put_off(one)):
            found.append(replace(one, operation=now))
    return found


def problems(facts: Facts, shapes: Shapes, exchange: Exchange) -> Iterator[Problem]:
    """Yield every way in which an answer contradicts the documents, whatever it was asked for."""
    yield from strays(facts, shapes, exchange)
    yield from _failure(facts, shapes, exchange)
    yield from _length(exchange)


def provokable(facts: Facts, operation: Operation) -> set[str]:
    """Return the codes that a request brings about by what it holds; failures with others are the service's own."""
    by_audio = {
        row["refusal"]
        for condition, row in facts.audio.items()
        if isinstance(row, dict) and "refusal" in row and condition != "server-error"
    }
    by_recipe = {row["code"] for row in facts.document.get("x-voice-provocations", {}).values()}
    return codes_of(operation, content_kinds(operation)) | by_audio | by_recipe


def _failure(facts: Facts, shapes: Shapes, exchange: Exchange) -> Iterator[Problem]:
    """A failure of the service, documented or not, contradicts what the request should have got."""
    operation = exchange.operation
    if operation is None or exchange.status < 500 or is_put_off(exchange):
        return
    asked_for = provokable(facts, operation)
    if any(row.code in asked_for and is_answer_of(row, exchange) for row in operation.own_errors):
        return
    pointer, wanted = _deserved(shapes, operation, exchange)
    yield Problem("", pointer, wanted, f"status {exchange.status}, a failure of the service")


def _deserved(shapes: Shapes, operation: Operation, exchange: Exchange) -> tuple[str, str]:
    """Return the fact of what a request should have got, and that in words: a refusal, if it breaks the schema."""
    row = operation.refusal("type")
    if operation.media == JSON_TYPE and row and any(shapes.problems(operation.body_pointer, exchange.fields)):
        return status_fact(operation, row), f"a refusal such as {row.status} ({row.code})"
    return operation.success.pointer, f"status {operation.success.status}, or a refusal"


def _length(exchange: Exchange) -> Iterator[Problem]:
    """The length a header tells is that of the body as it came, before any key was masked in it."""
    told = exchange.headers.get("content-length")
    if told is None or exchange.operation is None or exchange.status in _BODILESS:
        return
    if "content-encoding" in exchange.headers or "transfer-encoding" in exchange.headers:
        return
    came = sum(size for _, size in exchange.pieces)
    if told != str(came):
        pointer = exchange.operation.answer_pointer(exchange.status)
        yield Problem("", pointer, f"a Content-Length of {came}, as many bytes as came", f"Content-Length: {told}")
