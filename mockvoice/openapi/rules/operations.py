"""Knows that operations have ids, and that whatever names an operation names an existing one."""

from __future__ import annotations

from collections.abc import Iterator

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.recipes import provocations_of
from mockvoice.openapi.rules.common import Document, operations_of, recipes_of
from mockvoice.openapi.vocabulary import Path, Report, walk


def check_operations(document: Document, report: Report) -> None:
    """Operation ids are there, unique, and whatever names an operation names an existing one."""
    ids: list[str] = []
    for path, operation_id, operation in operations_of(document):
        if not operation_id:
            report((*path, "operationId"), "is missing")
        if operation_id in ids:
            report((*path, "operationId"), f"{operation_id!r} stands twice")
        ids.append(operation_id)
        if not any(status.startswith("2") for status in operation["responses"]):
            report((*path, "responses"), "has no success status")
    for place, name in _operation_names(document):
        if name not in ids:
            report(place, f"no operation {name!r}{did_you_mean(name, ids)}")


def _operation_names(document: Document) -> Iterator[tuple[Path, str]]:
    """Yield every place that names an operation."""
    for kind, path, node in walk(document, lambda _path, _message: None):
        if kind == "link":
            yield (*path, "operationId"), str(node.get("operationId"))
    for path, _, operation in operations_of(document):
        if "delete" in operation.get("x-voice-creates", {}):
            yield (*path, "x-voice-creates", "delete"), operation["x-voice-creates"]["delete"]
    for place, recipe in recipes_of(document):
        if "operation" in recipe:
            yield (*place, "operation"), recipe["operation"]
    yield from _named_in_rows(document)


def _named_in_rows(document: Document) -> Iterator[tuple[Path, str]]:
    for name, row in document.get("x-voice-limits", {}).get("windows", {}).items():
        if isinstance(row["refusal"], dict):
            yield from (
                (("x-voice-limits", "windows", name, "refusal", one), one) for one in row["refusal"] if one != "*"
            )
    for name, row in document.get("x-voice-tasks", {}).items():
        yield from ((("x-voice-tasks", name, key), row[key]) for key in ("create", "status", "result") if key in row)
        if "counts" in row:
            yield ("x-voice-tasks", name, "counts", "operation"), row["counts"]["operation"]
    for name, row in document.get("x-mock-triggers", {}).items():
        yield ("x-mock-triggers", name, "operation"), row["operation"]
    rows: list[tuple[Path, Document]] = [
        (("x-voice-errors", code), row) for code, row in document["x-voice-errors"].items()
    ]
    rows += [(place, dict(row)) for place, row in provocations_of(document)]
    for place, row in rows:
        for key in ("operations", "except"):
            yield from (((*place, key), one) for one in row.get(key, ()))
