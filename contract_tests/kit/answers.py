"""Holds answers against what their operation documents: every way to stray, and what an answer tells in numbers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from contract_tests.kit.events import Event, events_of
from contract_tests.kit.exchanges import Exchange, NotJson, read_json
from contract_tests.kit.facts import Facts, every_property
from contract_tests.kit.media import EVENTS_TYPE, JSON_TYPE, bare
from contract_tests.kit.operations import Answer, ErrorRow, Operation
from contract_tests.kit.pointers import below, look, spell
from contract_tests.kit.shapes import Problem, Shapes

_WHOLE = re.compile(r"\{(\w+)(\?)?\}")


def media_pointer(answer: Answer, media: str) -> str:
    """Return where the media object of an answer stands; empty where the type is not documented."""
    for documented in answer.media:
        if bare(documented) == media:
            return below(answer.pointer, "content", documented)
    return ""


def strays(facts: Facts, shapes: Shapes, exchange: Exchange) -> Iterator[Problem]:
    """Yield every way in which an answer strays from the documented shape of its operation; new values are marked."""
    operation = facts.present(exchange.operation)
    if operation is None:
        return
    answer = operation.answers.get(exchange.status)
    if answer is None:
        statuses = ", ".join(map(str, operation.answers))
        yield Problem("", operation.answer_pointer(exchange.status), f"one of {statuses}", f"status {exchange.status}")
        return
    yield from _headers(facts, shapes, answer, exchange)
    if not answer.media:
        if answer.node.get("x-voice-empty") and exchange.body:
            yield Problem("", answer.pointer, "an empty body", f"{len(exchange.body)} bytes")
        return
    if not exchange.body and any(row.status == exchange.status and row.body is None for row in operation.own_errors):
        return
    place = media_pointer(answer, exchange.media)
    if not place:
        known = ", ".join(answer.media)
        yield Problem(
            "", f"{answer.pointer}/content", f"Content-Type {known}", f"Content-Type {exchange.media or 'absent'}"
        )
        return
    if "schema" in look(facts.document, place):
        yield from _body(shapes, f"{place}/schema", exchange)


def _headers(facts: Facts, shapes: Shapes, answer: Answer, exchange: Exchange) -> Iterator[Problem]:
    for name, node, pointer in facts.headers_of(answer):
        value = exchange.headers.get(name.lower())
        if value is None:
            if node.get("required"):
                yield Problem("", pointer, f"a header {name}", "no such header")
        elif "schema" in node:
            for one in shapes.problems(f"{pointer}/schema", _typed(value, facts.resolve(node["schema"]))):
                yield Problem("", one.fact, f"{name}: {one.expected}", f"{name}: {value}", one.is_new)


def _typed(value: str, schema: Mapping[str, Any]) -> Any:
    """Read a header's text as the type that its schema gives; a text that is none stays a text."""
    kinds = {"integer": int, "number": float}
    kind = schema.get("type")
    if kind in kinds:
        try:
            return kinds[kind](value)
        except ValueError:
            return value
    return value


def _body(shapes: Shapes, pointer: str, exchange: Exchange) -> Iterator[Problem]:
    if exchange.media == JSON_TYPE:
        try:
            yield from shapes.problems(pointer, exchange.json())
        except NotJson as error:
            yield Problem("", pointer, "JSON", str(error))
    elif exchange.media == EVENTS_TYPE:
        for event in json_events(exchange):
            try:
                yield from shapes.problems(pointer, read_json(event.data.encode()))
            except NotJson as error:
                yield Problem("", pointer, "JSON in every event", str(error))


def json_events(exchange: Exchange) -> list[Event]:
    """Return the events of an answer, without a last line that is documented to be no JSON."""
    events = events_of(exchange.body)
    last = exchange.operation.last_line if exchange.operation else ""
    return events[:-1] if last and events and events[-1].data == last else events


def extras(facts: Facts, shapes: Shapes, exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Yield (pointer into the answer or an event, where it would stand in the spec) of members no document names."""
    operation = facts.present(exchange.operation)
    answer = operation.answers.get(exchange.status) if operation else None
    place = media_pointer(answer, exchange.media) if answer else ""
    if not place or "schema" not in look(facts.document, place):
        return
    for value in _values(exchange):
        for at, fact in shapes.extras(f"{place}/schema", value):
            yield re.sub(r"/\d+(?=/|$)", "/*", at), fact


def _values(exchange: Exchange) -> Iterator[Any]:
    """Yield what an answer holds as JSON: itself, or the data of its events; nothing of what is no JSON."""
    events = [one.data.encode() for one in json_events(exchange)] if exchange.media == EVENTS_TYPE else []
    for data in [exchange.body] if exchange.media == JSON_TYPE else events:
        try:
            yield read_json(data)
        except NotJson:
            continue


def told(facts: Facts, exchange: Exchange) -> dict[str, str | int | float]:
    """Return what an answer tells in headers and members that carry `x-voice-value`: word → value."""
    operation = facts.present(exchange.operation)
    answer = operation.answers.get(exchange.status) if operation else None
    if answer is None:
        return {}
    found: dict[str, str | int | float] = {}
    for name, node, _ in facts.headers_of(answer):
        value = exchange.headers.get(name.lower())
        if value is not None and "x-voice-value" in node:
            found[node["x-voice-value"]] = _typed(value, facts.resolve(node.get("schema", {})))
    place = media_pointer(answer, exchange.media)
    if exchange.media == JSON_TYPE and place and "schema" in look(facts.document, place):
        found |= _told_in_body(facts, look(facts.document, f"{place}/schema"), exchange)
    return found


def _told_in_body(facts: Facts, schema: Mapping[str, Any], exchange: Exchange) -> dict[str, Any]:
    found = {}
    for pointer, node in every_property(facts, schema):
        if "x-voice-value" in node:
            try:
                value = look(exchange.json(), pointer)
                is_money = isinstance(value, int | float) and "x-voice-worth" in node
                found[node["x-voice-value"]] = round(value * node["x-voice-worth"]) if is_money else value
            except (LookupError, NotJson):
                continue
    return found


# -- errors ------------------------------------------------------------------------------------------


def status_fact(operation: Operation | None, row: ErrorRow) -> str:
    """Return what the status of an error rests on: the operation's answer, or the response component, else the row."""
    if "response" in row.node and (operation is None or "operations" not in row.node):
        return spell(["components", "responses", row.node["response"]])
    if operation is not None and row.status in operation.answers:
        return operation.answers[row.status].pointer
    return row.pointer


def error_answer(facts: Facts, operation: Operation | None, row: ErrorRow) -> Answer | None:
    """Return the documented answer that an error comes as: the row's own component, else that of the operation."""
    if "response" in row.node:
        pointer = spell(["components", "responses", row.node["response"]])
        return Answer(row.status, look(facts.document, pointer), pointer)
    return operation.answers.get(row.status) if operation else None


def error_headers(
    facts: Facts, shapes: Shapes, operation: Operation | None, row: ErrorRow, exchange: Exchange
) -> Iterator[Problem]:
    """Yield how the headers of a refusal differ from those its answer documents."""
    answer = error_answer(facts, operation, row)
    if answer is not None:
        yield from _headers(facts, shapes, answer, exchange)


def differences(template: Any, value: Any, pointer: str) -> Iterator[Problem]:
    """Yield how a body differs from a template; `{word}` stands for anything, `{word?}` for nothing as well."""
    if isinstance(template, str):
        yield from _text_differences(template, value, pointer)
    elif isinstance(template, dict):
        if not isinstance(value, dict):
            yield Problem("", pointer, "an object", repr(value)[:120])
            return
        for name, one in template.items():
            here = pointer + spell([name])
            whole = _WHOLE.fullmatch(one) if isinstance(one, str) else None
            if name not in value:
                if not (whole and whole.group(2)):
                    yield Problem(spell([name]), here, f"a member {name}", f"members {', '.join(value) or 'none'}")
            elif whole is None:
                yield from differences(one, value[name], here)
    elif isinstance(template, list):
        if not isinstance(value, list) or len(value) < len(template):
            yield Problem("", pointer, f"a list of {len(template)}", repr(value)[:120])
            return
        for place, one in enumerate(template):
            yield from differences(one, value[place], f"{pointer}/{place}")
    elif template != value:
        yield Problem("", pointer, repr(template), repr(value)[:120])


def _text_differences(template: str, value: Any, pointer: str) -> Iterator[Problem]:
    if _WHOLE.fullmatch(template):
        return
    pattern = "".join(
        ".*" if place % 2 else re.escape(one) for place, one in enumerate(re.split(r"(\{\w+\??\})", template))
    )
    if not isinstance(value, str) or not re.fullmatch(pattern, value, re.DOTALL):
        yield Problem("", pointer, repr(template), repr(value)[:200])


def error_body(row: ErrorRow, exchange: Exchange) -> Iterator[Problem]:
    """Yield how the body of a refusal differs from what its error row documents."""
    pointer = f"{row.pointer}/body"
    if row.body is None:
        if exchange.body:
            yield Problem("", row.pointer, "an empty body", f"{len(exchange.body)} bytes")
        return
    if exchange.media != bare(row.media):
        yield Problem("", row.pointer, f"Content-Type {row.media}", f"Content-Type {exchange.media or 'absent'}")
    if isinstance(row.body, str):
        yield from _text_differences(row.body, exchange.text, pointer)
        return
    try:
        yield from differences(row.body, exchange.json(), pointer)
    except NotJson as error:
        yield Problem("", pointer, "JSON", str(error))


def is_answer_of(row: ErrorRow, exchange: Exchange) -> bool:
    """Say whether an answer is that of an error row, by status and body."""
    return exchange.status == row.status and not any(error_body(row, exchange))
