"""Knows what a provider's Python needs of its spec, and names what is not there before anything is served.

Used where a spec is checked, so once per content; a spec from the cache needs none of this.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from mockvoice.core.nearest import did_you_mean
from mockvoice.openapi.rules.common import Document, fields_of, operations_of, options_of
from mockvoice.openapi.rules.security import is_open
from mockvoice.openapi.shapes import shape_check
from mockvoice.openapi.vocabulary import Path, Report
from mockvoice.service.provider import Provider

Shape = Mapping[str, Any]
ShapeCheck = Callable[[Path, Any, Report], None]
_NOTHING: Mapping[str, Any] = MappingProxyType({})

# -- shapes of figures ---------------------------------------------------------------------------------

TEXT: Shape = {"type": "string"}
TEXTS: Shape = {"type": "array", "items": TEXT}
FLAG: Shape = {"type": "boolean"}
COUNT: Shape = {"type": "integer", "minimum": 0}
NUMBER: Shape = {"type": "number"}
ANY_TABLE: Shape = {"type": "object"}


def record(**members: Shape) -> Shape:
    """Return the shape of a mapping that has these members, and perhaps others; `_` in a name stands for `-`."""
    named = {name.replace("_", "-"): shape for name, shape in members.items()}
    return {"type": "object", "required": list(named), "properties": named}


def snake_record(**members: Shape) -> Shape:
    """Return the shape of a mapping whose members are named with `_`."""
    return {"type": "object", "required": list(members), "properties": members}


def table_of(shape: Shape, *required: str) -> Shape:
    """Return the shape of a mapping of names to values of one shape; some names may have to be there."""
    return {"type": "object", "required": list(required), "additionalProperties": shape}


def list_of(shape: Shape) -> Shape:
    """Return the shape of a list of values of one shape."""
    return {"type": "array", "items": shape}


def one_of(values: Collection[str]) -> Shape:
    """Return the shape of a text that is one of some."""
    return {"enum": list(values)}


# What lip-sync reads, whoever the provider (service/films.py).
LIP_SYNC_FIGURES: Mapping[str, Shape] = {
    "video-extensions": TEXTS,
    "video-file-bytes": COUNT,
    "lip-sync-longest-seconds": NUMBER,
    "lip-sync-created": TEXT,
    "lip-sync-failure": table_of(TEXT, "otherwise"),
}


# -- what is needed ------------------------------------------------------------------------------------


class Needs(NamedTuple):
    """What the verbs of one provider read of its spec.

    `figures`: name → shape; `conditions` of x-voice-audio, `video_conditions` of
    x-voice-video; `files`: kinds of x-voice-files; `ids` of x-mock-ids beside request and task; `machines` of
    x-voice-tasks; `attributes` that every account has, `other_attributes` that it may have; `errors` that are raised;
    `readings`: row → readings that are asked for by name; `fields`: operation → fields read without asking whether
    they are there; `accounts`: operations that ask who calls; `priced`: operations that ask for their price; `forms`:
    operation → values of the field of x-voice-formats that can be made.
    """

    figures: Mapping[str, Shape] = _NOTHING
    conditions: Collection[str] = ()
    video_conditions: Collection[str] = ()
    files: Collection[str] = ()
    ids: Collection[str] = ()
    machines: Collection[str] = ()
    attributes: Collection[str] = ()
    other_attributes: Collection[str] = ()
    errors: Collection[str] = ()
    readings: Mapping[str, Collection[str]] = _NOTHING
    fields: Mapping[str, Collection[str]] = _NOTHING
    accounts: Collection[str] = ()
    priced: Collection[str] = ()
    forms: Mapping[str, Collection[str]] = _NOTHING


def needs_check(provider: Provider, needs: Needs) -> Callable[[Document, Report], None]:
    """Return the rule that a spec has everything its provider's verbs read."""

    shapes = {name: shape_check(shape) for name, shape in needs.figures.items()}

    def check(document: Document, report: Report) -> None:
        for place, name, known, why in _names(needs, document):
            if name not in known:
                report((*place, name), f"is missing: {why}{did_you_mean(name, known)}")
        _check_figures(shapes, document, report)
        _check_attributes(needs, document, report)
        for name in document.get("x-voice-websockets", {}):
            if name not in provider.speakers:
                said = f"nobody speaks in {name!r}{did_you_mean(name, provider.speakers)}"
                report(("x-voice-websockets", name), said)
        for path, operation_id, operation in operations_of(document):
            if operation_id not in provider.behaviours:
                said = f"no behaviour for {operation_id!r}{did_you_mean(operation_id, provider.behaviours)}"
                report((*path, "operationId"), said)
                continue
            _check_operation(provider, needs, document, (path, operation_id, operation), report)

    return check


def _names(needs: Needs, document: Document) -> Iterator[tuple[Path, str, Collection[str], str]]:
    """Yield (table, name that has to be in it, names that are, why)."""
    tables: list[tuple[str, Collection[str], str]] = [
        ("x-voice-audio", needs.conditions, "audio can end so"),
        ("x-voice-video", needs.video_conditions, "video can end so"),
        ("x-voice-files", needs.files, "the behaviours put such files up"),
        ("x-mock-ids", needs.ids, "the behaviours make such ids"),
        ("x-voice-tasks", needs.machines, "the behaviours start such tasks"),
        ("x-voice-errors", needs.errors, "the behaviours answer it"),
        ("x-voice-ambiguities", needs.readings, "the behaviours ask for its reading"),
    ]
    for table, names, why in tables:
        for name in sorted(names):
            yield (table,), name, document.get(table, {}), why
    for row, asked in needs.readings.items():
        readings = document.get("x-voice-ambiguities", {}).get(row, {}).get("readings", asked)
        for name in asked:
            yield ("x-voice-ambiguities", row, "readings"), name, readings, "the behaviours ask for it by name"


def _check_figures(shapes: Mapping[str, ShapeCheck], document: Document, report: Report) -> None:
    tables = {table: document.get(table, {}) for table in ("x-voice-figures", "x-mock-figures")}
    known = [name for rows in tables.values() for name in rows]
    for name, check_shape in shapes.items():
        table = next((table for table, rows in tables.items() if name in rows), None)
        if table is None:
            report(("x-voice-figures", name), f"is missing: the behaviours read it{did_you_mean(name, known)}")
        else:
            check_shape((table, name, "value"), tables[table][name]["value"], report)


def _check_attributes(needs: Needs, document: Document, report: Report) -> None:
    known = (*needs.attributes, *needs.other_attributes)
    for role, account in document["x-mock-accounts"].items():
        found = account.get("attributes", {})
        place: Path = ("x-mock-accounts", role, "attributes")
        for name in needs.attributes:
            if name not in found:
                report((*place, name), f"is missing: the behaviours read it{did_you_mean(name, found)}")
        for name in found:
            if name not in known:
                report((*place, name), f"unknown attribute{did_you_mean(name, known)}")


def _check_operation(
    provider: Provider, needs: Needs, document: Document, one: tuple[Path, str, Document], report: Report
) -> None:
    path, operation_id, operation = one
    if operation_id in needs.accounts and is_open(document, operation):
        report((*path, "security"), f"expected a way in: {operation_id!r} answers about the account that calls")
    billing = operation.get("x-voice-billing")
    if operation_id in needs.priced and billing is None:
        report((*path, "x-voice-billing"), f"is missing: {operation_id!r} tells what it costs")
    if billing is not None and billing["measure"] == "audio-milliseconds" and operation_id not in provider.media:
        report((*path, "x-voice-billing", "measure"), f"{operation_id!r} hears no audio; expected another measure")
    fields = fields_of(document, path, operation)
    for name in needs.fields.get(operation_id, ()):
        if name not in fields:
            report(path, f"no field {name!r}, which {operation_id!r} reads{did_you_mean(name, fields)}")
        elif not fields[name].is_given:
            report(fields[name].path, f"expected to be required or to have a default: {operation_id!r} reads it")
    forms, field = needs.forms.get(operation_id), operation.get("x-voice-formats", {}).get("field")
    if forms is None:
        return
    if field is None:
        report((*path, "x-voice-formats"), f"is missing: {operation_id!r} answers in the format asked for")
    elif field in fields:
        for place, value in options_of(fields[field].path, fields[field].schema):
            if value not in forms:
                report(place, f"{value!r} cannot be made{did_you_mean(value, forms)}")
