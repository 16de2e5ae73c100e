"""Knows that what is said of speeches, transcripts and films leads to fields of a request and members of an answer."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.pointer import read, spell
from mockvoice.openapi.rules.common import Document, answers_of, fields_of, members_at, operations_of
from mockvoice.openapi.vocabulary import Path, Report

_TABLES = ("x-voice-speech", "x-voice-transcript", "x-voice-film")
# Members of a table that name a field of the request.
_FIELDS = (
    ("text",),
    ("voice",),
    ("speed",),
    ("volume",),
    ("audio",),
    ("video",),
    ("language",),
    ("speakers", "names"),
    ("speakers", "references"),
)
# Members of a shape that lead into the answer, its parts that lead to lists, and what leads into their items.
_PLACES = (("text",), ("duration",), ("language", "at"))
_PARTS = ("segments", "words")
_IN_ITEMS = ("text", "start", "end", "speaker")
# Members of `events` that lead into the data of one event, and that name its type.
_IN_EVENTS = ("type", "piece", "whole")
_EVENT_TYPES = ("delta", "segment", "done")
_EVENTS = "text/event-stream"


class _Told(NamedTuple):
    """One table with what it speaks of: names of fields, of query parameters and of forms, and the answers."""

    place: Path
    table: Document
    fields: Collection[str]
    parameters: Collection[str]
    forms: Collection[str]
    whole: list[Document]
    events: list[Document]


def check_voice(document: Document, report: Report) -> None:
    """Fields, machines, forms and members that the tables name are there."""
    for path, _, operation in operations_of(document):
        for name in _TABLES:
            if name in operation:
                told = _told(document, (*path, name), operation, report)
                if told is not None:
                    _check_names(told, report)
                    _check_shapes(document, told, report)
                    _check_events(document, told, report)
                    _check_file(document, told, report)


def _told(document: Document, place: Path, operation: Document, report: Report) -> _Told | None:
    """Return a table with what it speaks of; None after reporting a machine that its operation does not start."""
    table: Document = operation[str(place[-1])]
    path, answering = place[:-1], operation
    if "task" in table:
        found = _answering(document, table["task"], operation.get("operationId", ""))
        if found is None:
            started = [name for name, row in document.get("x-voice-tasks", {}).items()]
            said = f"no machine {table['task']!r} that this operation starts"
            report((*place, "task"), said + did_you_mean(table["task"], started))
            return None
        path, answering = found
    sent = fields_of(document, place[:-1], operation)
    wires = [wire for field in sent.values() for wire in field.schema.get("x-voice-wire-names", ())]
    answers = list(answers_of(document, answering))
    return _Told(
        place,
        table,
        [*sent, *wires],
        list(fields_of(document, path, answering)),
        ["*", *operation.get("x-voice-formats", {}).get("types", ())],
        [schema for media, schema in answers if media != _EVENTS],
        [schema for media, schema in answers if media == _EVENTS],
    )


def _answering(document: Document, machine: str, operation_id: str) -> tuple[Path, Document] | None:
    """Return the operation that gives the result of a machine which another one starts."""
    row = document.get("x-voice-tasks", {}).get(machine, {})
    if row.get("create") != operation_id:
        return None
    answering = row.get("result", row["status"])
    return next(((path, one) for path, name, one in operations_of(document) if name == answering), None)


def _check_names(told: _Told, report: Report) -> None:
    """Every field that is named, or is to be sent, is one of the request; a query is one of who answers."""
    for place, name in _fields_named(told.table, told.place):
        if name not in told.fields:
            report(place, f"no such field of the request{did_you_mean(name, told.fields)}")
    for key, row in told.table.items():
        for name in row.get("query", ()) if isinstance(row, dict) else ():
            if name not in told.parameters:
                report((*told.place, key, "query", name), f"no such parameter{did_you_mean(name, told.parameters)}")


def _fields_named(table: Document, place: Path) -> Iterator[tuple[Path, str]]:
    for parts in _FIELDS:
        if parts[0] in table:
            yield (*place, *parts), read(table, spell(parts))
    yield from _sent(table, place)


def _sent(node: Document, place: Path) -> Iterator[tuple[Path, str]]:
    """Yield the fields of every `with`, wherever it stands."""
    for key, value in node.items():
        if key == "with":
            yield from (((*place, key, name), name) for name in value)
        elif isinstance(value, dict):
            yield from _sent(value, (*place, key))


def _check_shapes(document: Document, told: _Told, report: Report) -> None:
    for name, shape in told.table.get("shapes", {}).items():
        here = (*told.place, "shapes", name)
        if name not in told.forms:
            report(here, f"no such form in x-voice-formats{did_you_mean(name, told.forms)}")
        for parts in _PLACES:
            if parts[0] in shape:
                _find(document, told.whole, (*here, *parts), read(shape, spell(parts)), report)
        for part in (one for one in _PARTS if one in shape):
            lists = _find(document, told.whole, (*here, part, "at"), shape[part]["at"], report)
            items = [one["items"] for one in lists if "items" in one]
            for key in (one for one in _IN_ITEMS if one in shape[part] and lists):
                _find(document, items, (*here, part, key), shape[part][key], report)


def _check_events(document: Document, told: _Told, report: Report) -> None:
    table, place = told.table.get("events", {}), (*told.place, "events")
    if table and not told.events:
        report(place, f"the answer has no {_EVENTS}")
        return
    found = {key: _find(document, told.events, (*place, key), table[key], report) for key in _IN_EVENTS if key in table}
    types = [name for schema in found.get("type", ()) for name in schema.get("enum", ())]
    for key in (one for one in _EVENT_TYPES if one in table and found["type"]):
        if table[key] not in types:
            report((*place, key), f"no event {table[key]!r}{did_you_mean(table[key], types)}")


def _check_file(document: Document, told: _Told, report: Report) -> None:
    """What tells the address of a speech is a member of the answer that leads to a file."""
    if "file" in told.table:
        place = (*told.place, "file", "at")
        found = _find(document, told.whole, place, told.table["file"]["at"], report)
        if found and not any("x-voice-file" in one for one in found):
            report(place, "leads to no address of a file; mark the member with x-voice-file")


def _find(document: Document, schemas: list[Document], place: Path, pointer: str, report: Report) -> list[Document]:
    """Return all that a pointer leads to in any of the schemas; report it when there is nothing."""
    found = [member for schema in schemas for member in members_at(document, schema, pointer)]
    if not found:
        report(place, f"the answer has nothing at {pointer}")
    return found
