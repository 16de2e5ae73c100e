"""Knows that what is said of a list leads to fields of its request, members of its answer, and operations there are."""

from __future__ import annotations

from collections.abc import Iterator

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document, answers_of, fields_of, members_at, operations_of
from mockvoice.openapi.vocabulary import Path, Report

_TABLE = "x-voice-collection"


def check_collections(document: Document, report: Report) -> None:
    """Fields, members, operations and errors that a table of a list names are there."""
    operations = {name: (path, one) for path, name, one in operations_of(document)}
    for path, _, operation in operations_of(document):
        if _TABLE in operation:
            place = (*path, _TABLE)
            _check_request(document, place, operation, report)
            _check_answer(document, place, operation, report)
            _check_life(document, place, operation[_TABLE], operations, report)


def _check_request(document: Document, place: Path, operation: Document, report: Report) -> None:
    """What pages, filters and `all` name are fields of the request."""
    row, fields = operation[_TABLE], fields_of(document, place[:-1], operation)
    named = [((*place, "page", key), name) for key, name in row["page"].items()]
    named += [((*place, "filters", name), name) for name in row.get("filters", ())]
    for part in ("with", "query"):
        named += [((*place, "all", part, name), name) for name in row.get("all", {}).get(part, ())]
    for where, name in named:
        if name not in fields:
            report(where, f"no such field of the request{did_you_mean(name, fields)}")


def _check_answer(document: Document, place: Path, operation: Document, report: Report) -> None:
    """What is said to stand in the answer, or in an item of it, does."""
    row = operation[_TABLE]
    answers = [schema for _, schema in answers_of(document, operation)]
    lists = _find(document, answers, (*place, "items"), row["items"], report)
    if lists and not any("items" in one for one in lists):
        report((*place, "items"), f"expected a list at {row['items']}")
    items = [one["items"] for one in lists if "items" in one]
    for where, pointer in _told(place, row):
        _find(document, answers, where, pointer, report)
    if items:
        _find(document, items, (*place, "id"), row["id"], report)
        for name, filtered in row.get("filters", {}).items():
            _find(document, items, (*place, "filters", name, "at"), filtered["at"], report)


def _told(place: Path, row: Document) -> Iterator[tuple[Path, str]]:
    if "total" in row:
        yield (*place, "total"), row["total"]
    yield from (((*place, "told", key), pointer) for key, pointer in row.get("told", {}).items())


def _check_life(
    document: Document, place: Path, row: Document, operations: dict[str, tuple[Path, Document]], report: Report
) -> None:
    """What makes, deletes and uses items are operations of the document; what these refuse, they may answer."""
    errors = document["x-voice-errors"]
    for key in ("unknown", "deleted"):
        if key in row and row[key] not in errors:
            report((*place, key), f"no row {row[key]!r} in x-voice-errors{did_you_mean(row[key], errors)}")
    if "create" in row:
        _, create = operations.get(row["create"], ((), None))
        if create is None:
            report((*place, "create"), f"no operation {row['create']!r}{did_you_mean(row['create'], operations)}")
        else:
            schemas = [schema for _, schema in answers_of(document, create)]
            _find(document, schemas, (*place, "created"), row["created"], report)
            if "deleted" in row and "delete" not in create.get("x-voice-creates", {}):
                report((*place, "deleted"), f"{row['create']!r} names no operation that deletes (x-voice-creates)")
    for name, use in row.get("uses", {}).items():
        where = (*place, "uses", name)
        if name not in operations:
            report(where, f"no operation {name!r}{did_you_mean(name, operations)}")
            continue
        fields = fields_of(document, *operations[name])
        if use["field"] not in fields:
            report((*where, "field"), f"no such field in {name!r}{did_you_mean(use['field'], fields)}")
        if use["refusal"] not in errors:
            said = f"no row {use['refusal']!r} in x-voice-errors{did_you_mean(use['refusal'], errors)}"
            report((*where, "refusal"), said)


def _find(document: Document, schemas: list[Document], place: Path, pointer: str, report: Report) -> list[Document]:
    """Return all that a pointer leads to in any of the schemas; report it when there is nothing."""
    found = [member for schema in schemas for member in members_at(document, schema, pointer)]
    if not found:
        report(place, f"nothing is documented at {pointer}")
    return found
