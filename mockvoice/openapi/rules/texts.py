"""Knows that what is said of chats, embeddings and tokens leads to fields of the request and members of the answer."""

from __future__ import annotations

from collections.abc import Iterator

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.pointer import read, spell
from mockvoice.openapi.rules.common import Document, answers_of, fields_of, members_at, operations_of
from mockvoice.openapi.vocabulary import Path, Report

_EVENTS = "text/event-stream"
# Table → its members that name a field of the request.
_FIELDS = {
    "x-voice-chat": ("prompt", "most", "count", "stop"),
    "x-voice-embedding": ("text", "model", "shorter"),
}
# Table → its members that hold what is to be sent.
_SENT: dict[str, tuple[tuple[str, ...], ...]] = {
    "x-voice-chat": (
        ("steady",), ("json", "with"), ("tools", "with"), ("events", "with"), ("events", "counted"),
    ),
    "x-voice-embedding": (("base64",),),
}  # fmt: skip
# Table → the member that leads to a list of the answer, what leads into its items, what leads into the answer.
_LISTS = {"x-voice-chat": "choices", "x-voice-embedding": "vectors"}


def check_texts(document: Document, report: Report) -> None:
    """Fields, figures and members that the tables name are there."""
    for path, _, operation in operations_of(document):
        whole = [schema for media, schema in answers_of(document, operation) if media != _EVENTS]
        for name, row in operation.get("x-voice-billing", {}).get("counts", {}).items():
            _find(document, whole, (*path, "x-voice-billing", "counts", name, "at"), row["at"], report)
        hold = operation.get("x-voice-billing", {}).get("hold")
        counts = operation.get("x-voice-billing", {}).get("counts", {})
        if isinstance(hold, dict) and hold["of"] not in counts:
            said = f"no such count{did_you_mean(hold['of'], counts)}"
            report((*path, "x-voice-billing", "hold", "of"), said)
        for table in (one for one in _FIELDS if one in operation):
            _check_names(document, path, table, operation, report)
            _check_places(document, (*path, table), operation[table], whole, report)
        if "events" in operation.get("x-voice-chat", {}):
            _check_events(document, (*path, "x-voice-chat"), operation, report)


def _check_names(document: Document, path: Path, table: str, operation: Document, report: Report) -> None:
    fields = fields_of(document, path, operation)
    for place, name in _named(operation[table], table):
        if name not in fields:
            report((*path, table, *place), f"no such field of the request{did_you_mean(name, fields)}")
    if table == "x-voice-embedding":
        figures = document.get("x-voice-figures", {})
        if operation[table]["lengths"] not in figures:
            said = f"no such figure{did_you_mean(operation[table]['lengths'], figures)}"
            report((*path, table, "lengths"), said)


def _named(row: Document, table: str) -> Iterator[tuple[Path, str]]:
    """Yield every field that a table names or has sent, with its place in the table."""
    for name in _FIELDS[table]:
        if name in row:
            yield (name,), row[name]
    for parts in _SENT[table]:
        node = row
        for part in parts:
            node = node.get(part, {})
        yield from (((*parts, name), name) for name in node)


def _check_places(document: Document, place: Path, row: Document, whole: list[Document], report: Report) -> None:
    key = _LISTS[str(place[-1])]
    lists = _find(document, whole, (*place, key, "at"), row[key]["at"], report)
    items = [one["items"] for one in lists if "items" in one]
    for part in (one for one in row[key] if one != "at" and items):
        _find(document, items, (*place, key, part), row[key][part], report)
    _find(document, whole, (*place, "total"), row["total"], report)
    if "tools" in row and items:
        calls = _find(document, items, (*place, "tools", "at"), row["tools"]["at"], report)
        within = [one["items"] for one in calls if "items" in one]
        for part in ("name", "arguments") if within else ():
            _find(document, within, (*place, "tools", part), row["tools"][part], report)


def _check_events(document: Document, place: Path, operation: Document, report: Report) -> None:
    events = [schema for media, schema in answers_of(document, operation) if media == _EVENTS]
    if not events:
        report((*place, "events"), f"the answer has no {_EVENTS}")
        return
    row = operation["x-voice-chat"]
    lists = _find(document, events, (*place, "events"), row["choices"]["at"], report)
    items = [one["items"] for one in lists if "items" in one]
    if items:
        _find(document, items, (*place, "events", "piece"), read(row, spell(("events", "piece"))), report)


def _find(document: Document, schemas: list[Document], place: Path, pointer: str, report: Report) -> list[Document]:
    """Return all that a pointer leads to in any of the schemas; report it when there is nothing."""
    found = [member for schema in schemas for member in members_at(document, schema, pointer)]
    if not found:
        report(place, f"the answer has nothing at {pointer}")
    return found
