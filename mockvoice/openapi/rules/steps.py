"""Knows that what comes before a call fills members it has, and that pictures and buttons are told by answers."""

from __future__ import annotations

from collections.abc import Collection

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document, answers_of, fields_of, members_at, operations_of
from mockvoice.openapi.vocabulary import Path, Report

_IN_ANSWERS = ("at", "url", "base64")
_IN_REQUESTS = ("count", "size", "format")


def check_steps(document: Document, report: Report) -> None:
    """What a step fills is a field of its operation, and stands in what the step before hands on."""
    operations = {name: (path, operation) for path, name, operation in operations_of(document)}
    for path, operation_id, operation in operations_of(document):
        table = operation.get("x-voice-before")
        if table is None:
            continue
        here = (*path, "x-voice-before")
        steps = table["steps"]
        if any(step["operation"] not in operations for step in steps):
            continue  # said where operations are named
        if "fill" in steps[0]:
            report((*here, "steps", 0, "fill"), "nothing comes before the first step")
        filled = [((*here, "steps", index, "fill"), step) for index, step in enumerate(steps[1:], start=1)]
        filled.append(((*here, "fill"), {"operation": operation_id, "fill": table["fill"]}))
        for (place, step), before in zip(filled, steps, strict=True):
            _check_fill(document, operations[step["operation"]], place, step.get("fill", {}), report)
            handing = _handing_on(document, before)
            if handing is None:
                report((*place[:-1], "over"), f"{before['operation']!r} makes no task that could be over")
                continue
            _check_places(document, operations[handing][1], place, step.get("fill", {}), report)


def _handing_on(document: Document, step: Document) -> str | None:
    """Return the operation whose answer a step hands on: its own, or the status of the task it makes."""
    if "over" not in step:
        return str(step["operation"])
    rows = document.get("x-voice-tasks", {}).values()
    makers = {maker: row["status"] for row in rows for maker in (row["create"], *row.get("others", ()))}
    return makers.get(step["operation"])


def _check_fill(document: Document, one: tuple[Path, Document], place: Path, fill: Document, report: Report) -> None:
    fields = fields_of(document, *one)
    for name in fill:
        _is_known(name, fields, (*place, name), report)


def _check_places(document: Document, operation: Document, place: Path, fill: Document, report: Report) -> None:
    for name, pointer in fill.items():
        _stands(document, operation, (*place, name), pointer, report)


def _stands(document: Document, operation: Document, place: Path, pointer: str, report: Report) -> None:
    """Report a pointer that leads to nothing in the answer of an operation; numbers in it are places in lists."""
    found = [schema for _, schema in answers_of(document, operation)]
    for part in pointer.split("/")[1:]:
        if part.isdigit():
            found = [one["items"] for one in found if "items" in one]
        else:
            found = [member for one in found for member in members_at(document, one, f"/{part}")]
    if not found:
        report(place, f"the answer of {operation.get('operationId')!r} has nothing at {pointer}")


def _is_known(name: str, fields: Collection[str], place: Path, report: Report) -> None:
    if name not in fields:
        report(place, f"no such field of the request{did_you_mean(name, fields)}")


def check_pictures(document: Document, report: Report) -> None:
    """Pictures and buttons stand in answers; what is asked of pictures, and what a button fills, are fields."""
    operations = {name: (path, operation) for path, name, operation in operations_of(document)}
    for path, _, operation in operations_of(document):
        pictures, here = operation.get("x-voice-pictures", {}), (*path, "x-voice-pictures")
        inside = f"{pictures['at']}/0" if "at" in pictures else ""
        for key in (one for one in _IN_ANSWERS if one in pictures):
            pointer = pictures[key] if key == "at" else inside + pictures[key]
            _stands(document, operation, (*here, key), pointer, report)
        fields = fields_of(document, path, operation)
        for key in (one for one in _IN_REQUESTS if one in pictures):
            _is_known(pictures[key], fields, (*here, key), report)
        for name in pictures.get("format-where", {}):
            _is_known(name, fields, (*here, "format-where", name), report)
        for name, recipe in pictures.get("as", {}).items():
            for member in recipe.get("with", {}):
                _is_known(member, fields, (*here, "as", name, "with", member), report)
        buttons, here = operation.get("x-voice-buttons", {}), (*path, "x-voice-buttons")
        if buttons and buttons["press"] in operations:
            _stands(document, operation, (*here, "value"), f"{buttons['at']}/0{buttons['value']}", report)
            pressed = fields_of(document, *operations[buttons["press"]])
            for key in ("field", "task"):
                _is_known(buttons[key], pressed, (*here, key), report)
